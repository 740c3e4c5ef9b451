// A library's own `start`: the task moves into a detached coroutine, or its
// handle does. What it refers to must outlive the work, whoever wrote the library.
//
// RUN: split-file %s %t
// RUN: %cotidy check %t/start.cpp --root=%t --checks=-*,cotidy-dangling-reference --fail-on=never -- -std=c++20 > %t/out
// RUN: FileCheck %t/start.cpp --implicit-check-not=warning: < %t/out

//--- cotidy-models.yaml
functions:
  - name: task::start_later
    spawns: receiver
    starts: receiver
    consumes: receiver
types:
  - name: posted
    posted: true

//--- start.cpp
#include <coroutine>
#include <utility>

struct detached {
  struct promise_type {
    detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
struct hop {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<>);
  void await_resume() {}
};
void post(std::coroutine_handle<>);

struct task {
  struct promise_type {
    std::coroutine_handle<> next;
    task get_return_object() { return task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() { return {}; }
    struct last {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept { return h.promise().next; }
      void await_resume() noexcept {}
    };
    last final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  explicit task(std::coroutine_handle<promise_type> h) : frame(h) {}
  task(task &&other) : frame(std::exchange(other.frame, {})) {}
  task &operator=(task &&other) { std::swap(frame, other.frame); return *this; }
  ~task() { if (frame) frame.destroy(); }
  struct awaiter {
    std::coroutine_handle<promise_type> h;
    awaiter(std::coroutine_handle<promise_type> h) : h(h) {}
    ~awaiter() { if (h) h.destroy(); }
    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> c) { h.promise().next = c; return h; }
    void await_resume() {}
  };
  auto operator co_await() { return awaiter(std::exchange(frame, nullptr)); }
  auto result() { return awaiter(std::exchange(frame, nullptr)); }
  template <class F> void start_result(F f) {
    auto launch = [](task t, F f) -> detached { co_await t.result(); f(); };
    [[maybe_unused]] auto d = launch(std::move(*this), std::forward<F>(f));
  }
  template <class F> void start_moved(F f) {
    auto launch = [](task t, F f) -> detached { co_await std::move(t); f(); };
    launch(std::move(*this), f);
  }
  void start_alone() { [](task t) -> detached { co_await std::move(t); }(std::move(*this)); }
  void start_later();
  std::coroutine_handle<promise_type> frame;
};
struct posted : task {
  using task::task;
  explicit posted(task &&t) : task(std::move(t)) {}
};
detached start(task t) { co_await std::move(t); }
detached start_result(task t) { co_await t.result(); }

task counts(int &value) { co_await hop(); value++; }
task counts_at_once(int &value) { value++; co_return; }

void bad_result() { int n = 0; counts(n).start_result([] {}); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'value' refers to
void bad_moved() { int n = 0; counts(n).start_moved([] {}); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'value' refers to
void bad_alone() { int n = 0; counts(n).start_alone(); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'value' refers to
void bad_function() { int n = 0; start(counts(n)); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'value' refers to
void bad_function_result() { int n = 0; start_result(counts(n)); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'value' refers to

int kept;
void ok_global() { counts(kept).start_alone(); }
void ok_of_the_caller(int &n) { counts(n).start_moved([] {}); }
task ok_awaited() { int n = 0; co_await counts(n).result(); }
task ok_awaited_later() { int n = 0; auto t = counts(n); co_await t.result(); }
task ok_handed_back(int &n) { return counts(n); }
task bad_handed_back() { int n = 0; return counts(n); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'value' refers to
struct owner {
  int n = 0;
  task own = counts(n);
  task::awaiter wait() { return own.result(); }
};
task ok_member() { owner o; co_await o.wait(); }
task ok_assigned(bool again) { int n = 0; auto t = counts(n); if (again) t = counts(n); co_await std::move(t); }

// Used before the call returns; but not if the task is only posted.
void ok_at_once() { int n = 0; counts_at_once(n).start_alone(); }
void ok_at_once_moved() { int n = 0; counts_at_once(n).start_moved([] {}); }
void ok_at_once_result() { int n = 0; counts_at_once(n).start_result([] {}); }
void ok_at_once_function() { int n = 0; start_result(counts_at_once(n)); }
detached start_after_hop(task t) { co_await hop(); co_await std::move(t); }
void bad_after_hop() { int n = 0; start_after_hop(counts_at_once(n)); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts_at_once' outlives 'n', which its parameter 'value' refers to
void ok_row() { int n = 0; counts_at_once(n).start_later(); }
void bad_row() { int n = 0; counts(n).start_later(); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'value' refers to
void bad_row_posted() { int n = 0; posted(counts_at_once(n)).start_later(); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts_at_once' outlives 'n', which its parameter 'value' refers to
