// generator<T>: a coroutine that yields values and may await between them.
// Decides: it runs only while its consumer awaits next(), on the consumer's
// strand, so the consumer's timeouts and cancellation apply to it.
// An abandoned generator is destroyed at its last co_yield: RAII cleans up.
// Must not: be shared by two consumers, nor destroyed while next() waits.
#pragma once

#include <rt/loop.hpp>

namespace rt {

/// Use: `while (auto value = co_await gen.next()) ...`.
template <class T>
class [[nodiscard]] generator {
 public:
  struct promise_type : detail::seen_at_awaits {
    std::coroutine_handle<> consumer;
    std::optional<T> value;
    std::exception_ptr error;

    struct to_consumer {
      bool await_ready() const noexcept { return false; }
      detail::transfer await_suspend(std::coroutine_handle<promise_type> h) const noexcept {
        return detail::transfer_to(h.promise().consumer);
      }
      void await_resume() const noexcept {}
    };
    generator get_return_object() noexcept {
      return generator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    to_consumer final_suspend() const noexcept { return {}; }
    to_consumer yield_value(T v) {
      value.emplace(std::move(v));
      return {};
    }
    void return_void() const noexcept {}
    void unhandled_exception() noexcept { error = std::current_exception(); }
  };

  generator(generator&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  generator& operator=(generator&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~generator() {
    if (frame_) frame_.destroy();
  }

  /// The next value; nullopt after the last, and from then on. Throws what the
  /// body threw, once.
  auto next() noexcept {
    struct awaiter {
      std::coroutine_handle<promise_type> frame;
      bool await_ready() const noexcept { return !frame || frame.done(); }
      detail::transfer await_suspend(std::coroutine_handle<> h) noexcept {
        frame.promise().consumer = h;
        frame.promise().value.reset();
        return detail::transfer_to(frame);
      }
      std::optional<T> await_resume() {
        if (!frame) return std::nullopt;
        promise_type& p = frame.promise();
        if (p.error) std::rethrow_exception(std::exchange(p.error, nullptr));
        if (frame.done()) return std::nullopt;
        return std::exchange(p.value, std::nullopt);
      }
    };
    struct op {
      std::coroutine_handle<promise_type> frame;
      awaiter operator co_await() && noexcept { return {frame}; }
    };
    return op{frame_};
  }

 private:
  explicit generator(std::coroutine_handle<promise_type> f) noexcept : frame_(f) {}
  std::coroutine_handle<promise_type> frame_;
};

}  // namespace rt
