// What a user's callback throws reaches whoever awaits, or ends run: for every place at
// which the library calls one. Decides nothing else about those functions.
#include <gtest/gtest.h>

#include <rt/cache.hpp>
#include <rt/combine.hpp>
#include <rt/pool.hpp>
#include <rt/retry.hpp>
#include <rt/test.hpp>

#include "tasks.hpp"

namespace {
using namespace rt;
using namespace std::chrono_literals;

struct boom {};
task<> throws_without_a_task() { throw boom(); }
task<int> throws_without_a_number(int) { throw boom(); }

/// True if running f ends with a boom and leaves no loop behind.
template <class F>
bool arrives(F f) {
  try {
    test::run(std::move(f));
  } catch (const boom&) {
    return !loop::is_running();
  }
  return false;
}

const auto blow = [] { throw boom(); };
const auto blow_at = [](int&) { return throws_without_a_task(); };
const auto fine_at = [](int&) -> task<> { co_return; };

TEST(Callbacks, OfTimersAndOfTheLoop) {
  EXPECT_TRUE(arrives(&throws_without_a_task));
  EXPECT_TRUE(arrives([]() -> task<> {
    const auto t = call_later(1s, blow);
    co_await forever();
  }));
  EXPECT_TRUE(arrives([]() -> task<> {
    call_soon(blow);
    co_await forever();
  }));
  EXPECT_TRUE(arrives([]() -> task<> { co_await every(1s, blow); }));
  EXPECT_TRUE(arrives([]() -> task<> { co_await every(1s, throws_without_a_task); }));
}

TEST(Callbacks, OfTheSlowStepReport) {
  options o;
  o.slow_step = 0ns;
  o.on_slow = [](const slow_report&) { throw boom(); };
  EXPECT_THROW(rt::run(
                   []() -> task<> {
                     for (;;) co_await yield();
                   },
                   o),
               boom);
}

TEST(Callbacks, OfScopesAndCombinations) {
  static const std::vector<int> one{1};
  EXPECT_TRUE(arrives([] { return with_scope([](scope&) { blow(); }); }));
  EXPECT_TRUE(arrives([] { return with_scope([](scope& s) { s.spawn(throws_without_a_task); }); }));
  EXPECT_TRUE(arrives([]() -> task<> {
    co_await with_cancel([](cancel_scope&) { return throws_without_a_task(); });
  }));
  EXPECT_TRUE(
      arrives([] { return for_each(one, 1, [](int) { return throws_without_a_task(); }); }));
  EXPECT_TRUE(arrives([]() -> task<> { co_await map(one, 1, throws_without_a_number); }));
  EXPECT_TRUE(arrives([] { return using_(value_after(1s, 1), blow_at, fine_at, 1s); }));
  EXPECT_TRUE(arrives([] { return using_(value_after(1s, 1), fine_at, blow_at, 1s); }));
}

TEST(Callbacks, OfCachesAndRetries) {
  EXPECT_TRUE(arrives([]() -> task<> {
    cache<int, int> c(1);
    co_await c.get(1, throws_without_a_number);
  }));
  EXPECT_TRUE(arrives([]() -> task<> {
    retry_policy p;
    p.again = [](const std::exception&) -> bool { throw boom(); };
    co_await retry(p, []() -> task<> { throw std::runtime_error("first"); });
  }));
  test::run([]() -> task<> {
    int calls = 0;
    const auto second_time = [&]() -> task<int> {
      if (++calls < 2) throw std::runtime_error("no task");
      return value_after(1s, calls);
    };
    EXPECT_EQ(co_await retry(retry_policy(), second_time), 2);
  });
}

TEST(Callbacks, OfThreadsAndLocks) {
  thread_pool pool(1);
  EXPECT_TRUE(arrives([&]() -> task<> { co_await offload(pool, blow); }));
  EXPECT_TRUE(
      arrives([&]() -> task<> { co_await offload(pool, [](std::stop_token) { blow(); }); }));
  EXPECT_TRUE(arrives([]() -> task<> {
    guarded<int> g;
    g.with([](int&) { blow(); });
    co_return;
  }));
}

}  // namespace
