// async_mutex, lock_all, semaphore, event, latch, guarded: waiting for a turn.
// Decides: all but `guarded` belong to one loop and suspend the task instead of
// the thread; first come first served; what is acquired is given back by RAII.
// There is no recursive mutex: split the function instead.
// Must not: be touched from another thread, except guarded, which is for that.
#pragma once

#include <rt/loop.hpp>

#include <algorithm>
#include <array>
#include <mutex>
#include <tuple>

namespace rt {

/// Mutual exclusion of tasks over several awaits.
class async_mutex {
 public:
  /// Owns the lock; gives it to the next in line on destruction.
  class [[nodiscard]] guard {
   public:
    guard() = default;
    guard(guard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    guard& operator=(guard&& other) noexcept {
      std::swap(mutex_, other.mutex_);
      return *this;
    }
    ~guard() { unlock(); }
    void unlock() noexcept {
      if (async_mutex* m = std::exchange(mutex_, nullptr)) m->release();
    }
    explicit operator bool() const noexcept { return mutex_ != nullptr; }

   private:
    friend class async_mutex;
    explicit guard(async_mutex& m) noexcept : mutex_(&m) {}
    async_mutex* mutex_ = nullptr;
  };

  async_mutex() = default;
  async_mutex(const async_mutex&) = delete;
  async_mutex& operator=(const async_mutex&) = delete;

  /// Waits for the lock. A cancellation point only if it is taken.
  auto lock() noexcept { return detail::operation<awaiter, async_mutex>{*this}; }
  /// An empty guard if the lock is taken.
  guard try_lock() noexcept { return std::exchange(taken_, true) ? guard() : guard(*this); }
  bool locked() const noexcept { return taken_; }

 private:
  struct awaiter : detail::waiter {
    explicit awaiter(async_mutex& m) noexcept : mutex(m) {}
    bool await_ready() const noexcept { return !std::exchange(mutex.taken_, true); }
    bool await_suspend(std::coroutine_handle<> h) noexcept { return park_in(mutex.waiting_, h); }
    guard await_resume() const {
      check();
      return guard(mutex);
    }
    async_mutex& mutex;
  };
  void release() noexcept {
    if (waiting_.empty())
      taken_ = false;
    else
      waiting_.pop_front().wake();  // it stays taken: handed over
  }
  bool taken_ = false;
  detail::list<awaiter> waiting_;
};

/// Locks several mutexes in the order of their addresses, whatever the order
/// of the arguments: two callers cannot deadlock. Each mutex once only.
template <std::same_as<async_mutex>... M>
auto lock_all(M&... m) -> task<std::array<async_mutex::guard, sizeof...(M)>> {
  std::array<async_mutex*, sizeof...(M)> all{&m...};
  std::ranges::sort(all, std::less<>());
  assert(std::ranges::adjacent_find(all) == all.end() && "each mutex once only");
  std::array<async_mutex::guard, sizeof...(M)> held;
  for (std::size_t i = 0; i < all.size(); ++i) held[i] = co_await all[i]->lock();
  co_return held;
}

/// A number of permits. First come first served: a large request at the front
/// is not overtaken by small ones.
class semaphore {
 public:
  class [[nodiscard]] permit {
   public:
    permit() = default;
    permit(permit&& other) noexcept
        : from_(std::exchange(other.from_, nullptr)), count_(other.count_) {}
    permit& operator=(permit&& other) noexcept {
      std::swap(from_, other.from_);
      std::swap(count_, other.count_);
      return *this;
    }
    ~permit() { release(); }
    void release() noexcept {
      if (semaphore* s = std::exchange(from_, nullptr)) s->give_back(count_);
    }
    explicit operator bool() const noexcept { return from_ != nullptr; }

   private:
    friend class semaphore;
    permit(semaphore& s, std::size_t n) noexcept : from_(&s), count_(n) {}
    semaphore* from_ = nullptr;
    std::size_t count_ = 0;
  };

  explicit semaphore(std::size_t permits) noexcept : free_(permits) {}
  semaphore(const semaphore&) = delete;
  semaphore& operator=(const semaphore&) = delete;

  /// Waits for n permits; n must not exceed what the semaphore was made with.
  auto acquire(std::size_t n = 1) noexcept {
    struct op {
      semaphore& s;
      std::size_t n;
      awaiter operator co_await() && noexcept { return awaiter(s, n); }
    };
    return op{*this, n};
  }
  /// An empty permit if there are not enough, or others wait.
  permit try_acquire(std::size_t n = 1) noexcept { return take(n) ? permit(*this, n) : permit(); }
  std::size_t available() const noexcept { return free_; }

 private:
  struct awaiter : detail::waiter {
    awaiter(semaphore& s, std::size_t n) noexcept : waiter(&give_up), from(s), want(n) {}
    static void give_up(waiter& w) noexcept {
      semaphore& s = static_cast<awaiter&>(w).from;
      leave(w);
      s.serve();  // those behind a large request may go on now
    }
    bool await_ready() const noexcept { return from.take(want); }
    bool await_suspend(std::coroutine_handle<> h) noexcept { return park_in(from.waiting_, h); }
    permit await_resume() const {
      check();
      return permit(from, want);
    }
    semaphore& from;
    std::size_t want;
  };
  bool take(std::size_t n) noexcept {
    if (!waiting_.empty() || free_ < n) return false;
    free_ -= n;
    return true;
  }
  void give_back(std::size_t n) noexcept {
    free_ += n;
    serve();
  }
  void serve() noexcept {
    while (!waiting_.empty() && waiting_.front().want <= free_) {
      awaiter& next = waiting_.pop_front();
      free_ -= next.want;
      next.wake();
    }
  }
  std::size_t free_;
  detail::list<awaiter> waiting_;
};

/// A flag to wait for. set() wakes all; it stays set until reset().
class event {
 public:
  event() = default;
  event(const event&) = delete;
  event& operator=(const event&) = delete;

  void set() noexcept {
    set_ = true;
    while (!waiting_.empty()) waiting_.pop_front().wake();
  }
  void reset() noexcept { set_ = false; }
  bool is_set() const noexcept { return set_; }

  /// Returns when the event was set, even if it has been reset since.
  auto wait() noexcept { return detail::operation<awaiter, event>{*this}; }

 private:
  struct awaiter : detail::waiter {
    explicit awaiter(event& e) noexcept : on(e) {}
    bool await_ready() const noexcept { return on.set_; }
    bool await_suspend(std::coroutine_handle<> h) noexcept { return park_in(on.waiting_, h); }
    void await_resume() const { check(); }
    event& on;
  };
  bool set_ = false;
  detail::list<awaiter> waiting_;
};

/// Opens when it was counted down n times, and stays open.
class latch {
 public:
  explicit latch(std::size_t n) noexcept : left_(n) {
    if (n == 0) open_.set();
  }
  /// Counting below zero has no effect.
  void count_down(std::size_t n = 1) noexcept {
    left_ -= std::min(n, left_);
    if (left_ == 0) open_.set();
  }
  bool is_open() const noexcept { return left_ == 0; }
  auto wait() noexcept { return open_.wait(); }

 private:
  std::size_t left_;
  event open_;
};

/// Data shared by threads, reachable only under its lock. The callback must be
/// short and cannot be a coroutine, so the lock is never held over an await.
template <class T>
class guarded {
 public:
  template <class... A>
  explicit guarded(A&&... a) : value_(std::forward<A>(a)...) {}

  /// Calls f(T&) under the lock and returns its result; thread-safe. The result
  /// must not refer to the data.
  template <class F>
  auto with(F f) {
    static_assert(!awaitable<std::invoke_result_t<F&, T&>>,
                  "the lock would be released before the task runs");
    std::scoped_lock hold(mutex_);
    return f(value_);
  }

 private:
  std::mutex mutex_;
  T value_;
};

}  // namespace rt
