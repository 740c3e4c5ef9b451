// The scheduler's vocabulary: strand, cancel_scope, timer, loop.
// Decides: a strand (one logical task) is in one cancel_scope and is parked on
// at most one waiter at a time; scopes form a tree; timers know their place.
// One loop belongs to one thread; nothing here is atomic except the inbox.
// Must not: resume a coroutine from inside cancel.
#pragma once

#include <rt/detail/list.hpp>

#include <atomic>
#include <cassert>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <source_location>
#include <vector>

namespace rt {

using clock = std::chrono::steady_clock;
using time_point = clock::time_point;
using duration = clock::duration;

/// Thrown by every wait inside a cancelled scope. Not a std::exception on
/// purpose: `catch (const std::exception&)` cannot swallow it.
struct cancelled {};

class cancel_scope;
class loop;
struct options;

namespace detail {

/// d in the loop's unit. What lies beyond its range becomes the nearest end of
/// it, and what is not a number zero: hours::max() is long, not an overflow.
template <class Rep, class Period>
constexpr duration saturated(std::chrono::duration<Rep, Period> d) noexcept {
  using seconds = std::chrono::duration<double>;
  if (seconds(d) >= seconds(duration::max())) return duration::max();
  if (seconds(d) <= seconds(duration::min())) return duration::min();
  if (d != d) return duration::zero();
  return std::chrono::duration_cast<duration>(d);
}

/// t + d; t if d is negative, and the end of time if the sum lies beyond.
constexpr time_point later(time_point t, duration d) noexcept {
  if (d <= d.zero()) return t;
  return t > time_point::max() - d ? time_point::max() : t + d;
}

class waiter;
struct reactor;  // Asio lives behind this, in src/
struct runner;
struct scope_access;

/// One logical task: a chain of coroutines of which one runs or waits.
/// Embedded in the promise of the coroutine that drives the chain.
/// As a list_hook it is linked into the cancel_scope it is directly in.
struct strand : list_hook {
  struct in_loop : list_hook {
    explicit in_loop(strand& s) noexcept : self(s) {}
    strand& self;
  } all{*this};
  strand* next_ready = nullptr;
  std::coroutine_handle<> resume_point;
  waiter* parked = nullptr;  // set while an abort may still reach the wait
  cancel_scope* scope = nullptr;
  loop* home = nullptr;
  const char* name = "";
  std::source_location where;  // the co_await it was last seen at
  std::uint64_t id = 0;
};

/// A point in time at which `fire` is called on the loop's thread.
/// Disarms itself on destruction.
struct timer {
  explicit timer(void (*f)(timer&) noexcept) noexcept : fire(f) {}
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;
  ~timer() {
    if (armed()) disarm();
  }
  bool armed() const noexcept { return index != none; }
  void disarm() noexcept;

  static constexpr std::size_t none = ~std::size_t{0};
  void (*fire)(timer&) noexcept;
  loop* home = nullptr;
  std::size_t index = none;  // position in the loop's heap
};

/// Work handed to a loop, possibly by another thread. `arrive` is called on
/// the loop's thread exactly once; with deliver == false if the loop ends first.
struct remote {
  using arrival = void (*)(remote&, bool deliver) noexcept;
  explicit remote(arrival f) noexcept : arrive(f) {}
  arrival arrive;
  remote* next = nullptr;
};

/// What a finished strand tells whoever started it, after its frame is gone.
struct outcome {
  std::exception_ptr error;  // null unless it failed with something else than
  bool was_cancelled;        // rt::cancelled, which sets this
  const char* name;
};
struct parent {
  explicit parent(void (*f)(parent&, outcome&&) noexcept) noexcept : child_done(f) {}
  void (*child_done)(parent&, outcome&&) noexcept;
};

}  // namespace detail

/// A node of the tree of cancellation. Cancelling a scope wakes every strand
/// parked in it or below it with `cancelled`, and keeps doing so: a further
/// wait throws at once (level-triggered). A shield stops the descent.
/// Scopes are made by with_scope, timeout, deadline, shield and with_cancel.
class cancel_scope : detail::list_hook {
 public:
  cancel_scope(const cancel_scope&) = delete;
  cancel_scope& operator=(const cancel_scope&) = delete;

  /// Cancels this scope and all below. Idempotent; resumes nobody inline.
  void cancel() noexcept;

  /// True if a wait in this scope would throw: it, or a scope above it up to
  /// the nearest shield, was cancelled.
  bool is_cancelled() const noexcept { return effective_; }

  /// True if cancel() was called on this very scope or its deadline passed.
  bool cancel_called() const noexcept { return requested_; }

 private:
  friend class loop;
  friend struct detail::scope_access;
  friend class detail::list<cancel_scope>;

  cancel_scope(cancel_scope* outer, bool shield) noexcept : outer_(outer), shield_(shield) {
    if (outer == nullptr) return;
    outer->inner_.push_back(*this);
    if (!shield) effective_ = outer->effective_;
  }
  ~cancel_scope() { unlink(); }
  void spread() noexcept;              // marks this and everything below
  void strike() noexcept;              // marks this, ends the waits in it
  bool reached_from_above() noexcept;  // true if what is below is reached too

  struct alarm : detail::timer {
    explicit alarm(cancel_scope& s) noexcept : timer(&ring), scope(s) {}
    static void ring(timer& t) noexcept { static_cast<alarm&>(t).scope.cancel(); }
    cancel_scope& scope;
  };

  cancel_scope* outer_;
  bool shield_;
  bool requested_ = false;
  bool effective_ = false;
  duration grace_{};  // shields: how long they hold once cancellation arrives
  detail::list<cancel_scope> inner_;
  detail::list<detail::strand> strands_;
  alarm deadline_{*this};
};

/// The scheduler of one thread; alive while rt::run is. Members may be called
/// on that thread only, except post.
class loop {
 public:
  /// The loop of this thread; must be called from inside run.
  static loop& current() noexcept {
    assert(current_ && "only inside rt::run, on the thread of its loop");
    return *current_;
  }
  static bool is_running() noexcept { return current_ != nullptr; }

  /// Steady time, or the virtual clock's under rt::test::run.
  time_point now() const noexcept { return virtual_ ? virtual_now_ : clock::now(); }

  /// now() + d; now() if d is negative, and the end of time if the sum lies beyond.
  template <class Rep, class Period>
  time_point after(std::chrono::duration<Rep, Period> d) const noexcept {
    return detail::later(now(), detail::saturated(d));
  }

  /// Runs f() on the loop's thread. Thread-safe; the caller must know that the
  /// loop is still running. If f throws, run ends with that exception.
  template <class F>
  void post(F f);

  // --- for the library's own awaiters ------------------------------------
  detail::strand& active() noexcept { return *active_; }
  /// Null while no task runs: in a callback, or in a sink.
  detail::strand* running() noexcept { return active_; }
  void enqueue(detail::strand& s) noexcept {
    s.next_ready = nullptr;
    (ready_tail_ ? ready_tail_->next_ready : ready_head_) = &s;
    ready_tail_ = &s;
  }
  void arm(detail::timer& t, time_point due);
  void disarm(detail::timer& t) noexcept;
  void push(detail::remote& r) noexcept;          // thread-safe
  void adopt(detail::strand& s, cancel_scope& scope, const char* name) noexcept;
  void retire(detail::strand& s) noexcept {
    static_cast<detail::list_hook&>(s).unlink();
    s.all.unlink();
    active_ = nullptr;
  }
  void fail(std::exception_ptr e) noexcept;       // ends run with this error
  detail::reactor& io() noexcept { return *reactor_; }
  void resume_next(std::coroutine_handle<> h) noexcept { next_ = h; }
  bool spend_inline() noexcept { return inline_budget_ > 0 && inline_budget_-- > 0; }

  /// Keeps the virtual clock honest: how many waits end by I/O (`io_waits`),
  /// and how many by work that takes real time elsewhere (`work_waits`).
  std::size_t io_waits = 0;
  std::size_t work_waits = 0;

  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

 private:
  friend struct detail::runner;
  struct entry {
    time_point due;
    std::uint64_t order;
    detail::timer* what;
  };

  explicit loop(const options& o);
  ~loop();
  void drive(const bool& done);
  void step(detail::strand& s) noexcept;
  void resume(std::coroutine_handle<> h) noexcept;
  void run_ready();
  bool burst_is_long() noexcept;
  void poll_io();
  void wait();
  void wait_virtually();
  void sleep();
  bool drain_inbox() noexcept;
  void fire_due();
  void report_deadlock();
  void place(std::size_t at, entry e) noexcept;
  void sift_up(std::size_t at, entry e) noexcept;
  void sift_down(std::size_t at, entry e) noexcept;
  detail::strand* pick_shuffled() noexcept;

  static inline constinit thread_local loop* current_ = nullptr;

  detail::strand* ready_head_ = nullptr;
  detail::strand* ready_tail_ = nullptr;
  detail::strand* active_ = nullptr;
  std::coroutine_handle<> next_;  // see detail::transfer_to
  int inline_budget_ = 0;
  bool virtual_ = false;
  time_point virtual_now_{};
  const options& options_;
  std::unique_ptr<detail::reactor> reactor_;
  std::vector<entry> timers_;
  std::uint64_t timer_order_ = 0;
  std::uint64_t strand_ids_ = 0;
  std::uint64_t random_ = 0;
  unsigned steps_since_poll_ = 0;
  time_point burst_began_{};
  unsigned deadlocks_ = 0;
  std::atomic<detail::remote*> inbox_{nullptr};
  std::atomic<unsigned> pushing_{0};
  detail::list<detail::strand::in_loop> strands_;
  cancel_scope root_{nullptr, false};
  std::exception_ptr failure_;
};

namespace detail {
inline void timer::disarm() noexcept { home->disarm(*this); }
}  // namespace detail
}  // namespace rt
