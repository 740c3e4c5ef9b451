// thread_pool, offload, parallel_map: work that may block or compute for long.
// Decides: what is offloaded runs on a pool's thread and its result comes back
// to the waiting task on its own loop. The awaiting task waits for the work
// even if cancelled, because the work may use what the task owns; a function
// that takes a std::stop_token learns of the cancellation.
// Must not: be given coroutines, or be waited for from its own threads.
#pragma once

#include <rt/cancel.hpp>

#include <condition_variable>
#include <future>
#include <mutex>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

namespace rt {

/// Which cores a pool's threads, or a process pool's workers, may run on.
enum class affinity { any, one_core_each };

namespace detail {

/// A unit of work; alive until `run` has been called, exactly once.
struct job {
  explicit job(void (*f)(job&) noexcept) noexcept : run(f) {}
  void (*run)(job&) noexcept;
  job* next = nullptr;
};

}  // namespace detail

/// Threads that may block. Make it outside of coroutines, best in main: the
/// destructor runs what was accepted, and waits for it.
class thread_pool {
 public:
  /// n = 0: as many threads as the hardware has. Throws std::system_error if the
  /// system refuses one.
  explicit thread_pool(unsigned n = 0, affinity where = affinity::any);
  RT_ANNOTATE("cotidy::blocking") ~thread_pool();
  thread_pool(const thread_pool&) = delete;
  thread_pool& operator=(const thread_pool&) = delete;

  unsigned size() const noexcept { return static_cast<unsigned>(threads_.size()); }

  /// Thread-safe; never blocks for long. For offload.
  void submit(detail::job& j) noexcept;

 private:
  void work(unsigned index, affinity where) noexcept;
  void finish() noexcept;  // runs what was accepted, joins all threads

  std::mutex mutex_;
  std::condition_variable wake_;
  detail::job* head_ = nullptr;
  detail::job* tail_ = nullptr;
  unsigned idle_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;  // last: they use the members above
};

namespace detail {

template <class F>
auto call_offloaded(F& f, const std::stop_token& stop) {
  if constexpr (std::is_invocable_v<F&, std::stop_token>)
    return f(stop);
  else
    return f();
}

template <class F>
class offload_awaiter : waiter, job, remote {
  using R = decltype(call_offloaded(std::declval<F&>(), std::stop_token()));
  static_assert(!awaitable<R> || std::is_void_v<R>,
                "a coroutine runs on the loop; offload a plain function");

 public:
  offload_awaiter(thread_pool& p, F&& f)
      : waiter(&ask_to_stop), job(&compute), remote(&come_back), pool(p), work(std::move(f)) {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> h) {
    if (!park(h)) return false;
    home = &loop::current();
    ++home->work_waits;
    pool.submit(*this);
    return true;
  }
  R await_resume() {
    check();
    if (error) std::rethrow_exception(std::move(error));
    if constexpr (!std::is_void_v<R>) return std::move(*value);
  }

 private:
  static void ask_to_stop(waiter& w) noexcept {
    auto& self = static_cast<offload_awaiter&>(w);
    if constexpr (std::is_invocable_v<F&, std::stop_token>) self.stop.request_stop();
  }
  static void compute(job& j) noexcept {
    auto& self = static_cast<offload_awaiter&>(j);
    try {
      if constexpr (std::is_void_v<R>)
        call_offloaded(self.work, self.token());
      else
        self.value.emplace(call_offloaded(self.work, self.token()));
    } catch (...) {
      self.error = std::current_exception();
    }
    self.home->push(self);  // from here on the loop may destroy *this
  }
  static void come_back(remote& r, bool) noexcept {
    auto& self = static_cast<offload_awaiter&>(r);
    --self.home->work_waits;
    self.wake();
  }
  std::stop_token token() const noexcept {
    if constexpr (std::is_invocable_v<F&, std::stop_token>)
      return stop.get_token();
    else
      return {};
  }
  struct nothing {};

  thread_pool& pool;
  F work;
  loop* home = nullptr;
  std::conditional_t<std::is_invocable_v<F&, std::stop_token>, std::stop_source, nothing> stop;
  std::optional<unit_if_void<R>> value;
  std::exception_ptr error;
};

template <class F>
struct offload_op {
  thread_pool& pool;
  F work;
  offload_awaiter<F> operator co_await() && {
    return offload_awaiter<F>(pool, std::move(work));
  }
};

}  // namespace detail

/// Awaits f() (or f(stop_token)) run on a thread of the pool; throws what it
/// threw. f must not touch what belongs to the loop. If the task is cancelled
/// before, f does not run.
template <class F>
RT_ANNOTATE("cotidy::offload") detail::offload_op<F> offload(thread_pool& pool, F f) {
  return {pool, std::move(f)};
}

/// The value of a std::future, waited for on a thread of the pool. A future
/// cannot be told to stop: cancelled or timed out, this still waits for it.
template <class T>
auto from_future(thread_pool& pool, std::future<T> f) {
  return offload(pool, [f = std::move(f)]() mutable { return f.get(); });
}

/// `items` cut into pieces of n, at least 1 (the last may be shorter).
template <class T>
std::vector<std::span<T>> chunks(std::span<T> items, std::size_t n) {
  n = std::max<std::size_t>(n, 1);
  std::vector<std::span<T>> out;
  for (std::size_t at = 0; at < items.size(); at += n)
    out.push_back(items.subspan(at, std::min(n, items.size() - at)));
  return out;
}

/// Computes f(item) for all items on the pool, `chunk` items a job (0: four
/// jobs a thread); results in the order of the items. What `items` refers to
/// must live until this is awaited. An error or cancellation stops the rest at
/// the next item; everything has come to rest when this returns.
template <class T, class F>
auto parallel_map(thread_pool& pool, std::span<T> items, F f, std::size_t chunk = 0)
    -> task<std::vector<std::invoke_result_t<F&, T&>>>;

}  // namespace rt

#include <rt/detail/parallel.hpp>
