// A lock of a thread, held where the coroutine may be suspended: every spelling
// of guards and awaits.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-lock-across-suspension' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <memory>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <shared_mutex>
#include <tuple>

using co::task;

struct S {
  std::mutex m;
  std::shared_mutex rw;
  co::async_mutex am;
  pthread_mutex_t pm;
  int n = 0;

  task<int> child() { co_await co::yield(); co_return 1; }
  task<int> straight() { co_return 1; }
  std::unique_lock<std::mutex> hold() { return std::unique_lock(m); }

  task<> bad_guard() {
    std::lock_guard l(m);
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_guard' may be suspended while it holds 'S::m'
    // CHECK: 'S::bad_guard' takes 'S::m' here
    // CHECK: 'S::bad_guard' may be suspended here
    // CHECK: note: release the lock before the 'co_await'
  }
  task<> bad_scoped() {
    std::scoped_lock l(m);
    n = co_await child();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_scoped'
    // CHECK: 'S::bad_scoped' calls 'S::child' here
    // CHECK: 'S::child' may be suspended here
  }
  task<> bad_shared() {
    std::shared_lock l(rw);
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_shared' {{.*}}'S::rw'
  }
  task<> bad_argument() {
    std::unique_lock l(m);
    use(co_await child());
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_argument'
  }
  void use(int) {}
  task<> bad_condition() {
    std::unique_lock l(m);
    if (co_await child() > 0) ++n;
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_condition'
  }
  task<> bad_manual() {
    m.lock();
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_manual'
    m.unlock();
  }
  task<> bad_pthread() {
    pthread_mutex_lock(&pm);
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_pthread' {{.*}}'S::pm'
    pthread_mutex_unlock(&pm);
  }
  task<> bad_helper() {
    auto l = hold();
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_helper'
    // CHECK: 'S::bad_helper' calls 'S::hold' here
    // CHECK: 'S::hold' takes 'S::m' here
  }
  task<> bad_optional() {
    std::optional<std::lock_guard<std::mutex>> l;
    l.emplace(m);
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_optional'
  }
  task<> bad_unique_ptr() {
    auto l = std::make_unique<std::lock_guard<std::mutex>>(m);
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_unique_ptr'
  }
  task<> bad_moved() {
    std::unique_lock a(m);
    auto b = std::move(a);
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_moved'
  }
  task<> bad_conditional(bool Lock) {
    std::unique_lock l(m, std::defer_lock);
    if (Lock)
      l.lock();
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_conditional'
  }
  task<> bad_passed_in(std::unique_lock<std::mutex> l) {
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_passed_in' may be suspended while it holds the lock of 'l'
  }
  task<> bad_two_places() {
    std::lock_guard l(m);
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'S::bad_two_places'
    // CHECK: :[[@LINE-2]]:{{.*}}'S::bad_two_places' may be suspended here
    co_await co::yield();
    // CHECK: :[[@LINE-1]]:{{.*}}'S::bad_two_places' may be suspended here
  }

  task<> ok_released() { { std::lock_guard l(m); ++n; } co_await co::yield(); }
  task<> ok_unlocked() { std::unique_lock l(m); l.unlock(); co_await co::yield(); }
  task<> ok_deferred() { std::unique_lock l(m, std::defer_lock); co_await co::yield(); }
  task<> ok_moved_away() {
    std::unique_lock a(m);
    { auto b = std::move(a); }
    co_await co::yield();
  }
  task<> ok_reset() {
    std::optional<std::lock_guard<std::mutex>> l;
    l.emplace(m);
    l.reset();
    co_await co::yield();
  }
  task<> ok_asynchronous() { auto l = co_await am.lock(); co_await co::yield(); }
  task<> ok_never_suspends() { std::lock_guard l(m); n = co_await straight(); }
  task<> ok_not_owned() {
    std::unique_lock l(m, std::try_to_lock);
    if (!l.owns_lock())
      co_await co::yield();
  }
  task<> ok_given_back(std::unique_lock<std::mutex> l) { l.unlock(); co_await co::yield(); }
  task<> ok_ready() { std::lock_guard l(m); co_await std::suspend_never(); }
};

//===-- conditions that release their lock while they wait ------------------===//

struct Condition {
  struct awaiter {
    awaiter(Condition *c, std::mutex &m) : c(c), m(m) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) {
      std::unique_lock<std::mutex> l(m, std::adopt_lock);
      c->waiting.push_back(h);
    }
    void await_resume() const noexcept {}
    Condition *c;
    std::mutex &m;
  };
  std::vector<std::coroutine_handle<>> waiting;
  awaiter wait(std::mutex &m) { return awaiter(this, m); }
  task<> until(std::mutex &m) { co_await awaiter{this, m}; m.lock(); }
};
struct Waiter {
  std::mutex m;
  Condition c;
  task<> ok_condition() { m.lock(); co_await c.wait(m); m.lock(); m.unlock(); }
  task<> ok_condition_in_helper() { m.lock(); co_await c.until(m); m.unlock(); }
};

//===-- guards of asynchronous locks that somebody kept -----------------------===//

class CoLock;
class CoMutex {
  CoLock *owner = nullptr;

public:
  struct waiting {
    CoMutex *m;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>);
    CoLock await_resume();
  };
  waiting lock() { return {this}; }
  void unlock();
};
class CoLock {
  CoMutex *m;

public:
  CoLock(CoMutex &m, std::adopt_lock_t) : m(&m) {}
  CoLock(CoLock &&o) noexcept : m(std::exchange(o.m, nullptr)) {}
  ~CoLock() { if (m) m->unlock(); }
};
inline CoLock CoMutex::waiting::await_resume() { return CoLock(*m, std::adopt_lock); }
struct Kept {
  CoLock *result;
  CoLock &&take() { return std::move(*result); }
};
task<> ok_out_of_a_promise(Kept &k) {
  auto both = std::make_tuple(k.take(), 3);
  co_await co::yield();
}
task<> ok_guard_in_a_tuple(CoMutex &m) {
  auto both = std::make_tuple(co_await m.lock(), 3);
  co_await co::yield();
}
struct Given {
  std::unique_lock<std::mutex> g;
  std::unique_lock<std::mutex> &&take() { return std::move(g); }
};
task<> limit_not_known_whether_held(Given &k) { // the guard may be empty by then
  auto both = std::make_tuple(k.take(), 3);
  co_await co::yield();
}
std::mutex Both;
task<> bad_guard_in_a_tuple() {
  auto both = std::make_tuple(std::unique_lock<std::mutex>(Both), 3);
  co_await co::yield();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_guard_in_a_tuple' may be suspended while it holds 'Both'
}
