// Waits that no call shows, and waits that cannot end: loops that only another
// thread can end, and waiting on the very executor that must do the work.
//
// RUN: %cotidy check %s --root=%S --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"

#include "asio-shape.hpp"

#include <atomic>
#include <future>
#include <vector>
#include <unistd.h>

using co::task;
using namespace std::chrono_literals;
namespace asio = boost::asio;

//===-- busy waits --------------------------------------------------------===//

static std::atomic<bool> Flag;
static std::atomic_flag Raised;
static bool Plain;
struct Shared {
  std::atomic<int> Left;
  void spin() {
    while (Left.load() != 0)
      std::this_thread::yield();
  }
};
task<> bad_busy_wait(Shared &S) {
  while (!Flag.load(std::memory_order_acquire)) {
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_busy_wait' blocks the thread of its event loop: it loops until another thread changes 'Flag'
  }
  while (!Flag)
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_busy_wait'
    std::this_thread::yield();
  while (!Raised.test())
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_busy_wait'
    ;
  while (!Plain)
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_busy_wait'
    std::this_thread::yield();
  int Seen;
  do
    Seen = S.Left.load();
  while (Seen > 3);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_busy_wait'
  for (;;) {
    if (S.Left == 5)
      // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_busy_wait'
      break;
  }
  S.spin();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_busy_wait' {{.*}}: 'Shared::spin' loops until another thread changes 'Left'
  co_return;
}
task<> bad_busy_wait_among_work(std::vector<int> &V) {
  for (int &N : V) {
    while (!Flag)
      // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_busy_wait_among_work'
      std::this_thread::yield();
    ++N;
  }
  co_return;
}
task<> ok_short_retries(std::atomic<int> &N, std::atomic_flag &Lock, std::atomic<bool> &Other) {
  int Old = N.load();
  while (!N.compare_exchange_weak(Old, Old + 1)) {
  }
  do
    Old = N.load();
  while (!N.compare_exchange_strong(Old, Old + 1));
  while (Lock.test_and_set()) {
    while (Lock.test()) {
    }
  }
  Lock.clear();
  while (Other.exchange(true)) {
  }
  Other = false;
  co_return;
}
struct Node {
  Node *Next;
  int Value;
};
void step();
task<> ok_loops_that_end(std::vector<int> &V, Node *N, const int *P) {
  for (int I = 0; I < 100 && !Flag; ++I) {
  }
  while (!Flag && !V.empty())
    V.pop_back();
  while (!Flag)
    step();
  while (!Flag)
    co_await co::yield();
  while (N)
    N = N->Next;
  while (*P)
    ++P;
  bool Done = false;
  int Count = 0;
  while (!Done)
    if (++Count > 3)
      Done = true;
}

//===-- what is handed back by a coroutine of ours need not be ready --------===//

static std::future<int> started();
static task<std::vector<std::future<int>>> start_some() {
  std::vector<std::future<int>> All;
  All.push_back(started());
  co_return std::move(All);
}
task<int> bad_only_started() {
  auto All = co_await start_some();
  co_return All[0].get();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_only_started' blocks the thread of its event loop: 'future::get' waits for another thread
}

//===-- the very executor that must do the work ---------------------------===//

static co::event_loop Loop;
static co::thread_pool Pool(2);
static task<> needs_loop() { co_await co::sleep_for(1ms); }
static task<> needs_pool() { co_await Pool.schedule(); }
static void waitFor() { co::sync_wait(needs_loop()); }

task<> bad_waits_for_its_loop() {
  std::promise<int> P;
  auto F = P.get_future();
  Loop.post([&] { P.set_value(1); });
  F.get();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_waits_for_its_loop' may deadlock the event loop it runs on: 'future::get' waits for another thread, and the work needs that loop's thread
  waitFor();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_waits_for_its_loop' may deadlock the event loop it runs on
  co_return;
}
task<> bad_waits_for_its_pool() {
  co_await Pool.schedule();
  co::sync_wait(needs_pool());
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_waits_for_its_pool' may deadlock the pool it runs on: {{.*}}, and the work needs a thread of the same pool
}
task<> ok_had_its_turn_while_this_was_suspended() {
  co_await Pool.schedule();
  std::promise<int> P;
  auto F = P.get_future();
  Pool.post([&] { P.set_value(1); });
  co_await needs_pool();
  F.get();
}
task<> ok_waits_on_a_pool_for_a_loop() {
  co_await Pool.schedule();
  co::sync_wait(needs_loop());
}
void bad_callback_of_a_pool() {
  Pool.post([] {
    std::promise<int> P;
    auto F = P.get_future();
    Pool.post([&] { P.set_value(1); });
    F.get();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_callback_of_a_pool' may deadlock the pool it runs on
  });
}
void ok_callback_of_a_pool() {
  Pool.post([] { ::sleep(1); });
  Pool.post([] { co::sync_wait(needs_loop()); });
}

static asio::awaitable<void> work() { co_return; }
asio::awaitable<void> bad_waits_for_a_spawned_task(asio::io_context &Context) {
  asio::co_spawn(Context, work(), asio::use_future).get();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_waits_for_a_spawned_task' may deadlock the event loop it runs on
  co_return;
}
asio::awaitable<void> bad_waits_for_a_handler() {
  auto Mine = co_await asio::this_coro::executor;
  std::promise<void> P;
  asio::post(Mine, [&] { P.set_value(); });
  P.get_future().wait();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_waits_for_a_handler' may deadlock the event loop it runs on
}
void bad_handler_waits_for_a_handler(asio::io_context &Context) {
  asio::post(Context, [&] {
    std::promise<void> P;
    asio::post(Context, [&] { P.set_value(); });
    P.get_future().wait();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_handler_waits_for_a_handler' may deadlock the event loop it runs on
  });
}
void bad_pool_waits_for_itself(asio::thread_pool &Workers) {
  asio::post(Workers, [&] {
    std::promise<void> P;
    asio::post(Workers, [&] { P.set_value(); });
    P.get_future().wait();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_pool_waits_for_itself' may deadlock the pool it runs on
  });
}
asio::awaitable<void> bad_waits_for_a_pool(asio::thread_pool &Workers) {
  std::promise<void> P;
  asio::post(Workers, [&] { P.set_value(); });
  P.get_future().wait();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_waits_for_a_pool' blocks the thread of its event loop
  co_return;
}

// Started on a pool by all who start them.
static asio::awaitable<int> part() { co_return 1; }
static asio::awaitable<int> bad_started_on_its_pool(asio::thread_pool &Workers) {
  co_return asio::co_spawn(Workers, part(), asio::use_future).get();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_started_on_its_pool' may deadlock the pool it runs on: 'future::get' waits for another thread, and the work needs a thread of the same pool
}
static asio::awaitable<int> ok_started_on_a_pool(asio::io_context &Context) {
  co_return asio::co_spawn(Context, part(), asio::use_future).get();
}
void starts_on_a_pool(asio::thread_pool &Workers, asio::io_context &Context) {
  asio::co_spawn(Workers, bad_started_on_its_pool(Workers), asio::use_future);
  asio::co_spawn(Workers, ok_started_on_a_pool(Context), asio::use_future);
}
