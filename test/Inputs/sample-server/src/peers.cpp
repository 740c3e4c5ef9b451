#include "src/peers.hpp"

#include <cstring>
#include <netdb.h>
#include <sys/socket.h>

namespace peers {

bool resolve(const std::string& host, sockaddr_storage& out) {
    addrinfo* list = nullptr;
    if (::getaddrinfo(host.c_str(), "7777", nullptr, &list) != 0) return false;
    std::memcpy(&out, list->ai_addr, list->ai_addrlen);
    ::freeaddrinfo(list);
    return true;
}

rt::task<bool> known(std::string host) {
    sockaddr_storage address{};
    co_return resolve(host, address);  // mistake: the loop waits for dns, one call down
}

} // namespace peers
