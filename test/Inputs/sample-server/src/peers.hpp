// Where other servers are found.
#pragma once

#include "runtime/task.hpp"

#include <string>

struct sockaddr_storage;

namespace peers {

bool resolve(const std::string& host, sockaddr_storage& out);
rt::task<bool> known(std::string host);

} // namespace peers
