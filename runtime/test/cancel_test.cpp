// Tests of rt/cancel.hpp: time-outs, nesting, shields, level-triggering.
// One file a header; no assertion depends on real time.
#include <rt/cancel.hpp>

#include <gtest/gtest.h>
#include <rt/channel.hpp>
#include <rt/scope.hpp>
#include <rt/sync.hpp>
#include <rt/test.hpp>

#include "tasks.hpp"

namespace {
using namespace rt;
using namespace std::chrono_literals;

duration since(time_point t) { return loop::current().now() - t; }

TEST(Timeout, ReturnsTheValueInTime) {
  test::run([]() -> task<> {
    EXPECT_EQ(co_await timeout(2s, value_after(1s, 5)), 5);
  });
}

TEST(Timeout, GivesNulloptAndStopsTheWork) {
  test::run([]() -> task<> {
    const auto t0 = loop::current().now();
    EXPECT_EQ(co_await timeout(1s, value_after(1h, 5)), std::nullopt);
    EXPECT_EQ(since(t0), 1s);
  });
}

TEST(Timeout, TheOuterOneWinsAndPassesThroughTheInner) {
  test::run([]() -> task<> {
    bool inner_returned = false;
    auto inner = [&]() -> task<int> {
      co_await timeout(10s, forever());
      inner_returned = true;
      co_return 1;
    };
    EXPECT_EQ(co_await timeout(1s, inner()), std::nullopt);
    EXPECT_FALSE(inner_returned);
  });
}

TEST(Timeout, TheInnerOneLeavesTheOuterAlone) {
  test::run([]() -> task<> {
    auto inner = []() -> task<int> {
      EXPECT_FALSE(co_await timeout(1s, forever()));
      co_await sleep_for(1s);  // would throw if the inner cancellation leaked
      co_return 1;
    };
    EXPECT_EQ(co_await timeout(10s, inner()), 1);
  });
}

TEST(Timeout, WorksOnOperationsAndLosesNoValue) {
  test::run([]() -> task<> {
    channel<int> ch(1);
    EXPECT_FALSE(co_await timeout(1s, ch.recv()));
    EXPECT_TRUE(ch.try_send(3));
    auto got = co_await timeout(1s, ch.recv());
    EXPECT_TRUE(got && *got == 3);
  });
}

TEST(Timeout, AtTheSameInstantDeliveryArmedFirstWins) {
  test::run([]() -> task<> {
    channel<int> ch(1);
    auto send = call_later(1s, [&] { ch.try_send(9); });
    auto got = co_await timeout(1s, ch.recv());
    EXPECT_TRUE(got && *got == 9);
  });
}

TEST(Timeout, PassesExceptionsThrough) {
  test::run([]() -> task<> {
    auto bad = []() -> task<int> {
      co_await sleep_for(1s);
      throw std::runtime_error("x");
    };
    bool caught = false;
    try {
      co_await timeout(5s, bad());
    } catch (const std::runtime_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
  });
}

TEST(Timeout, ZeroCancelsAtTheFirstWaitOnly) {
  test::run([]() -> task<> {
    auto no_wait = []() -> task<int> { co_return 1; };
    EXPECT_EQ(co_await timeout(0s, no_wait()), 1);
    EXPECT_EQ(co_await timeout(0s, value_after(1s, 1)), std::nullopt);
  });
}

TEST(Cancel, IsLevelTriggered) {
  test::run([]() -> task<> {
    int throws = 0;
    auto stubborn = [&]() -> task<> {
      for (int i = 0; i < 3; ++i) {
        try {
          co_await forever();
        } catch (const cancelled&) {
          ++throws;
        }
      }
      co_await forever();
    };
    EXPECT_FALSE(co_await timeout(1s, stubborn()));
    EXPECT_EQ(throws, 3);
  });
}

TEST(Cancel, IsNotAStdException) {
  static_assert(!std::is_base_of_v<std::exception, cancelled>);
  test::run([]() -> task<> {
    auto guarded = []() -> task<> {
      try {
        co_await forever();
      } catch (const std::exception&) {
        ADD_FAILURE() << "swallowed";
      }
    };
    EXPECT_FALSE(co_await timeout(1s, guarded()));
  });
}

TEST(Cancel, BeforeTheFirstStep) {
  test::run([]() -> task<> {
    bool began = false, went_on = false;
    auto child = [&]() -> task<> {
      began = true;
      co_await yield();
      went_on = true;
    };
    co_await with_scope([&](scope& s) {
      s.spawn(child);
      s.cancel();
    });
    EXPECT_TRUE(began);
    EXPECT_FALSE(went_on);
  });
}

TEST(Cancel, WithCancelTellsWhetherItRanToTheEnd) {
  test::run([]() -> task<> {
    EXPECT_TRUE(co_await with_cancel([](cancel_scope&) -> task<> { co_return; }));
    EXPECT_FALSE(co_await with_cancel([](cancel_scope& c) -> task<> {
      c.cancel();
      c.cancel();  // idempotent
      co_await yield();
    }));
  });
}

TEST(Cancel, ChecksWithoutWaiting) {
  test::run([]() -> task<> {
    co_await with_cancel([](cancel_scope& c) -> task<> {
      EXPECT_FALSE(this_task::is_cancelled());
      c.cancel();
      EXPECT_TRUE(this_task::is_cancelled());
      EXPECT_THROW(this_task::check(), cancelled);
      co_return;
    });
  });
}

task<> cleanup(bool* done) {
  co_await sleep_for(1s);
  *done = true;
}

TEST(Shield, LetsCleanupWait) {
  test::run([]() -> task<> {
    bool done = false;
    auto work = [&]() -> task<> {
      bool interrupted = false;
      try {
        co_await forever();
      } catch (const cancelled&) {
        interrupted = true;
      }
      EXPECT_TRUE(interrupted);
      co_await shield(5s, cleanup(&done));
      co_await yield();  // cancelled again
      ADD_FAILURE();
    };
    EXPECT_FALSE(co_await timeout(1s, work()));
    EXPECT_TRUE(done);
  });
}

TEST(Shield, GivesUpAfterItsGrace) {
  test::run([]() -> task<> {
    const auto t0 = loop::current().now();
    auto work = []() -> task<> { co_await shield(2s, forever()); };
    EXPECT_FALSE(co_await timeout(1s, work()));
    EXPECT_EQ(since(t0), 3s);
  });
}

TEST(Shield, HasNoLimitWhileNothingIsCancelled) {
  test::run([]() -> task<> {
    EXPECT_EQ(co_await shield(1s, value_after(1h, 4)), 4);
  });
}

TEST(Shield, GraceMayBeEndless) {
  test::run([]() -> task<> {
    auto work = []() -> task<int> { co_return co_await shield(duration::max(), value_after(1h, 4)); };
    EXPECT_EQ(co_await timeout(1s, work()), 4);  // the value is there: delivered
  });
}

TEST(Shield, InsideAShieldTimeoutsStillWork) {
  test::run([]() -> task<> {
    auto inner = []() -> task<> {
      EXPECT_FALSE(co_await timeout(1s, forever()));
    };
    auto work = [&]() -> task<> { co_await shield(5s, inner()); };
    EXPECT_TRUE(co_await timeout(100ms, work()));
  });
}

struct connection {
  int* closed;
  task<> close() {
    co_await sleep_for(1s);
    ++*closed;
  }
};

TEST(Using, ClosesOnEveryWayOut) {
  test::run([]() -> task<> {
    int closed = 0;
    auto open = [&]() -> task<connection> { co_return connection{&closed}; };
    auto close = [](connection& c) { return c.close(); };
    co_await using_(open(), [](connection&) -> task<> { co_return; }, close, 5s);
    EXPECT_EQ(closed, 1);
    bool caught = false;
    try {
      co_await using_(
          open(), [](connection&) -> task<> { throw std::runtime_error("x"); co_return; }, close,
          5s);
    } catch (const std::runtime_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
    EXPECT_EQ(closed, 2);
    EXPECT_FALSE(co_await timeout(
        1s, using_(open(), [](connection&) { return forever(); }, close, 5s)));
    EXPECT_EQ(closed, 3);
  });
}

TEST(Shield, HoursMayBeItsGrace) {
  test::run([]() -> task<> {
    const auto t0 = loop::current().now();
    co_await timeout(1s, shield(std::chrono::hours::max(), sleep_for(100h)));
    EXPECT_EQ(loop::current().now() - t0, 100h);
  });
}

TEST(Shield, OfNoGraceEndsAtOnceWhenCancelled) {
  test::run([]() -> task<> {
    const auto t0 = loop::current().now();
    int ends = 0;
    const auto stubborn = [&](duration grace) -> task<> {
      try {
        co_await shield(grace, sleep_for(1h));
      } catch (const cancelled&) {
        ++ends;
      }
    };
    const auto work = [&]() -> task<> {
      for (const duration grace : {duration(-5s), duration(0s), duration::min()})
        co_await stubborn(grace);
    };
    co_await timeout(1s, work());
    EXPECT_EQ(ends, 3);
    EXPECT_EQ(loop::current().now() - t0, 1s);
  });
}

TEST(Shield, InATimeoutHoldsThoughScopesAndTimeoutsEndInside) {
  test::run([]() -> task<> {
    std::vector<std::string> seen;
    const auto t0 = loop::current().now();
    const auto cleanup = [&]() -> task<> {
      co_await with_scope([](scope& s) {
        s.spawn(forever);
        s.cancel();
      });
      seen.push_back("scope");
      const auto inner = co_await timeout(1s, forever());
      seen.push_back(inner ? "no time-out" : "time-out");
      co_await sleep_for(1s);
      seen.push_back("slept");
    };
    const auto work = [&]() -> task<> {
      try {
        co_await forever();
      } catch (const cancelled&) {
        seen.push_back("cancelled");
      }
      co_await shield(5s, cleanup());
      seen.push_back("after");
      co_await yield();
      seen.push_back("never");
    };
    EXPECT_FALSE(co_await timeout(1s, work()));
    const std::vector<std::string> expected{"cancelled", "scope", "time-out", "slept", "after"};
    EXPECT_EQ(seen, expected);
    EXPECT_EQ(loop::current().now() - t0, 3s);
  });
}

task<> descend(int depth, cancel_scope* top) {
  if (depth == 0) {
    top->cancel();
    co_await yield();  // throws
    co_return;
  }
  co_await timeout(1h, descend(depth - 1, top));
}

TEST(Cancel, ReachesAsDeepAsTasksCallEachOther) {
  const int depth = 300'000;  // by recursion it would need more than the stack
  test::run([]() -> task<> {
    EXPECT_FALSE(co_await with_cancel([](cancel_scope& top) { return descend(depth, &top); }));
  });
}

}  // namespace
