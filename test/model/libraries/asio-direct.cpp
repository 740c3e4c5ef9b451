// Rows of asio.yaml at work, against the real headers.
//
// REQUIRES: header-boost-asio
// RUN: %cotidy check %s --root=%S --fail-on=never --format=json -- -std=c++20 \
// RUN:   | %python %S/../Inputs/expect-findings.py %s
#include <boost/asio.hpp>

#include <unistd.h>

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

asio::awaitable<void> bad_operations(tcp::socket &Socket, tcp::acceptor &Acceptor,
                                     tcp::resolver &Resolver, asio::steady_timer &Timer) {
  char Data[10];
  asio::read(Socket, asio::buffer(Data)); // finds: socket
  asio::write(Socket, asio::buffer(Data)); // finds: socket
  Socket.read_some(asio::buffer(Data)); // finds: socket
  Socket.send(asio::buffer(Data)); // finds: socket
  Socket.connect(tcp::endpoint()); // finds: socket
  Acceptor.accept(); // finds: socket
  Resolver.resolve("a", "b"); // finds: dns
  Timer.wait(); // finds: sleep
  co_return;
}

asio::awaitable<void> bad_loops(asio::io_context &Loop, asio::thread_pool &Pool) {
  Loop.run(); // finds: sync-wait
  Loop.run_for(1s); // finds: sync-wait
  Pool.join(); // finds: wait
  co_return;
}

void bad_handlers(asio::io_context &Loop, tcp::socket &Socket, asio::steady_timer &Timer) {
  static char Data[10];
  asio::post(Loop, [] { sleep(1); }); // finds: sleep
  asio::dispatch(Loop, [] { sleep(1); }); // finds: sleep
  Timer.async_wait([](auto) { sleep(1); }); // finds: sleep
  Socket.async_read_some(asio::buffer(Data), [](auto, auto) { sleep(1); }); // finds: sleep
  asio::async_read(Socket, asio::buffer(Data), [](auto, auto) { sleep(1); }); // finds: sleep
}

asio::awaitable<void> ok_operations(asio::io_context &Loop, tcp::socket &Socket,
                                    asio::steady_timer &Timer) {
  char Data[10];
  co_await asio::async_read(Socket, asio::buffer(Data), asio::use_awaitable);
  co_await Timer.async_wait(asio::use_awaitable);
  Socket.non_blocking(true);
  Socket.read_some(asio::buffer(Data));
  Loop.poll();
  Loop.stop();
}

void ok_offloaded(asio::thread_pool &Pool) {
  asio::post(Pool, [] { sleep(1); });
}
