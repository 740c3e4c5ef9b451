// How cancellation spreads down the tree of scopes.
// Decides: each parked strand is asked once to end its wait; a shield is passed
// only when its grace is over, which is counted from when it was reached.
// Must not: resume anything (abort only makes strands ready).
#include <rt/detail/waiter.hpp>

namespace rt {

void cancel_scope::cancel() noexcept {
  if (requested_) return;
  requested_ = true;
  if (deadline_.armed()) deadline_.disarm();
  spread();
}

void cancel_scope::spread() noexcept {
  if (effective_) return;
  effective_ = true;
  strands_.for_each([](detail::strand& s) {
    if (s.parked) s.parked->abort();
  });
  inner_.for_each([](cancel_scope& c) { c.reached_from_above(); });
}

void cancel_scope::reached_from_above() noexcept {
  if (!shield_) return spread();
  if (requested_ || deadline_.armed()) return;
  loop& l = loop::current();
  l.arm(deadline_, l.after(grace_));
}

}  // namespace rt
