// Deterministic tests: run on a virtual clock, in a chosen order.
// Decides: time advances only when every task waits, straight to the next
// timer, so sleeping costs nothing; if no timer is left, that is a deadlock.
// A non-zero seed shuffles the order of ready tasks, reproducibly.
// Must not: be used for work that needs real time to pass between timers.
#pragma once

#include <rt/loop.hpp>

#include <stdexcept>
#include <string>

namespace rt::test {

/// Every task waits and nothing can wake any of them. what() lists the tasks,
/// one a line, each with its number, name and the co_await it waits at. They
/// have all been cancelled and joined when run throws this.
class deadlock : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// rt::run on a virtual clock. Waits that end by I/O or by another thread are
/// given real time before the clock moves on.
template <class F>
auto run(F main, std::uint64_t seed = 0, options o = {}) {
  o.virtual_clock = true;
  o.shuffle_seed = seed;
  return rt::run(std::move(main), o);
}

}  // namespace rt::test
