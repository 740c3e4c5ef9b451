// The shape of folly as far as a small server uses it: tasks, executors,
// futures with continuations, scopes, synchronised data. Nothing here runs.
#pragma once
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace folly {

struct Unit {};
class Executor {
public:
  virtual ~Executor();
  virtual void add(std::function<void()>) = 0;
};
class ThreadPoolExecutor : public Executor {
public:
  void join();
};
class CPUThreadPoolExecutor : public ThreadPoolExecutor {
public:
  explicit CPUThreadPoolExecutor(std::size_t);
  void add(std::function<void()>) override;
};
class EventBase : public Executor {
public:
  void add(std::function<void()>) override;
  template <class F> void runInEventBaseThread(F &&Fn) { add(std::forward<F>(Fn)); }
  void loopForever();
  void terminateLoopSoon();
};
class IOThreadPoolExecutor : public ThreadPoolExecutor {
public:
  explicit IOThreadPoolExecutor(std::size_t);
  void add(std::function<void()>) override;
  EventBase *getEventBase();
};
template <class T> class Future {
public:
  Future(Future &&) noexcept;
  Future &operator=(Future &&) noexcept;
  T get() &&;
  bool isReady() const;
  template <class F> Future thenValue(F &&Fn) && { Fn(T()); return std::move(*this); }
  template <class F> Future thenError(F &&Fn) && { Fn(std::exception_ptr()); return std::move(*this); }
};
template <class T> class SemiFuture {
public:
  SemiFuture(SemiFuture &&) noexcept;
  SemiFuture &operator=(SemiFuture &&) noexcept;
  T get() &&;
  Future<T> via(Executor *) &&;
  template <class F> SemiFuture deferValue(F &&Fn) && { Fn(T()); return std::move(*this); }
  struct awaiter {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>);
    T await_resume();
  };
  friend awaiter operator co_await(SemiFuture &&) { return {}; }
};
Future<Unit> made();
template <class F> Future<Unit> via(Executor *E, F &&Fn) {
  E->add(std::forward<F>(Fn));
  return made();
}

template <class T> class Synchronized {
public:
  template <class F> auto withWLock(F &&Fn) {
    std::lock_guard Guard(Mutex);
    return Fn(Value);
  }
  template <class F> auto withRLock(F &&Fn) const {
    std::lock_guard Guard(Mutex);
    return Fn(Value);
  }

private:
  mutable std::mutex Mutex;
  T Value;
};

namespace coro {
template <class T = void> class TaskWithExecutor;
template <class T> struct Returning { void return_value(T); };
template <> struct Returning<void> { void return_void(); };
template <class T = void> class Task {
public:
  struct promise_type : Returning<T> {
    Task get_return_object();
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void unhandled_exception() {}
  };
  Task(Task &&O) noexcept : Frame(std::exchange(O.Frame, {})) {}
  ~Task() { if (Frame) Frame.destroy(); }
  TaskWithExecutor<T> scheduleOn(Executor *) &&;
  SemiFuture<std::conditional_t<std::is_void_v<T>, Unit, T>> semi() &&;
  struct awaiter {
    bool await_ready() const noexcept;
    std::coroutine_handle<> await_suspend(std::coroutine_handle<>);
    T await_resume();
  };
  friend awaiter operator co_await(Task &&) { return {}; }

private:
  std::coroutine_handle<promise_type> Frame;
};
template <class T> class TaskWithExecutor {
public:
  TaskWithExecutor(TaskWithExecutor &&) noexcept;
  ~TaskWithExecutor();
  SemiFuture<Unit> start() &&;
  struct awaiter {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>);
    T await_resume();
  };
  friend awaiter operator co_await(TaskWithExecutor &&) { return {}; }
};
template <class T> TaskWithExecutor<T> co_withExecutor(Executor *, Task<T>);
Task<void> sleep(std::chrono::milliseconds);
template <class T> T blockingWait(Task<T>);
template <class T> T blockingWait(TaskWithExecutor<T>);
class AsyncScope {
public:
  template <class T> void add(TaskWithExecutor<T>);
  Task<void> joinAsync();
};
class Mutex {
public:
  Task<std::unique_lock<Mutex>> co_scoped_lock();
  void unlock();
};
class Baton {
public:
  void post();
  struct awaiter {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>);
    void await_resume();
  };
  awaiter operator co_await();
};
struct co_current_executor_t {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const;
  Executor *await_resume() const;
};
inline constexpr co_current_executor_t co_current_executor{};
class Transport {
public:
  Task<std::string> read(std::size_t, std::chrono::milliseconds);
  Task<void> write(std::string);
  void close();
};
class ServerSocket {
public:
  ServerSocket(EventBase *, unsigned short);
  Task<std::unique_ptr<Transport>> accept();
  void close();
};
} // namespace coro
} // namespace folly
