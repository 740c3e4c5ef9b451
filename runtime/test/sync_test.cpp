// Tests of rt/sync.hpp: mutexes, permits, events, latches, guarded data.
// One file a header; no assertion depends on real time.
#include <rt/sync.hpp>

#include <gtest/gtest.h>
#include <rt/channel.hpp>
#include <rt/scope.hpp>
#include <rt/test.hpp>

#include <thread>

namespace {
using namespace rt;
using namespace std::chrono_literals;

TEST(AsyncMutex, ExcludesOverAwaits) {
  test::run([]() -> task<> {
    async_mutex m;
    int inside = 0, most = 0;
    co_await with_scope([&](scope& s) {
      for (int i = 0; i < 5; ++i)
        s.spawn([&]() -> task<> {
          auto g = co_await m.lock();
          most = std::max(most, ++inside);
          co_await sleep_for(1s);
          --inside;
        });
    });
    EXPECT_EQ(most, 1);
    EXPECT_FALSE(m.locked());
  });
}

TEST(AsyncMutex, IsHandedOverInOrder) {
  test::run([]() -> task<> {
    async_mutex m;
    std::string order;
    co_await with_scope([&](scope& s) -> task<> {
      auto g = co_await m.lock();
      for (char c = 'a'; c < 'd'; ++c)
        s.spawn([&](char me) -> task<> {
          auto mine = co_await m.lock();
          order += me;
        }, c);
      co_await sleep_for(1s);
      g.unlock();
      EXPECT_FALSE(m.try_lock());  // it belongs to 'a' already
    });
    EXPECT_EQ(order, "abc");
  });
}

TEST(AsyncMutex, ACancelledWaiterLeavesTheQueue) {
  test::run([]() -> task<> {
    async_mutex m;
    {
      auto g = co_await m.lock();
      EXPECT_FALSE(co_await timeout(1s, m.lock()));
    }
    EXPECT_TRUE(m.try_lock());
  });
}

TEST(AsyncMutex, AGrantedLockIsReleasedIfItsTaskIsCancelledThen) {
  test::run([]() -> task<> {
    async_mutex m;
    co_await with_scope([&](scope& s) -> task<> {
      auto g = co_await m.lock();
      s.spawn([&]() -> task<> {
        auto mine = co_await m.lock();
        co_await sleep_for(1h);
      });
      co_await sleep_for(1s);
      g.unlock();
      s.cancel();
    });
    EXPECT_FALSE(m.locked());
  });
}

TEST(LockAll, CannotDeadlock) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const int done = test::run([]() -> task<int> {
      async_mutex a, b, c;
      int n = 0;
      const auto work = [&n](async_mutex& x, async_mutex& y) -> task<> {
        auto held = co_await lock_all(x, y);
        co_await yield();
        ++n;
      };
      co_await with_scope([&](scope& s) {
        for (int i = 0; i < 10; ++i) {
          s.spawn(work, std::ref(a), std::ref(b));
          s.spawn(work, std::ref(b), std::ref(c));
          s.spawn(work, std::ref(c), std::ref(a));
        }
      });
      co_return n;
    }, seed);
    EXPECT_EQ(done, 30);
  }
}

TEST(Deadlock, OfTwoMutexesInOppositeOrderIsReported) {
  try {
    test::run([]() -> task<> {
      async_mutex a, b;
      const auto work = [](async_mutex& x, async_mutex& y) -> task<> {
        auto first = co_await x.lock();
        co_await sleep_for(1s);
        auto second = co_await y.lock();
      };
      co_await with_scope([&](scope& s) {
        s.spawn(named{"left"}, work, std::ref(a), std::ref(b));
        s.spawn(named{"right"}, work, std::ref(b), std::ref(a));
      });
    });
    ADD_FAILURE();
  } catch (const test::deadlock& e) {
    const std::string what = e.what();
    EXPECT_NE(what.find("'left' at "), what.npos) << what;
    EXPECT_NE(what.find("'right' at "), what.npos) << what;
    EXPECT_NE(what.find("sync_test.cpp"), what.npos) << what;
  }
}

TEST(Semaphore, LimitsAndReturnsPermits) {
  test::run([]() -> task<> {
    semaphore sem(3);
    int inside = 0, most = 0;
    co_await with_scope([&](scope& s) {
      for (int i = 0; i < 10; ++i)
        s.spawn([&]() -> task<> {
          auto p = co_await sem.acquire();
          most = std::max(most, ++inside);
          co_await sleep_for(1s);
          --inside;
        });
    });
    EXPECT_EQ(most, 3);
    EXPECT_EQ(sem.available(), 3u);
  });
}

TEST(Semaphore, ReturnsPermitsOnException) {
  test::run([]() -> task<> {
    semaphore sem(1);
    for (int i = 0; i < 3; ++i) {
      try {
        auto p = co_await sem.acquire();
        throw std::runtime_error("x");
      } catch (const std::runtime_error&) {
        EXPECT_EQ(sem.available(), 1u);
      }
    }
  });
}

TEST(Semaphore, ALargeRequestIsNotOvertaken) {
  test::run([]() -> task<> {
    semaphore sem(2);
    std::string order;
    const auto work = [&](std::size_t n, char c) -> task<> {
      auto p = co_await sem.acquire(n);
      order += c;
      co_await sleep_for(1s);
    };
    co_await with_scope([&](scope& s) {
      s.spawn(work, 1u, 'a');
      s.spawn(work, 2u, 'B');
      s.spawn(work, 1u, 'c');
    });
    EXPECT_EQ(order, "aBc");
  });
}

TEST(Semaphore, CancellingALargeRequestLetsThoseBehindGo) {
  test::run([]() -> task<> {
    semaphore sem(2);
    auto held = co_await sem.acquire();
    co_await with_scope([&](scope& s) -> task<> {
      bool small = false;
      s.spawn([&]() -> task<> { EXPECT_FALSE(co_await timeout(1s, sem.acquire(2))); });
      s.spawn([&]() -> task<> {
        co_await yield();
        auto p = co_await sem.acquire(1);
        small = true;
      });
      co_await sleep_for(500ms);
      EXPECT_FALSE(small);
      co_await sleep_for(1s);
      EXPECT_TRUE(small);
    });
  });
}

TEST(Semaphore, TryAcquireNeverWaits) {
  test::run([]() -> task<> {
    semaphore sem(1);
    auto a = sem.try_acquire();
    EXPECT_TRUE(a);
    EXPECT_FALSE(sem.try_acquire());
    a.release();
    EXPECT_TRUE(sem.try_acquire());
    co_return;
  });
}

TEST(Event, WakesAllAndStaysSet) {
  test::run([]() -> task<> {
    event e;
    int woken = 0;
    co_await with_scope([&](scope& s) -> task<> {
      for (int i = 0; i < 3; ++i)
        s.spawn([&]() -> task<> {
          co_await e.wait();
          ++woken;
        });
      co_await sleep_for(1s);
      EXPECT_EQ(woken, 0);
      e.set();
      e.reset();  // those who waited have been woken all the same
    });
    EXPECT_EQ(woken, 3);
    EXPECT_FALSE(e.is_set());
    e.set();
    co_await e.wait();
  });
}

TEST(Latch, OpensAtZero) {
  test::run([]() -> task<> {
    latch l(3), open(0);
    EXPECT_TRUE(open.is_open());
    co_await open.wait();
    co_await with_scope([&](scope& s) -> task<> {
      for (int i = 1; i <= 3; ++i)
        s.spawn([&](int n) -> task<> {
          co_await sleep_for(std::chrono::seconds(n));
          l.count_down();
        }, i);
      const auto t0 = loop::current().now();
      co_await l.wait();
      EXPECT_EQ(loop::current().now() - t0, 3s);
    });
    l.count_down();
    EXPECT_TRUE(l.is_open());
  });
}

TEST(Guarded, SerialisesThreads) {
  guarded<long> n(0);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) n.with([](long& v) { ++v; });
      });
  }
  EXPECT_EQ(n.with([](long& v) { return v; }), 4000);
}

TEST(Guards, SurviveBeingMovedToThemselvesAndBeingEmptied) {
  test::run([]() -> task<> {
    async_mutex m;
    auto g = co_await m.lock();
    auto& same_guard = g;
    g = std::move(same_guard);
    EXPECT_TRUE(m.locked());
    g = {};
    EXPECT_FALSE(m.locked());
    semaphore s(2);
    auto p = co_await s.acquire(2);
    auto& same_permit = p;
    p = std::move(same_permit);
    EXPECT_EQ(s.available(), 0u);
    p = {};
    EXPECT_EQ(s.available(), 2u);
    const auto none = co_await s.acquire(0);
    EXPECT_TRUE(none);
  });
}

TEST(Limits, MayBeHuge) {
  test::run([]() -> task<> {
    semaphore s(SIZE_MAX);
    {
      const auto all = co_await s.acquire(SIZE_MAX);
      EXPECT_FALSE(s.try_acquire());
    }
    EXPECT_EQ(s.available(), SIZE_MAX);
    latch l(SIZE_MAX);
    l.count_down(SIZE_MAX);
    EXPECT_TRUE(l.is_open());
    EXPECT_THROW(channel<int>{SIZE_MAX}, std::exception);
  });
}

TEST(Cancel, OfThousandsWhoseWaitHasJustEndedLosesNothing) {
  for (std::uint64_t seed = 0; seed < 3; ++seed)
    test::run(
        []() -> task<> {
          semaphore sem(1);
          async_mutex mutex;
          event e;
          latch l(5);
          co_await with_scope([&](scope& s) -> task<> {
            auto permit = co_await sem.acquire();
            auto guard = co_await mutex.lock();
            for (int i = 0; i < 1000; ++i) {
              s.spawn([&]() -> task<> { const auto held = co_await sem.acquire(); });
              s.spawn([&]() -> task<> { const auto held = co_await mutex.lock(); });
              s.spawn([&]() -> task<> { co_await e.wait(); });
              s.spawn([&]() -> task<> { co_await l.wait(); });
            }
            co_await yield();
            permit.release();
            guard.unlock();
            e.set();
            l.count_down(9);
            s.cancel();
          });
          EXPECT_EQ(sem.available(), 1u);
          EXPECT_FALSE(mutex.locked());
        },
        seed);
}

}  // namespace
