// Tasks that a library's promise transforms: awaiting is one use, whatever the
// promise makes of it.
//
// RUN: %cotidy check %s --root=%S --checks=-*,cotidy-use-after-await --fail-on=never -- -std=c++20 -isystem %S/Inputs/installed > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include <gather.hpp>

gather::lazy<int> once() { co_return 1; }
gather::lazy<int> pass(gather::lazy<int> t) { co_return co_await std::move(t); }

gather::lazy<int> bad_in_turn() {
  auto t = once();
  co_await std::move(t);
  co_return co_await std::move(t);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 't' is awaited a second time: its result can be had once only
}
gather::lazy<int> bad_in_a_loop() {
  auto t = once();
  for (int i = 0; i < 2; ++i)
    co_await std::move(t);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 't' is awaited again in the next round of the loop: its result can be had once only
  co_return 1;
}
gather::lazy<int> bad_given_away() {
  auto t = once();
  co_await pass(std::move(t));
  co_return co_await std::move(t);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 't' is awaited after 'pass' took it: there is nothing left to have
}
gather::lazy<int> ok_once() {
  auto t = once();
  co_return co_await std::move(t);
}
gather::lazy<int> ok_a_new_one() {
  auto t = once();
  co_await std::move(t);
  t = once();
  co_return co_await std::move(t);
}
