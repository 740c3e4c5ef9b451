// Tests of rt/task.hpp: laziness, values, exceptions, ownership, depth.
// One file a header; no assertion depends on real time.
#include <rt/task.hpp>

#include <gtest/gtest.h>
#include <rt/scope.hpp>
#include <rt/test.hpp>

#include <memory>
#include <stdexcept>
#include <string>

namespace {
using namespace rt;

task<int> answer() { co_return 42; }
task<> set(bool* flag) {
  *flag = true;
  co_return;
}
task<int> fails() {
  throw std::runtime_error("no");
  co_return 0;
}

TEST(Task, ReturnsValueThroughRun) { EXPECT_EQ(test::run(answer), 42); }

TEST(Task, RunTakesATaskToo) { EXPECT_EQ(rt::run(answer()), 42); }

TEST(Task, IsLazyAndDestroyingItRunsNothing) {
  bool ran = false;
  std::optional<task<>> t(set(&ran));
  t.reset();
  EXPECT_FALSE(ran);
  test::run([&] { return set(&ran); });
  EXPECT_TRUE(ran);
}

TEST(Task, PassesExceptionToAwaiter) {
  test::run([]() -> task<> {
    try {
      co_await fails();
      ADD_FAILURE();
    } catch (const std::runtime_error& e) {
      EXPECT_STREQ(e.what(), "no");
    }
  });
}

TEST(Task, RunRethrows) { EXPECT_THROW(test::run(fails), std::runtime_error); }

task<std::unique_ptr<int>> boxed(int v) { co_return std::make_unique<int>(v); }
TEST(Task, MovesMoveOnlyResults) {
  EXPECT_EQ(*test::run([] { return boxed(7); }), 7);
}

task<std::string&> refer(std::string* s) { co_return *s; }
TEST(Task, ReturnsReferences) {
  std::string s = "a";
  test::run([&]() -> task<> {
    (co_await refer(&s)) += "b";
  });
  EXPECT_EQ(s, "ab");
}

struct tracer {
  explicit tracer(int* n) : live(n) { ++*live; }
  tracer(tracer&& o) noexcept : live(std::exchange(o.live, nullptr)) {}
  ~tracer() {
    if (live) --*live;
  }
  int* live;
};
task<> hold(tracer) { co_return; }

TEST(Task, DestroysParametersOfUnstartedTask) {
  int live = 0;
  std::optional<task<>> t(hold(tracer(&live)));
  EXPECT_EQ(live, 1);
  t.reset();
  EXPECT_EQ(live, 0);
}

TEST(Task, MoveAssignmentDestroysTheOldFrame) {
  int live = 0;
  std::optional<task<>> t(hold(tracer(&live)));
  *t = hold(tracer(&live));
  EXPECT_EQ(live, 1);
  t.reset();
}

task<int> leaf(int i) { co_return i; }
TEST(Task, AMillionSynchronousAwaitsUseNoStack) {
  const long sum = test::run([]() -> task<long> {
    long s = 0;
    for (int i = 0; i < 1'000'000; ++i) s += co_await leaf(i & 1);
    co_return s;
  });
  EXPECT_EQ(sum, 500'000);
}

task<int> depth(int n) {
  if (n == 0) co_return 0;
  co_return 1 + co_await depth(n - 1);
}
TEST(Task, RecursesDeeply) {
  EXPECT_EQ(test::run([] { return depth(1000); }), 1000);
}

static_assert(!std::is_copy_constructible_v<task<int>>);
template <class T>
concept awaits_as_lvalue = requires(T& t) { t.operator co_await(); };
static_assert(!awaits_as_lvalue<task<int>>, "a task is awaited as an rvalue");
static_assert(std::is_same_v<await_result<task<int>>, int>);

TEST(Run, ThrowsCancelledOnlyIfMainDoes) {
  EXPECT_THROW(test::run([]() -> task<> {
                 throw cancelled{};
                 co_return;
               }),
               cancelled);
}

TEST(Run, LeavesNoLoopBehind) {
  EXPECT_FALSE(loop::is_running());
  test::run([]() -> task<> {
    EXPECT_TRUE(loop::is_running());
    co_return;
  });
  EXPECT_FALSE(loop::is_running());
}

TEST(Task, ReturnsFromBraces) {
  EXPECT_EQ(rt::run([]() -> task<std::optional<int>> { co_return {}; }), std::nullopt);
}

TEST(Task, MayBeKeptAndAwaitedByAnotherTask) {
  test::run([]() -> task<> {
    const auto number = [](int i) -> task<int> {
      co_await yield();
      co_return i;
    };
    std::vector<task<int>> kept;
    for (int i = 0; i < 5; ++i) kept.push_back(number(i));
    int sum = 0;
    co_await with_scope([&](scope& s) {
      const auto add = [&](task<int> mine) -> task<> { sum += co_await std::move(mine); };
      for (int i = 0; i < 4; ++i) s.spawn(add, std::move(kept[static_cast<std::size_t>(i)]));
    });
    EXPECT_EQ(sum, 6);  // the fifth never began
  });
}

}  // namespace
