// run(): the one entry into asynchronous code, its options, and this_task.
// Decides: run blocks its thread until the main task and everything it
// started have ended; it returns the task's value or throws its error.
// Also the observation hooks: trace_sink and the slow-step report.
// Must not: be called from a coroutine (asserted), nor start threads.
#pragma once

#include <rt/task.hpp>

#include <string_view>

namespace rt {

/// A step (one uninterrupted run of a task) that held the loop too long.
struct slow_report {
  std::string_view task;      // its name, "" if it has none
  std::uint64_t id;           // number of the task in this loop, from 1
  duration took;
  std::source_location from;  // the co_await at which the step began
};

enum class trace_kind { spawned, resumed, parked, finished };

struct trace_event {
  trace_kind kind;
  std::string_view task;
  std::uint64_t id;
  time_point at;
  std::source_location where;  // last co_await seen; empty for a new task
};

/// Receives every event of a loop, on its thread. Must not touch the loop.
class trace_sink {
 public:
  virtual ~trace_sink() = default;
  virtual void on_event(const trace_event& e) noexcept = 0;
};

struct options {
  /// Steps longer than slow_step are reported to on_slow, if it is set. Costs
  /// two clock reads a step. If on_slow throws, run ends with that exception.
  duration slow_step = std::chrono::milliseconds(50);
  void (*on_slow)(const slow_report&) = nullptr;
  trace_sink* trace = nullptr;
  /// I/O and timers are looked at after this many steps even if tasks remain
  /// ready, so that busy tasks starve nobody.
  unsigned io_every = 128;
  /// For rt::test::run; see rt/test.hpp.
  bool virtual_clock = false;
  std::uint64_t shuffle_seed = 0;
};

namespace detail {

/// Creates the loop of this thread and drives it until `main` has ended.
struct runner : parent {
  explicit runner(const options& o);
  ~runner();
  /// Blocks. Rethrows what main threw, or what a posted function threw.
  RT_ANNOTATE("cotidy::blocking") void finish(driver main);
  static void main_done(parent& p, outcome&& o) noexcept;

  std::unique_ptr<char[]> place;  // the loop; its destructor is private
  loop* self;
  bool done = false;
  outcome result{};
};

template <class T>
struct slot {
  std::optional<unit_if_void<T>> value;
  template <class A>
  static task<> fill(slot* to, A a) {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(a);
      to->value.emplace();
    } else {
      to->value.emplace(co_await std::move(a));
    }
  }
};

}  // namespace detail

/// Runs a coroutine to its end on this thread and returns its value. `main` is
/// a task, or something callable that makes one (captures stay alive).
template <class F>
RT_ANNOTATE("cotidy::blocking") auto run(F main, options o = {}) {
  if constexpr (detail::is_task<F>) {
    return run([&main] { return std::move(main); }, o);
  } else {
    using T = typename std::invoke_result_t<F&>::value_type;
    detail::slot<T> out;
    detail::runner r(o);
    r.finish(detail::drive(r, [&] { return detail::slot<T>::fill(&out, main()); }));
    if constexpr (!std::is_void_v<T>) return std::move(*out.value);
  }
}

/// Lets every other ready task run first. A cancellation point.
inline auto yield() noexcept {
  struct awaiter : detail::waiter {
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> h) noexcept {
      if (!park(h)) return false;
      wake();
      return true;
    }
    void await_resume() const {
      if (aborted() || loop::current().active().scope->is_cancelled()) throw cancelled{};
    }
  };
  struct op {
    awaiter operator co_await() && noexcept { return awaiter(); }
  };
  return op{};
}

namespace this_task {

/// The name given at spawn or below, "" if none. In a callback no task runs.
inline std::string_view name() noexcept {
  const detail::strand* s = loop::current().running();
  return s ? s->name : "";
}

/// Names the running task for reports; `n` must outlive it (a literal).
inline void set_name(const char* n) noexcept {
  if (detail::strand* s = loop::current().running()) s->name = n;
}

/// The number of the running task, unique in its loop; 0 if none runs.
inline std::uint64_t id() noexcept {
  const detail::strand* s = loop::current().running();
  return s ? s->id : 0;
}

/// True if the next wait would throw `cancelled`. For loops that compute.
inline bool is_cancelled() noexcept {
  const detail::strand* s = loop::current().running();
  return s && s->scope->is_cancelled();
}

/// Throws `cancelled` if the task is cancelled; does not suspend.
inline void check() {
  if (is_cancelled()) throw cancelled{};
}

}  // namespace this_task
}  // namespace rt
