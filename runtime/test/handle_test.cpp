// Tests of rt/scope.hpp, second part: handles of started children.
// No assertion depends on real time.
#include <rt/scope.hpp>

#include <gtest/gtest.h>
#include <rt/cancel.hpp>
#include <rt/test.hpp>

#include "tasks.hpp"

namespace {
using namespace rt;
using namespace std::chrono_literals;

TEST(Handle, GivesTheResult) {
  test::run([]() -> task<> {
    co_await with_scope([](scope& s) -> task<> {
      auto a = s.start(value_after, 1s, 1);
      auto b = s.start(named{"b"}, value_after, 2s, 2);
      EXPECT_EQ(co_await std::move(a) + co_await std::move(b), 3);
    });
  });
}

TEST(Handle, OfAFinishedChildIsReadyAtOnce) {
  test::run([]() -> task<> {
    co_await with_scope([](scope& s) -> task<> {
      auto a = s.start(value_after, 1s, 1);
      co_await sleep_for(2s);
      EXPECT_TRUE(a.done());
      EXPECT_EQ(co_await std::move(a), 1);
    });
  });
}

task<int> fail_with_value() {
  co_await sleep_for(1s);
  throw std::runtime_error("for the handle");
}

TEST(Handle, DeliversTheErrorToItsAwaiterOnly) {
  test::run([]() -> task<> {
    co_await with_scope([](scope& s) -> task<> {
      EXPECT_EQ(co_await what_of<std::runtime_error>(s.start(fail_with_value)), "for the handle");
      co_await sleep_for(1s);  // the scope goes on
    });
  });
}

TEST(Handle, DroppedBeforeTheErrorItFailsTheScope) {
  test::run([]() -> task<> {
    EXPECT_EQ(co_await what_of<std::runtime_error>(
                  with_scope([](scope& s) { (void)s.start(fail_with_value); })),
              "for the handle");
  });
}

TEST(Handle, DroppedAfterTheErrorItFailsTheScope) {
  test::run([]() -> task<> {
    EXPECT_EQ(co_await what_of<std::runtime_error>(with_scope([](scope& s) -> task<> {
                auto h = s.start(fail_with_value);
                co_await sleep_for(2s);
              })),
              "for the handle");
  });
}

TEST(Handle, KeptBeyondTheScopeItFailsTheScope) {
  test::run([]() -> task<> {
    std::optional<handle<int>> kept;
    EXPECT_EQ(co_await what_of<std::runtime_error>(with_scope(
                  [&](scope& s) { kept.emplace(s.start(fail_with_value)); })),
              "for the handle");
    bool late = false;
    try {
      co_await std::move(*kept);
    } catch (const cancelled&) {
      late = true;
    }
    EXPECT_TRUE(late);
  });
}

TEST(Handle, WaitingForItCanBeCancelled) {
  test::run([]() -> task<> {
    co_await with_scope([](scope& s) -> task<> {
      auto h = s.start(value_after, 1h, 1);
      EXPECT_FALSE(co_await timeout(1s, std::move(h)));
      s.cancel();
    });
  });
}

TEST(Regression, JoiningOneselfIsReportedAsDeadlock) {
  EXPECT_THROW(test::run([]() -> task<> {
                 co_await with_scope([](scope& s) {
                   s.spawn([](scope& mine) -> task<> {
                     auto h = std::make_shared<std::optional<handle<void>>>();
                     h->emplace(mine.start(
                         [](std::shared_ptr<std::optional<handle<void>>> own) -> task<> {
                           co_await yield();
                           co_await std::move(**own);
                         },
                         h));
                     co_await forever();
                   }, std::ref(s));
                 });
               }),
               test::deadlock);
}

}  // namespace
