// The join of a scope: counting children, keeping errors, deciding the outcome.
// Decides: what with_scope throws (see throw_outcome), and where the error of
// a started child goes if nobody awaits its handle.
// Must not: resume anything; the last child only wakes the joining strand.
#include <rt/scope.hpp>

namespace rt {

namespace {
std::string_view text_of(const std::exception_ptr& e, std::string& keep) {
  try {
    std::rethrow_exception(e);
  } catch (const std::exception& x) {
    keep = x.what();
  } catch (...) {
    keep = "an exception that is no std::exception";
  }
  return keep;
}

std::string describe(const std::vector<std::exception_ptr>& errors) {
  std::string all = std::to_string(errors.size()) + " tasks failed:";
  std::string one;
  for (const auto& e : errors) all.append(" [").append(text_of(e, one)).append("]");
  return all;
}
}  // namespace

aggregate_error::aggregate_error(std::vector<std::exception_ptr> errors)
    : runtime_error(describe(errors)), errors_(std::move(errors)) {}

void scope::launch(detail::driver d, const char* name) noexcept {
  assert(inside_.who.home == &loop::current() && "a scope is used on its loop only");
  ++live_;
  d.launch(loop::current(), inside_.scope, name);
}

void scope::child_done(detail::parent& p, detail::outcome&& o) noexcept {
  scope& self = static_cast<children&>(p).owner;
  if (o.was_cancelled) {
    self.cut_short_ = true;
    if (!self.inside_.scope.is_cancelled()) {  // nobody asked: the child gave up by itself
      self.stray_cancel_ = true;
      if (self.policy_.cancels_siblings()) self.cancel();
    }
  } else if (o.error) {
    self.child_failed(o.name, std::move(o.error));
  }
  if (--self.live_ == 0 && self.join_) self.join_->wake();
}

void scope::failed(std::exception_ptr e) noexcept { errors_.push_back(std::move(e)); }

void scope::child_failed(std::string_view name, std::exception_ptr e) noexcept {
  if (policy_.cancels_siblings()) {
    failed(std::move(e));
    return cancel();
  }
  try {
    policy_.on_error_(name, std::move(e));
  } catch (...) {  // the handler's own failure is the scope's
    failed(std::current_exception());
    cancel();
  }
}

void scope::collect_unread() noexcept {
  while (!unread_.empty()) {
    detail::start_state& s = unread_.pop_front();
    s.was_cancelled = true;  // for a handle that is awaited too late
    child_failed("", std::exchange(s.error, nullptr));
  }
}

void scope::throw_outcome() {
  const bool outer = inside_.outer.is_cancelled();
  if (outer && (cut_short_ || !errors_.empty())) throw cancelled{};
  if (errors_.size() == 1) std::rethrow_exception(errors_.front());
  if (!errors_.empty()) throw aggregate_error(std::move(errors_));
  if (stray_cancel_ && policy_.cancels_siblings()) throw cancelled{};
}

namespace detail {

void start_state::finish() noexcept {
  done = true;
  while (!waiting.empty()) waiting.pop_front().wake();
  if (error) owner->unread_.push_back(*this);
}

void start_state::dropped() noexcept {
  abandoned = true;
  if (!linked()) return;
  unlink();
  owner->child_failed("", std::exchange(error, nullptr));
}

}  // namespace detail
}  // namespace rt
