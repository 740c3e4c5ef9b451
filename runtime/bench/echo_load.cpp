// The load on the echo servers: bare epoll, so that the server is what limits.
// Decides: all connections are made first; then each sends 64 bytes, waits for
// them to come back and sends again, until the time is over.
// Must not: start or stop a server.
#include "echo.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

namespace {

constexpr std::size_t message = 64;

[[noreturn]] void give_up(const char* why) {
  std::perror(why);
  std::exit(1);
}

/// A connected socket; the server gets a few seconds to begin listening.
int connected(std::uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto patience = steady::now() + 5s;
  for (;;) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) give_up("a client's socket");
    if (::connect(fd, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0) {
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return fd;
    }
    ::close(fd);
    if (steady::now() > patience) give_up("no server");
    std::this_thread::sleep_for(5ms);
  }
}

}  // namespace

clients::clients(std::uint16_t port, int connections) : poll(::epoll_create1(0)), received(connections) {
  for (int i = 0; i < connections; ++i) {
    fds.push_back(connected(port));
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u32 = static_cast<std::uint32_t>(i);
    ::epoll_ctl(poll, EPOLL_CTL_ADD, fds.back(), &e);
  }
}

clients::~clients() {
  for (const int fd : fds) ::close(fd);
  ::close(poll);
}

long clients::run(double seconds) {
  const char out[message] = {};
  const auto send_one = [&](int fd) {
    if (::send(fd, out, message, MSG_NOSIGNAL) != static_cast<ssize_t>(message)) give_up("send");
  };
  const auto end = steady::now() + std::chrono::duration<double>(seconds);
  for (const int fd : fds) send_one(fd);
  long count = 0;
  epoll_event ready[128];
  while (steady::now() < end) {
    const int n = ::epoll_wait(poll, ready, 128, 10);
    for (int i = 0; i < n; ++i) {
      const std::uint32_t which = ready[i].data.u32;
      char in[message];
      const ssize_t got = ::recv(fds[which], in, message - received[which], MSG_DONTWAIT);
      if (got <= 0) give_up("the server closed a connection");
      received[which] += static_cast<std::size_t>(got);
      if (received[which] < message) continue;
      received[which] = 0;
      ++count;
      send_one(fds[which]);
    }
  }
  return count;
}
