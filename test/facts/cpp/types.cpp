// What is known of types: tasks by their parts, owners of frames, locks,
// guards, callables, bases, fields, what is constructed somewhere.
// RUN: %cotidy dump --all %s -- -std=c++20 | FileCheck %s
#include <coroutine>
#include <mutex>
#include <shared_mutex>
#include <utility>

// CHECK-DAG: type "Owner" {{.*}} flags user,{{.*}}has-promise,owns-frame,single-use,dtor-work tasks lazy promise "Owner::promise_type"
struct Owner {
  struct promise_type {
    Owner get_return_object();
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void();
    void unhandled_exception();
  };
  Owner(Owner &&);
  ~Owner() {
    if (handle)
      handle.destroy();
  }
  std::coroutine_handle<promise_type> handle;
};

// A task type that is only declared to be one still tells when it starts.
// CHECK-DAG: type "Detached" {{.*}} tasks eager
struct Detached {
  struct promise_type {
    auto initial_suspend() noexcept { return std::suspend_never(); }
    std::suspend_never final_suspend() noexcept { return {}; }
    Detached get_return_object();
    void return_void();
    void unhandled_exception();
  };
};
Detached detached();

// CHECK-DAG: type "Generator" {{.*}}no-await,{{.*}}yields
struct Generator {
  struct promise_type {
    Generator get_return_object();
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int);
    template <class T> void await_transform(T &&) = delete;
    void return_void();
    void unhandled_exception();
  };
};
// CHECK-DAG: display "count" {{.*}} flags user,coroutine,yields,no-await-allowed
Generator count() { co_yield 1; }

// By a specialisation of the traits, for a type that knows nothing of it.
struct Foreign {};
template <> struct std::coroutine_traits<Foreign> {
  struct promise_type {
    Foreign get_return_object();
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void();
    void unhandled_exception();
  };
};
// CHECK-DAG: type "Foreign" {{.*}}has-promise{{.*}} tasks eager
Foreign foreign() { co_await std::suspend_always(); }

// CHECK-DAG: type "Spin" {{.*}} flags user,{{.*}}lock,shared-lock
struct Spin {
  void lock();
  void unlock();
  void lock_shared();
  void unlock_shared();
};
// CHECK-DAG: type "std::recursive_mutex" {{.*}}recursive-lock
// CHECK-DAG: type "std::lock_guard<std::recursive_mutex>" {{.*}}guard
std::recursive_mutex recursive;
void guarded() { std::lock_guard g(recursive); }

// CHECK-DAG: type "Base" {{.*}} flags user,copyable,polymorphic
// CHECK-DAG: type "Derived" {{.*}} flags user,constructed,copyable,polymorphic,final {{.*}}bases "Base"
struct Base {
  virtual void run();
};
struct [[nodiscard]] Result {};
struct Derived final : Base {
  void run() override {}
  // CHECK-DAG: field "Derived::member" "Result" type "Result"
  Result member;
  // CHECK-DAG: type "Functor" {{.*}} calls "_ZN7FunctorclEv"
};
struct Functor {
  void operator()();
};
// CHECK-DAG: type "Result" {{.*}}nodiscard
void constructs() {
  Derived d;
  Functor()();
}
