// retry: again after a growing pause.
// Decides: only std::exception is retried (so cancellation is not), only as
// often as the policy says, and only if `again` agrees; the last error is
// thrown. Pauses grow geometrically, are capped, and jittered.
// Must not: retry what is not idempotent; the caller knows.
#pragma once

#include <rt/timer.hpp>

#include <random>

namespace rt {

struct retry_policy {
  unsigned attempts = 3;  // in all, at least 1
  duration first = std::chrono::milliseconds(100);
  double factor = 2.0;
  duration most = std::chrono::seconds(10);
  /// Each pause is shortened by a random part of up to this fraction, so that
  /// many clients do not come back together. From 0 to 1.
  double jitter = 0.5;
  std::uint64_t seed = 0;  // 0: from the task's number
  bool (*again)(const std::exception&) = [](const std::exception&) { return true; };
};

/// Awaits make() until it does not throw. make is called for each attempt.
template <class F>
auto retry(retry_policy policy, F make) -> std::invoke_result_t<F&> {
  std::minstd_rand random(
      static_cast<unsigned>(policy.seed ? policy.seed : this_task::id()));
  const double least = policy.jitter > 0 ? std::max(0.0, 1.0 - policy.jitter) : 1.0;
  std::uniform_real_distribution<> part(least, 1.0);
  duration pause = policy.first;
  for (unsigned attempt = 1;; ++attempt) {
    try {
      co_return co_await make();
    } catch (const std::exception& e) {
      if (attempt >= policy.attempts || !policy.again(e)) throw;
    }
    co_await sleep_for(pause * part(random));
    pause = std::min(detail::saturated(pause * policy.factor), policy.most);
  }
}

}  // namespace rt
