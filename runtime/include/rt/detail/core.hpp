// The scheduler's vocabulary: strand, waiter, cancel_scope, timer, loop.
// Decides: a strand (one logical task) is parked on at most one waiter at a
// time; waking and aborting only put the strand into the ready queue.
// One loop belongs to one thread; nothing here is atomic except the inbox.
// Must not: resume a coroutine from inside wake, abort or cancel.
#pragma once

#include <rt/detail/list.hpp>

#include <atomic>
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
  void spread() noexcept;             // marks this and everything below
  void reached_from_above() noexcept;

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
  static loop& current() noexcept { return *current_; }
  static bool is_running() noexcept { return current_ != nullptr; }

  /// Steady time, or the virtual clock's under rt::test::run.
  time_point now() const noexcept { return virtual_ ? virtual_now_ : clock::now(); }

  /// Runs f() on the loop's thread. Thread-safe; the caller must know that the
  /// loop is still running. If f throws, run ends with that exception.
  template <class F>
  void post(F f);

  // --- for the library's own awaiters ------------------------------------
  detail::strand& active() noexcept { return *active_; }
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

/// Base of every awaiter that may park its strand. `on_abort` is called when
/// the wait's scope is cancelled: it must arrange for exactly one wake, now or
/// later, and must not resume anything inline. The default leaves the queue.
class waiter : public list_hook {
 public:
  using abort_fn = void (*)(waiter&) noexcept;
  explicit waiter(abort_fn f = &leave) noexcept : on_abort_(f) {}

  /// Parks the running strand at h. False if its scope is cancelled: then the
  /// coroutine must not suspend, and check() throws.
  bool park(std::coroutine_handle<> h) noexcept {
    strand& s = loop::current().active();
    if (s.scope->is_cancelled()) {
      aborted_ = true;
      return false;
    }
    park_at(s, h);
    return true;
  }

  /// Parks even if cancelled: for joins, which must not end early.
  void park_regardless(std::coroutine_handle<> h) noexcept {
    park_at(loop::current().active(), h);
  }

  /// Ends the wait: the strand runs again in a later step. From here on the
  /// wait has its result, and cancellation no longer reaches it.
  void wake() noexcept {
    who_->parked = nullptr;
    who_->home->enqueue(*who_);
  }

  void abort() noexcept { on_abort_(*this); }
  bool aborted() const noexcept { return aborted_; }
  void check() const {
    if (aborted_) throw cancelled{};
  }
  static void leave(waiter& w) noexcept {
    w.unlink();
    w.aborted_ = true;
    w.wake();
  }
  static void stay(waiter&) noexcept {}

 protected:
  void park_at(strand& s, std::coroutine_handle<> h) noexcept {
    who_ = &s;
    s.resume_point = h;
    s.parked = this;
  }
  strand* who_ = nullptr;
  abort_fn on_abort_;
  bool aborted_ = false;
};

/// What await_suspend returns to continue with h on the same strand, in the
/// same step. clang always makes this a tail call; g++ does so only from -O2 on
/// and without sanitizers, which RT_TAIL_CALLS promises (our CMake target sets
/// it). Otherwise the loop resumes h once the stack is flat.
#if !defined(__clang__) && !defined(RT_TAIL_CALLS)
using transfer = void;
inline void transfer_to(std::coroutine_handle<> h) noexcept { loop::current().resume_next(h); }
#else
using transfer = std::coroutine_handle<>;
inline transfer transfer_to(std::coroutine_handle<> h) noexcept { return h; }
#endif

/// Enters a new cancel_scope with the running strand, leaves on destruction.
struct scope_access {
  explicit scope_access(bool shield = false) noexcept
      : who(loop::current().active()), outer(*who.scope), scope(&outer, shield) {
    move_to(scope);
  }
  ~scope_access() { move_to(outer); }
  scope_access(const scope_access&) = delete;
  scope_access& operator=(const scope_access&) = delete;

  void set_deadline(time_point due) { who.home->arm(scope.deadline_, due); }
  /// A shield gives way this long after cancellation reached it.
  void set_grace(duration grace) noexcept {
    scope.grace_ = grace;
    if (outer.is_cancelled()) scope.reached_from_above();
  }
  void move_to(cancel_scope& s) noexcept {
    static_cast<list_hook&>(who).unlink();
    s.strands_.push_back(who);
    who.scope = &s;
  }
  strand& who;
  cancel_scope& outer;
  cancel_scope scope;
};

template <class F>
struct posted : remote {
  posted(loop& l, F f) : remote(&run), home(l), work(static_cast<F&&>(f)) {}
  static void run(remote& r, bool deliver) noexcept {
    std::unique_ptr<posted> self(static_cast<posted*>(&r));
    if (!deliver) return;
    try {
      self->work();
    } catch (...) {
      self->home.fail(std::current_exception());
    }
  }
  loop& home;
  F work;
};

}  // namespace detail

template <class F>
void loop::post(F f) {
  push(*std::make_unique<detail::posted<F>>(*this, static_cast<F&&>(f)).release());
}

}  // namespace rt
