// mailbox<T>: values from any thread to the tasks of one loop.
// Decides: bounded; a full box refuses (push) or makes the sending thread wait
// (push_wait); receiving suspends the task. First in, first out.
// Made and destroyed on the loop's thread; senders must be gone by then.
// Must not: let a sending thread run anything of the loop.
#pragma once

#include <rt/channel.hpp>

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace rt {

template <class T>
class mailbox {
  struct receiver : detail::waiter {
    explicit receiver(mailbox& m) noexcept : waiter(&give_up), box(m) {}
    static void give_up(waiter& w) noexcept {
      --loop::current().io_waits;
      leave(w);
    }
    bool await_ready() { return box.take(value); }
    bool await_suspend(std::coroutine_handle<> h) noexcept {
      if (!park_in(box.receivers_, h)) return false;
      ++loop::current().io_waits;
      return true;
    }
    std::optional<T> await_resume() {
      check();
      return std::move(value);
    }
    mailbox& box;
    std::optional<T> value;
  };
  using recv_op = detail::operation<receiver, mailbox>;

 public:
  explicit mailbox(std::size_t capacity) : items_(capacity ? capacity : 1) {}
  mailbox(const mailbox&) = delete;
  mailbox& operator=(const mailbox&) = delete;
  ~mailbox() {
    assert(&home_ == &loop::current() && "it must go before the loop that it was made on");
    bell_->box = nullptr;
  }

  /// Thread-safe; never waits. False, and v is dropped, if full or closed.
  bool push(T v) {
    std::unique_lock hold(mutex_);
    if (closed_ || items_.full()) return false;
    items_.push(std::move(v));
    ring();
    return true;
  }

  /// Thread-safe; for plain threads: waits for room. False if closed, or asked
  /// to stop.
  RT_ANNOTATE("cotidy::blocking") bool push_wait(T v, std::stop_token stop = {}) {
    std::unique_lock hold(mutex_);
    const bool ready = room_.wait(hold, stop, [&] { return closed_ || !items_.full(); });
    if (!ready || closed_) return false;
    items_.push(std::move(v));
    ring();
    return true;
  }

  /// On the loop: the next value; nullopt once closed and drained. A
  /// cancellation point if it has to wait.
  recv_op recv() noexcept { return {*this}; }

  /// Thread-safe. No more values; waiting senders and receivers go on.
  void close() {
    std::unique_lock hold(mutex_);
    closed_ = true;
    room_.notify_all();
    ring();
  }

 private:
  /// Travels through the loop's inbox; may arrive after the box is gone.
  struct bell : detail::remote {
    explicit bell(mailbox* m) noexcept : remote(&arrived), box(m) {}
    static void arrived(detail::remote& r, bool deliver) noexcept {
      auto& self = static_cast<bell&>(r);
      std::shared_ptr<bell> keep;
      if (self.box) {
        std::scoped_lock hold(self.box->mutex_);
        keep = std::move(self.travelling);
      } else {
        keep = std::move(self.travelling);
      }
      if (!self.box || !deliver) return;
      try {
        self.box->hand_out();
      } catch (...) {  // moving a value threw
        loop::current().fail(std::current_exception());
      }
    }
    mailbox* box;
    std::shared_ptr<bell> travelling;  // not null: in the inbox; under box->mutex_
  };

  void ring() {
    if (bell_->travelling) return;
    bell_->travelling = bell_;
    home_.push(*bell_);
  }

  /// True if the receiver needs not wait.
  bool take(std::optional<T>& to) {
    std::scoped_lock hold(mutex_);
    if (!items_.empty()) {
      to.emplace(items_.pop());
      room_.notify_one();
      return true;
    }
    return closed_;
  }

  void hand_out() {
    while (!receivers_.empty()) {
      if (!take(receivers_.front().value)) return;
      --loop::current().io_waits;
      receivers_.pop_front().wake();
    }
  }

  loop& home_ = loop::current();
  std::mutex mutex_;
  std::condition_variable_any room_;
  detail::ring<T> items_;
  bool closed_ = false;
  std::shared_ptr<bell> bell_ = std::make_shared<bell>(this);
  detail::list<receiver> receivers_;  // loop's thread only
};

}  // namespace rt
