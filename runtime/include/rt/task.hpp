// task<T>: a lazy coroutine that is awaited exactly once.
// Decides: it starts when awaited, on the awaiting strand, and hands control
// back by symmetric transfer; exceptions and values pass to the awaiting code.
// Nothing here is thread-safe: a task lives and dies on one loop.
// Must not: start by itself, run detached, or be awaited as an lvalue.
#pragma once

#include <rt/detail/attributes.hpp>
#include <rt/detail/waiter.hpp>

#include <cassert>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace rt {

template <class T = void>
class task;

namespace detail {

/// Notes where the strand is, for slow-step and deadlock reports.
struct seen_at_awaits {
  template <class A>
  A&& await_transform(A&& a,
                      std::source_location here = std::source_location::current()) noexcept {
    loop::current().active().where = here;
    return static_cast<A&&>(a);
  }
};

struct promise_base : seen_at_awaits {
  std::coroutine_handle<> continuation;
  std::exception_ptr error;

  std::suspend_always initial_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { error = std::current_exception(); }

  struct hand_back {
    bool await_ready() const noexcept { return false; }
    template <class P>
    transfer await_suspend(std::coroutine_handle<P> h) const noexcept {
      return transfer_to(h.promise().continuation);
    }
    void await_resume() const noexcept {}
  };
  hand_back final_suspend() const noexcept { return {}; }
};

template <class T>
struct promise : promise_base {
  std::optional<T> value;
  task<T> get_return_object() noexcept;
  template <class U = T>
    requires std::convertible_to<U&&, T>
  void return_value(U&& u) {
    value.emplace(static_cast<U&&>(u));
  }
  T take() {
    if (error) std::rethrow_exception(std::move(error));
    return std::move(*value);
  }
};

template <class T>
struct promise<T&> : promise_base {
  T* value = nullptr;
  task<T&> get_return_object() noexcept;
  void return_value(T& t) noexcept { value = &t; }
  T& take() {
    if (error) std::rethrow_exception(std::move(error));
    return *value;
  }
};

template <>
struct promise<void> : promise_base {
  task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() {
    if (error) std::rethrow_exception(std::move(error));
  }
};

}  // namespace detail

/// Owns the coroutine's frame; destroying a task that was never awaited
/// destroys the frame without running the body. T may be a reference or void.
template <class T>
class [[nodiscard]] RT_ELIDABLE task {
 public:
  using promise_type = detail::promise<T>;
  using value_type = T;

  task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task& operator=(task&& other) noexcept {
    task(std::move(other)).swap(*this);
    return *this;
  }
  ~task() {
    if (frame_) frame_.destroy();
  }
  void swap(task& other) noexcept { std::swap(frame_, other.frame_); }

  /// Starts the coroutine; the awaiting one resumes when it is done, in the
  /// same step. Throws what the body threw. A task is awaited once: the
  /// result is moved out.
  auto operator co_await() && noexcept {
    struct awaiter {
      std::coroutine_handle<promise_type> frame;
      bool await_ready() const noexcept { return false; }
      detail::transfer await_suspend(std::coroutine_handle<> h) noexcept {
        frame.promise().continuation = h;
        return detail::transfer_to(frame);
      }
      T await_resume() { return frame.promise().take(); }
    };
    assert(frame_ && !frame_.done() && "a task is awaited exactly once");
    return awaiter{frame_};
  }

 private:
  friend promise_type;
  explicit task(std::coroutine_handle<promise_type> f) noexcept : frame_(f) {}
  std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
task<T> promise<T>::get_return_object() noexcept {
  return task<T>(std::coroutine_handle<promise>::from_promise(*this));
}
template <class T>
task<T&> promise<T&>::get_return_object() noexcept {
  return task<T&>(std::coroutine_handle<promise>::from_promise(*this));
}
inline task<void> promise<void>::get_return_object() noexcept {
  return task<void>(std::coroutine_handle<promise>::from_promise(*this));
}

template <class A>
decltype(auto) awaiter_of(A&& a) {
  if constexpr (requires { static_cast<A&&>(a).operator co_await(); })
    return static_cast<A&&>(a).operator co_await();
  else
    return static_cast<A&&>(a);
}

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<task<T>> = true;

/// Where a value may be void: optional<unit>, tuple<unit, ...>.
struct unit {
  friend bool operator==(unit, unit) = default;
};
template <class T>
using unit_if_void = std::conditional_t<std::is_void_v<T>, unit, T>;

}  // namespace detail

/// Stands for the result of something that returns void.
using unit = detail::unit;

/// What co_await takes as an rvalue: a task, or an operation such as
/// channel::recv().
template <class A>
concept awaitable = std::move_constructible<A> && requires(A a) {
  detail::awaiter_of(std::move(a)).await_resume();
};

template <class A>
using await_result = decltype(detail::awaiter_of(std::declval<A>()).await_resume());

namespace detail {

/// The outermost coroutine of a strand. Its frame is destroyed before the
/// parent learns of the end (so a join implies that all locals are gone).
struct driver {
  struct promise_type {
    strand self;
    parent* owner;
    std::exception_ptr error;
    bool was_cancelled = false;

    template <class... A>
    explicit promise_type(parent& p, A&&...) noexcept : owner(&p) {}
    driver get_return_object() noexcept {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    struct end {
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<promise_type> h) const noexcept { finish(h); }
      void await_resume() const noexcept {}
    };
    end final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() noexcept {
      try {
        throw;
      } catch (const cancelled&) {
        was_cancelled = true;
      } catch (...) {
        error = std::current_exception();
      }
    }
  };

  [[gnu::noinline]] static void finish(std::coroutine_handle<promise_type> h) noexcept {
    promise_type& p = h.promise();
    parent& owner = *p.owner;
    outcome o{std::move(p.error), p.was_cancelled, p.self.name};
    p.self.home->retire(p.self);
    h.destroy();
    owner.child_done(owner, std::move(o));
  }

  /// Makes the strand ready to take its first step.
  void launch(loop& l, cancel_scope& scope, const char* name) noexcept {
    strand& s = frame.promise().self;
    s.resume_point = frame;
    l.adopt(s, scope, name);
    l.enqueue(s);
  }
  std::coroutine_handle<promise_type> frame;
};

/// f and args live in the driver's frame until the task they made is done:
/// a capturing lambda or an argument taken by reference cannot dangle.
template <class F, class... A>
driver drive(parent&, F f, A... args) {
  co_await f(std::move(args)...);
}

}  // namespace detail
}  // namespace rt
