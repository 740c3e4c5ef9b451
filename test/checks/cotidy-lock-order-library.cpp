// Asynchronous locks of an installed library, whose bodies nobody reads.
//
// RUN: %cotidy check %s --root=%S --checks=-*,cotidy-lock-order,cotidy-self-deadlock --fail-on=never -- -std=c++20 -isystem %S/Inputs/installed > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include <gather.hpp>

static gather::async_mutex stock, orders;

gather::lazy<int> bad_sells() {
  auto s = co_await stock.lock();
  auto o = co_await orders.lock();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_sells' takes 'orders' while it holds 'stock', and 'bad_restocks' takes them in the opposite order
  co_return 1;
}
gather::lazy<int> bad_restocks() {
  auto o = co_await orders.lock();
  auto s = co_await stock.lock();
  co_return 1;
}

static gather::async_mutex first, second;

gather::lazy<int> ok_one_order() {
  auto f = co_await first.lock();
  auto s = co_await second.lock();
  co_return 1;
}
gather::lazy<int> ok_one_after_the_other() {
  { auto s = co_await second.lock(); }
  auto f = co_await first.lock();
  co_return 1;
}
gather::lazy<int> bad_again() {
  auto f = co_await first.lock();
  auto g = co_await first.lock();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_again' takes 'first' while it holds it, and waits for itself
  co_return 1;
}

static gather::connection_pool pool, others;

gather::lazy<int> ok_no_locks() {
  auto a = co_await pool.get();
  auto b = co_await pool.get();
  auto c = co_await others.get();
  co_return 1;
}
gather::lazy<int> ok_no_locks_either() {
  auto c = co_await others.get();
  auto a = co_await pool.get();
  co_return 1;
}
