// Tasks that are dropped by what they are handed to: callables that become void
// ones, functions that call them and look away; tasks that are returned out of
// the try block or the lock that was meant for them; and calls that only look
// as if they made a task that is dropped.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-unawaited-task' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <algorithm>
#include <cstdlib>

using co::task;

task<int> load();
task<> save(int);
int parse(int);
void note(const char *);

//===-- swallowed ----------------------------------------------------------===//

struct timer {
  std::function<void()> callback;
  void on_fire(std::function<void()> f) { callback = std::move(f); }
};

template <class... Args> struct signal {
  std::vector<std::function<void(Args...)>> slots;
  template <class F> void connect(F f) { slots.emplace_back(std::move(f)); }
  void emit(Args... args) {
    for (auto &slot : slots)
      slot(args...);
  }
};

void bad_function_object() {
  std::function<void()> f = []() -> task<> { co_return; };
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_function_object' never runs: as a callable that returns nothing it drops its task
  // CHECK: note: start the task in the callable: spawn it there
  std::function<void(int)> g = save;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs
}

void bad_timer(timer &t) {
  t.on_fire([] { return save(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_timer' never runs
  t.callback = [] { return save(2); };
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_timer' never runs
}

void bad_signal(signal<int> &s) {
  s.connect([](int n) -> task<> { co_await save(n); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_signal' never runs: 'signal::connect' drops the task that it returns
}

void bad_thread() {
  std::thread worker([]() -> task<> { co_await save(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_thread' never runs: 'thread' drops the task
  worker.join();
}

void bad_algorithm(std::vector<int> &all) {
  std::for_each(all.begin(), all.end(), [](int n) -> task<> { co_await save(n); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_algorithm' never runs: 'for_each' drops the task
}

void bad_loop() {
  co::loop().post([] { return save(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_loop' never runs
}

void ok_callables(timer &t) {
  std::function<task<>()> f = []() -> task<> { co_return; };
  co::spawn(f());
  t.on_fire([] { co::spawn(save(1)); });
  t.on_fire([]() -> co::detached { co_await save(1); });
  std::function<void()> eager = []() -> co::future<int> { co_return 1; };
}

//===-- returned out of a try block ---------------------------------------===//

task<int> bad_try() {
  try {
    return load();
    // CHECK: :[[@LINE-1]]:12: warning: 'load' runs outside of the try block: nothing that it throws is caught here
    // CHECK: :[[@LINE-3]]:3: note: the try block begins here
    // CHECK: note: make 'bad_try' a coroutine: co_return co_await
  } catch (const std::exception &e) {
    note(e.what());
    throw;
  }
}

task<int> ok_try_awaits() {
  try {
    co_return co_await load();
  } catch (...) {
    note("no");
    throw;
  }
}

// The handler may be for 'parse'.
task<> ok_try_around_something_else() {
  try {
    return save(parse(1));
  } catch (...) {
    return save(0);
  }
}

//===-- returned from under a lock ----------------------------------------===//

struct store {
  std::mutex m;
  int n = 0;
  task<int> locked();
  task<int> bad_lock() {
    std::lock_guard guard(m);
    return locked();
    // CHECK: :[[@LINE-1]]:12: warning: '{{.*}}locked' runs without the lock of 'm': it starts after the return
    // CHECK: :[[@LINE-3]]:{{.*}}note: 'm' is locked here
  }
  task<> ok_lock_for_the_argument() {
    std::lock_guard guard(m);
    return save(n);
  }
  task<> ok_lock_for_a_store() {
    std::lock_guard guard(m);
    ++n;
    return save(1);
  }
  task<int> ok_block_left_before() {
    {
      std::lock_guard guard(m);
      ++n;
    }
    return locked();
  }
};

//===-- no task is left ----------------------------------------------------===//

// What follows the call says that it must not come back.
void require(bool holds) {
  if (!holds)
    std::abort();
}
template <class E, class F> void must_throw(F &&f) {
  try {
    f();
  } catch (const E &) {
    return;
  } catch (...) {
  }
  require(false);
}
template <class F> void must_not_throw(F &&f) {
  try {
    f();
  } catch (...) {
    require(false);
  }
}
void ok_called_to_see_it_throw() {
  must_throw<std::runtime_error>([] { save(-1); });
}
void bad_called_to_see_it_work() {
  must_not_throw([] { save(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs
}

// What the await of a task yields was there before: it has run.
struct resolved : task<int> {
  struct awaiter {
    task<int> &of;
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    task<int> await_resume() { return std::move(of); }
  };
};
task<> ok_handed_back(resolved::awaiter wait) {
  const auto done = co_await wait;
  co_await save(1);
}

// Both arms of a conditional.
void hand_over(task<> given);
task<> ok_either_is_awaited(bool b) {
  if (b) {
    auto x = save(1);
    auto y = save(2);
    co_await (b ? std::move(x) : std::move(x));
    co_await std::move(y);
  }
}
void ok_given_away_by_both(bool b) {
  auto x = save(1);
  hand_over(b ? std::move(x) : std::move(x));
}
task<> ok_returned_by_both(bool b) {
  auto x = save(1);
  return b ? std::move(x) : std::move(x);
}
task<> bad_returned_by_one(bool b) {
  auto x = save(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' does not run on every path: nobody awaits the task in 'x'
  return b ? std::move(x) : save(2);
}
