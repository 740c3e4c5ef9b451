// How a strand waits: waiter, the base of every awaiter that may park, and
// scope_access, by which a coroutine enters a cancel_scope.
// Decides: waking and aborting only put the strand into the ready queue; a wait
// that has its result is out of cancellation's reach.
// Must not: resume a coroutine from inside wake or abort.
#pragma once

#include <rt/detail/core.hpp>

namespace rt {
namespace detail {

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

  /// Parks at the end of a queue of such awaiters; whoever takes the awaiter out
  /// of it wakes it.
  template <class Awaiter>
  bool park_in(list<Awaiter>& queue, std::coroutine_handle<> h) noexcept {
    if (!park(h)) return false;
    queue.push_back(static_cast<Awaiter&>(*this));
    return true;
  }

  /// Parks, then calls start(), which must lead to one wake. If start throws,
  /// so does this, and the strand is not parked.
  template <class S>
  bool park_and(std::coroutine_handle<> h, S start) {
    if (!park(h)) return false;
    try {
      start();
    } catch (...) {
      unpark();
      throw;
    }
    return true;
  }

  /// Parks even if cancelled: for joins, which must not end early.
  void park_regardless(std::coroutine_handle<> h) noexcept {
    park_at(loop::current().active(), h);
  }

  /// Ends the wait: the strand runs again in a later step. From here on the
  /// wait has its result, and cancellation no longer reaches it.
  void wake() noexcept {
    assert(who_->home == &loop::current() && "what a loop owns is touched on its thread only");
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
  void unpark() noexcept { who_->parked = nullptr; }
  void park_at(strand& s, std::coroutine_handle<> h) noexcept {
    who_ = &s;
    s.resume_point = h;
    s.parked = this;
  }
  strand* who_ = nullptr;
  abort_fn on_abort_;
  bool aborted_ = false;
};

/// What a function such as channel::recv() returns: it can be moved, which an
/// awaiter that may be linked into a queue cannot, and becomes the awaiter of
/// `from` where it is awaited, as an rvalue.
template <class Awaiter, class From>
struct operation {
  From& from;
  Awaiter operator co_await() && noexcept { return Awaiter(from); }
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
