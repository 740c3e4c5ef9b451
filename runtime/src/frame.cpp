// sendmsg and recvmsg of frames; see frame.hpp.
// Decides: received descriptors are close-on-exec; a peer that is gone gives
// EPIPE, not a signal.
// Must not: loop on partial transfers; the callers do.
#include "frame.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/uio.h>

namespace rt::detail {

ssize_t send_part(int fd, const frame_header& h, const outgoing& m, std::size_t done, int flags) {
  const std::vector<int>& sent = m.descriptors.all;
  if (sent.size() > outgoing::most_descriptors) {
    errno = EMSGSIZE;
    return -1;
  }
  iovec parts[2];
  std::size_t n = 0;
  if (done < sizeof h)
    parts[n++] = {const_cast<char*>(reinterpret_cast<const char*>(&h)) + done, sizeof h - done};
  const std::size_t body = done > sizeof h ? done - sizeof h : 0;
  if (body < m.bytes.size())
    parts[n++] = {const_cast<std::byte*>(m.bytes.data()) + body, m.bytes.size() - body};
  msghdr msg{};
  msg.msg_iov = parts;
  msg.msg_iovlen = n;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * outgoing::most_descriptors)] = {};
  if (done == 0 && !sent.empty()) {
    const std::size_t bytes = sizeof(int) * sent.size();
    msg.msg_control = control;
    msg.msg_controllen = CMSG_SPACE(bytes);
    cmsghdr* c = CMSG_FIRSTHDR(&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(bytes);
    std::memcpy(CMSG_DATA(c), sent.data(), bytes);
  }
  return ::sendmsg(fd, &msg, flags | MSG_NOSIGNAL);
}

ssize_t receive_part(int fd, std::span<std::byte> to, descriptor_list& descriptors, int flags) {
  iovec part{to.data(), to.size()};
  msghdr msg{};
  msg.msg_iov = &part;
  msg.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * outgoing::most_descriptors)];
  msg.msg_control = control;
  msg.msg_controllen = sizeof control;
  const ssize_t n = ::recvmsg(fd, &msg, flags | MSG_CMSG_CLOEXEC);
  if (n < 0) return n;
  for (cmsghdr* c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::vector<int>& all = descriptors.all;
    const std::size_t old = all.size();
    all.resize(old + count);
    std::memcpy(all.data() + old, CMSG_DATA(c), count * sizeof(int));
  }
  return n;
}

}  // namespace rt::detail
