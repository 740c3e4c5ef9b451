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

/// Goes down the tree without recursion: scopes nest as deep as tasks call each
/// other, which is deeper than the stack.
void cancel_scope::spread() noexcept {
  if (effective_) return;
  strike();
  cancel_scope* at = inner_.first();
  while (at != nullptr) {
    cancel_scope* next = at->reached_from_above() ? at->inner_.first() : nullptr;
    while (next == nullptr) {
      next = at->outer_->inner_.after(*at);
      at = at->outer_;
      if (at == this) break;
    }
    at = next;
  }
}

void cancel_scope::strike() noexcept {
  effective_ = true;
  strands_.for_each([](detail::strand& s) {
    if (s.parked) s.parked->abort();
  });
}

bool cancel_scope::reached_from_above() noexcept {
  if (!shield_) {
    if (effective_) return false;  // and so is what is below
    strike();
    return true;
  }
  if (!requested_ && !deadline_.armed()) {
    loop& l = loop::current();
    l.arm(deadline_, l.after(grace_));
  }
  return false;
}

}  // namespace rt
