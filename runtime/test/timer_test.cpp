// Tests of rt/timer.hpp: order, callbacks, periods, many timers.
// One file a header; no assertion depends on real time.
#include <rt/timer.hpp>

#include <gtest/gtest.h>
#include <rt/cancel.hpp>
#include <rt/scope.hpp>
#include <rt/test.hpp>

#include <cmath>

namespace {
using namespace rt;
using namespace std::chrono_literals;

TEST(Sleep, TakesItsTime) {
  test::run([]() -> task<> {
    const auto t0 = loop::current().now();
    co_await sleep_for(90min);
    EXPECT_EQ(loop::current().now() - t0, 90min);
    co_await sleep_until(t0);  // in the past: still lets others run
    EXPECT_EQ(loop::current().now() - t0, 90min);
  });
}

TEST(Sleep, EqualTimesWakeInOrderOfArming) {
  test::run([]() -> task<> {
    std::string order;
    co_await with_scope([&](scope& s) {
      for (char c = 'a'; c < 'z'; ++c)
        s.spawn([&](char me) -> task<> {
          co_await sleep_for(1s);
          order += me;
        }, c);
    });
    EXPECT_EQ(order, "abcdefghijklmnopqrstuvwxy");
  });
}

TEST(Sleep, ManyInRandomOrderWithSomeCancelled) {
  test::run([]() -> task<> {
    std::vector<int> woken;
    co_await with_scope([&](scope& s) {
      unsigned x = 1;
      for (int i = 0; i < 2000; ++i) {
        x = x * 1664525u + 1013904223u;
        s.spawn([&](int ms) -> task<> {
          const bool in_time =
              (co_await timeout(std::chrono::milliseconds(500), [](int d) -> task<> {
                co_await sleep_for(std::chrono::milliseconds(d));
              }(ms))).has_value();
          EXPECT_EQ(in_time, ms < 500) << ms;  // at 500 the limit was armed first
          if (in_time) woken.push_back(ms);
        }, static_cast<int>(x >> 22));
      }
    });
    EXPECT_TRUE(std::ranges::is_sorted(woken));
    EXPECT_GT(woken.size(), 500u);
  });
}

TEST(CallLater, RunsOnceUnlessDropped) {
  test::run([]() -> task<> {
    std::string log;
    auto a = call_later(2s, [&] { log += 'a'; });
    {
      auto dropped = call_later(1s, [&] { log += 'x'; });
      EXPECT_TRUE(dropped.pending());
    }
    auto b = call_later(1s, [&] { log += 'b'; });
    co_await sleep_for(3s);
    EXPECT_EQ(log, "ba");
    EXPECT_FALSE(a.pending());
    b.cancel();
  });
}

TEST(CallLater, ACallbackMayRenewItsOwnTimer) {
  test::run([]() -> task<> {
    std::vector<int> seen;
    scheduled next;
    std::function<void()> again = [&, guard = std::string(100, 'x')] {
      seen.push_back(static_cast<int>(seen.size()));
      if (seen.size() < 5) next = call_later(1s, again);
      EXPECT_EQ(guard.size(), 100u);  // still there though its timer is another one
    };
    next = call_later(1s, again);
    co_await sleep_for(10s);
    EXPECT_EQ(seen.size(), 5u);
    EXPECT_FALSE(next.pending());
  });
}

TEST(CallLater, ACallbackThatRenewsItselfAtOnceStarvesNobody) {
  test::run([]() -> task<> {
    scheduled next;
    std::function<void()> spin = [&] { next = call_later(0s, spin); };
    spin();
    for (int i = 0; i < 10; ++i) co_await yield();
    co_await sleep_for(0s);
    next.cancel();
  });
}

TEST(CallLater, MayOutliveItsLoop) {
  scheduled left;
  test::run([&]() -> task<> {
    left = call_later(1h, [] { ADD_FAILURE(); });
    co_return;
  });
  EXPECT_FALSE(left.pending());
}

TEST(CallLater, RunsInNoTask) {
  test::run([]() -> task<> {
    auto s = call_later(1s, [] {
      EXPECT_EQ(this_task::id(), 0u);
      EXPECT_EQ(this_task::name(), "");
      EXPECT_FALSE(this_task::is_cancelled());
    });
    co_await sleep_for(2s);
  });
}

TEST(Sleep, TheLongestTimesAreNotShort) {
  test::run([]() -> task<> {
    const auto t0 = loop::current().now();
    EXPECT_FALSE(co_await timeout(1h, sleep_for(std::chrono::hours::max())));
    EXPECT_FALSE(co_await timeout(1h, sleep_for(duration::max())));
    EXPECT_TRUE(co_await timeout(std::chrono::hours::max(), sleep_for(1h)));
    EXPECT_TRUE(co_await timeout(duration::max(), sleep_for(1h)));
    auto never = call_later(std::chrono::hours::max(), [] { ADD_FAILURE(); });
    EXPECT_EQ(loop::current().now() - t0, 4h);
    co_await sleep_for(std::chrono::hours::min());
    EXPECT_EQ(loop::current().now() - t0, 4h);
  });
}

TEST(CallLater, AThrowingCallbackEndsRunWithItsError) {
  EXPECT_THROW(test::run([]() -> task<> {
                 auto c = call_later(1s, [] { throw std::logic_error("callback"); });
                 co_await sleep_for(1h);
               }),
               std::logic_error);
}

TEST(CallSoon, RunsAfterWhatIsReady) {
  test::run([]() -> task<> {
    bool called = false;
    call_soon([&] { called = true; });
    EXPECT_FALSE(called);
    co_await sleep_for(1s);
    EXPECT_TRUE(called);
  });
}

TEST(CallSoon, WhatIsNotReachedIsFreed) {
  auto held = std::make_shared<int>(1);
  test::run([&]() -> task<> {
    call_soon([held] {});
    co_return;
  });
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Every, KeepsItsBeatAndDropsMissedOnes) {
  std::vector<duration> beats;
  test::run([&]() -> task<> {
    const auto t0 = loop::current().now();
    auto beat = [&]() -> task<> {
      beats.push_back(loop::current().now() - t0);
      if (beats.size() == 2) co_await sleep_for(2500ms);
    };
    co_await timeout(8s, every(1s, beat));
  });
  EXPECT_EQ(beats, (std::vector<duration>{1s, 2s, 5s, 6s, 7s}));
}

TEST(RealClock, SleepsAtLeastAsLongAsAsked) {
  rt::run([]() -> task<> {
    const auto t0 = clock::now();
    co_await sleep_for(3ms);
    EXPECT_GE(clock::now() - t0, 3ms);
    EXPECT_FALSE(co_await timeout(2ms, sleep_for(1h)));
    co_await with_scope([](scope& s) {
      for (int i = 20; i > 0; --i)
        s.spawn([](int n) -> task<> { co_await sleep_for(std::chrono::microseconds(n * 100)); }, i);
    });
  });
}

TEST(Every, TheLongestPeriodsAreNotShort) {
  int calls = 0;
  test::run([&]() -> task<> {
    const auto centuries = duration(duration::max() / 4 * 3);
    const auto count = [&] { ++calls; };
    EXPECT_FALSE(co_await timeout(centuries, every(std::chrono::hours::max(), count)));
  });
  EXPECT_EQ(calls, 0);
  const auto twice = [&]() -> task<> {
    co_await every(duration(duration::max() / 3 * 2), [&] { ++calls; });
  };
  EXPECT_THROW(test::run(twice), test::deadlock);  // the second beat is beyond the end of time
  EXPECT_EQ(calls, 1);
}

TEST(Sleep, WhatIsNoNumberIsNoTime) {
  test::run([]() -> task<> {
    using real = std::chrono::duration<double>;
    const auto t0 = loop::current().now();
    co_await sleep_for(real(std::nan("")));
    co_await sleep_for(real(-INFINITY));
    co_await sleep_for(duration::min());
    EXPECT_EQ(loop::current().now(), t0);
    EXPECT_TRUE(co_await timeout(real(INFINITY), sleep_for(1s)));
    EXPECT_TRUE(co_await timeout(std::chrono::hours::max(), sleep_for(1s)));
    EXPECT_FALSE(co_await timeout(duration::min(), sleep_for(1s)));
    EXPECT_FALSE(co_await deadline(time_point::min(), sleep_for(1s)));
  });
}

}  // namespace
