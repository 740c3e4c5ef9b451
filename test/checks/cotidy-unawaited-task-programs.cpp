// Programs in the styles of several libraries, and code that is hard to follow:
// executors, senders, combinators, generators, continuations; macros, templates,
// lambdas in lambdas, goto, switch, exceptions, containers.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-unawaited-task' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <map>
#include <variant>

#pragma clang diagnostic ignored "-Wunused-value"
#pragma clang diagnostic ignored "-Wunused-result"

using co::future;
using co::task;

task<int> load();
task<> save(int);
future<int> fetch(int);
bool check();
void note(const char *);

//===-- executors and scopes ------------------------------------------------===//

struct executor {};
template <class T> struct on_executor {
  task<T> work;
  executor *where;
  future<T> start() &&;
  auto operator co_await() && { return std::move(work).operator co_await(); }
};
template <class T> on_executor<T> on(executor *e, task<T> t) { return {std::move(t), e}; }
template <class T> task<T> with_token(int, task<T> t) { co_return co_await std::move(t); }
struct scope {
  void add(task<> t);
  task<> join();
};

task<> bad_on_executor(executor *e) {
  on(e, load());
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'on' never runs: the task that it returns is dropped
  co_return;
}
task<> ok_on_executor(executor *e) {
  co_await on(e, load());
  (void)on(e, load()).start();
}
task<> bad_with_token() {
  auto t = with_token(1, save(2));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'with_token' never runs: nobody awaits the task in 't'
  co_await save(1);
}
task<> bad_join_forgotten(scope &s) {
  s.add(save(1));
  s.join();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'scope::join' never runs
  co_return;
}
task<> ok_join(scope &s) {
  s.add(save(1));
  co_await s.join();
}

//===-- senders -------------------------------------------------------------===//

template <class S, class F> struct then_sender {
  S before;
  F function;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
struct scheduler {
  struct sender {
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    void await_resume();
  };
  sender schedule();
};
template <class F> struct closure {
  F function;
};
template <class F> closure<F> then(F f) { return {f}; }
template <class S, class F> then_sender<S, F> operator|(S s, closure<F> c) {
  return {std::move(s), c.function};
}
template <class S> void wait_for(S s);

void bad_pipe(scheduler s) {
  s.schedule() | then([] { return 1; });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'operator|' never runs: the task that it returns is dropped
}
task<> bad_schedule(scheduler s) {
  s.schedule();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'scheduler::schedule' never runs
  note("on the pool");
  co_return;
}
task<> ok_pipe(scheduler s) {
  co_await (s.schedule() | then([] { return 1; }));
  auto work = s.schedule() | then([] { return 2; });
  co_await std::move(work);
}

//===-- combinators, generators, continuations ------------------------------===//

template <class... P> task<std::variant<std::monostate>> race(P &&...p);
struct generator {
  task<int> operator()();
  explicit operator bool() const;
};
template <class C, class F> future<> for_each_parallel(C &c, F f) {
  std::vector<future<>> all;
  for (auto &x : c)
    all.push_back(f(x));
  for (auto &one : all)
    co_await one;
}

task<> bad_race() {
  race(save(1), save(2));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'race' never runs
  co_return;
}
task<> ok_race() { co_await race(save(1), save(2)); }
task<> bad_step(generator g) {
  while (g) {
    g();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'generator::operator()' never runs
    co_await save(1);
  }
}
task<> ok_step(generator g) {
  while (g)
    co_await g();
}
future<> bad_parallel(std::vector<int> v) {
  for_each_parallel(v, [](int x) -> future<> { co_await fetch(x); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'for_each_parallel' goes on by itself
  co_await for_each_parallel(v, [](int x) -> future<> {
    fetch(x);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'fetch' goes on by itself
    co_return;
  });
}
future<> ok_parallel(std::vector<int> v) {
  co_await for_each_parallel(v, [](int x) -> future<> { co_await fetch(x); });
}

//===-- macros, templates, lambdas ------------------------------------------===//

#define AFTER_CHECK(x) \
  do { \
    if (!check()) \
      co_return; \
    x; \
  } while (0)

task<> bad_macro() {
  AFTER_CHECK(save(1));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs
  co_await save(2);
}
task<> ok_macro() { AFTER_CHECK(co_await save(1)); }

template <class F, class... A> auto call(F &&f, A &&...a) {
  return std::forward<F>(f)(std::forward<A>(a)...);
}
task<> bad_generic() {
  call(save, 1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'call' never runs
  call([](auto n) { return save(n); }, 2);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'call' never runs
  co_return;
}
task<> ok_generic() {
  co_await call(save, 1);
  co_await call([](auto n) { return save(n); }, 2);
}

template <bool Wait> task<> one_of_two(int n) {
  if constexpr (Wait)
    co_await save(n);
  else
    save(n);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs
}
template task<> one_of_two<true>(int);
template task<> one_of_two<false>(int);

template <class T> struct closer {
  task<> close() { return static_cast<T *>(this)->do_close(); }
};
struct file : closer<file> {
  task<> do_close();
};
task<> bad_base_class(file &f) {
  f.close();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: '{{.*}}close' never runs
  co_return;
}
task<> bad_lambda_of_lambda() {
  auto outer = [] { return [] { return save(1); }; };
  outer()();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_lambda_of_lambda' never runs
  co_await outer()();
}

//===-- control flow --------------------------------------------------------===//

task<> bad_goto(int n) {
  auto t = load();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' does not run on every path: nobody awaits the task in 't'
  if (n < 0)
    goto out;
  co_await std::move(t);
out:
  note("out");
}
task<> ok_goto(int n) {
retry:
  auto t = load();
  if (co_await std::move(t) < n)
    goto retry;
}
task<> bad_switch(int n) {
  auto t = load();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' does not run on every path
  switch (n) {
  case 0:
    co_await std::move(t);
    break;
  case 1:
    co_return;
  default:
    throw n;
  }
}
task<> ok_switch(int n) {
  auto t = load();
  switch (n) {
  case 0:
    co_await std::move(t);
    break;
  default:
    throw n;
  }
}
// A drop on the way of an exception is none, by rule.
task<> ok_handler() {
  auto t = load();
  try {
    note("x");
    co_await std::move(t);
  } catch (...) {
    note("failed");
  }
}
task<> bad_after_the_loop(int n) {
  task<> last;
  for (int i = 0; i < n; ++i) {
    if (i)
      co_await std::move(last);
    last = save(i);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' does not run on every path: nobody awaits the task in 'last'
  }
}
task<> ok_all_but_the_first(int n) { // a number that counts from 0 is not 0 again
  task<> before;
  for (int i = 0; i < n; ++i) {
    if (i)
      co_await std::move(before);
    before = save(i);
  }
  co_await std::move(before);
}
task<> ok_pipelined_loop(int n) {
  task<> current = save(0);
  for (int i = 1; i < n; ++i) {
    task<> next = save(i);
    co_await std::move(current);
    current = std::move(next);
  }
  co_await std::move(current);
}

//===-- containers and structures -------------------------------------------===//

task<> bad_map() {
  std::map<int, task<>> all;
  all.emplace(1, save(1));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs: nobody awaits the task in 'all'
  co_return;
}
task<> ok_map_of_the_caller(std::map<int, task<>> &all) {
  all.emplace(1, save(1));
  all[2] = save(2);
  all.insert_or_assign(3, save(3));
  co_return;
}
task<> bad_pair() {
  std::pair p(save(1), 2);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs: nobody awaits the task in 'p'
  co_return;
}
task<> ok_pair() {
  auto [a, b] = std::pair(save(1), save(2));
  co_await std::move(a);
  co_await std::move(b);
}
task<> ok_tuple() {
  auto t = std::make_tuple(save(1), save(2));
  co_await std::apply([](auto &...x) { return co::when_all(std::move(x)...); }, t);
}
task<> ok_shared() {
  auto p = std::make_shared<task<>>(save(1));
  co_await *p;
}
struct step {
  task<> work;
  int number;
};
step ok_returned_in_a_structure() { return {save(1), 2}; }

// What makes a task inside something else is not followed.
void limit_made_elsewhere() {
  auto s = ok_returned_in_a_structure();
  note("x");
  auto p = std::make_unique<task<>>(save(1));
}
struct derived : task<> {
  derived(task<> &&t) : task<>(std::move(t)) {}
};
void limit_inside_another() {
  auto [a, b] = std::pair(save(1), save(2));
  std::variant<int, task<>> v = save(3);
  derived d = save(4);
}
