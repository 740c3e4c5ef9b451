// Continuations of eager futures: what they captured by reference must outlive
// them, whether the future is returned, dropped or awaited.
//
// RUN: %cotidy check %s --root=%S --checks=-*,cotidy-dangling-reference --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
// RUN: %cotidy check %s --root=%S --checks=-*,cotidy-dangling-reference --fail-on=never -- -std=c++20 -isystem %S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "seastar-shape.hpp"
#include <atomic>
#include <utility>
#include <vector>
using seastar::future;

future<> ready();

future<> bad_parameter(int n) { return ready().then([&n] { ++n; return ready(); }); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_parameter' outlives the parameter 'n', which it captured as 'n'
future<> bad_local() { int n = 0; return ready().then([&n] { ++n; return ready(); }); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_local' outlives 'n', which it captured as 'n'
future<> bad_end_of_a_chain(int n) { return ready().then([n] { (void)n; return ready(); }).then([&n] { ++n; return ready(); }); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_end_of_a_chain' outlives the parameter 'n', which it captured as 'n'
void bad_dropped() { int n = 0; (void)ready().then([&n] { ++n; return ready(); }); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_dropped' outlives 'n', which it captured as 'n'

future<> ok_value(int n) { return ready().then([n]() mutable { ++n; return ready(); }); }
future<> ok_awaited() { int n = 0; co_await ready().then([&n] { ++n; return ready(); }); }
future<> ok_awaited_later() {
  int n = 0;
  auto f = ready().then([] { return ready(); }).then([&n] { ++n; return ready(); });
  co_await std::move(f);
}
template <class I> future<> all_of(I first, I last);
future<> ok_all_awaited() {
  int n = 0;
  std::vector<future<>> them;
  for (int i = 0; i < 3; ++i)
    them.push_back(ready().then([&n] { ++n; return ready(); }));
  co_await all_of(them.begin(), them.end());
}
void ok_the_next_one_says_so() {
  int n = 0;
  std::atomic<bool> done = false;
  (void)ready().then([&n] { ++n; return ready(); }).then([&done] { done = true; return ready(); });
  while (!done) {
  }
}
future<> bad_none_awaited() {
  int n = 0;
  std::vector<future<>> them;
  them.push_back(ready().then([&n] { ++n; return ready(); }));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_none_awaited' outlives 'n', which it captured as 'n'
  co_await ready();
}
future<> ok_kept_for_it() {
  return seastar::do_with(int(0), [](int &n) { return ready().then([&n] { ++n; return ready(); }); });
}
future<> ok_of_the_caller(int &n) { return ready().then([&n] { ++n; return ready(); }); }
struct counter {
  int n = 0;
  future<> ok_member() { return ready().then([this] { ++n; return ready(); }); }
};

// What a library's helper uses until its future is ready, by the word of a model.
future<> bad_lock_returned() { seastar::rwlock l; return seastar::with_lock(l.for_read(), [] { return ready(); }); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the work of 'with_lock' outlives 'l', which its parameter 'Lock' refers to
// CHECK: note: keep it alive until the work has ended, or wait for the work before it dies
void bad_gate_dropped() { seastar::gate g; (void)seastar::with_gate(g, [] { return ready(); }); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the work of 'with_gate' outlives 'g', which its parameter 'Gate' refers to
future<> under(seastar::rwlock &l) { return seastar::with_lock(l.for_read(), [] { return ready(); }); }
future<> bad_through_a_helper() { seastar::rwlock l; return under(l); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the work of 'with_lock' outlives 'l', which its parameter 'Lock' refers to
future<> ok_lock_awaited() { seastar::rwlock l; co_await seastar::with_lock(l.for_read(), [] { return ready(); }); }
future<> ok_helper_awaited() { seastar::rwlock l; co_await under(l); }
void ok_lock_waited_for() { seastar::rwlock l; seastar::with_lock(l.for_read(), [] { return ready(); }).get(); }
future<> ok_lock_kept() {
  return seastar::do_with(seastar::rwlock(), [](seastar::rwlock &l) { return seastar::with_lock(l.for_read(), [] { return ready(); }); });
}
future<> ok_lock_of_the_caller(seastar::rwlock &l) { return seastar::with_lock(l.for_write(), [] { return ready(); }); }

void ok_result_had() { int n = 0; ready().then([&n] { ++n; return ready(); }).get(); }
void ok_result_had_later() { int n = 0; auto f = ready().then([&n] { ++n; return ready(); }); f.get(); }

// One of two continuations is waited for: the other one goes on.
future<> limit_one_of_two() {
  int n = 0;
  auto f = ready();
  auto a = f.then([&n] { ++n; return ready(); });
  auto b = ready().then([&n] { ++n; return ready(); });
  co_await std::move(a);
}
future<> limit_of_one_chain() {
  int n = 0;
  auto f = ready();
  (void)f.then([&n] { ++n; return ready(); });
  co_await f.then([] { return ready(); });
}
