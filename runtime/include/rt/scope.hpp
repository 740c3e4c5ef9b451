// with_scope: the only way to start a concurrent task, and its join.
// Decides: with_scope returns when every child's frame is destroyed. The first
// failure cancels the siblings (fail_fast) or goes to a handler (supervise).
// Outer cancellation wins over inner errors; no error is dropped otherwise.
// Must not: let a child outlive the scope, or take a task that somebody else made.
#pragma once

#include <rt/cancel.hpp>

#include <functional>
#include <stdexcept>
#include <vector>

namespace rt {

/// Several children failed. One failure alone is rethrown as it is.
class aggregate_error : public std::runtime_error {
 public:
  explicit aggregate_error(std::vector<std::exception_ptr> errors);
  /// In the order in which they happened; at least two.
  const std::vector<std::exception_ptr>& errors() const noexcept { return errors_; }

 private:
  std::vector<std::exception_ptr> errors_;
};

/// Gets the name of a child and what it threw, on the loop, as it happens.
using error_handler = std::function<void(std::string_view, std::exception_ptr)>;

class scope_policy {
 public:
  bool cancels_siblings() const noexcept { return !on_error_; }

 private:
  friend class scope;
  friend scope_policy supervise(error_handler h);
  error_handler on_error_;
};

/// A child's exception cancels its siblings and is rethrown after the join.
inline const scope_policy fail_fast{};

/// A child's exception goes to h and its siblings live on: for servers, where
/// one connection's error is not the others' business.
inline scope_policy supervise(error_handler h) {
  scope_policy p;
  p.on_error_ = std::move(h);
  return p;
}

/// Optional first argument of spawn and start: the child's name in reports.
/// The text must outlive the child (a literal).
struct named {
  const char* name;
};

template <class R>
class handle;
namespace detail {
struct start_state;
template <class R>
struct started;
}  // namespace detail

/// A group of children. Made by with_scope only; used on its loop only.
class scope {
 public:
  scope(const scope&) = delete;
  scope& operator=(const scope&) = delete;

  /// Starts f(args...), which must return a task, as a child. f and args are
  /// copied or moved into the child's frame, so temporaries and captures are
  /// safe; std::ref passes a reference whose referent must outlive the scope.
  /// The child takes its first step after the spawning task waits.
  template <class F, class... A>
  RT_ANNOTATE("cotidy::spawn") void spawn(F f, A... args) {
    spawn(named{""}, std::move(f), std::move(args)...);
  }
  template <class F, class... A>
  RT_ANNOTATE("cotidy::spawn") void spawn(named n, F f, A... args) {
    static_assert(awaitable<std::invoke_result_t<F&, A...>>,
                  "spawn takes a function that returns a task, and its arguments");
    launch(detail::drive(children_, std::move(f), std::move(args)...), n.name);
  }

  /// Like spawn, for a result. The handle is awaited inside the scope; an
  /// error reaches its awaiter, or fails the scope if the handle is dropped.
  template <class F, class... A>
  RT_ANNOTATE("cotidy::spawn") auto start(F f, A... args) {
    return start(named{""}, std::move(f), std::move(args)...);
  }
  template <class F, class... A>
  RT_ANNOTATE("cotidy::spawn") auto start(named n, F f, A... args);

  /// Cancels all children and the rest of the body. with_scope then joins them
  /// and returns normally.
  void cancel() noexcept { inside_.scope.cancel(); }
  cancel_scope& cancellation() noexcept { return inside_.scope; }

  /// Children that have not ended yet.
  std::size_t size() const noexcept { return live_; }

 private:
  template <class F>
  friend task<> with_scope(F body, scope_policy policy);
  template <class R>
  friend class handle;
  friend struct detail::start_state;

  struct children : detail::parent {
    explicit children(scope& s) noexcept : parent(&scope::child_done), owner(s) {}
    scope& owner;
  };
  struct joiner : detail::waiter {
    explicit joiner(scope& s) noexcept : waiter(&stay), owner(s) {}
    bool await_ready() const noexcept { return owner.live_ == 0; }
    void await_suspend(std::coroutine_handle<> h) noexcept {
      park_regardless(h);
      owner.join_ = this;
    }
    void await_resume() const noexcept { owner.join_ = nullptr; }
    scope& owner;
  };
  using join_op = detail::operation<joiner, scope>;

  explicit scope(scope_policy p) : policy_(std::move(p)) {}
  ~scope() = default;
  void launch(detail::driver d, const char* name) noexcept;
  static void child_done(detail::parent& p, detail::outcome&& o) noexcept;
  void failed(std::exception_ptr e) noexcept;      // keeps it for throw_outcome
  void child_failed(std::string_view name, std::exception_ptr e) noexcept;
  void collect_unread() noexcept;
  void throw_outcome();

  scope_policy policy_;
  std::size_t live_ = 0;
  joiner* join_ = nullptr;
  bool cut_short_ = false;       // something ended with `cancelled`
  bool stray_cancel_ = false;    // ... though nothing had been cancelled
  children children_{*this};
  std::vector<std::exception_ptr> errors_;
  detail::list<detail::start_state> unread_;  // started children with an error
  detail::scope_access inside_;
};

/// Calls body(scope&): a plain function, or one that returns a task, which is
/// awaited. Joins all children, then rethrows what failed. Throws `cancelled`
/// if an outer cancellation cut short the body or a child.
template <class F>
RT_ANNOTATE("cotidy::joins") task<> with_scope(F body, scope_policy policy) {
  scope s(std::move(policy));
  try {
    if constexpr (awaitable<std::invoke_result_t<F&, scope&>>)
      co_await body(s);
    else
      body(s);
  } catch (const cancelled&) {
    s.cut_short_ = true;
    s.stray_cancel_ |= !s.inside_.scope.is_cancelled();
    s.cancel();
  } catch (...) {
    s.failed(std::current_exception());
    s.cancel();
  }
  do {  // a handler of errors, or somebody with a reference, may have spawned again
    co_await scope::join_op{s};
    s.collect_unread();
  } while (s.size() > 0);
  s.throw_outcome();
}
template <class F>
RT_ANNOTATE("cotidy::joins") task<> with_scope(F body) {
  return with_scope(std::move(body), fail_fast);
}

namespace detail {

/// What a started child and its handle share; the later of the two frees it.
struct start_state : list_hook {  // hook: scope::unread_, if it ended in an error
  explicit start_state(scope& s) noexcept : owner(&s) {}
  void finish() noexcept;   // called by the child as its last act
  void dropped() noexcept;  // the handle goes away unread

  scope* owner;
  bool done = false;
  bool abandoned = false;  // nobody will read the result
  bool was_cancelled = false;
  std::exception_ptr error;
  list<waiter> waiting;
};

template <class R>
struct started : start_state {
  using start_state::start_state;
  std::optional<unit_if_void<R>> value;
};

template <class R, class F, class... A>
task<> keep_result(std::shared_ptr<started<R>> to, F f, A... args) {
  try {
    if constexpr (std::is_void_v<R>) {
      co_await f(std::move(args)...);
      to->value.emplace();
    } else {
      to->value.emplace(co_await f(std::move(args)...));
    }
  } catch (const cancelled&) {
    to->was_cancelled = true;
    to->finish();
    throw;
  } catch (...) {
    if (to->abandoned) throw;
    to->error = std::current_exception();
  }
  to->finish();
}

}  // namespace detail

/// The result of a child that was started. Move-only; awaited once, inside the
/// scope. Waiting for it is a cancellation point.
template <class R>
class [[nodiscard]] handle {
 public:
  handle(handle&&) noexcept = default;
  handle& operator=(handle&& other) noexcept {
    if (this != &other) {
      if (state_) state_->dropped();
      state_ = std::move(other.state_);
    }
    return *this;
  }
  ~handle() {
    if (state_) state_->dropped();
  }
  bool done() const noexcept {
    assert(state_ && "a handle that was awaited or moved away");
    return state_->done;
  }

  /// The child's value or exception; `cancelled` if it was cancelled.
  auto operator co_await() && noexcept {
    assert(state_ && "a handle is awaited exactly once");
    struct awaiter : detail::waiter {
      explicit awaiter(std::shared_ptr<detail::started<R>> s) noexcept : state(std::move(s)) {}
      bool await_ready() const noexcept { return state->done; }
      bool await_suspend(std::coroutine_handle<> h) noexcept { return park_in(state->waiting, h); }
      R await_resume() {
        if (aborted()) {
          state->dropped();
          throw cancelled{};
        }
        state->unlink();
        if (state->error) std::rethrow_exception(std::exchange(state->error, nullptr));
        if (state->was_cancelled) throw cancelled{};
        if constexpr (!std::is_void_v<R>) return std::move(*state->value);
      }
      std::shared_ptr<detail::started<R>> state;
    };
    return awaiter(std::move(state_));
  }

 private:
  friend class scope;
  explicit handle(std::shared_ptr<detail::started<R>> s) noexcept : state_(std::move(s)) {}
  std::shared_ptr<detail::started<R>> state_;
};

template <class F, class... A>
auto scope::start(named n, F f, A... args) {
  using R = await_result<std::invoke_result_t<F&, A...>>;
  auto state = std::make_shared<detail::started<R>>(*this);
  launch(detail::drive(children_, &detail::keep_result<R, F, A...>, state, std::move(f),
                       std::move(args)...),
         n.name);
  return handle<R>(std::move(state));
}

}  // namespace rt
