// Tests of rt/test.hpp: the virtual clock, shuffling, deadlock reports.
// One file a header; no assertion depends on real time.
#include <rt/test.hpp>

#include <gtest/gtest.h>
#include <rt/channel.hpp>
#include <rt/scope.hpp>
#include <rt/sync.hpp>

#include <set>

namespace {
using namespace rt;
using namespace std::chrono_literals;

std::string order_with(std::uint64_t seed) {
  std::string order;
  test::run([&]() -> task<> {
    co_await with_scope([&](scope& s) {
      for (char c = 'a'; c < 'h'; ++c)
        s.spawn([&](char me) -> task<> {
          co_await yield();
          order += me;
        }, c);
    });
  }, seed);
  return order;
}

TEST(Shuffle, IsInOrderWithoutASeed) { EXPECT_EQ(order_with(0), "abcdefg"); }

TEST(Shuffle, RepeatsForASeedAndDiffersBetweenSeeds) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    EXPECT_EQ(order_with(seed), order_with(seed));
    seen.insert(order_with(seed));
  }
  EXPECT_GT(seen.size(), 10u);
}

TEST(Deadlock, IsReportedWithTheTasksAndUnwindsThem) {
  bool unwound = false;
  try {
    test::run([&]() -> task<> {
      event never;
      co_await with_scope([&](scope& s) {
        s.spawn(named{"waiter"}, [&]() -> task<> {
          struct mark {
            bool* f;
            ~mark() { *f = true; }
          } m{&unwound};
          co_await never.wait();
        });
      });
    });
    ADD_FAILURE();
  } catch (const test::deadlock& e) {
    EXPECT_NE(std::string(e.what()).find("'waiter'"), std::string::npos) << e.what();
  }
  EXPECT_TRUE(unwound);
}

TEST(Deadlock, BehindAShieldIsUnwoundToo) {
  EXPECT_THROW(test::run([]() -> task<> {
                 event never;
                 auto wait = [&]() -> task<> { co_await never.wait(); };
                 co_await shield(duration::max(), wait());
               }),
               test::deadlock);
}

TEST(Deadlock, OfAProducerWithoutAConsumer) {
  EXPECT_THROW(test::run([]() -> task<> {
                 channel<int> ch(2);
                 for (int i = 0; i < 3; ++i) co_await ch.send(i);
               }),
               test::deadlock);
}

}  // namespace
