// Waiting while a lock is held that others need.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-blocking-under-lock' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-blocking-under-lock' --min-confidence=possible --fail-on=never -- -std=c++20 -I%S/Inputs | FileCheck %s --check-prefix=ALL
#include "coro.hpp"
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <unistd.h>

class Store {
  std::mutex m, other, own;
  std::condition_variable cv;
  std::thread worker;
  std::future<int> answer;
  int n = 0;
  static void backOff() { ::sleep(1); }

public:
  int get() { std::lock_guard l(m); return n; }
  int getOther() { std::lock_guard l(other); return n; }

  void bad_sleep() {
    std::lock_guard l(m);
    ::sleep(1);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_sleep' holds 'Store::m' while 'sleep' sleeps: whoever needs the lock waits as long
    // CHECK: 'Store::bad_sleep' takes 'Store::m' here
    // CHECK: note: release the lock before
  }
  void bad_helper() {
    std::lock_guard l(m);
    backOff();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_helper' holds 'Store::m' while 'sleep' sleeps
    // CHECK: 'Store::bad_helper' calls 'Store::backOff' here
  }
  void bad_join() {
    std::lock_guard l(m);
    worker.join();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_join' {{.*}}'thread::join' waits for another thread
  }
  int bad_future() {
    std::lock_guard l(m);
    return answer.get();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_future'
  }
  void bad_second_lock() {
    std::lock_guard a(other);
    std::unique_lock b(m);
    cv.wait(b);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_second_lock' holds 'Store::other' while 'condition_variable::wait' waits for another thread
  }
  void ok_own_lock() {
    std::unique_lock l(m);
    cv.wait(l, [&] { return n > 0; });
  }
  void ok_own_lock_in_helper() {
    std::unique_lock l(m);
    untilFull(l);
  }
  void untilFull(std::unique_lock<std::mutex> &l) { cv.wait(l); }
  void ok_released() {
    { std::lock_guard l(m); ++n; }
    ::sleep(1);
  }
  void ok_released_by_helper(bool first) {
    std::unique_lock l(m);
    endWorker(first, l);
  }
  void endWorker(bool first, std::unique_lock<std::mutex> &l) {
    if (!first) { l.unlock(); return; }
    std::thread old = std::move(worker);
    l.unlock();
    old.join();
  }
  void bad_kept_by_helper() {
    std::unique_lock l(m);
    endWorkerUnderLock(l);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_kept_by_helper' holds 'Store::m' while 'thread::join'
  }
  void endWorkerUnderLock(std::unique_lock<std::mutex> &l) {
    std::thread old = std::move(worker);
    old.join();
    l.unlock();
  }
  void ok_counts_itself_down() {
    std::lock_guard l(m);
    while (n > 0)
      rows[--n].~Row();
  }
  struct Row { ~Row() {} };
  Row *rows = nullptr;
  void ok_nobody_else() {
    std::lock_guard l(own);
    ::sleep(1);
  }
  void ok_device_is_possible() {
    std::lock_guard l(m);
    ::fsync(n);
    // ALL: :[[@LINE-1]]:{{.*}}warning: 'Store::ok_device_is_possible' holds 'Store::m' while 'fsync' waits for the file system
  }
};

class OnLoop {
  std::mutex m;
  int n = 0;

public:
  co::task<int> get() { std::lock_guard l(m); co_return n; }
  void bad_device() {
    std::lock_guard l(m);
    ::fsync(n);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'OnLoop::bad_device' holds 'OnLoop::m' while 'fsync' waits for the file system
  }
};
