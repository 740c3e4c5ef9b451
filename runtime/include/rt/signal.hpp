// signals: UNIX signals as values for a task.
// Decides: while an object lives, its signals do not end the process; each
// arrival is seen once by one waiting task. For graceful shutdown:
// co_await signals(...).next(), then cancel a scope.
// Must not: run user code in a signal handler.
#pragma once

#include <rt/loop.hpp>

#include <initializer_list>

namespace rt {

namespace detail {
struct signals_impl;
}

class signals {
 public:
  /// E.g. signals({SIGINT, SIGTERM}). Throws std::system_error for one that
  /// cannot be caught.
  explicit signals(std::initializer_list<int> numbers);
  ~signals();
  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;

  /// The number of the next signal. A cancellation point.
  task<int> next();

 private:
  std::unique_ptr<detail::signals_impl> impl_;
};

}  // namespace rt
