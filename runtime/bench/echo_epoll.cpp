// Echo server on bare epoll: the floor that any library stands on.
// A counterpart in the benchmark: serves the protocol of echo.hpp, no more.
#include "echo.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

void serve_epoll(std::uint16_t port) {
  const int l = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  ::setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(l, reinterpret_cast<sockaddr*>(&a), sizeof a) != 0 || ::listen(l, 1024) != 0) return;
  const int ep = ::epoll_create1(0);
  epoll_event e{};
  e.events = EPOLLIN;
  e.data.fd = l;
  ::epoll_ctl(ep, EPOLL_CTL_ADD, l, &e);
  epoll_event ready[128];
  for (;;) {
    const int n = ::epoll_wait(ep, ready, 128, -1);
    for (int i = 0; i < n; ++i) {
      const int fd = ready[i].data.fd;
      if (fd == l) {
        const int c = ::accept4(l, nullptr, nullptr, SOCK_NONBLOCK);
        if (c < 0) continue;
        ::setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        e.events = EPOLLIN;
        e.data.fd = c;
        ::epoll_ctl(ep, EPOLL_CTL_ADD, c, &e);
        continue;
      }
      char buffer[echo_buffer];
      const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
      if (got <= 0 || ::send(fd, buffer, static_cast<std::size_t>(got), MSG_NOSIGNAL) < 0)
        ::close(fd);
    }
  }
}
