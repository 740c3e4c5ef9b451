// For plain threads: background, an interruptible sleep, bounded_queue.
// Decides: every thread has an owner that stops and joins it; every wait ends
// when its stop_token asks; queues are bounded and are closed, not poisoned.
// Must not: be used from a coroutine, where these calls would hold the loop.
#pragma once

#include <rt/detail/attributes.hpp>
#include <rt/detail/core.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace rt {

/// A thread for as long as this object lives. f(stop_token) must return soon
/// after the token asks; an exception that leaves f ends the program.
class [[nodiscard]] background {
 public:
  template <class F>
  explicit background(F f) : thread_(std::move(f)) {}
  /// Asks f to stop, and waits for it.
  RT_ANNOTATE("cotidy::blocking") ~background() = default;
  void request_stop() noexcept { thread_.request_stop(); }

 private:
  std::jthread thread_;
};

/// Sleeps, but wakes when asked to stop. True if it slept the whole time.
RT_ANNOTATE("cotidy::blocking") bool sleep_for(std::stop_token stop, duration d);

/// A queue between threads, first in first out, with a fixed capacity.
template <class T>
class bounded_queue {
 public:
  explicit bounded_queue(std::size_t capacity) : capacity_(capacity ? capacity : 1) {}
  bounded_queue(const bounded_queue&) = delete;
  bounded_queue& operator=(const bounded_queue&) = delete;

  /// One item being worked on. Its destruction, on whatever path, says that
  /// the item is done: join() cannot hang on an exception.
  class [[nodiscard]] lease {
   public:
    lease(lease&& o) noexcept : from_(std::exchange(o.from_, nullptr)), item_(std::move(o.item_)) {}
    lease& operator=(lease&&) = delete;
    ~lease() {
      if (from_) from_->done();
    }
    T& operator*() noexcept { return item_; }
    T* operator->() noexcept { return &item_; }

   private:
    friend class bounded_queue;
    lease(bounded_queue& q, T v) : from_(&q), item_(std::move(v)) {}
    bounded_queue* from_;
    T item_;
  };

  /// Waits for room. False, and v is dropped, if closed or asked to stop.
  RT_ANNOTATE("cotidy::blocking") bool put(T v, std::stop_token stop = {}) {
    std::unique_lock hold(mutex_);
    const bool ready =
        room_.wait(hold, stop, [&] { return closed_ || items_.size() < capacity_; });
    if (!ready || closed_) return false;
    items_.push_back(std::move(v));
    ++undone_;
    items_there_.notify_one();
    return true;
  }

  /// Waits for an item. Nothing if closed and drained, or asked to stop.
  RT_ANNOTATE("cotidy::blocking") std::optional<lease> get(std::stop_token stop = {}) {
    std::unique_lock hold(mutex_);
    items_there_.wait(hold, stop, [&] { return closed_ || !items_.empty(); });
    if (items_.empty() || stop.stop_requested()) return std::nullopt;
    std::optional<lease> out(lease(*this, std::move(items_.front())));
    items_.pop_front();
    room_.notify_one();
    return out;
  }

  /// No more items; what is queued can still be taken. Idempotent.
  void close() {
    std::scoped_lock hold(mutex_);
    closed_ = true;
    room_.notify_all();
    items_there_.notify_all();
  }

  /// Waits until every item that was put is done.
  RT_ANNOTATE("cotidy::blocking") void join() {
    std::unique_lock hold(mutex_);
    all_done_.wait(hold, [&] { return undone_ == 0; });
  }

 private:
  void done() {
    std::scoped_lock hold(mutex_);
    if (--undone_ == 0) all_done_.notify_all();
  }

  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable_any room_, items_there_, all_done_;
  std::deque<T> items_;
  std::size_t undone_ = 0;
  bool closed_ = false;
};

}  // namespace rt
