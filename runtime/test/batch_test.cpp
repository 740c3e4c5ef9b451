// Tests of rt/batch.hpp.
// One file a header; no assertion depends on real time.
#include <rt/batch.hpp>

#include <gtest/gtest.h>
#include <rt/cancel.hpp>
#include <rt/scope.hpp>
#include <rt/test.hpp>

namespace {
using namespace rt;
using namespace std::chrono_literals;

TEST(Batch, IsFullOrLate) {
  std::vector<std::size_t> sizes;
  std::vector<duration> at;
  test::run([&]() -> task<> {
    channel<int> ch(100);
    const auto t0 = loop::current().now();
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn([&]() -> task<> {
        for (int i = 0; i < 5; ++i) ch.try_send(i);
        co_await sleep_for(1s);
        ch.try_send(5);
        co_await sleep_for(10s);
        ch.close();
      });
      for (;;) {
        auto b = co_await batch(ch, 4, 3s);
        if (b.empty()) break;
        sizes.push_back(b.size());
        at.push_back(loop::current().now() - t0);
      }
    });
  });
  EXPECT_EQ(sizes, (std::vector<std::size_t>{4, 2}));
  EXPECT_EQ(at, (std::vector<duration>{0s, 3s}));
}

TEST(Batch, KeepsWhatItHasWhenCancelled) {
  test::run([]() -> task<> {
    channel<int> ch(4);
    ch.try_send(1);
    auto got = co_await timeout(1s, batch(ch, 4, 1h));
    EXPECT_TRUE(got && got->size() == 1u);
  });
}

TEST(Batch, TheLongestDelayWaitsForAFullOne) {
  test::run([]() -> task<> {
    channel<int> ch(4);
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn([&]() -> task<> {
        for (int i = 0; i < 3; ++i) {
          co_await sleep_for(1s);
          co_await ch.send(i);
        }
      });
      EXPECT_EQ((co_await batch(ch, 3, duration::max())).size(), 3u);
    });
  });
}

}  // namespace
