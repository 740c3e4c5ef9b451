// Every way to make a lazy task and let it go: discarded in any spelling,
// forgotten in a variable, on some path, overwritten, dropped in a container.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-unawaited-task' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <algorithm>
#include <cstdlib>

// The compiler's own warnings are not what is tested.
#pragma clang diagnostic ignored "-Wunused-value"
#pragma clang diagnostic ignored "-Wunused-result"

using co::task;

task<int> load();
task<> save(int);
task<task<int>> open();
bool check();
void use(task<int>);

//===-- discarded ----------------------------------------------------------===//

void bad_plain() {
  load();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs: the task that it returns is dropped [cotidy-unawaited-task]
}

task<> bad_in_coroutine() {
  save(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs
  // CHECK: note: co_await it, or give it to a function that starts it
  co_return;
}

void bad_void() {
  (void)load();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs
  static_cast<void>(load());
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs
  std::ignore = load();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs
}

void bad_comma(int &n) {
  load(), ++n;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs
  ++n, load();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs
}

void bad_arms(bool b) {
  b ? load()
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs
    : (use(load()), load());
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs
}

void bad_either_arm(bool b) {
  b ? save(1)
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs
    : save(2);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs
}

void bad_increment() {
  for (int i = 0; i < 3; load(), ++i)
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs
    check();
}

void bad_lambda() {
  auto work = [] { return load(); };
  work();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_lambda' never runs
  []() -> task<> { co_return; }();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_lambda' never runs
}

void bad_callable(std::function<task<>()> make, task<> (*pointer)()) {
  make();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: {{.*}} never runs
  pointer();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a callable never runs
}

struct service {
  virtual ~service() = default;
  virtual task<> stop();
  task<> start();
};
void bad_member(service &s, service *p) {
  s.start();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: '{{.*}}start' never runs
  p->stop();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: '{{.*}}stop' never runs
}

task<> bad_inner() {
  co_await open();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: {{.*}} never runs: the task that it returns is dropped
}

void bad_awaitable() {
  co::sleep_for(std::chrono::seconds(1));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'sleep_for' never runs
}

#define RUN(x) x
void bad_macro() {
  RUN(load());
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs
}

template <class T> void bad_template(T t) {
  save(int(t));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs
}
template void bad_template(int);
template void bad_template(long);

task<> bad_holds_no_await() {
  save(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs
  return save(2);
}

//===-- kept and forgotten -------------------------------------------------===//

task<> bad_variable() {
  auto t = load();
  // CHECK: :[[@LINE-1]]:12: warning: 'load' never runs: nobody awaits the task in 't'
  // CHECK: :[[@LINE-2]]:8: note: the task is kept in 't'
  // CHECK: :[[@LINE+2]]:1: note: 't' is destroyed here
  co_await save(1);
}

task<int> bad_some_path(bool b) {
  auto t = load();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' does not run on every path: nobody awaits the task in 't'
  // CHECK: :[[@LINE-2]]:{{.*}}note: the task is kept in 't'
  // CHECK: :[[@LINE+3]]:{{.*}}note: 'b' is false here
  // CHECK: :[[@LINE+3]]:{{.*}}note: 't' is destroyed here
  // CHECK: note: await it on this path too, or do not make it
  if (b) co_return co_await std::move(t);
  co_return 0;
}

task<int> bad_early_return(bool stop) {
  auto t = load();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' does not run on every path
  // CHECK: note: 'stop' is true here
  if (stop)
    co_return 0;
  co_return co_await std::move(t);
}

task<int> bad_overwritten() {
  auto t = load();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs: the task in 't' is overwritten before anybody awaits it
  // CHECK: :[[@LINE+1]]:{{.*}}note: 't' gets another value here
  t = load();
  co_return co_await std::move(t);
}

task<> bad_overwritten_in_loop() {
  task<> last;
  for (int i = 0; i < 3; ++i)
    last = save(i);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' does not run on every path: the task in 'last' is overwritten
  co_await std::move(last);
}

void bad_moved_to_a_dead_one() {
  auto t = load();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'load' never runs: nobody awaits the task in 'u'
  auto u = std::move(t);
}

task<> bad_container() {
  std::vector<task<>> all;
  all.push_back(save(1));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs: nobody awaits the task in 'all'
  all.emplace_back(save(2));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs: nobody awaits the task in 'all'
  co_return;
}

struct job {
  int id = 0;
  task<> work;
};
task<int> bad_struct() {
  job j{1, save(1)};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs: nobody awaits the task in 'j'
  co_return j.id;
}

void bad_optional() {
  std::optional<task<>> t;
  t = save(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs: nobody awaits the task in 't'
}

void bad_given_to_nobody() {
  [](task<> t) {}(save(1));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs
}

task<> bad_parameter(task<> t, bool b) {
  // CHECK: :[[@LINE-1]]:8: warning: the task in 't' does not run on every path
  if (b) co_await std::move(t);
}

//===-- no findings --------------------------------------------------------===//

task<int> ok_awaited() {
  co_await save(1);
  auto t = load();
  int n = co_await std::move(t);
  task<> later = save(n);
  co_await later;
  auto &ref = *new int;
  co_return ref + co_await load();
}

task<> ok_returned(bool b) {
  if (b) {
    auto t = save(1);
    return t;
  }
  return save(2);
}

void ok_started(co::event_loop &) {
  co::spawn(save(1));
  co::sync_wait(load());
  auto t = save(2);
  co::spawn(std::move(t));
}

void keep(std::vector<task<>> &into) { into.push_back(save(1)); }
struct keeper {
  std::vector<task<>> all;
  task<> one;
  void ok_stored() {
    all.push_back(save(1));
    one = save(2);
  }
  task<> run() { return co::when_all(std::move(all)); }
};

task<> ok_combined() {
  std::vector<task<>> all;
  for (int i = 0; i < 3; ++i)
    all.push_back(save(i));
  co_await co::when_all(std::move(all));
  std::vector<task<>> one_by_one;
  one_by_one.push_back(save(4));
  for (auto &t : one_by_one)
    co_await t;
  auto a = save(5), b = save(6);
  co_await co::when_all(std::move(a), std::move(b));
}

task<> ok_same_condition(bool b, const std::optional<int> &n) {
  task<> t;
  if (b)
    t = save(1);
  co_await save(2);
  if (b)
    co_await t;
  std::optional<task<>> u;
  if (n)
    u.emplace(save(*n));
  if (n.has_value())
    co_await std::move(*u);
}

task<> ok_asks_the_optional(bool b) {
  std::optional<task<>> t;
  if (b)
    t = save(1);
  if (t)
    co_await std::move(*t);
}

task<> ok_flag(int n) {
  task<> t;
  bool have = false;
  if (n > 3) {
    t = save(n);
    have = true;
  }
  if (have)
    co_await t;
}

task<int> ok_exception(bool b) {
  auto t = load();
  if (b)
    throw std::runtime_error("no");
  if (!check())
    std::abort();
  co_return co_await std::move(t);
}

void ok_captured() {
  auto t = save(1);
  auto run = [t = std::move(t)]() mutable { co::spawn(std::move(t)); };
  run();
}

task<> ok_by_reference() {
  auto t = save(1);
  auto run = [&] { co::spawn(std::move(t)); };
  run();
  co_return;
}

task<> ok_conditional_await(bool b) {
  co_await (b ? save(1) : save(2));
  b ? co_await save(3) : co_await save(4);
}

task<> taken;
task<> ok_take() { return std::exchange(taken, {}); }
void ok_dropped_on_purpose() { std::exchange(taken, {}); }

struct batch {
  int number = 0;
  std::vector<task<>> tasks;
};
task<> in_batch(batch &b);
task<> ok_field_of_a_struct() {
  batch b;
  for (b.number = 0; b.number < 3; ++b.number)
    b.tasks.emplace_back(in_batch(b));
  co_await co::when_all(std::move(b.tasks));
}
task<> bad_field_of_a_struct() {
  batch b;
  b.tasks.emplace_back(save(1));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' never runs: nobody awaits the task in 'b'
  co_await save(b.number);
}

template <class F> void call(F f) { f(); }
task<> ok_filled_in_a_callback() {
  std::optional<task<>> one;
  std::vector<task<>> all;
  call([&] { one.emplace(save(1)); });
  call([&] { all.emplace_back(save(2)); });
  co_await std::move(*one);
  co_await co::when_all(std::move(all));
}

void ok_ended_on_purpose(std::optional<task<>> given) {
  std::optional<task<>> t(save(1));
  t.reset();
  std::vector<task<>> all;
  all.push_back(save(2));
  all.clear();
}
task<> bad_left_over(int count) {
  std::vector<task<>> batch;
  for (int i = 0; i < count; ++i) {
    batch.push_back(save(i));
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'save' does not run on every path: nobody awaits the task in 'batch'
    if (batch.size() == 8) {
      co_await co::when_all(std::move(batch));
      batch.clear();
    }
  }
}

void limit_detached_type() { []() -> co::detached { co_return; }(); } // nothing to await
