// timeout, deadline, shield, with_cancel: cancellation scopes around one task.
// Decides: limits nest and the tightest one wins; a timeout reports only its
// own expiry, an outer cancellation passes through as `cancelled`.
// A result that is there when the limit strikes is returned, not lost.
// Must not: run the task on another strand (no allocation, no reordering).
#pragma once

#include <rt/timer.hpp>

#include <stop_token>

namespace rt {

/// Awaits `a`, and cancels it when `due` has come. Returns its value, or
/// nullopt (for void: false in the optional<unit>) if it was cut short.
template <awaitable A>
auto deadline(time_point due, A a)
    -> task<std::optional<detail::unit_if_void<await_result<A>>>> {
  detail::scope_access inside;
  inside.set_deadline(due);
  try {
    if constexpr (std::is_void_v<await_result<A>>) {
      co_await std::move(a);
      co_return unit{};
    } else {
      co_return co_await std::move(a);
    }
  } catch (const cancelled&) {
    if (!inside.scope.cancel_called() || inside.outer.is_cancelled()) throw;
  }
  co_return std::nullopt;
}

/// The same with a time from now.
template <class Rep, class Period, awaitable A>
auto timeout(std::chrono::duration<Rep, Period> d, A a) {
  return deadline(loop::current().after(d), std::move(a));
}

/// Awaits `a` out of reach of outer cancellation, for cleanup that must wait.
/// Once cancellation has been asked for, `a` has `grace` left; then it is
/// cancelled after all and this throws `cancelled`.
template <class Rep, class Period, awaitable A>
auto shield(std::chrono::duration<Rep, Period> grace, A a) -> task<await_result<A>> {
  detail::scope_access inside(true);
  inside.set_grace(detail::saturated(grace));
  co_return co_await std::move(a);
}

/// Calls body(cancel_scope&) and awaits what it returns, inside a scope that
/// anybody with the reference may cancel. True if it ran to its end, false if
/// that scope was cancelled.
template <class F>
task<bool> with_cancel(F body) {
  detail::scope_access inside;
  try {
    co_await body(inside.scope);
    co_return true;
  } catch (const cancelled&) {
    if (!inside.scope.cancel_called() || inside.outer.is_cancelled()) throw;
  }
  co_return false;
}

/// Uses a resource that must be closed by awaiting. `open` is awaited,
/// body(resource&) is awaited, and close(resource&) is awaited in every case,
/// shielded for at most `grace` once cancelled. The body's error wins.
template <awaitable A, class Body, class Close, class Rep, class Period>
task<> using_(A open, Body body, Close close, std::chrono::duration<Rep, Period> grace) {
  auto resource = co_await std::move(open);
  std::exception_ptr error;
  try {
    co_await body(resource);
  } catch (...) {
    error = std::current_exception();
  }
  try {
    co_await shield(grace, close(resource));
  } catch (...) {
    if (!error) throw;
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace rt
