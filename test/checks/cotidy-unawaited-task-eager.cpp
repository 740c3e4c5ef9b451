// Tasks that run by themselves: which drops of them count, and which are meant.
// Handles of work that was given away before they were returned are such tasks,
// though no coroutine returns their type.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-unawaited-task' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"

#pragma clang diagnostic ignored "-Wunused-value"
#pragma clang diagnostic ignored "-Wunused-result"

using co::task;
using co::future;

task<> save(int);
future<int> fetch(int);

//===-- dropped ------------------------------------------------------------===//

struct permit {
  permit(permit &&) noexcept;
  ~permit();
};
future<permit> enter();
struct plain_future : future<int> {
  struct promise_type;
};

task<> bad_holds_a_future() {
  auto lock = enter();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'enter' protects nothing: 'lock' holds the task, not the 'permit' that awaiting it yields
  co_await save(1);
}

task<> bad_permit_dropped() {
  enter();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'enter' protects nothing: the task is dropped, not the 'permit'
  co_await save(1);
}

struct candidate {
  int segment = 0;
  std::vector<future<permit>> locks;
};
task<> bad_futures_where_results_belong() {
  candidate c;
  c.locks.push_back(enter());
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'enter' protects nothing: 'c' holds the task
  co_await save(c.segment);
}

task<> bad_eager_forgotten() {
  auto f = fetch(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'fetch' goes on by itself: nobody awaits the task in 'f'
  co_await save(1);
}

void bad_eager_moved_and_forgotten() {
  auto f = fetch(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'fetch' goes on by itself: nobody awaits the task in 'g'
  auto g = std::move(f);
}

void bad_eager_nodiscard() {
  fetch(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'fetch' goes on by itself: the task that it returns is dropped
}

//===-- meant --------------------------------------------------------------===//

void ok_deliberate_eager() {
  (void)fetch(1);
  std::ignore = fetch(2);
  (void)enter();
  auto f = fetch(3);
  (void)f;
  auto _ = fetch(4);
}

task<> ok_eager_asked() {
  auto f = fetch(1);
  if (f.available())
    co_return;
  co_await save(1);
}

task<> ok_permit() {
  auto lock = co_await enter();
  co_await save(1);
}

/// Runs by itself, and no longer than the object lives.
struct scoped {
  struct promise_type {
    scoped get_return_object() { return scoped(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  explicit scoped(std::coroutine_handle<promise_type> h) : frame(h) {}
  scoped(scoped &&) = delete;
  ~scoped() { frame.destroy(); }
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
  std::coroutine_handle<promise_type> frame;
};
scoped watch() { co_await save(1); }
void run_application();
void ok_kept_while_the_scope_lasts() {
  auto watching = watch();
  run_application();
}

//===-- handles ------------------------------------------------------------===//

struct state {
  int value = 0;
};

/// Awaits what a child does; the child goes on without it.
struct [[nodiscard]] handle {
  handle(handle &&) noexcept;
  ~handle();
  bool done() const;
  struct awaiter {
    std::shared_ptr<state> of;
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    int await_resume();
  };
  awaiter operator co_await() &&;
  explicit handle(std::shared_ptr<state>);
};

handle start(int n) {
  auto shared = std::make_shared<state>();
  co::loop().post([shared, n] { shared->value = n; });
  return handle(shared);
}
handle start_through_others(int n) { return start(n); }
[[clang::annotate("cotidy::spawn")]] handle start_unseen(task<> t);
handle later(int n) { return handle(std::make_shared<state>(n)); }

task<> bad_handle_dropped() {
  start(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'start' goes on by itself: the task that it returns is dropped
  start_unseen(save(1));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'start_unseen' goes on by itself: the task that it returns is dropped
  later(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'later' never runs: the task that it returns is dropped
  co_return;
}

task<> ok_handles(int n) {
  (void)start(1);
  (void)start_through_others(2);
  (void)start_unseen(save(1));
  auto h = start(3);
  if (n > 3)
    co_await std::move(h);
  std::optional<handle> kept;
  kept.emplace(start(4));
  auto scoped = start(5); // its destructor says when the work is no longer wanted
  co_await save(2);
}

void bad_handle_voided() {
  (void)later(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'later' never runs: the task that it returns is dropped
}

// What only an assertion looks at, where assertions are off.
#undef assert
#define assert(condition) ((void)0)
struct running {
  struct promise_type {
    running get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
  bool failed() const;
};
running serve();
void ok_looked_at_by_an_assertion() {
  auto r = serve();
  assert(!r.failed());
}
void bad_never_looked_at() {
  auto r = serve();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'serve' goes on by itself: nobody awaits the task in 'r'
}
