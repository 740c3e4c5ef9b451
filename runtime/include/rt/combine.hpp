// all, try_all, any, for_each, map, with_group: many tasks, one result.
// Decides: each is a scope, so everything is joined before it returns; the
// first error cancels the rest, except in try_all, which keeps every error.
// for_each and map run at most `limit` items at a time; map keeps the order.
// Must not: start without a limit what depends on the size of an input.
#pragma once

#include <rt/result.hpp>
#include <rt/scope.hpp>

#include <algorithm>
#include <deque>
#include <ranges>
#include <tuple>
#include <variant>

namespace rt {

namespace detail {

template <class T>
task<> fill_result(std::optional<result<unit_if_void<T>>>* to, auto a) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(a);
      to->emplace(unit{});
    } else {
      to->emplace(co_await std::move(a));
    }
  } catch (const cancelled&) {
    throw;
  } catch (...) {
    to->emplace(std::current_exception());
  }
}

/// `Out` holds what all contestants may return, the winner's decides.
template <std::size_t I, class Out, class A>
task<> fill_winner(std::optional<Out>* to, scope* race, A a) {
  using T = await_result<A>;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(a);
      if (!*to) to->emplace(std::in_place_index<I>, unit{});
    } else {
      T value = co_await std::move(a);
      if (!*to) to->emplace(std::in_place_index<I>, std::move(value));
    }
  } catch (const cancelled&) {
    throw;
  } catch (...) {
    if (!*to) throw;  // a loser whose clean-up failed has no say
  }
  race->cancel();
}

}  // namespace detail

/// Awaits all at once and returns their values. The first error cancels the
/// rest, which are joined, and is thrown. void counts as unit.
template <awaitable... A>
auto all(A... tasks) -> task<std::tuple<detail::unit_if_void<await_result<A>>...>> {
  std::tuple<detail::slot<await_result<A>>...> slots;
  co_await with_scope([&](scope& s) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (s.spawn(&detail::slot<await_result<A>>::template fill<A>, &std::get<I>(slots),
               std::move(tasks)),
       ...);
    }(std::index_sequence_for<A...>{});
  });
  co_return std::apply([](auto&... s) { return std::tuple(std::move(*s.value)...); }, slots);
}

/// Awaits all at once; an error stays in its slot and disturbs nobody.
/// Cancellation of the caller still cancels all and is thrown.
template <awaitable... A>
auto try_all(A... tasks) -> task<std::tuple<result<detail::unit_if_void<await_result<A>>>...>> {
  std::tuple<std::optional<result<detail::unit_if_void<await_result<A>>>>...> slots;
  co_await with_scope([&](scope& s) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (s.spawn(&detail::fill_result<await_result<A>, A>, &std::get<I>(slots), std::move(tasks)),
       ...);
    }(std::index_sequence_for<A...>{});
  });
  co_return std::apply([](auto&... s) { return std::tuple(std::move(*s)...); }, slots);
}

/// The first to end decides: its value (index tells which) or its error. The
/// others are cancelled and joined. What a loser still returns or throws is
/// dropped: do not race operations whose value must not be lost, such as
/// channel::recv.
template <awaitable... A>
auto any(A... tasks) -> task<std::variant<detail::unit_if_void<await_result<A>>...>> {
  using out = std::variant<detail::unit_if_void<await_result<A>>...>;
  std::optional<out> winner;
  co_await with_scope([&](scope& s) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (s.spawn(&detail::fill_winner<I, out, A>, &winner, &s, std::move(tasks)), ...);
    }(std::index_sequence_for<A...>{});
  });
  co_return std::move(*winner);
}

namespace detail {

template <class R, class F>
struct walk {
  R& items;
  F& work;
  std::ranges::iterator_t<R> at = std::ranges::begin(items);
  std::size_t index = 0;
};

template <class R, class F, class Keep>
task<> walk_on(walk<R, F>* w, Keep keep) {
  while (w->at != std::ranges::end(w->items)) {
    auto mine = w->at;
    ++w->at;
    const std::size_t index = w->index++;
    co_await keep(index, w->work, *mine);
  }
}

template <class R>
std::size_t workers_for(R& items, std::size_t limit) {
  limit = std::max<std::size_t>(limit, 1);
  if constexpr (std::ranges::sized_range<R>)
    return std::min(limit, static_cast<std::size_t>(std::ranges::size(items)));
  std::size_t found = 0;
  for (auto at = std::ranges::begin(items); found < limit && at != std::ranges::end(items); ++at)
    ++found;
  return found;
}

}  // namespace detail

/// Awaits fn(item) for each item, at most `limit` (at least 1) at a time, in
/// order of starting. The range is moved or copied in; pass a view to borrow.
template <std::ranges::forward_range R, class F>
task<> for_each(R items, std::size_t limit, F fn) {
  detail::walk<R, F> w{items, fn};
  const auto run_one = [](std::size_t, F& f, auto&& item) {
    return f(std::forward<decltype(item)>(item));
  };
  co_await with_scope([&](scope& s) {
    for (std::size_t n = detail::workers_for(items, limit); n > 0; --n)
      s.spawn(&detail::walk_on<R, F, decltype(run_one)>, &w, run_one);
  });
}

/// The same with results, which come in the order of the items.
template <std::ranges::forward_range R, class F>
auto map(R items, std::size_t limit, F fn)
    -> task<std::vector<
        await_result<std::invoke_result_t<F&, std::ranges::range_reference_t<R>>>>> {
  using T = await_result<std::invoke_result_t<F&, std::ranges::range_reference_t<R>>>;
  std::vector<std::optional<T>> slots(static_cast<std::size_t>(std::ranges::distance(items)));
  detail::walk<R, F> w{items, fn};
  struct keeper {
    std::vector<std::optional<T>>* slots;
    task<> operator()(std::size_t i, F& f, std::ranges::range_reference_t<R> item) const {
      return store(slots, i, f(std::forward<decltype(item)>(item)));
    }
    static task<> store(std::vector<std::optional<T>>* to, std::size_t i,
                        std::invoke_result_t<F&, std::ranges::range_reference_t<R>> a) {
      (*to)[i].emplace(co_await std::move(a));
    }
  };
  const keeper keep{&slots};
  co_await with_scope([&](scope& s) {
    for (std::size_t n = detail::workers_for(items, limit); n > 0; --n)
      s.spawn(&detail::walk_on<R, F, keeper>, &w, keep);
  });
  std::vector<T> out;
  out.reserve(slots.size());
  for (auto& v : slots) out.push_back(std::move(*v));
  co_return out;
}

/// Results in the order in which they are ready. Made by with_group.
template <class T>
class task_group {
 public:
  /// Starts f(args...) as a child, as scope::spawn does.
  template <class F, class... A>
  RT_ANNOTATE("cotidy::spawn") void spawn(F f, A... args) {
    ++running_;
    scope_->spawn(&task_group::deliver<F, A...>, this, std::move(f), std::move(args)...);
  }

  /// Awaits the next child to end: its value, or its exception. nullopt when
  /// all children have been reported. Only one task may wait at a time.
  task<std::optional<T>> next() {
    while (ready_.empty()) {
      if (running_ == 0) co_return std::nullopt;
      co_await detail::operation<arrival, task_group>{*this};
    }
    result<T> r = std::move(ready_.front());
    ready_.pop_front();
    co_return std::move(r).value();
  }

  void cancel() noexcept { scope_->cancel(); }

 private:
  template <class U, class F>
  friend task<> with_group(F body);
  task_group() = default;

  struct arrival : detail::waiter {
    explicit arrival(task_group& g) noexcept : group(g) {}
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> h) noexcept { return park_in(group.waiting_, h); }
    void await_resume() const { check(); }
    task_group& group;
  };

  template <class F, class... A>
  static task<> deliver(task_group* g, F f, A... args) {
    std::optional<result<T>> r;
    try {
      r.emplace(co_await f(std::move(args)...));
    } catch (const cancelled&) {
      throw;
    } catch (...) {
      r.emplace(std::current_exception());
    }
    g->ready_.push_back(std::move(*r));
    --g->running_;
    if (!g->waiting_.empty()) g->waiting_.pop_front().wake();
  }

  scope* scope_ = nullptr;
  std::size_t running_ = 0;
  std::deque<result<T>> ready_;
  detail::list<detail::waiter> waiting_;
};

/// Calls body(task_group<T>&) and awaits it. When it returns, children that
/// were not asked for are cancelled and joined.
template <class T, class F>
task<> with_group(F body) {
  task_group<T> group;  // outside the scope: the children use it
  co_await with_scope([&](scope& s) -> task<> {
    group.scope_ = &s;
    co_await body(group);
    s.cancel();
  });
}

}  // namespace rt
