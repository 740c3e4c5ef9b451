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
// Work that a coroutine spawns on its own executor begins before 'co_spawn' returns.
asio::awaitable<void> takes(std::string &&name) {
  std::string mine = std::move(name);
  co_await ok_timer_of_a_temporary_executor();
}
asio::awaitable<void> uses(std::string &&name) {
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'uses' outlives 'name', which its parameter 'name' refers to
  co_await ok_timer_of_a_temporary_executor();
  (void)name.size();
}
asio::awaitable<void> takes_elsewhere(std::string &&name) {
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'takes_elsewhere' outlives 'name', which its parameter 'name' refers to
  std::string mine = std::move(name);
  co_await ok_timer_of_a_temporary_executor();
}
asio::awaitable<void> ok_begun_at_once() {
  auto ex = co_await asio::this_coro::executor;
  std::string name = "guest";
  asio::co_spawn(ex, takes(std::move(name)), asio::detached);
  std::string other = "other";
  asio::co_spawn(co_await asio::this_coro::executor, takes(std::move(other)), asio::detached);
}
asio::awaitable<void> bad_begun_at_once() {
  auto ex = co_await asio::this_coro::executor;
  std::string name = "guest";
  asio::co_spawn(ex, uses(std::move(name)), asio::detached);
}
asio::awaitable<void> bad_on_another(asio::io_context &c) {
  std::string name = "guest";
  asio::co_spawn(c, takes_elsewhere(std::move(name)), asio::detached);
  co_return;
}
