// A coroutine library as installed: its promise transforms what is awaited, its
// combinator is a coroutine that takes the tasks by rvalue reference and runs
// them by an awaiter of its own; others hand back what they have waited for.
#pragma once
#include <coroutine>
#include <cstddef>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

namespace gather {

template <class T> class lazy;

namespace detail {
struct promise_base {
  std::coroutine_handle<> waiter;
  std::suspend_always initial_suspend() noexcept { return {}; }
  struct at_end {
    bool await_ready() noexcept { return false; }
    template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept { return h.promise().waiter; }
    void await_resume() noexcept {}
  };
  at_end final_suspend() noexcept { return {}; }
  void unhandled_exception() {}
  template <class A> auto await_transform(A &&a) { return std::forward<A>(a).awaiter_of(); }
};
template <class T> struct promise : promise_base {
  T value{};
  lazy<T> get_return_object() noexcept;
  template <class U> void return_value(U &&u) { value = std::forward<U>(u); }
};
} // namespace detail

template <class T> class lazy {
public:
  using promise_type = detail::promise<T>;
  explicit lazy(std::coroutine_handle<promise_type> h) : h_(h) {}
  lazy(lazy &&o) noexcept : h_(std::exchange(o.h_, nullptr)) {}
  lazy &operator=(lazy &&o) noexcept { std::swap(h_, o.h_); return *this; }
  ~lazy() { if (h_) h_.destroy(); }
  struct value_awaiter {
    std::coroutine_handle<promise_type> h;
    value_awaiter(std::coroutine_handle<promise_type> h) : h(h) {}
    value_awaiter(value_awaiter &&o) : h(std::exchange(o.h, nullptr)) {}
    ~value_awaiter() { if (h) h.destroy(); }
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> w) { h.promise().waiter = w; return h; }
    T await_resume() { return std::move(h.promise().value); }
  };
  auto awaiter_of() && { return value_awaiter(std::exchange(h_, nullptr)); }
  void resume() { h_.resume(); }
  std::coroutine_handle<promise_type> release() { return std::exchange(h_, nullptr); }
  template <class F> void start(F &&f) { kept(&f); }
  void kept(void *);

private:
  std::coroutine_handle<promise_type> h_;
};
template <class T> lazy<T> detail::promise<T>::get_return_object() noexcept {
  return lazy<T>(std::coroutine_handle<promise>::from_promise(*this));
}

namespace detail {
template <class T> struct all {
  std::vector<lazy<T>> tasks;
  std::vector<T> results;
  explicit all(std::vector<lazy<T>> t) : tasks(std::move(t)) {}
  all &&awaiter_of() && { return std::move(*this); }
  bool await_ready() const noexcept { return tasks.empty(); }
  void await_suspend(std::coroutine_handle<> w) {
    for (auto &t : tasks) { auto h = t.release(); h.promise().waiter = w; h.resume(); }
  }
  std::vector<T> await_resume() { return std::move(results); }
};
} // namespace detail

/// Waits for all of them and hands them back.
template <class... T> struct when_ready {
  std::tuple<T...> them;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  std::tuple<T...> await_resume() { return std::move(them); }
  auto &&awaiter_of() && { return std::move(*this); }
};
template <class... T> when_ready<T...> all_of(T... them) { return {{std::move(them)...}}; }
template <class T> struct any_result { std::size_t index; std::vector<T> all; };
template <class T> struct when_any {
  std::vector<T> them;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  any_result<T> await_resume() { return {0, std::move(them)}; }
  auto &&awaiter_of() && { return std::move(*this); }
};
template <class T> when_any<T> any_of(std::vector<T> them) { return {std::move(them)}; }

template <class T> lazy<std::vector<T>> all(std::vector<lazy<T>> &&tasks) {
  co_return co_await detail::all<T>(std::move(tasks));
}

namespace detail {
template <class F, class... A> auto invoker(F f, A &&...a) -> decltype(f(a...)) {
  auto inner = f(std::forward<A>(a)...);
  co_return co_await std::move(inner);
}
} // namespace detail
/// Begins at once.
template <class F, class... A> auto invoke(F f, A &&...a) {
  auto task = detail::invoker(std::move(f), std::forward<A>(a)...);
  task.resume();
  return task;
}

/// Awaiting lock() gives a guard that lets go of it when it ends.
class async_mutex {
public:
  class guard {
  public:
    guard(guard &&) noexcept;
    ~guard();
  };
  struct locking {
    async_mutex &m;
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    guard await_resume();
    auto &&awaiter_of() && { return std::move(*this); }
  };
  locking lock() { return {*this}; }
};
/// Of several connections: taking two orders nothing.
class connection_pool {
public:
  class connection {
  public:
    connection(connection &&) noexcept;
    ~connection();
  };
  struct getting {
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    connection await_resume();
    auto &&awaiter_of() && { return std::move(*this); }
  };
  getting get() { return {}; }
};

template <class T> void sync_wait_for(T &&);
/// Blocks until it is done.
template <class T> T &&sync_wait(T &&task) {
  sync_wait_for(task);
  return std::forward<T>(task);
}

} // namespace gather
