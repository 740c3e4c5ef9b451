// What the library's sources share about the operating system.
// Decides: a failed call becomes std::system_error with errno and what was tried.
// Must not: be included by a public header.
#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace rt::detail {

[[noreturn]] inline void throw_errno(const std::string& what, int error = errno) {
  throw std::system_error(error, std::generic_category(), what);
}

/// Binds the calling thread to the index-th (modulo their number) of the cores that it
/// may use; failure, on a restricted machine, is no error.
void bind_to_core(unsigned index) noexcept;

}  // namespace rt::detail
