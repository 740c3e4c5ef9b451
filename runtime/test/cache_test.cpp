// Tests of rt/cache.hpp.
// One file a header; no assertion depends on real time.
#include <rt/cache.hpp>

#include <gtest/gtest.h>
#include <rt/combine.hpp>
#include <rt/test.hpp>

namespace {
using namespace rt;
using namespace std::chrono_literals;

TEST(Cache, LoadsOnceForManyWaiters) {
  test::run([]() -> task<> {
    cache<std::string, int> c(10);
    int loads = 0;
    auto load = [&](const std::string&) -> task<int> {
      ++loads;
      co_await sleep_for(1s);
      co_return 7;
    };
    co_await with_scope([&](scope& s) {
      for (int i = 0; i < 20; ++i)
        s.spawn([&]() -> task<> { EXPECT_EQ(co_await c.get("k", load), 7); });
    });
    EXPECT_EQ(loads, 1);
    EXPECT_EQ(co_await c.get("k", load), 7);
    EXPECT_EQ(loads, 1);
  });
}

TEST(Cache, ErrorsReachAllWaitersAndAreNotKept) {
  test::run([]() -> task<> {
    cache<int, int> c(10);
    int loads = 0, errors = 0;
    auto load = [&](int) -> task<int> {
      co_await sleep_for(1s);
      if (++loads == 1) throw std::runtime_error("first");
      co_return 5;
    };
    co_await with_scope([&](scope& s) {
      for (int i = 0; i < 3; ++i)
        s.spawn([&]() -> task<> {
          try {
            co_await c.get(1, load);
          } catch (const std::runtime_error&) {
            ++errors;
          }
        });
    });
    EXPECT_EQ(errors, 3);
    EXPECT_EQ(co_await c.get(1, load), 5);
  });
}

TEST(Cache, AnotherTakesOverFromACancelledLoader) {
  test::run([]() -> task<> {
    cache<int, int> c(10);
    int loads = 0;
    auto load = [&](int) -> task<int> {
      ++loads;
      co_await sleep_for(10s);
      co_return 5;
    };
    co_await with_scope([&](scope& s) {
      s.spawn([&]() -> task<> { EXPECT_FALSE(co_await timeout(1s, c.get(1, load))); });
      s.spawn([&]() -> task<> { EXPECT_EQ(co_await c.get(1, load), 5); });
    });
    EXPECT_EQ(loads, 2);
  });
}

TEST(Cache, ForgetsByAgeAndBySize) {
  test::run([]() -> task<> {
    cache<int, int> c(2, 10s);
    auto load = [](int k) -> task<int> { co_return k; };
    co_await c.get(1, load);
    co_await c.get(2, load);
    EXPECT_TRUE(c.find(1));
    co_await c.get(3, load);  // 2 is the least recently used
    EXPECT_EQ(c.size(), 2u);
    EXPECT_FALSE(c.find(2));
    EXPECT_TRUE(c.find(1));
    co_await sleep_for(10s);
    EXPECT_FALSE(c.find(1));
    c.erase(3);
    EXPECT_EQ(c.size(), 0u);
  });
}

TEST(Cache, WhatIsErasedWhileItIsLoadedIsLoadedAnew) {
  test::run([]() -> task<> {
    cache<int, int> c(10);
    int stored = 1;
    const auto load = [&](int) -> task<int> {
      const int v = stored;
      co_await sleep_for(1s);
      co_return v;
    };
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn([&]() -> task<> { EXPECT_EQ(co_await c.get(1, load), 1); });
      co_await sleep_for(500ms);
      stored = 2;
      c.erase(1);
      EXPECT_EQ(co_await c.get(1, load), 2);
      EXPECT_EQ(c.find(1), 2);
    });
    EXPECT_EQ(c.find(1), 2);
  });
}

TEST(Cache, ALoaderThatAsksForItselfIsADeadlock) {
  const auto ask = []() -> task<> {
    cache<int, int> c(1);
    std::function<task<int>(int)> load = [&](int k) -> task<int> { return c.get(k, load); };
    co_await c.get(1, load);
  };
  EXPECT_THROW(test::run(ask), test::deadlock);
}

}  // namespace
