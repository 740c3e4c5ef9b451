// Tests of rt/generator.hpp.
// One file a header; no assertion depends on real time.
#include <rt/generator.hpp>

#include <gtest/gtest.h>
#include <rt/cancel.hpp>
#include <rt/test.hpp>

namespace {
using namespace rt;
using namespace std::chrono_literals;

generator<int> count(int n) {
  for (int i = 0; i < n; ++i) {
    co_await sleep_for(1s);
    co_yield i;
  }
}

TEST(Generator, YieldsAndEnds) {
  test::run([]() -> task<> {
    int sum = 0;
    auto g = count(5);
    while (auto v = co_await g.next()) sum += *v;
    EXPECT_EQ(sum, 10);
    EXPECT_EQ(co_await g.next(), std::nullopt);
  });
}

generator<std::unique_ptr<int>> boxes(bool* destroyed) {
  struct mark {
    bool* d;
    ~mark() { *d = true; }
  } m{destroyed};
  for (int i = 0;; ++i) co_yield std::make_unique<int>(i);
}

TEST(Generator, AbandonedItIsDestroyed) {
  test::run([]() -> task<> {
    bool destroyed = false;
    {
      auto g = boxes(&destroyed);
      auto first = co_await g.next();
      EXPECT_EQ(**first, 0);
      EXPECT_FALSE(destroyed);
    }
    EXPECT_TRUE(destroyed);
  });
}

generator<int> breaks() {
  co_yield 1;
  throw std::runtime_error("broken");
}

TEST(Generator, ThrowsOnceAndIsThenAtItsEnd) {
  test::run([]() -> task<> {
    auto g = breaks();
    EXPECT_EQ(co_await g.next(), 1);
    bool caught = false;
    try {
      co_await g.next();
    } catch (const std::runtime_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
    EXPECT_EQ(co_await g.next(), std::nullopt);
  });
}

TEST(Generator, TheConsumersTimeoutReachesInside) {
  test::run([]() -> task<> {
    auto g = count(5);
    EXPECT_FALSE(co_await timeout(500ms, g.next()));
    EXPECT_EQ(co_await g.next(), std::nullopt);  // it ended by the exception
  });
}

TEST(Generator, AMillionValuesUseNoStack) {
  const long n = test::run([]() -> task<long> {
    auto make = []() -> generator<int> {
      for (int i = 0; i < 1'000'000; ++i) co_yield 1;
    };
    auto g = make();
    long sum = 0;
    while (auto v = co_await g.next()) sum += *v;
    co_return sum;
  });
  EXPECT_EQ(n, 1'000'000);
}

TEST(Generator, CancelledInsideItIsOverAndAnotherMayTakeItsPlace) {
  test::run([]() -> task<> {
    const auto numbers = []() -> generator<int> {
      for (int i = 0;; ++i) {
        co_await sleep_for(1s);
        co_yield i;
      }
    };
    auto g = numbers();
    EXPECT_FALSE(co_await timeout(500ms, g.next()));
    EXPECT_EQ(co_await g.next(), std::nullopt);
    g = numbers();
    auto& same = g;
    g = std::move(same);
    EXPECT_EQ(co_await g.next(), 0);
    auto h = std::move(g);
    EXPECT_EQ(co_await g.next(), std::nullopt);
    EXPECT_EQ(co_await h.next(), 1);
  });
}

}  // namespace
