// Time on the loop: sleep_for, sleep_until, call_later, call_soon, every.
// Decides: all times are steady; under rt::test::run they are virtual and
// cost nothing. Due timers fire in order of their time, then of arming.
// A callback runs on the loop's thread and must not block.
// Must not: create a system timer for each wait (one serves the whole loop).
#pragma once

#include <rt/loop.hpp>

#include <algorithm>

namespace rt {

namespace detail {

struct sleep_awaiter : waiter {
  struct alarm : timer {
    explicit alarm(sleep_awaiter& a) noexcept : timer(&ring), owner(a) {}
    static void ring(timer& t) noexcept { static_cast<alarm&>(t).owner.wake(); }
    sleep_awaiter& owner;
  };
  explicit sleep_awaiter(time_point t) noexcept : waiter(&give_up), due(t) {}
  static void give_up(waiter& w) noexcept {
    auto& self = static_cast<sleep_awaiter&>(w);
    self.wakeup.disarm();
    leave(w);
  }
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> h) {
    return park_and(h, [&] { loop::current().arm(wakeup, due); });
  }
  void await_resume() const { check(); }

  time_point due;
  alarm wakeup{*this};
};

struct sleep_op {
  time_point due;
  sleep_awaiter operator co_await() && noexcept { return sleep_awaiter(due); }
};

}  // namespace detail

/// Resumes at or after `due`; always suspends. A cancellation point.
inline detail::sleep_op sleep_until(time_point due) noexcept { return {due}; }

/// Resumes when at least `d` has passed. `duration::max()` waits for
/// cancellation only.
template <class Rep, class Period>
detail::sleep_op sleep_for(std::chrono::duration<Rep, Period> d) noexcept {
  return {loop::current().after(d)};
}

/// A callback that is due once. Dropping it before that cancels it, so it
/// cannot run after what it refers to, if it is declared after that.
class [[nodiscard]] scheduled {
 public:
  scheduled() = default;
  void cancel() noexcept { job_.reset(); }
  /// True until the callback has run or was cancelled.
  bool pending() const noexcept { return job_ && job_->armed(); }

 private:
  template <class Rep, class Period, class F>
  friend scheduled call_later(std::chrono::duration<Rep, Period> d, F f);
  struct job : detail::timer {
    using timer::timer;
    virtual ~job() = default;
  };
  std::unique_ptr<job> job_;
};

/// Calls f() after d, on the loop. If f throws, run ends with that exception.
template <class Rep, class Period, class F>
scheduled call_later(std::chrono::duration<Rep, Period> d, F f) {
  struct of final : scheduled::job {
    of(F w) : job(&ring), work(std::move(w)) {}
    static void ring(detail::timer& t) noexcept {
      loop& l = loop::current();
      try {
        F once = std::move(static_cast<of&>(t).work);  // it may drop or renew its own job
        once();
      } catch (...) {
        l.fail(std::current_exception());
      }
    }
    F work;
  };
  scheduled s;
  s.job_ = std::make_unique<of>(std::move(f));
  loop& l = loop::current();
  l.arm(*s.job_, l.after(d));
  return s;
}

/// Calls f() in one of the next rounds of the loop, after tasks that are ready
/// now. Not called if run ends before.
template <class F>
void call_soon(F f) {
  loop::current().post(std::move(f));
}

/// Calls f() every `period` until cancelled; f may return a task, which is
/// awaited. A call that takes longer than the period drops the beats that it
/// missed. The first call is one period from now.
template <class Rep, class Period, class F>
task<> every(std::chrono::duration<Rep, Period> period, F f) {
  const duration p = std::max(detail::saturated(period), duration(1));
  time_point next = loop::current().after(p);
  for (;;) {
    co_await sleep_until(next);
    if constexpr (awaitable<std::invoke_result_t<F&>>)
      co_await f();
    else
      f();
    const time_point now = loop::current().now();
    next = detail::later(next, p);
    if (next <= now) next = detail::later(next + (now - next) / p * p, p);
  }
}

}  // namespace rt
