// The loop's timers: a heap of what is due, each knowing its place in it.
// Decides: earlier times first, then the order of arming; arming and disarming
// cost the heap's depth, and any timer can leave from the middle.
// Must not: arm a system timer (the loop does, for the first one only).
#include <rt/detail/core.hpp>

#include <algorithm>
#include <utility>

namespace rt {

namespace {
constexpr std::size_t arity = 4;
template <class E>
bool earlier(const E& a, const E& b) noexcept {
  return a.due != b.due ? a.due < b.due : a.order < b.order;
}
}  // namespace

void loop::place(std::size_t at, entry e) noexcept {
  timers_[at] = e;
  e.what->index = at;
}

void loop::sift_up(std::size_t at, entry e) noexcept {
  while (at > 0) {
    const std::size_t above = (at - 1) / arity;
    if (!earlier(e, timers_[above])) break;
    place(at, timers_[above]);
    at = above;
  }
  place(at, e);
}

void loop::sift_down(std::size_t at, entry e) noexcept {
  for (;;) {
    const std::size_t first = at * arity + 1;
    if (first >= timers_.size()) break;
    std::size_t least = first;
    const std::size_t last = std::min(first + arity, timers_.size());
    for (std::size_t i = first + 1; i < last; ++i)
      if (earlier(timers_[i], timers_[least])) least = i;
    if (!earlier(timers_[least], e)) break;
    place(at, timers_[least]);
    at = least;
  }
  place(at, e);
}

void loop::arm(detail::timer& t, time_point due) {
  if (t.armed()) disarm(t);
  t.home = this;
  const entry e{due, ++timer_order_, &t};
  timers_.push_back(e);
  sift_up(timers_.size() - 1, e);
}

void loop::disarm(detail::timer& t) noexcept {
  const std::size_t at = std::exchange(t.index, detail::timer::none);
  const entry last = timers_.back();
  timers_.pop_back();
  if (at == timers_.size()) return;
  if (at > 0 && earlier(last, timers_[(at - 1) / arity]))
    sift_up(at, last);
  else
    sift_down(at, last);
}

/// What a callback arms anew has its turn in the next round: tasks come first.
void loop::fire_due() {
  if (timers_.empty()) return;
  const time_point t = now();
  const std::uint64_t newest = timer_order_;
  while (!timers_.empty() && timers_.front().due <= t && timers_.front().order <= newest) {
    detail::timer& due = *timers_.front().what;
    disarm(due);
    due.fire(due);
  }
}

}  // namespace rt
