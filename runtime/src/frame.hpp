// The message frame between a process pool and its workers.
// Decides: a fixed header, then the bytes; descriptors ride on the header's
// first byte (SCM_RIGHTS). Each function is one system call that may transfer
// less than asked for, so that the loop and the worker can each wait their way.
// Must not: wait by itself, or trust a header's size blindly.
#pragma once

#include <rt/wire.hpp>

#include <cstdint>
#include <span>
#include <sys/types.h>
#include <vector>

namespace rt::detail {

struct frame_header {
  std::uint64_t size;  // of the bytes that follow
  std::uint64_t key;   // request: which function; reply: see reply_kind
};
enum reply_kind : std::uint64_t { reply_value = 0, reply_error = 1 };

inline constexpr std::uint64_t largest_frame = std::uint64_t{1} << 32;
inline constexpr int worker_descriptor = 3;

/// sendmsg of header and body from `done` on; the descriptors go with the first
/// part. Returns bytes sent, or -1 with errno.
ssize_t send_part(int fd, const frame_header& h, const outgoing& m, std::size_t done, int flags);

/// recvmsg into `to`; appends descriptors that came along. Returns bytes, 0 at
/// the end, or -1 with errno.
ssize_t receive_part(int fd, std::span<std::byte> to, descriptor_list& descriptors, int flags);

}  // namespace rt::detail
