// What the echo servers under test have in common.
// Decides: each serves 64-byte echoes on a port of loopback until the process
// is killed, on one thread; `timed` asks for a time-out on every read.
#pragma once

#include <cstdint>

void serve_rt(std::uint16_t port, bool timed);
void serve_asio(std::uint16_t port, bool timed);  // timed: read || timer
void serve_epoll(std::uint16_t port);
void serve_uv(std::uint16_t port);
