// What tests of scopes and of handles share: tasks that take their time, wait for
// ever or fail, and the message of what something throws.
#pragma once

#include <rt/test.hpp>
#include <rt/timer.hpp>

namespace rt {

inline task<> forever() { co_await sleep_for(duration::max()); }

inline task<int> value_after(duration d, int v) {
  co_await sleep_for(d);
  co_return v;
}

template <class E, class A>
task<std::string> what_of(A a) {
  try {
    co_await std::move(a);
  } catch (const E& e) {
    co_return e.what();
  }
  co_return "nothing thrown";
}

}  // namespace rt
