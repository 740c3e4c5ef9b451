// Tests of rt/retry.hpp.
// One file a header; no assertion depends on real time.
#include <rt/retry.hpp>

#include <gtest/gtest.h>
#include <rt/combine.hpp>
#include <rt/test.hpp>

#include <cmath>

namespace {
using namespace rt;
using namespace std::chrono_literals;

TEST(Retry, TriesAgainWithGrowingPauses) {
  test::run([]() -> task<> {
    int calls = 0;
    std::vector<duration> at;
    const auto t0 = loop::current().now();
    retry_policy p;
    p.attempts = 4;
    p.first = 1s;
    p.jitter = 0;
    auto flaky = [&]() -> task<int> {
      at.push_back(loop::current().now() - t0);
      if (++calls < 4) throw std::runtime_error("again");
      co_return calls;
    };
    EXPECT_EQ(co_await retry(p, flaky), 4);
    EXPECT_EQ(at[1], 1s);
    EXPECT_EQ(at[2], 3s);
    EXPECT_EQ(at[3], 7s);
  });
}

TEST(Retry, ThrowsTheLastErrorAndHonoursThePredicate) {
  test::run([]() -> task<> {
    int calls = 0;
    auto bad = [&]() -> task<int> {
      ++calls;
      throw std::logic_error("no");
      co_return 0;
    };
    bool caught = false;
    try {
      co_await retry({}, bad);
    } catch (const std::logic_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
    EXPECT_EQ(calls, 3);
    retry_policy p;
    p.again = [](const std::exception& e) { return !dynamic_cast<const std::logic_error*>(&e); };
    caught = false;
    try {
      co_await retry(p, bad);
    } catch (const std::logic_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
    EXPECT_EQ(calls, 4);
  });
}

TEST(Retry, DoesNotRetryCancellation) {
  test::run([]() -> task<> {
    int calls = 0;
    auto slow = [&]() -> task<int> {
      ++calls;
      co_await sleep_for(1h);
      co_return 0;
    };
    EXPECT_FALSE(co_await timeout(1s, retry({}, slow)));
    EXPECT_EQ(calls, 1);
  });
}

TEST(Retry, HasNoLimitThatOverflows) {
  test::run([]() -> task<> {
    int calls = 0;
    const auto third_time = [&]() -> task<int> {
      if (++calls < 3) throw std::runtime_error("again");
      co_return calls;
    };
    retry_policy p;
    p.attempts = 5;
    p.first = 24h;
    p.factor = 1e30;
    p.most = duration::max();
    p.jitter = 0;
    EXPECT_FALSE(co_await timeout(100h, retry(p, third_time)));  // the second pause is endless
    EXPECT_EQ(calls, 2);
    for (const double odd : {7.0, -3.0, std::nan("")}) {
      calls = 0;
      p.first = 1s;
      p.factor = p.jitter = odd;
      EXPECT_EQ(co_await retry(p, third_time), 3);
    }
    calls = 0;
    p.attempts = 0;
    EXPECT_THROW(co_await retry(p, third_time), std::runtime_error);
  });
}

}  // namespace
