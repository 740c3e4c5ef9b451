// Tests of rt/pool.hpp.
// One file a header; no assertion depends on real time.
#include <rt/pool.hpp>

#include <gtest/gtest.h>
#include <rt/combine.hpp>
#include <rt/test.hpp>

#include <atomic>
#include <deque>
#include <numeric>
#include <system_error>

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace {
using namespace rt;
using namespace std::chrono_literals;

TEST(Offload, RunsElsewhereAndReturnsTheValue) {
  thread_pool pool(2);
  rt::run([&]() -> task<> {
    const auto here = std::this_thread::get_id();
    const auto there = co_await offload(pool, [] { return std::this_thread::get_id(); });
    EXPECT_NE(here, there);
    EXPECT_EQ(here, std::this_thread::get_id());
    int n = 0;
    co_await offload(pool, [&] { n = 1; });
    EXPECT_EQ(n, 1);
    auto owns = [q = std::make_unique<int>(4)] { return *q; };  // named: see README, g++ 12
    EXPECT_EQ(co_await offload(pool, std::move(owns)), 4);
  });
}

TEST(Offload, PassesExceptions) {
  thread_pool pool(1);
  rt::run([&]() -> task<> {
    bool caught = false;
    try {
      co_await offload(pool, []() -> int { throw std::runtime_error("there"); });
    } catch (const std::runtime_error& e) {
      caught = std::string("there") == e.what();
    }
    EXPECT_TRUE(caught);
  });
}

TEST(Offload, LetsTheLoopGoOn) {
  thread_pool pool(1);
  rt::run([&]() -> task<> {
    std::atomic<bool> go = false;
    bool others_ran = false;
    co_await all(offload(pool, [&] { go.wait(false); }), [&]() -> task<> {
      co_await yield();
      others_ran = true;
      go = true;
      go.notify_one();
    }());
    EXPECT_TRUE(others_ran);
  });
}

TEST(Offload, CancelledItTellsTheWorkAndWaitsForIt) {
  thread_pool pool(1);
  rt::run([&]() -> task<> {
    std::atomic<bool> began = false, stopped = false;
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn([&]() -> task<> {
        co_await offload(pool, [&](std::stop_token stop) {
          began = true;
          while (!stop.stop_requested()) std::this_thread::yield();
          stopped = true;
        });
      });
      while (!began) co_await yield();
      s.cancel();
    });
    EXPECT_TRUE(stopped);
  });
}

TEST(Offload, CancelledBeforeItDoesNotRun) {
  thread_pool pool(1);
  std::atomic<bool> ran = false;
  rt::run([&]() -> task<> {
    co_await with_cancel([&](cancel_scope& c) -> task<> {
      c.cancel();
      co_await offload(pool, [&] { ran = true; });
    });
  });
  EXPECT_FALSE(ran);
}

TEST(Offload, ManyAtOnce) {
  thread_pool pool(4);
  const long sum = rt::run([&]() -> task<long> {
    auto squares = co_await map(std::views::iota(0, 2000), 64, [&](int i) -> task<long> {
      co_return co_await offload(pool, [i] { return long{i} * i; });
    });
    co_return std::accumulate(squares.begin(), squares.end(), 0L);
  });
  EXPECT_EQ(sum, 2664667000L);
}

TEST(Offload, TheVirtualClockWaitsForIt) {
  thread_pool pool(1);
  test::run([&]() -> task<> {
    const auto t0 = loop::current().now();
    auto r = co_await timeout(1s, offload(pool, [] {
      std::this_thread::sleep_for(5ms);
      return 3;
    }));
    EXPECT_TRUE(r && *r == 3);
    EXPECT_EQ(loop::current().now(), t0);
  });
}

TEST(FromFuture, AwaitsIt) {
  thread_pool pool(1);
  std::promise<int> p;
  std::jthread setter([&] { p.set_value(6); });
  rt::run([&]() -> task<> {
    EXPECT_EQ(co_await from_future(pool, p.get_future()), 6);
  });
}

TEST(Chunks, LoseNoRemainder) {
  std::vector<int> v(10);
  auto c = chunks(std::span(v), 4);
  ASSERT_EQ(c.size(), 3u);
  EXPECT_EQ(c[2].size(), 2u);
  EXPECT_TRUE(chunks(std::span(v).first(0), 4).empty());
}

TEST(ParallelMap, KeepsOrder) {
  thread_pool pool(3);
  std::vector<int> in(1001);
  std::iota(in.begin(), in.end(), 0);
  const auto out =
      rt::run([&] { return parallel_map(pool, std::span(in), [](int i) { return i * 2; }); });
  ASSERT_EQ(out.size(), in.size());
  for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], in[i] * 2);
}

TEST(ParallelMap, PassesAnErrorAfterAllCameToRest) {
  thread_pool pool(3);
  std::vector<int> in(100, 1);
  in[50] = 0;
  EXPECT_THROW(rt::run([&] {
                 return parallel_map(pool, std::span(in), [](int i) {
                   if (i == 0) throw std::domain_error("zero");
                   return 1 / i;
                 }, 1);
               }),
               std::domain_error);
}

TEST(ParallelMap, OfNothing) {
  thread_pool pool(1);
  std::vector<int> in;
  EXPECT_TRUE(
      rt::run([&] { return parallel_map(pool, std::span(in), [](int i) { return i; }); }).empty());
}

TEST(ThreadPool, FinishesWhatItAccepted) {
  struct count : detail::job {
    explicit count(std::atomic<int>& c) : job(&bump), n(c) {}
    static void bump(detail::job& j) noexcept { ++static_cast<count&>(j).n; }
    std::atomic<int>& n;
  };
  std::atomic<int> n = 0;
  std::vector<std::unique_ptr<count>> jobs;
  {
    thread_pool pool(2);
    for (int i = 0; i < 100; ++i) {
      jobs.push_back(std::make_unique<count>(n));
      pool.submit(*jobs.back());
    }
  }
  EXPECT_EQ(n, 100);
}

TEST(ThreadPool, OneCoreEachBindsItsThreads) {
  thread_pool pool(2, affinity::one_core_each);
  rt::run([&]() -> task<> {
    const int cores = co_await offload(pool, [] {
      cpu_set_t set;
      sched_getaffinity(0, sizeof set, &set);
      return CPU_COUNT(&set);
    });
    EXPECT_EQ(cores, 1);
  });
}

TEST(ThreadPool, HasTheHardwaresThreadsByDefault) {
  EXPECT_EQ(thread_pool().size(), std::max(1u, std::thread::hardware_concurrency()));
}

TEST(Chunks, OfNothingAreOfOne) {
  std::vector<int> v{1, 2, 3};
  EXPECT_EQ(chunks(std::span(v), 0).size(), 3u);
}

TEST(ParallelMap, HasNoOverflowInItsChunksAndLeavesNothingRunningWhenCancelled) {
  thread_pool pool(2);
  std::vector<int> v(1000, 1);
  rt::run([&]() -> task<> {
    const auto whole = co_await parallel_map(
        pool, std::span(v), [](int i) { return i; }, SIZE_MAX);
    EXPECT_EQ(whole.size(), 1000u);
    std::atomic<int> running = 0;
    const auto slow = [&](int i) {
      ++running;
      std::this_thread::sleep_for(1ms);
      --running;
      return i;
    };
    EXPECT_FALSE(co_await timeout(20ms, parallel_map(pool, std::span(v), slow, 100)));
    EXPECT_EQ(running, 0);
  });
}

TEST(Offload, AStopCallbackMayCancelFromInsideCancel) {
  thread_pool pool(1);
  rt::run([&]() -> task<> {
    co_await with_scope([&](scope& s) -> task<> {
      cancel_scope* all = &s.cancellation();
      s.spawn([&pool, all]() -> task<> {
        co_await offload(pool, [all](std::stop_token stop) {
          std::stop_callback again(stop, [all] { all->cancel(); });  // on the loop's thread
          while (!stop.stop_requested()) std::this_thread::sleep_for(1ms);
        });
      });
      co_await sleep_for(20ms);
      s.cancel();
    });
  });
}

TEST(Offload, MayRunALoopOfItsOwn) {
  thread_pool pool(1);
  const auto inner = [] {
    return rt::run([]() -> task<int> {
      co_await sleep_for(1ms);
      co_return 5;
    });
  };
  EXPECT_EQ(rt::run([&]() -> task<int> { co_return co_await offload(pool, inner); }), 5);
}

TEST(FromFuture, WaitsThoughItIsTimedOutAndRefusesAnEmptyOne) {
  std::promise<int> late;
  thread_pool pool(1);
  std::jthread setter([&] {
    std::this_thread::sleep_for(50ms);
    late.set_value(1);
  });
  rt::run([&]() -> task<> {
    EXPECT_EQ(co_await timeout(1ms, from_future(pool, late.get_future())), 1);
    EXPECT_THROW(co_await from_future(pool, std::future<int>()), std::future_error);
  });
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__has_feature)
// Sanitizers need more address space than is left here.
TEST(ThreadPoolDeathTest, ThatGetsNoMoreThreadsJoinsThoseItHasAndThrows) {
  const auto starve = [] {
    rlimit space{};
    getrlimit(RLIMIT_AS, &space);
    space.rlim_cur = 600u << 20;
    setrlimit(RLIMIT_AS, &space);
    try {
      thread_pool pool(1000);
    } catch (const std::system_error&) {
      _exit(7);
    }
    _exit(1);
  };
  EXPECT_EXIT(starve(), testing::ExitedWithCode(7), "");
}
#endif

TEST(ThreadPool, DestroyedWithAFullQueueItRunsEverything) {
  struct counting : rt::detail::job {
    explicit counting(std::atomic<int>& n) : job(&count), counter(n) {}
    static void count(rt::detail::job& j) noexcept {
      std::this_thread::sleep_for(1ms);
      ++static_cast<counting&>(j).counter;
    }
    std::atomic<int>& counter;
  };
  std::atomic<int> ran = 0;
  std::deque<counting> jobs;
  {
    thread_pool pool(2);
    for (int i = 0; i < 100; ++i) pool.submit(jobs.emplace_back(ran));
  }
  EXPECT_EQ(ran, 100);
}

}  // namespace
