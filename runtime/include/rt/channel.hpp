// channel<T> and oneshot<T>: values between tasks of one loop.
// Decides: the capacity is mandatory (0: sender and receiver meet); waiting is
// first come first served; close() wakes both sides and buffered values still
// drain. A value that was handed over is delivered even if the receiver is
// cancelled in the same moment.
// Must not: be used from another thread (that is mailbox), nor grow.
#pragma once

#include <rt/loop.hpp>

#include <vector>

namespace rt {

namespace detail {

/// A ring of fixed capacity; storage is allocated once.
template <class T>
class ring {
 public:
  explicit ring(std::size_t capacity) : slots_(capacity) {}
  bool empty() const noexcept { return count_ == 0; }
  bool full() const noexcept { return count_ == slots_.size(); }
  std::size_t size() const noexcept { return count_; }
  std::size_t capacity() const noexcept { return slots_.size(); }
  void push(T&& v) {
    slots_[wrap(first_ + count_)].emplace(std::move(v));
    ++count_;
  }
  T pop() {
    std::optional<T>& s = slots_[first_];
    T v = std::move(*s);
    s.reset();
    first_ = wrap(first_ + 1);
    --count_;
    return v;
  }

 private:
  std::size_t wrap(std::size_t i) const noexcept { return i < slots_.size() ? i : i - slots_.size(); }
  std::vector<std::optional<T>> slots_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace detail

/// Bounded queue between tasks. Must outlive its waiters: declare it before
/// the scope whose tasks use it.
template <class T>
class channel {
  struct sender : detail::waiter {
    sender(channel& c, T&& v) : ch(c), value(std::move(v)) {}
    bool await_ready() {
      if (ch.closed_) return true;
      return sent = ch.put(value);
    }
    bool await_suspend(std::coroutine_handle<> h) noexcept { return park_in(ch.senders_, h); }
    bool await_resume() const {
      check();
      return sent;
    }
    channel& ch;
    T value;
    bool sent = false;
  };

  struct receiver : detail::waiter {
    explicit receiver(channel& c) noexcept : ch(c) {}
    bool await_ready() {
      if (std::optional<T> v = ch.try_recv()) value.emplace(std::move(*v));
      return value.has_value() || ch.closed_;
    }
    bool await_suspend(std::coroutine_handle<> h) noexcept { return park_in(ch.receivers_, h); }
    std::optional<T> await_resume() {
      check();
      return std::move(value);
    }
    channel& ch;
    std::optional<T> value;
  };

  struct send_op {
    channel& ch;
    T value;
    sender operator co_await() && { return sender(ch, std::move(value)); }
  };
  using recv_op = detail::operation<receiver, channel>;

 public:
  explicit channel(std::size_t capacity) : buffer_(capacity) {}
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;

  /// Waits for room. True: accepted; false: the channel is closed and v is
  /// dropped. Suspends, and can be cancelled, only if there is no room.
  send_op send(T v) { return {*this, std::move(v)}; }

  /// Waits for a value; nullopt once the channel is closed and drained.
  recv_op recv() noexcept { return {*this}; }

  /// Never waits. False, and v is untouched, if there is no room or it is closed.
  bool try_send(T& v) { return !closed_ && put(v); }
  bool try_send(T&& v) { return try_send(v); }

  /// Never waits.
  std::optional<T> try_recv() {
    if (!buffer_.empty()) {
      std::optional<T> v(buffer_.pop());
      if (!senders_.empty()) {
        buffer_.push(std::move(senders_.front().value));
        accept();
      }
      return v;
    }
    if (senders_.empty()) return std::nullopt;
    std::optional<T> v(std::move(senders_.front().value));  // capacity 0
    accept();
    return v;
  }

  /// No more values are accepted. Waiting senders get false, waiting receivers
  /// nullopt. Idempotent.
  void close() noexcept {
    closed_ = true;
    while (!senders_.empty()) senders_.pop_front().wake();
    while (!receivers_.empty()) receivers_.pop_front().wake();
  }

  bool closed() const noexcept { return closed_; }
  std::size_t size() const noexcept { return buffer_.size(); }
  std::size_t capacity() const noexcept { return buffer_.capacity(); }

 private:
  bool put(T& v) {
    if (!receivers_.empty()) {
      receivers_.front().value.emplace(std::move(v));  // may throw: then it waits on
      receivers_.pop_front().wake();
      return true;
    }
    if (buffer_.full()) return false;
    buffer_.push(std::move(v));
    return true;
  }
  /// The first sender's value has been taken.
  void accept() noexcept {
    sender& s = senders_.pop_front();
    s.sent = true;
    s.wake();
  }

  detail::ring<T> buffer_;
  detail::list<sender> senders_;
  detail::list<receiver> receivers_;
  bool closed_ = false;
};

/// Closes a channel when the last stage that writes to it goes away, by return
/// or by exception. Copyable: each copy counts as one writer.
template <class T>
class writer {
 public:
  explicit writer(channel<T>& ch) : ch_(&ch, [](channel<T>* c) { c->close(); }) {}
  auto send(T v) { return ch_->send(std::move(v)); }

 private:
  std::shared_ptr<channel<T>> ch_;
};

/// One value, set once, awaited by one task or several in turn.
template <class T>
class oneshot {
  struct awaiter : detail::waiter {
    explicit awaiter(oneshot& o) noexcept : from(o) {}
    bool await_ready() const noexcept { return from.value_.has_value() || from.error_; }
    bool await_suspend(std::coroutine_handle<> h) noexcept { return park_in(from.waiting_, h); }
    T& await_resume() {
      check();
      if (from.error_) std::rethrow_exception(from.error_);
      return *from.value_;
    }
    oneshot& from;
  };

 public:
  oneshot() = default;
  oneshot(const oneshot&) = delete;
  oneshot& operator=(const oneshot&) = delete;

  /// False if a value or an error was set before; then v is dropped.
  bool set(T v) {
    if (is_set()) return false;
    value_.emplace(std::move(v));
    wake_all();
    return true;
  }
  bool fail(std::exception_ptr e) noexcept {
    if (is_set()) return false;
    error_ = std::move(e);
    wake_all();
    return true;
  }
  bool is_set() const noexcept { return value_.has_value() || error_; }

  /// The value, which stays here, or the error. A cancellation point if unset.
  auto wait() noexcept { return detail::operation<awaiter, oneshot>{*this}; }

 private:
  void wake_all() noexcept {
    while (!waiting_.empty()) waiting_.pop_front().wake();
  }
  std::optional<T> value_;
  std::exception_ptr error_;
  detail::list<awaiter> waiting_;
};

}  // namespace rt
