// Boost.Asio as installed: an executor refers to its context, and does not own it.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-dangling-reference' --fail-on=never -- -std=c++20 > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>

namespace asio = boost::asio;

struct ok_derived_timer : asio::steady_timer {
  explicit ok_derived_timer(asio::io_context &c) : asio::steady_timer(c.get_executor()) {}
};
asio::awaitable<void> ok_timer_of_a_temporary_executor() {
  asio::steady_timer t(co_await asio::this_coro::executor);
  co_await t.async_wait(asio::use_awaitable);
}
asio::awaitable<void> greet(const std::string &name) {
  co_await ok_timer_of_a_temporary_executor();
  (void)name.size();
}
void bad_spawned(asio::io_context &c) {
  std::string name = "guest";
  asio::co_spawn(c, greet(name), asio::detached);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'greet' outlives 'name', which its parameter 'name' refers to
}
