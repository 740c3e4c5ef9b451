// What the echo servers under test have in common, and the load on them.
// Decides: each serves echoes on a port of loopback until the process is killed,
// on one thread, through a buffer larger than a message, as servers have; `timed`
// asks for a time-out on every read.
// Must not: do more for one server than for the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

constexpr std::size_t echo_buffer = 1024;

void serve_rt(std::uint16_t port, bool timed);
void serve_asio(std::uint16_t port, bool timed);  // timed: read || timer
void serve_epoll(std::uint16_t port);
void serve_uv(std::uint16_t port);

/// Connections that send a message, wait for its echo and send again.
class clients {
 public:
  clients(std::uint16_t port, int connections);  // connects; ends the program if it cannot
  ~clients();
  clients(const clients&) = delete;
  /// How many echoes came back. Once only: what is on its way at the end is dropped.
  long run(double seconds);

 private:
  int poll;
  std::vector<int> fds;
  std::vector<std::size_t> received;  // of the message on its way, one a connection
};
