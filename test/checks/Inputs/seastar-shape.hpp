// The shape of Seastar as far as a small server uses it: futures that are
// coroutine types and take continuations, stackful threads, gates, semaphores,
// work on other threads. Nothing here runs.
#pragma once
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace seastar {

template <class T = void> class future;
namespace internal {
template <class T> struct promise_base {
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_never final_suspend() noexcept { return {}; }
  void unhandled_exception() {}
  future<T> get_return_object();
};
} // namespace internal
template <class T> class future {
public:
  struct promise_type : internal::promise_base<T> {
    void return_value(T);
  };
  future(future &&) noexcept;
  future &operator=(future &&) noexcept;
  ~future();
  bool available() const noexcept;
  T get();
  template <class F> std::invoke_result_t<F, T> then(F &&Fn) { return Fn(get()); }
  template <class F> future finally(F &&Fn) { Fn(); return std::move(*this); }
  template <class F> future handle_exception(F &&Fn) { Fn(std::exception_ptr()); return std::move(*this); }
  struct awaiter {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>) const;
    T await_resume();
  };
  awaiter operator co_await() noexcept;
};
template <> class future<void> {
public:
  struct promise_type : internal::promise_base<void> {
    void return_void();
  };
  future(future &&) noexcept;
  future &operator=(future &&) noexcept;
  ~future();
  bool available() const noexcept;
  void get();
  template <class F> std::invoke_result_t<F> then(F &&Fn) { return Fn(); }
  template <class F> future finally(F &&Fn) { Fn(); return std::move(*this); }
  template <class F> future handle_exception(F &&Fn) { Fn(std::exception_ptr()); return std::move(*this); }
  struct awaiter {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>) const;
    void await_resume();
  };
  awaiter operator co_await() noexcept;
};
future<> make_ready_future();

template <class T = void> class promise {
public:
  future<T> get_future();
  void set_value();
};
class gate {
public:
  class holder {
  public:
    holder(holder &&) noexcept;
    ~holder();
  };
  holder hold();
  future<> close();
};
template <class F> auto with_gate(gate &Gate, F &&Fn) { return Fn(); }
template <class L, class F> auto with_lock(L &Lock, F &&Fn) { return Fn(); }
struct rwlock_for_read {
  future<> lock();
  void unlock();
};
struct rwlock_for_write {
  future<> lock();
  void unlock();
};
class rwlock : rwlock_for_read, rwlock_for_write {
public:
  rwlock_for_read &for_read() { return *this; }
  rwlock_for_write &for_write() { return *this; }
};
class semaphore {
public:
  explicit semaphore(std::size_t);
  future<> wait(std::size_t = 1);
  void signal(std::size_t = 1);
};
struct semaphore_units {
  semaphore_units(semaphore_units &&) noexcept;
  ~semaphore_units();
};
future<semaphore_units> get_units(semaphore &, std::size_t);

future<> sleep(std::chrono::nanoseconds);
template <class F> future<> async(F &&Fn) { Fn(); return make_ready_future(); }
template <class F> future<> keep_doing(F &&Fn) { return Fn(); }
template <class C, class F> future<> parallel_for_each(C &&All, F &&Fn) { for (auto &One : All) Fn(One); return make_ready_future(); }
template <class T, class F> auto do_with(T Value, F &&Fn) { return Fn(Value); }
class timer {
public:
  template <class F> explicit timer(F &&Fn) : Callback(std::forward<F>(Fn)) {}
  void arm_periodic(std::chrono::nanoseconds);
  void cancel();

private:
  std::function<void()> Callback;
};
namespace smp {
template <class F> future<> submit_to(unsigned, F &&Fn) { Fn(); return make_ready_future(); }
extern unsigned count;
} // namespace smp
namespace alien {
class instance;
template <class F> void run_on(instance &, unsigned, F &&Fn) { Fn(); }
} // namespace alien

class logger {
public:
  explicit logger(const char *);
  template <class... A> void info(const char *, A &&...) {}
  template <class... A> void error(const char *, A &&...) {}
};
using sstring = std::string;
class temporary_buffer {
public:
  bool empty() const;
  sstring text() const;
};
class input_stream {
public:
  future<temporary_buffer> read();
  future<> close();
};
class output_stream {
public:
  future<> write(sstring);
  future<> flush();
  future<> close();
};
class connected_socket {
public:
  input_stream input();
  output_stream output();
  void shutdown_input();
};
struct accept_result {
  connected_socket connection;
};
class server_socket {
public:
  future<accept_result> accept();
  void abort_accept();
};
server_socket listen(unsigned short);
class file {
public:
  future<sstring> dma_read(std::size_t, std::size_t);
  future<> dma_write(std::size_t, sstring);
  future<> flush();
  future<> close();
};
future<file> open_file_dma(sstring, int);
class app_template {
public:
  template <class F> int run(int, char **, F &&Fn) { Fn(); return 0; }
};

} // namespace seastar
