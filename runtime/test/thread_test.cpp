// Tests of rt/thread.hpp: plain threads that stop, and their queue.
// One file a header; no assertion depends on real time.
#include <rt/thread.hpp>

#include <gtest/gtest.h>
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

TEST(Background, TheLongestSleepEndsOnlyWhenAsked) {
  bool whole = true;
  {
    background sleeper([&](std::stop_token stop) { whole = rt::sleep_for(stop, duration::max()); });
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_FALSE(whole);
}

}  // namespace
