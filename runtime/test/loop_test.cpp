// Tests of rt/loop.hpp: fairness, posting, slow steps, tracing, names.
// One file a header; no assertion depends on real time.
#include <rt/loop.hpp>

#include <gtest/gtest.h>
#include <rt/cancel.hpp>
#include <rt/pool.hpp>
#include <rt/scope.hpp>
#include <rt/sync.hpp>
#include <rt/test.hpp>

#include <thread>

namespace {
using namespace rt;
using namespace std::chrono_literals;

TEST(Yield, LetsOthersRun) {
  test::run([]() -> task<> {
    std::string order;
    co_await with_scope([&](scope& s) {
      for (char c : std::string("ab"))
        s.spawn([&](char me) -> task<> {
          for (int i = 0; i < 3; ++i) {
            order += me;
            co_await yield();
          }
        }, c);
    });
    EXPECT_EQ(order, "ababab");
  });
}

TEST(Yield, IsACancellationPoint) {
  test::run([]() -> task<> {
    bool past = false;
    co_await with_scope([&](scope& s) -> task<> {
      s.cancel();
      co_await yield();
      past = true;
    });
    EXPECT_FALSE(past);
  });
}

TEST(Fairness, BusyTasksDoNotKeepTimersFromFiring) {
  rt::run([]() -> task<> {
    bool rung = false;
    auto bell = call_later(1ms, [&] { rung = true; });
    while (!rung) co_await yield();
    EXPECT_TRUE(rung);
  });
}

TEST(Post, RunsOnTheLoopsThread) {
  thread_pool pool(1);
  rt::run([&]() -> task<> {
    event arrived;
    std::thread::id ran_on;
    loop& home = loop::current();
    co_await offload(pool, [&] {
      home.post([&] {
        ran_on = std::this_thread::get_id();
        arrived.set();
      });
    });
    co_await arrived.wait();
    EXPECT_EQ(ran_on, std::this_thread::get_id());
  });
}

TEST(Post, ManyFromManyThreadsAllArriveAndEachThreadsInOrder) {
  rt::run([]() -> task<> {
    constexpr int per_thread = 2000;
    latch all(4 * per_thread);
    int last[4] = {-1, -1, -1, -1};
    bool ordered = true;
    loop& home = loop::current();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < per_thread; ++i)
          home.post([&, t, i] {
            ordered &= last[t] == i - 1;
            last[t] = i;
            all.count_down();
          });
      });
    co_await all.wait();
    EXPECT_TRUE(ordered);
  });
}

TEST(Post, AnExceptionEndsRun) {
  EXPECT_THROW(rt::run([]() -> task<> {
                 loop::current().post([] { throw std::logic_error("posted"); });
                 co_await sleep_for(1h);
               }),
               std::logic_error);
}

std::vector<slow_report> slow_steps;

TEST(SlowStep, IsReportedWithNameAndPlace) {
  slow_steps.clear();
  options o;
  o.slow_step = 2ms;
  o.on_slow = [](const slow_report& r) { slow_steps.push_back(r); };
  unsigned line = 0;
  rt::run([&]() -> task<> {
    co_await with_scope([&](scope& s) {
      s.spawn(named{"hog"}, [&]() -> task<> {
        line = __LINE__ + 1;
        co_await yield();
        const auto end = clock::now() + 20ms;
        while (clock::now() < end) {
        }
        co_await yield();
      });
    });
  }, o);
  const auto hog = std::ranges::find(slow_steps, "hog", &slow_report::task);
  ASSERT_NE(hog, slow_steps.end());
  EXPECT_GE(hog->took, 20ms);
  EXPECT_EQ(hog->from.line(), line);
  EXPECT_NE(std::string(hog->from.file_name()).find("loop_test.cpp"), std::string::npos);
}

struct recorder : trace_sink {
  void on_event(const trace_event& e) noexcept override {
    if (e.task != "t") return;
    log += "srpf"[static_cast<int>(e.kind)];
  }
  std::string log;
};

TEST(Trace, SeesTheLifeOfATask) {
  recorder r;
  options o;
  o.trace = &r;
  test::run([]() -> task<> {
    co_await with_scope([](scope& s) {
      s.spawn(named{"t"}, []() -> task<> { co_await sleep_for(1s); });
    });
  }, 0, o);
  EXPECT_EQ(r.log, "srprf");
}

TEST(ThisTask, HasNameAndNumber) {
  test::run([]() -> task<> {
    EXPECT_EQ(this_task::name(), "main");
    EXPECT_EQ(this_task::id(), 1u);
    this_task::set_name("other");
    EXPECT_EQ(this_task::name(), "other");
    co_return;
  });
}

TEST(RunDeathTest, RefusesToRunInsideItself) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto nested = [] { rt::run([]() -> task<> { co_return; }); };
  EXPECT_DEATH(rt::run([&]() -> task<> {
                 call_soon(nested);
                 co_await sleep_for(1s);
               }),
               "");
}

}  // namespace
