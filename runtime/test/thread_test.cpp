// Tests of rt/thread.hpp and rt/mailbox.hpp: plain threads and their way in.
// One file a header; no assertion depends on real time.
#include <rt/thread.hpp>

#include <gtest/gtest.h>
#include <rt/mailbox.hpp>
#include <rt/cancel.hpp>
#include <rt/pool.hpp>
#include <rt/test.hpp>

#include <atomic>

namespace {
using namespace rt;
using namespace std::chrono_literals;

TEST(Background, StopsAndJoins) {
  std::atomic<bool> began = false, ended = false;
  {
    background b([&](std::stop_token stop) {
      began = true;
      began.notify_one();
      EXPECT_FALSE(rt::sleep_for(stop, 1h));  // interrupted
      ended = true;
    });
    began.wait(false);
  }
  EXPECT_TRUE(ended);
}

TEST(Background, SleepsItsTimeIfNotStopped) {
  std::stop_source never;
  EXPECT_TRUE(rt::sleep_for(never.get_token(), 1ms));
}

TEST(BoundedQueue, DeliversEverythingOnceAndEnds) {
  bounded_queue<int> q(4);
  std::atomic<long> sum = 0;
  {
    std::vector<std::jthread> workers;
    for (int t = 0; t < 3; ++t)
      workers.emplace_back([&](std::stop_token stop) {
        while (auto item = q.get(stop)) sum += **item;
      });
    for (int i = 1; i <= 1000; ++i) EXPECT_TRUE(q.put(i));
    q.join();
    EXPECT_EQ(sum, 500500);
    q.close();
  }
  EXPECT_FALSE(q.put(1));
}

TEST(BoundedQueue, JoinReturnsThoughAWorkerThrows) {
  bounded_queue<int> q(4);
  std::jthread worker([&] {
    while (true) {
      try {
        auto item = q.get();
        if (!item) return;
        throw std::runtime_error("item failed");
      } catch (const std::runtime_error&) {
        continue;
      }
    }
  });
  for (int i = 0; i < 20; ++i) q.put(i);
  q.join();
  q.join();  // and again
  q.close();
}

TEST(BoundedQueue, StopEndsEveryWait) {
  bounded_queue<int> q(1);
  EXPECT_TRUE(q.put(1));
  std::stop_source stop;
  std::jthread asker([&] { stop.request_stop(); });
  EXPECT_FALSE(q.put(2, stop.get_token()));
  EXPECT_FALSE(q.get(stop.get_token()).has_value());
}

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

TEST(Background, TheLongestSleepEndsOnlyWhenAsked) {
  bool whole = true;
  {
    background sleeper([&](std::stop_token stop) { whole = rt::sleep_for(stop, duration::max()); });
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_FALSE(whole);
}

}  // namespace
