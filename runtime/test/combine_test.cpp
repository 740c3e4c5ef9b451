// Tests of rt/combine.hpp: all, try_all, any, for_each, map, with_group.
// One file a header; no assertion depends on real time.
#include <rt/combine.hpp>

#include <gtest/gtest.h>
#include <rt/test.hpp>

#include <forward_list>

#include "tasks.hpp"

namespace {
using namespace rt;
using namespace std::chrono_literals;

task<> pause(duration d) { co_await sleep_for(d); }
task<int> fail_after(duration d) {
  co_await sleep_for(d);
  throw std::runtime_error("failed");
}
std::vector<int> three_one_two() { return {3, 1, 2}; }
task<> note_cancel(bool* seen) {
  try {
    co_await sleep_for(duration::max());
  } catch (const cancelled&) {
    *seen = true;
    throw;
  }
}

TEST(All, RunsTogetherAndKeepsTheOrder) {
  test::run([]() -> task<> {
    const auto t0 = loop::current().now();
    auto [a, b, c] = co_await all(value_after(2s, 1), pause(1s), value_after(1s, 3));
    EXPECT_EQ(a, 1);
    EXPECT_EQ(b, unit{});
    EXPECT_EQ(c, 3);
    EXPECT_EQ(loop::current().now() - t0, 2s);
  });
}

TEST(All, OfNothing) {
  test::run([]() -> task<> { EXPECT_EQ(co_await all(), std::tuple<>()); });
}

TEST(Regression, AllCancelsSiblingsOnTheFirstError) {
  test::run([]() -> task<> {
    bool seen = false, caught = false;
    try {
      co_await all(note_cancel(&seen), fail_after(1s));
    } catch (const std::runtime_error&) {
      caught = true;
    }
    EXPECT_TRUE(seen);
    EXPECT_TRUE(caught);
  });
}

TEST(TryAll, KeepsErrorsInTheirSlots) {
  test::run([]() -> task<> {
    auto [a, b] = co_await try_all(value_after(2s, 1), fail_after(1s));
    EXPECT_TRUE(a);
    EXPECT_EQ(a.value(), 1);
    EXPECT_FALSE(b);
    EXPECT_THROW(b.value(), std::runtime_error);
    EXPECT_EQ(std::move(b).value_or(7), 7);
  });
}

TEST(Regression, TryAllDoesNotSwallowCancellationOfTheCaller) {
  test::run([]() -> task<> {
    bool returned = false;
    auto work = [&]() -> task<> {
      (void)co_await try_all(pause(1h), pause(2h));
      returned = true;
    };
    EXPECT_FALSE(co_await timeout(1s, work()));
    EXPECT_FALSE(returned);
  });
}

TEST(Any, TakesTheFirstAndJoinsTheLosers) {
  test::run([]() -> task<> {
    bool seen = false;
    auto r = co_await any(note_cancel(&seen), value_after(1s, 8));
    EXPECT_EQ(r.index(), 1u);
    EXPECT_EQ(std::get<1>(r), 8);
    EXPECT_TRUE(seen);
  });
}

TEST(Any, ThrowsIfTheFirstToEndFails) {
  test::run([]() -> task<> {
    bool caught = false;
    try {
      (void)co_await any(value_after(2s, 1), fail_after(1s));
    } catch (const std::runtime_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
  });
}

TEST(Any, IsCancelledFromOutside) {
  test::run([]() -> task<> {
    bool a = false, b = false;
    EXPECT_FALSE(co_await timeout(1s, any(note_cancel(&a), note_cancel(&b))));
    EXPECT_TRUE(a && b);
  });
}

TEST(ForEach, KeepsTheLimit) {
  test::run([]() -> task<> {
    int now = 0, most = 0, total = 0;
    co_await for_each(std::views::iota(0, 50), 7, [&](int) -> task<> {
      most = std::max(most, ++now);
      co_await sleep_for(1s);
      --now;
      ++total;
    });
    EXPECT_EQ(most, 7);
    EXPECT_EQ(total, 50);
  });
}

TEST(ForEach, TreatsALimitOfZeroAsOneAndAnEmptyRange) {
  test::run([]() -> task<> {
    int total = 0;
    auto count = [&](int) -> task<> {
      ++total;
      co_return;
    };
    co_await for_each(std::vector<int>(2), 0, count);
    co_await for_each(std::vector<int>(), 4, count);
    EXPECT_EQ(total, 2);
  });
}

TEST(ForEach, StopsStartingAfterAnError) {
  test::run([]() -> task<> {
    int started = 0;
    bool caught = false;
    try {
      co_await for_each(std::views::iota(0, 100), 2, [&](int i) -> task<> {
        ++started;
        co_await sleep_for(1s);
        if (i == 3) throw std::runtime_error("three");
      });
    } catch (const std::runtime_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
    EXPECT_LT(started, 8);
  });
}

TEST(ForEach, CanChangeBorrowedItems) {
  std::vector<int> v10;
  test::run([&, v = std::vector<int>{1, 2, 3}]() mutable -> task<> {
    co_await for_each(std::views::all(v), 2, [](int& i) -> task<> {
      co_await yield();
      i *= 10;
    });
    v10 = v;
  });
  EXPECT_EQ(v10, (std::vector<int>{10, 20, 30}));
}

TEST(Map, KeepsTheOrderOfItems) {
  std::vector<std::string> out;
  test::run([&]() -> task<> {
    out = co_await map(three_one_two(), 3, [](int i) -> task<std::string> {
      co_await sleep_for(std::chrono::seconds(i));
      co_return std::to_string(i);
    });
  });
  EXPECT_EQ(out, (std::vector<std::string>{"3", "1", "2"}));
}

TEST(Group, GivesResultsAsTheyAreReady) {
  test::run([]() -> task<> {
    std::string order;
    co_await with_group<int>([&](task_group<int>& g) -> task<> {
      for (int i : three_one_two()) g.spawn(value_after, std::chrono::seconds(i), i);
      while (auto v = co_await g.next()) order += std::to_string(*v);
    });
    EXPECT_EQ(order, "123");
  });
}

TEST(Group, ThrowsAChildsErrorFromNextAndGoesOn) {
  test::run([]() -> task<> {
    int values = 0, errors = 0;
    co_await with_group<int>([&](task_group<int>& g) -> task<> {
      g.spawn(fail_after, 1s);
      g.spawn(value_after, 2s, 1);
      for (;;) {
        try {
          if (!co_await g.next()) break;
          ++values;
        } catch (const std::runtime_error&) {
          ++errors;
        }
      }
    });
    EXPECT_EQ(values, 1);
    EXPECT_EQ(errors, 1);
  });
}

TEST(Group, CancelsWhatWasNotAskedFor) {
  test::run([]() -> task<> {
    const auto t0 = loop::current().now();
    co_await with_group<int>([&](task_group<int>& g) -> task<> {
      for (int i = 1; i < 9; ++i) g.spawn(value_after, std::chrono::seconds(i), i);
      EXPECT_EQ(co_await g.next(), 1);
    });
    EXPECT_EQ(loop::current().now() - t0, 1s);
  });
}

TEST(ForEach, AHugeLimitStartsNoMoreThanThereAreItems) {
  test::run([]() -> task<> {
    std::forward_list<int> unsized{1, 2, 3};
    int sum = 0;
    co_await for_each(unsized, SIZE_MAX, [&](int i) -> task<> {
      sum += i;
      co_return;
    });
    EXPECT_EQ(sum, 6);
    EXPECT_EQ((co_await map(unsized, SIZE_MAX, [](int i) { return value_after(1s, i); })).size(),
              3u);
  });
}

TEST(Any, ALoserWhoseCleanUpFailsHasNoSay) {
  test::run([]() -> task<> {
    const auto sulky = []() -> task<int> {
      try {
        co_await forever();
      } catch (const cancelled&) {
      }
      throw std::runtime_error("clean-up failed");
    };
    const auto first = co_await any(value_after(1s, 1), sulky());
    EXPECT_EQ(std::get<0>(first), 1);
  });
}

TEST(Group, AFunctionThatThrowsBeforeItsTaskExistsIsAnErrorOfNext) {
  test::run([]() -> task<> {
    co_await with_group<int>([](task_group<int>& g) -> task<> {
      g.spawn(
          [](int v) -> task<int> {
            if (v > 0) throw std::runtime_error("no task");
            return value_after(1s, v);
          },
          1);
      g.spawn(value_after, 1s, 2);
      EXPECT_THROW(co_await g.next(), std::runtime_error);
      EXPECT_EQ(co_await g.next(), 2);
      EXPECT_EQ(co_await g.next(), std::nullopt);
    });
  });
}

}  // namespace
