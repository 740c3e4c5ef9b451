// Which code must not block its thread: coroutines, awaiters, callbacks of
// loops; not generators, offloaded work, what runs on a blocking pool.
//
// RUN: %cotidy check %s --root=%S --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <future>
#include <optional>
#include <unistd.h>

using co::task;

//===-- awaiters ----------------------------------------------------------===//

struct SlowReady {
  bool await_ready() { ::sleep(1); return false; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() {}
};
struct SlowSuspend {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> H) { ::sleep(1); H.resume(); }
  void await_resume() {}
};
struct SlowResume {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() { ::sleep(1); }
};
struct NobodyAwaits {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<>) { ::sleep(1); }
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'NobodyAwaits::await_suspend' blocks the thread of whoever awaits it: 'sleep' sleeps
  void await_resume() {}
};
task<> bad_awaiters() {
  co_await SlowReady{};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_awaiters'
  co_await SlowSuspend{};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_awaiters'
  co_await SlowResume{};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_awaiters'
}

//===-- generators --------------------------------------------------------===//

template <class T> struct generator {
  struct promise_type {
    T Value;
    generator get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T V) { Value = V; return {}; }
    void return_void() {}
    void unhandled_exception() {}
    template <class U> std::suspend_never await_transform(U &&) = delete;
  };
  std::coroutine_handle<promise_type> H;
};
generator<int> ok_generator() {
  for (int N = 0; N < 3; ++N) {
    ::sleep(1);
    co_yield N;
  }
}

//===-- elsewhere ---------------------------------------------------------===//

task<> ok_offloaded() {
  co_await co::offload([] { ::sleep(1); });
  std::thread([] { ::sleep(1); }).detach();
}
static co::thread_pool Pool(2);
static co::event_loop Loop;
task<> ok_posted_to_pool() {
  Pool.post([] { ::sleep(1); });
  co_return;
}
task<> ok_on_blocking_pool() {
  co_await Pool.schedule();
  ::sleep(1);
}
task<> bad_before_and_after_the_pool() {
  ::sleep(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_before_and_after_the_pool'
  co_await Pool.schedule();
  ::sleep(1);
  co_await co::resume_on(Loop);
  ::sleep(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_before_and_after_the_pool'
}
task<> bad_only_on_one_way(bool Offload) {
  if (Offload)
    co_await Pool.schedule();
  ::sleep(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_only_on_one_way'
}
task<> ends_on_pool() { co_await Pool.schedule(); }
task<> ends_on_loop() {
  co_await Pool.schedule();
  co_await co::yield();
}
task<> ok_awaited_coroutine_ends_on_pool() {
  co_await ends_on_pool();
  ::sleep(1);
}
task<> bad_awaited_coroutine_ends_on_loop() {
  co_await ends_on_loop();
  ::sleep(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_awaited_coroutine_ends_on_loop'
}
task<> bad_same_pool() {
  co_await Pool.schedule();
  std::promise<int> P;
  auto F = P.get_future();
  Pool.post([&] { P.set_value(1); });
  F.get();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_same_pool' may deadlock the pool it runs on: 'future::get' waits
}

//===-- what the effect of a coroutine is not ------------------------------===//

task<> innermost() {
  ::sleep(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'innermost'
  co_return;
}
task<> ok_awaits_one_that_blocks() { co_await innermost(); }

task<> ok_lambda_coroutine_is_its_own() {
  auto L = []() -> task<> {
    ::sleep(1);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'ok_lambda_coroutine_is_its_own' blocks
    co_return;
  };
  co_await L();
}

//===-- handles that wait when destroyed -----------------------------------===//

task<> bad_async_discarded() {
  (void)std::async(std::launch::async, [] {});
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_async_discarded'
  co_return;
}
task<> bad_async_local() {
  // CHECK: warning: 'bad_async_local' {{.*}} waits for another thread
  auto F = std::async([] {});
  co_return;
}
task<std::future<void>> ok_async_returned() {
  auto F = std::async([] {});
  co_return F;
}
task<> bad_jthread_local() {
  // CHECK: warning: 'bad_jthread_local' {{.*}} waits for another thread
  std::jthread T([] {});
  co_return;
}
std::vector<std::jthread> Kept;
task<> ok_jthread_moved_on() {
  std::jthread T([] {});
  Kept.push_back(std::move(T));
  co_return;
}
