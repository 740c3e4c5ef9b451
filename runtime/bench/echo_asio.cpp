// Echo server with Asio's own coroutines, with and without a timer per read.
// A counterpart in the benchmark: serves the protocol of echo.hpp, no more.
#include "echo.hpp"

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;

namespace {

awaitable<void> echo(asio::ip::tcp::socket s, bool timed) {
  using namespace asio::experimental::awaitable_operators;
  char buffer[echo_buffer];
  asio::steady_timer t(s.get_executor());
  try {
    for (;;) {
      std::size_t n = 0;
      if (timed) {
        t.expires_after(std::chrono::seconds(30));
        auto r = co_await (s.async_read_some(asio::buffer(buffer), use_awaitable) ||
                           t.async_wait(use_awaitable));
        if (r.index() == 1) co_return;
        n = std::get<0>(r);
      } else {
        n = co_await s.async_read_some(asio::buffer(buffer), use_awaitable);
      }
      co_await asio::async_write(s, asio::buffer(buffer, n), use_awaitable);
    }
  } catch (const std::exception&) {
  }
}

awaitable<void> accept_all(std::uint16_t port, bool timed) {
  const auto ex = co_await asio::this_coro::executor;
  asio::ip::tcp::acceptor a(ex, {asio::ip::make_address("127.0.0.1"), port});
  for (;;) {
    auto s = co_await a.async_accept(use_awaitable);
    s.set_option(asio::ip::tcp::no_delay(true));
    asio::co_spawn(ex, echo(std::move(s), timed), asio::detached);
  }
}

}  // namespace

void serve_asio(std::uint16_t port, bool timed) {
  asio::io_context context(1);
  asio::co_spawn(context, accept_all(port, timed), asio::detached);
  context.run();
}
