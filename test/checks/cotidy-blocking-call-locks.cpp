// Locks: taking one blocks only if some holder keeps it while it sleeps, waits,
// joins or is suspended, and runs elsewhere.
//
// RUN: %cotidy check %s --root=%S --checks=-*,cotidy-blocking-call --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <fstream>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unistd.h>
using co::task;

static int Total;

//===-- a thread keeps it while it sleeps ---------------------------------===//

struct kept_by_a_thread {
  std::mutex M;
  std::thread T;
  kept_by_a_thread() : T([this] { work(); }) {}
  void work() {
    while (Total < 100) {
      std::lock_guard L(M);
      ++Total;
      ::sleep(1);
    }
  }
  void add() { std::lock_guard L(M); ++Total; }
  task<> bad_takes_it() {
    std::lock_guard L(M);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'kept_by_a_thread::bad_takes_it' blocks the thread of its event loop: it waits for 'kept_by_a_thread::M', which 'kept_by_a_thread::work' keeps while 'sleep' sleeps
    // CHECK: note: 'kept_by_a_thread::bad_takes_it' takes 'kept_by_a_thread::M' here
    // CHECK: note: 'kept_by_a_thread::work' takes 'kept_by_a_thread::M' here
    // CHECK: note: 'kept_by_a_thread::work' keeps it while 'sleep' sleeps here
    // CHECK: note: instead: do what takes long without the lock, or await an asynchronous lock
    ++Total;
    co_return;
  }
  task<> bad_in_a_function() {
    add();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'kept_by_a_thread::bad_in_a_function' blocks the thread of its event loop: it waits for 'kept_by_a_thread::M'
    co_return;
  }
  task<> ok_only_tries() {
    std::unique_lock L(M, std::try_to_lock);
    if (L)
      ++Total;
    co_return;
  }
  task<> ok_on_a_thread() {
    co_await co::offload([this] { add(); });
  }
};

//===-- short, or released meanwhile --------------------------------------===//

struct kept_shortly {
  std::mutex M;
  std::condition_variable C;
  std::thread T;
  kept_shortly() : T([this] { work(); }) {}
  void work() {
    std::unique_lock L(M);
    C.wait(L, [] { return Total > 0; });
    ++Total;
    L.unlock();
    ::sleep(1);
    L.lock();
    ++Total;
  }
  task<> ok_takes_it() {
    std::lock_guard L(M);
    ++Total;
    co_return;
  }
};
struct kept_while_it_writes {
  std::mutex M;
  std::thread T;
  kept_while_it_writes() : T([this] { std::lock_guard L(M); std::ofstream("log") << Total; }) {}
  task<> ok_takes_it() { std::lock_guard L(M); ++Total; co_return; }
};

//===-- readers ------------------------------------------------------------===//

struct read_for_long {
  std::shared_mutex M;
  std::thread T;
  read_for_long() : T([this] { std::shared_lock L(M); ::sleep(1); }) {}
  task<> ok_reads_too() { std::shared_lock L(M); Total += 1; co_return; }
  task<> bad_writes() {
    std::unique_lock L(M);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'read_for_long::bad_writes' blocks the thread of its event loop: it waits for 'read_for_long::M', which a lambda in 'read_for_long' keeps while 'sleep' sleeps
    ++Total;
    co_return;
  }
};

//===-- on the same thread nobody else has it -------------------------------===//

struct only_on_the_loop {
  std::mutex M;
  task<> bad_sleeps() {
    std::lock_guard L(M);
    ::sleep(1);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'only_on_the_loop::bad_sleeps' blocks the thread of its event loop: 'sleep' sleeps
    co_return;
  }
  task<> ok_cannot_meet_it() { std::lock_guard L(M); ++Total; co_return; }
};

//===-- a coroutine keeps it while it is suspended --------------------------===//

struct kept_over_an_await {
  std::mutex M;
  task<> holds() {
    std::lock_guard L(M);
    co_await co::yield();
  }
  task<> bad_meets_it() {
    std::lock_guard L(M);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'kept_over_an_await::bad_meets_it' blocks the thread of its event loop: it waits for 'kept_over_an_await::M', which 'kept_over_an_await::holds' keeps while it is suspended
    ++Total;
    co_return;
  }
};
