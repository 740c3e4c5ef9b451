// Roles that models give to coroutine libraries' calls, known by their names:
// work that goes on by itself, awaits that move the coroutine to another
// executor, tasks that resume where they were.
// RUN: %cotidy dump --all %s -- -std=c++20 > %t.facts
// RUN: %facts-tool linked %t.facts | FileCheck %s
#include <coroutine>

namespace boost::asio {
template <class T> struct awaitable {
  struct promise_type {
    awaitable get_return_object();
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void();
    void unhandled_exception();
  };
};
struct io_context {};
struct detached_t {};
template <class E, class A> void co_spawn(E &executor, A work, detached_t how);
} // namespace boost::asio

namespace cppcoro {
struct static_thread_pool {
  struct schedule_operation {
    bool await_ready() noexcept;
    void await_suspend(std::coroutine_handle<>) noexcept;
    void await_resume() noexcept;
  };
  schedule_operation schedule() noexcept;
};
} // namespace cppcoro

struct Task {
  struct promise_type {
    Task get_return_object();
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void();
    void unhandled_exception();
  };
};

// CHECK: type "boost::asio::awaitable<void>" {{.*}}affine
boost::asio::awaitable<void> work();

// CHECK: function "{{.*}}" qualified "a_moves"
// CHECK: suspend {{.*}} word "may await"
// CHECK-NEXT: switch-executor {{.*}} from p0 word "blocking-pool"
Task a_moves(cppcoro::static_thread_pool &pool) { co_await pool.schedule(); }

// CHECK: function "{{.*}}" qualified "b_spawns"
// CHECK: start {{.*}} word "loop"
// CHECK: spawn {{.*}} word "detached"
void b_spawns(boost::asio::io_context &loop) {
  boost::asio::co_spawn(loop, work(), boost::asio::detached_t());
}
