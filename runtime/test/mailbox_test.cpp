// Tests of rt/mailbox.hpp.
// One file a header; no assertion depends on real time.
#include <rt/mailbox.hpp>

#include <gtest/gtest.h>
#include <rt/cancel.hpp>
#include <rt/pool.hpp>
#include <rt/test.hpp>

#include <atomic>
#include <thread>

namespace {
using namespace rt;
using namespace std::chrono_literals;

TEST(Mailbox, TakesFromManyThreads) {
  rt::run([]() -> task<> {
    mailbox<int> box(8);
    long sum = 0;
    {
      std::vector<std::jthread> threads;
      std::atomic<int> left = 4;
      for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
          for (int i = 1; i <= 500; ++i) EXPECT_TRUE(box.push_wait(i));
          if (--left == 0) box.close();
        });
      while (auto v = co_await box.recv()) sum += *v;
    }
    EXPECT_EQ(sum, 4 * 125250);
  });
}

TEST(Mailbox, RefusesWhenFullOrClosed) {
  rt::run([]() -> task<> {
    mailbox<int> box(2);
    EXPECT_TRUE(box.push(1));
    EXPECT_TRUE(box.push(2));
    EXPECT_FALSE(box.push(3));
    EXPECT_EQ(co_await box.recv(), 1);
    EXPECT_TRUE(box.push(4));
    box.close();
    EXPECT_FALSE(box.push(5));
    EXPECT_EQ(co_await box.recv(), 2);
    EXPECT_EQ(co_await box.recv(), 4);
    EXPECT_EQ(co_await box.recv(), std::nullopt);
  });
}

TEST(Mailbox, WaitingCanBeCancelled) {
  test::run([]() -> task<> {
    mailbox<int> box(2);
    EXPECT_FALSE(co_await timeout(1s, box.recv()));
    EXPECT_TRUE(box.push(1));
    EXPECT_EQ(co_await box.recv(), 1);
  });
}

TEST(Mailbox, PushWaitStopsWhenAsked) {
  thread_pool pool(1);
  rt::run([&]() -> task<> {
    mailbox<int> box(1);
    box.push(1);
    std::atomic<int> refused = 0;
    auto sender = [&](std::stop_token stop) { refused += !box.push_wait(2, stop); };
    (void)co_await timeout(1ms, offload(pool, sender));
    EXPECT_EQ(refused, 1);
  });
}

}  // namespace
