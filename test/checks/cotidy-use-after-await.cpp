// Tasks that are consumed twice, and objects that are used after they were moved
// into a call that is awaited: on every kind of way from the first use to the
// second. Shared tasks, new values and ways that exclude one another are fine.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-use-after-await' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <future>
#include <string>

using co::task;
using co::future;

task<int> load();
task<> save(int);
future<int> fetch();
std::string make();
task<> send(std::string);
void log(std::exception_ptr);
void sink(task<int>);
bool check();
void print(const std::string &);

//===-- tasks --------------------------------------------------------------===//

task<> bad_twice() {
  auto t = load();
  co_await t;
  // CHECK: :[[@LINE+2]]:3: warning: 't' is awaited a second time: its result can be had once only [cotidy-use-after-await]
  // CHECK: :[[@LINE-2]]:3: note: 't' is awaited here first
  co_await t;
  // CHECK: note: await it once and keep the result, or make a new task
}

task<> bad_loop() {
  auto t = load();
  while (check())
    co_await t;
  // CHECK: :[[@LINE-1]]:5: warning: 't' is awaited again in the next round of the loop
  // CHECK: note: 't' is awaited here, in every round
}

task<> bad_joining_ways(bool b) {
  auto t = load();
  if (b)
    co_await t;
  co_await std::move(t);
  // CHECK: :[[@LINE-1]]:3: warning: 't' is awaited a second time
}

task<> show(task<int> &t) {
  int n = co_await t;
  (void)n;
}
task<> bad_two_awaiters() {
  auto t = load();
  co_await co::when_all(show(t), show(t));
  // CHECK: :[[@LINE-1]]:34: warning: 't' is given to 'show' after 'show' took it: there is nothing left to have
  // CHECK: :[[@LINE-2]]:25: note: 't' is given to 'show' here first
}

task<> bad_after_a_callee_took_it() {
  auto t = load();
  sink(std::move(t));
  co_await t;
  // CHECK: :[[@LINE-1]]:3: warning: 't' is awaited after 'sink' took it
}

task<> bad_moved() {
  auto t = save(1);
  auto u = std::move(t);
  co_await u;
  co_await t;
  // CHECK: :[[@LINE-1]]:3: warning: 't' is awaited after it was given away: there is nothing left to have
}

task<> bad_combined() {
  auto a = save(1), b = save(2);
  co_await co::when_all(std::move(a), std::move(b));
  co_await b;
  // CHECK: :[[@LINE-1]]:3: warning: 'b' is awaited after 'when_all' took it
}

void bad_waited_for() {
  auto t = load();
  co::sync_wait(std::move(t));
  co::sync_wait(std::move(t));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 't' is given to 'sync_wait' after 'sync_wait' took it
}

task<> bad_parameter(task<> t) {
  co_await std::move(t);
  co_await std::move(t);
  // CHECK: :[[@LINE-1]]:3: warning: 't' is awaited a second time
}

task<> bad_reference(task<int> t) {
  auto &same = t;
  co_await same;
  co_await t;
  // CHECK: :[[@LINE-1]]:3: warning: 't' is awaited a second time
}

struct session {
  task<> closing;
  task<> bad_member() {
    co_await closing;
    co_await closing;
    // CHECK: :[[@LINE-1]]:5: warning: 'closing' is awaited a second time
  }
};

task<> bad_optional(std::optional<task<>> t) {
  co_await *t;
  co_await *t;
  // CHECK: :[[@LINE-1]]:3: warning: 't' is awaited a second time
}

void bad_exception_twice(future<int> f) {
  if (f.get_exception())
    log(f.get_exception());
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'f' is consumed by '{{.*}}get_exception' after '{{.*}}get_exception' took it
  // CHECK: :[[@LINE-3]]:{{.*}}note: 'f' is consumed by '{{.*}}get_exception' here first
  // CHECK: note: '{{.*}}get_exception' returns true here
}

task<> bad_awaited_then_asked(future<int> f) {
  co_await f;
  f.get_exception();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'f' is consumed by '{{.*}}get_exception' after it was awaited
}

int bad_standard_future(std::future<int> f) {
  return f.get() + f.get();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'f' is consumed by '{{.*}}get' after '{{.*}}get' took it
}

//===-- objects ------------------------------------------------------------===//

task<> bad_sent_again() {
  std::string buffer = make();
  for (int i = 0; i < 3; ++i)
    co_await send(std::move(buffer));
  // CHECK: :[[@LINE-1]]:14: warning: 'buffer' is given to 'send' again in the next round after it was moved into 'send': it is empty then
}

task<> bad_read_after() {
  std::string buffer = make();
  co_await send(std::move(buffer));
  print(buffer);
  // CHECK: :[[@LINE-1]]:3: warning: 'buffer' is used by 'print' after it was moved into 'send': it is empty then
  // CHECK: :[[@LINE-3]]:12: note: 'buffer' is given to 'send' here first
  // CHECK: note: give it a new value first, or copy what is needed later
}

task<> take(std::unique_ptr<int>);
task<> bad_pointer(std::unique_ptr<int> p) {
  co_await take(std::move(p));
  co_await take(std::move(p));
  // CHECK: :[[@LINE-1]]:12: warning: 'p' is given to 'take' after it was moved into 'take'
}

//===-- no findings --------------------------------------------------------===//

task<> ok_new_value() {
  auto t = load();
  co_await t;
  t = load();
  co_await t;
  for (int i = 0; i < 3; ++i) {
    auto u = load();
    co_await u;
  }
}

task<> ok_ways_exclude(bool b) {
  auto t = load();
  if (b)
    co_await t;
  else
    co_await std::move(t);
  auto u = load();
  if (b)
    co_await u;
  co_await save(1);
  if (!b)
    co_await u;
}

task<> ok_first_round_only() {
  auto t = load();
  bool first = true;
  while (check()) {
    if (first) {
      co_await t;
      first = false;
    }
    co_await save(1);
  }
}

task<> ok_leaves_the_loop() {
  auto t = load();
  while (check()) {
    co_await t;
    break;
  }
}

task<> ok_elements(std::vector<task<>> all) {
  for (auto &t : all)
    co_await t;
  std::vector<task<>> more;
  more.push_back(save(1));
  more.push_back(save(2));
  co_await more[0];
  co_await more[1];
}

task<> look(const task<int> &t);
task<> ok_looked_at() {
  auto t = load();
  co_await look(t);
  co_await t;
}

struct shared {
  struct promise_type {
    shared get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
  shared(const shared &);
  ~shared();
};
shared all_share();
task<> ok_shared() {
  auto s = all_share();
  co_await s;
  co_await s;
}

task<> ok_asked_first(future<int> f) {
  if (f.failed())
    log(f.get_exception());
}

task<> ok_filled_again() {
  std::string buffer;
  for (int i = 0; i < 3; ++i) {
    buffer = make();
    co_await send(std::move(buffer));
  }
  buffer.clear();
  buffer += "x";
  co_await send(std::move(buffer));
}

task<> ok_declared_in_the_loop() {
  while (check()) {
    std::string buffer = make();
    co_await send(std::move(buffer));
  }
}

task<> ok_refilled_by_a_callee(void (*fill)(std::string &)) {
  std::string buffer;
  while (check()) {
    fill(buffer);
    co_await send(std::move(buffer));
  }
}

task<> read(const std::string &);
task<> ok_not_moved() {
  std::string buffer = make();
  co_await read(std::move(buffer));
  print(buffer);
}

task<> ok_tested(std::unique_ptr<int> p) {
  if (p)
    co_await take(std::move(p));
  if (!p)
    co_await save(1);
}

// A lambda that refers to the task is not asked what it does to it.
task<> limit_in_a_lambda_and_outside() {
  auto t = load();
  auto inner = [&]() -> task<> { (void)co_await t; };
  co_await inner();
  (void)co_await t;
}
