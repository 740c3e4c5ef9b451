// Tests of rt/signal.hpp, by signals that the test sends to itself.
// One file a header; no assertion depends on real time.
#include <rt/signal.hpp>

#include <gtest/gtest.h>
#include <rt/cancel.hpp>
#include <rt/scope.hpp>

#include <csignal>

namespace {
using namespace rt;
using namespace std::chrono_literals;

TEST(Signals, ArriveAsValues) {
  rt::run([]() -> task<> {
    signals sig({SIGUSR1, SIGUSR2});
    raise(SIGUSR2);
    EXPECT_EQ(co_await sig.next(), SIGUSR2);
    EXPECT_FALSE(co_await timeout(1ms, sig.next()));
    raise(SIGUSR1);
    EXPECT_EQ(co_await sig.next(), SIGUSR1);
  });
}

TEST(Signals, ThoseThatCannotBeCaughtThrow) {
  rt::run([]() -> task<> {
    EXPECT_THROW(signals({SIGKILL}), std::system_error);
    EXPECT_THROW(signals({12345}), std::system_error);
    co_return;
  });
}

TEST(Signals, ComeThroughDuringShutdown) {
  rt::run([]() -> task<> {
    signals sig({SIGUSR1});
    raise(SIGUSR1);
    raise(SIGUSR1);
    EXPECT_EQ(co_await sig.next(), SIGUSR1);
    int seen = 0;
    const auto two_more = [&]() -> task<> {
      for (; seen < 2; ++seen) co_await sig.next();
    };
    co_await with_scope([&](scope& s) {
      s.spawn([&]() -> task<> {
        raise(SIGUSR1);
        co_await shield(10s, two_more());
      });
      s.cancel();
    });
    EXPECT_EQ(seen, 2);
  });
}

}  // namespace
