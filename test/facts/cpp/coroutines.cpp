// Coroutines: the hooks of the promise, the three calls of an await, where
// the coroutine may be suspended, and whether it starts at once.
// RUN: %cotidy dump %s -- -std=c++20 | FileCheck %s
#include <coroutine>

struct Lazy {
  struct promise_type {
    Lazy get_return_object();
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(int);
    void unhandled_exception();
    std::suspend_always yield_value(int);
  };
  struct Awaiter {
    bool await_ready();
    std::coroutine_handle<> await_suspend(std::coroutine_handle<>);
    int await_resume();
  };
  Awaiter operator co_await();
  ~Lazy();
};
struct Eager {
  struct promise_type {
    Eager get_return_object();
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void();
    void unhandled_exception();
    std::suspend_never await_transform(int);
  };
};
struct Ready {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const noexcept {}
};

// CHECK-DAG: type "Lazy" {{.*}}awaitable,has-promise,{{.*}} tasks lazy promise "Lazy::promise_type"
// CHECK-DAG: type "Eager" {{.*}} tasks eager

Lazy other(int);

// CHECK-LABEL: display "lazy"
// CHECK-SAME: flags user,coroutine,awaits,yields{{.*}} initial lazy
// CHECK: call {{.*}} callee "_ZN4Lazy12promise_type17get_return_objectEv"
// CHECK: call {{.*}} callee "_ZN4Lazy12promise_type15initial_suspendEv"
// CHECK: suspend {{.*}} word "may initial"
// CHECK: call {{.*}} callee "_Z5otheri" args (int 1) to [[T:l[0-9]+]]
// CHECK-NEXT: create-task {{.*}} callee "_Z5otheri" to [[T]] type "Lazy" word "lazy"
// CHECK-NEXT: written
// CHECK-NEXT: call {{.*}} callee "_ZN4LazyawEv" recv addr [[T]] to [[W:l[0-9]+]]
// CHECK-NEXT: call {{.*}} callee "_ZN4Lazy7Awaiter11await_readyEv" recv addr [[W]]
// CHECK-NEXT: call {{.*}} callee "_ZN4Lazy7Awaiter13await_suspendE{{.*}}" recv addr [[W]]
// CHECK-NEXT: suspend 0:[[#@LINE+10]]:11 {{.*}} recv addr [[W]] from [[T]] word "may await"
// CHECK-NEXT: consume-task {{.*}} from [[T]] word "await"
// CHECK-NEXT: call {{.*}} callee "_ZN4Lazy7Awaiter12await_resumeEv" recv addr [[W]] to l0
// CHECK: destroy {{.*}} from [[T]] word "temporary"
// CHECK: suspend {{.*}} word "never await"
// CHECK: call {{.*}} callee "_ZN4Lazy12promise_type11yield_valueEi"
// CHECK: suspend {{.*}} word "may yield"
// CHECK: call {{.*}} callee "_ZN4Lazy12promise_type12return_valueEi" {{.*}} args (int 2)
// CHECK: suspend {{.*}} word "may final"
Lazy lazy() {
  int x = co_await other(1);
  co_await Ready{};
  co_yield x;
  co_return 2;
}

// CHECK-LABEL: display "eager"
// CHECK-SAME: initial eager
// CHECK: suspend {{.*}} word "never initial"
// CHECK: call {{.*}} callee "_ZN5Eager12promise_type15await_transformEi" {{.*}} args (int 3)
// CHECK: suspend {{.*}} word "never await"
// CHECK: call {{.*}} callee "_ZN5Eager12promise_type11return_voidEv"
Eager eager(Lazy parameter) {
  co_await 3;
}
// The frame ends: its copy of the parameter goes with it.
// CHECK: destroy {{.*}} callee "_ZN4LazyD1Ev" from p0 word "frame"

// CHECK-LABEL: display "dropped"
// CHECK: create-task {{.*}} to [[T:l[0-9]+]]
// CHECK-NEXT: consume-task {{.*}} from [[T]] word "discard"
// CHECK: destroy {{.*}} from [[T]]
void dropped() { other(1); }

// A cast to void is told apart, and so is an expression that a macro begins:
// the task's fact stands where the call's expression begins.
#define MAKE(o) o.make()
struct Maker { Lazy make(); };
// CHECK-LABEL: display "voided"
// CHECK: call 0:[[#@LINE+6]]:[[#]] callee "_ZN5Maker4makeEv"
// CHECK-NEXT: create-task 0:[[#@LINE+5]]:31 {{.*}} word "lazy"
// CHECK-NEXT: consume-task {{.*}} word "discard void"
// CHECK: create-task {{.*}} word "lazy expanded"
// CHECK: create-task {{.*}} word "lazy"
// CHECK-NEXT: consume-task {{.*}} word "discard void"
void voided(Maker &m) { (void)m.make(); MAKE(m); static_cast<void>(other(2)); }

// An object of any class that its statement makes and lets go, or that is not
// mentioned again, not even where the compiler does not look.
// CHECK-LABEL: display "built"
// CHECK: store {{.*}} to [[T:l[0-9]+]] value default
// CHECK-NEXT: consume-task {{.*}} from [[T]] word "discard built"
// CHECK: consume-task {{.*}} from l0 word "discard built"
// CHECK-NOT: consume-task
// CHECK: return
struct Tag {};
int built() { Tag{}; Tag named{}; Tag measured{}; return sizeof(Tag{}) + sizeof(measured); }

// CHECK-LABEL: display "handed_on"
// CHECK: create-task
// CHECK: consume-task {{.*}} word "return"
// CHECK: return {{.*}} word "task"
Lazy handed_on() { return other(2); }

// A condition awaits where it is asked, not behind it.
// CHECK-LABEL: display "condition"
// CHECK: suspend {{.*}} word "may await"
// CHECK: call {{.*}}await_resume{{.*}} to [[B:l[0-9]+]]
// CHECK: branch {{.*}} from [[B]] word "bool"
Lazy condition() {
  while (co_await other(3))
    ;
  co_return 0;
}

// What falls off the end passes return_void; a co_return has passed it.
// CHECK-LABEL: display "returns"
// CHECK: block 2 -> [[FINAL:[0-9]+]]
// CHECK: callee "_ZN5Eager12promise_type11return_voidEv"
// CHECK: block 3 -> [[FINAL]]
// CHECK: callee "_ZN5Eager12promise_type11return_voidEv"
// CHECK: block [[FINAL]]
// CHECK: word "never final"
Eager returns() { co_return; }

// How calls are spelled that a fix could turn into an await.
int later(Lazy);
// CHECK-LABEL: function "_Z8spellingv"
// CHECK: call 0:[[@LINE+4]]:9 callee "_Z5later4Lazy"
// CHECK-NEXT: written 0:[[@LINE+3]]:9 args (int 5, int 13) word "name"
// CHECK-NOT: written
Lazy spelling() {
  int I=later(Lazy());
  I += later(Lazy()) + 1;
  co_return I;
}
