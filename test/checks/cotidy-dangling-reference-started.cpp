// A library's own `start`: the task moves into a detached coroutine, or its
// handle does. What it refers to must outlive the work, whoever wrote the library.
//
// RUN: %cotidy check %s --root=%S --checks=-*,cotidy-dangling-reference --fail-on=never -- -std=c++20 > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include <coroutine>
#include <deque>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

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
  auto release() { return std::exchange(frame, {}); }
  bool done() const { return frame.done(); }
  void resume() { frame.resume(); }
  std::coroutine_handle<promise_type> frame;
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

// Used before the call returns.
void ok_at_once() { int n = 0; counts_at_once(n).start_alone(); }
void ok_at_once_moved() { int n = 0; counts_at_once(n).start_moved([] {}); }
void ok_at_once_result() { int n = 0; counts_at_once(n).start_result([] {}); }
void ok_at_once_function() { int n = 0; start_result(counts_at_once(n)); }
detached start_after_hop(task t) { co_await hop(); co_await std::move(t); }
void bad_after_hop() { int n = 0; start_after_hop(counts_at_once(n)); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts_at_once' outlives 'n', which its parameter 'value' refers to

// Kept by who runs it: over once that has waited, even if it is used again.
struct scheduler {
  std::deque<std::coroutine_handle<>> ready;
  std::vector<std::coroutine_handle<task::promise_type>> typed;
  std::vector<task> tasks;
  void spawn(task t) { ready.push_back(t.release()); }
  void spawn_typed(task t) { typed.push_back(t.release()); }
  void spawn_task(task t) { tasks.push_back(std::move(t)); }
  void run() {
    while (!ready.empty()) {
      auto h = ready.front();
      ready.pop_front();
      h.resume();
    }
    for (auto h : typed)
      while (!h.done()) h.resume();
    for (auto &t : tasks)
      while (!t.done()) t.resume();
  }
};
scheduler everywhere;
void ok_run() { scheduler s; int n = 0; s.spawn(counts(n)); s.spawn_typed(counts(n)); s.spawn_task(counts(n)); s.run(); }
void ok_run_again() { scheduler s; { int n = 0; s.spawn_task(counts(n)); s.run(); } int m = 0; s.spawn_task(counts(m)); s.run(); }
void ok_run_again_typed() { scheduler s; { int n = 0; s.spawn_typed(counts(n)); s.run(); } int m = 0; s.spawn_typed(counts(m)); s.run(); }
void ok_run_everywhere() { int n = 0; everywhere.spawn_typed(counts(n)); everywhere.run(); }
void bad_run_too_late() { scheduler s; { int n = 0; s.spawn_typed(counts(n)); } s.run(); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'value' refers to
void bad_everywhere() { int n = 0; everywhere.spawn_typed(counts(n)); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'value' refers to
void limit_everywhere_erased() { int n = 0; everywhere.spawn(counts(n)); } // which promise it was is lost
void ok_by_hand() { int n = 0; auto h = counts(n).release(); while (!h.done()) h.resume(); h.destroy(); }
struct group {
  std::vector<task> all;
  void add(task t) { all.push_back(std::move(t)); }
  task join() { for (auto &t : all) co_await t; }
};
task ok_joined() { group g; int n = 0; g.add(counts(n)); co_await g.join(); }
task ok_joined_again() { group g; { int n = 0; g.add(counts(n)); co_await g.join(); } { int m = 0; g.add(counts(m)); co_await g.join(); } }
task bad_joined_too_late() { group g; { int n = 0; g.add(counts(n)); } co_await g.join(); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'value' refers to

// A generator is run by its iterators.
struct gen {
  struct promise_type {
    int v;
    gen get_return_object() { return gen{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int x) { v = x; return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  struct iterator {
    std::coroutine_handle<promise_type> h;
    void operator++() { h.resume(); }
    int operator*() { return h.promise().v; }
    bool operator==(std::default_sentinel_t) const { return h.done(); }
  };
  explicit gen(std::coroutine_handle<promise_type> h) : h(h) {}
  gen(gen &&o) : h(std::exchange(o.h, {})) {}
  ~gen() { if (h) h.destroy(); }
  iterator begin() { h.resume(); return {h}; }
  std::default_sentinel_t end() { return {}; }
  std::coroutine_handle<promise_type> h;
};
gen chars(const std::string &s) { for (char c : s) co_yield c; }
int ok_generator() { int sum = 0; std::string s = "abc"; for (int c : chars(s)) sum += c; return sum; }
int ok_iterators() { int sum = 0; for (int i = 0; i < 3; ++i) { std::string s = "abc"; auto g = chars(s); for (auto it = g.begin(); it != g.end(); ++it) sum += *it; } return sum; }
int bad_range() { int sum = 0; for (int c : chars("abc")) sum += c; return sum; }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'chars' outlives a temporary, which its parameter 's' refers to
