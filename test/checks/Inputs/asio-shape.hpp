// The shape of Boost.Asio as far as a small server uses it: names, coroutine
// type, executors, completion tokens. Nothing here runs.
#pragma once
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

namespace boost::system {
using error_code = std::error_code;
using system_error = std::system_error;
} // namespace boost::system

namespace boost::asio {

class any_io_executor {};
template <class T, class E = any_io_executor> class awaitable {
public:
  struct promise_base {
    std::coroutine_handle<> Next = std::noop_coroutine();
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct final_awaiter {
      bool await_ready() noexcept { return false; }
      template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> H) noexcept { return H.promise().Next; }
      void await_resume() noexcept {}
    };
    final_awaiter final_suspend() noexcept { return {}; }
    void unhandled_exception() {}
  };
  struct promise_type : promise_base {
    T Value;
    awaitable get_return_object() { return awaitable(std::coroutine_handle<promise_type>::from_promise(*this)); }
    void return_value(T V) { Value = std::move(V); }
  };
  awaitable(awaitable &&O) noexcept : Frame(std::exchange(O.Frame, {})) {}
  ~awaitable() { if (Frame) Frame.destroy(); }
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> Caller) { Frame.promise().Next = Caller; return Frame; }
  T await_resume() { return std::move(Frame.promise().Value); }

private:
  explicit awaitable(std::coroutine_handle<promise_type> H) : Frame(H) {}
  std::coroutine_handle<promise_type> Frame;
};
template <class E> class awaitable<void, E> {
public:
  struct promise_type : awaitable<int, E>::promise_base {
    awaitable get_return_object() { return awaitable(std::coroutine_handle<promise_type>::from_promise(*this)); }
    void return_void() {}
  };
  awaitable(awaitable &&O) noexcept : Frame(std::exchange(O.Frame, {})) {}
  ~awaitable() { if (Frame) Frame.destroy(); }
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> Caller) { Frame.promise().Next = Caller; return Frame; }
  void await_resume() {}

private:
  explicit awaitable(std::coroutine_handle<promise_type> H) : Frame(H) {}
  std::coroutine_handle<promise_type> Frame;
};

struct use_awaitable_t {};
struct use_future_t {};
struct detached_t {};
inline constexpr use_awaitable_t use_awaitable;
inline constexpr use_future_t use_future;
inline constexpr detached_t detached;
namespace this_coro {
struct executor_t {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  any_io_executor await_resume() const noexcept { return {}; }
};
inline constexpr executor_t executor;
} // namespace this_coro

class io_context {
public:
  struct basic_executor_type {};
  basic_executor_type get_executor();
  std::size_t run();
  void stop();
};
class thread_pool {
public:
  explicit thread_pool(std::size_t);
  ~thread_pool();
  struct basic_executor_type {};
  basic_executor_type get_executor();
  void join();
};
template <class E> class strand {
public:
  E get_inner_executor() const;
};
template <class E> strand<E> make_strand(E);
template <class F, class E> struct executor_binder {
  F Target;
  E Executor;
  template <class... A> void operator()(A &&...Args) { Target(std::forward<A>(Args)...); }
};
template <class E, class F> executor_binder<F, E> bind_executor(E, F);

template <class E, class F> void post(E &&, F &&) {}
template <class F> void post(F &&) {}
template <class E, class F> void dispatch(E &&, F &&) {}
template <class E, class T, class D> void co_spawn(E &&, awaitable<T>, D &&);
template <class E, class T> std::future<T> co_spawn(E &&, awaitable<T>, const use_future_t &);
template <class E, class T> awaitable<T> co_spawn(E &&, awaitable<T>, const use_awaitable_t &);
class yield_context;
template <class E, class F> void spawn(E &&, F &&) {}

struct const_buffer {};
struct mutable_buffer {};
template <class T> mutable_buffer buffer(T &);
template <class T> mutable_buffer dynamic_buffer(T &);

template <class Clock> class basic_waitable_timer {
public:
  template <class E> basic_waitable_timer(E &&);
  template <class E> basic_waitable_timer(E &&, typename Clock::duration);
  std::size_t expires_after(typename Clock::duration);
  std::size_t cancel();
  void wait();
  awaitable<void> async_wait(use_awaitable_t);
  template <class F> void async_wait(F &&) {}
};
using steady_timer = basic_waitable_timer<std::chrono::steady_clock>;

template <class Protocol> class basic_stream_socket {
public:
  template <class E> explicit basic_stream_socket(E &&);
  basic_stream_socket(basic_stream_socket &&) noexcept;
  any_io_executor get_executor();
  void close();
  void close(boost::system::error_code &);
  bool is_open() const;
  template <class B> awaitable<std::size_t> async_read_some(B, use_awaitable_t);
  template <class B, class F> void async_read_some(B, F &&) {}
  template <class B> std::size_t read_some(B);
};

namespace ip {
struct address {};
class tcp {
public:
  struct endpoint {
    endpoint(tcp, unsigned short);
  };
  static tcp v4();
  using socket = basic_stream_socket<tcp>;
  class acceptor {
  public:
    template <class E> acceptor(E &&, endpoint);
    awaitable<socket> async_accept(use_awaitable_t);
    void close();
  };
};
} // namespace ip
class signal_set {
public:
  template <class E> signal_set(E &&, int, int);
  template <class F> void async_wait(F &&) {}
};
template <class S, class B> awaitable<std::size_t> async_read_until(S &, B, std::string_view, use_awaitable_t);
template <class S, class B> awaitable<std::size_t> async_write(S &, B, use_awaitable_t);
template <class S, class B, class F> void async_write(S &, B, F &&) {}

} // namespace boost::asio
