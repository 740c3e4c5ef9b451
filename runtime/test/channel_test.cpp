// Tests of rt/channel.hpp.
// One file a header; no assertion depends on real time.
#include <rt/channel.hpp>

#include <gtest/gtest.h>
#include <rt/scope.hpp>
#include <rt/test.hpp>

namespace {
using namespace rt;
using namespace std::chrono_literals;

task<> produce(channel<int>* ch, int n) {
  for (int i = 0; i < n; ++i) co_await ch->send(i);
  ch->close();
}

class Capacity : public testing::TestWithParam<std::size_t> {};

TEST_P(Capacity, DeliversAllInOrderAndEnds) {
  std::vector<int> got;
  test::run([&]() -> task<> {
    channel<int> ch(GetParam());
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn(produce, &ch, 100);
      while (auto v = co_await ch.recv()) got.push_back(*v);
    });
  });
  ASSERT_EQ(got.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(got[i], i);
}
INSTANTIATE_TEST_SUITE_P(All, Capacity, testing::Values(0, 1, 3, 64, 200));

TEST(Channel, BoundsTheProducer) {
  test::run([]() -> task<> {
    channel<int> ch(2);
    int accepted = 0;
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn([&]() -> task<> {
        for (int i = 0; i < 10; ++i) {
          co_await ch.send(i);
          ++accepted;
        }
      });
      co_await sleep_for(1s);
      EXPECT_EQ(accepted, 2);
      EXPECT_EQ(ch.size(), 2u);
      s.cancel();
    });
  });
}

TEST(Channel, RendezvousWaitsForTheReceiver) {
  test::run([]() -> task<> {
    channel<int> ch(0);
    int refused = 1;
    EXPECT_FALSE(ch.try_send(refused));
    co_await with_scope([&](scope& s) -> task<> {
      bool sent = false;
      s.spawn([&]() -> task<> { sent = co_await ch.send(5); });
      co_await sleep_for(1s);
      EXPECT_FALSE(sent);
      EXPECT_EQ(co_await ch.recv(), 5);
      co_await yield();
      EXPECT_TRUE(sent);
    });
  });
}

TEST(Regression, CloseWakesWaitingSendersAndReceivers) {
  test::run([]() -> task<> {
    channel<int> full(1), empty(1);
    full.try_send(1);
    int woken = 0;
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn([&]() -> task<> {
        EXPECT_FALSE(co_await full.send(2));
        ++woken;
      });
      s.spawn([&]() -> task<> {
        EXPECT_EQ(co_await empty.recv(), std::nullopt);
        ++woken;
      });
      co_await sleep_for(1s);
      full.close();
      empty.close();
    });
    EXPECT_EQ(woken, 2);
    EXPECT_EQ(co_await full.recv(), 1);  // what was buffered drains
    EXPECT_EQ(co_await full.recv(), std::nullopt);
    EXPECT_FALSE(co_await full.send(3));
  });
}

TEST(Regression, AnItemDeliveredToACancelledReceiverIsNotLost) {
  test::run([]() -> task<> {
    channel<int> ch(1);
    int got = 0;
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn([&]() -> task<> {
        if (auto v = co_await ch.recv()) got = *v;
      });
      co_await sleep_for(1s);
      EXPECT_TRUE(ch.try_send(7));  // handed over ...
      s.cancel();                   // ... before the cancellation
    });
    EXPECT_EQ(got, 7);
  });
}

TEST(Regression, ACancelledReceiverLeavesTheItemToOthers) {
  test::run([]() -> task<> {
    channel<int> ch(1);
    EXPECT_FALSE(co_await timeout(1s, ch.recv()));
    EXPECT_TRUE(ch.try_send(7));
    EXPECT_EQ(ch.size(), 1u);
    EXPECT_EQ(co_await ch.recv(), 7);
  });
}

TEST(Regression, SendingWorksAfterACancelledSend) {
  test::run([]() -> task<> {
    channel<int> ch(1);
    EXPECT_TRUE(ch.try_send(1));
    EXPECT_FALSE(co_await timeout(1s, ch.send(2)));
    EXPECT_EQ(ch.try_recv(), 1);
    EXPECT_EQ(ch.try_recv(), std::nullopt);  // the cancelled value is not there
    EXPECT_TRUE(ch.try_send(3));
  });
}

TEST(Channel, TrySendLeavesARefusedValueAlone) {
  test::run([]() -> task<> {
    channel<std::unique_ptr<int>> ch(1);
    auto a = std::make_unique<int>(1), b = std::make_unique<int>(2);
    EXPECT_TRUE(ch.try_send(a));
    EXPECT_FALSE(a);
    EXPECT_FALSE(ch.try_send(b));
    EXPECT_TRUE(b);
    co_return;
  });
}

TEST(Channel, WaitersAreServedInOrder) {
  test::run([]() -> task<> {
    channel<int> ch(0);
    std::string order;
    co_await with_scope([&](scope& s) -> task<> {
      for (char c = 'a'; c < 'e'; ++c)
        s.spawn([&](char me) -> task<> {
          if (co_await ch.recv()) order += me;
        }, c);
      co_await sleep_for(1s);
      for (int i = 0; i < 4; ++i) co_await ch.send(i);
    });
    EXPECT_EQ(order, "abcd");
  });
}

TEST(Writer, TheLastOneClosesTheChannel) {
  test::run([]() -> task<> {
    channel<int> ch(4);
    int sum = 0;
    co_await with_scope([&](scope& s) -> task<> {
      {
        writer<int> w(ch);
        for (int i = 1; i <= 3; ++i)
          s.spawn([](writer<int> mine, int v) -> task<> {
            co_await sleep_for(std::chrono::seconds(v));
            co_await mine.send(v);
          }, w, i);
      }
      while (auto v = co_await ch.recv()) sum += *v;
    });
    EXPECT_EQ(sum, 6);
  });
}

TEST(Oneshot, IsSetOnceAndSeenByAll) {
  test::run([]() -> task<> {
    oneshot<int> o;
    int sum = 0;
    co_await with_scope([&](scope& s) -> task<> {
      for (int i = 0; i < 3; ++i)
        s.spawn([&]() -> task<> { sum += co_await o.wait(); });
      co_await sleep_for(1s);
      EXPECT_TRUE(o.set(5));
      EXPECT_FALSE(o.set(6));
    });
    EXPECT_EQ(sum, 15);
    EXPECT_EQ(co_await o.wait(), 5);
  });
}

TEST(Oneshot, MayFail) {
  test::run([]() -> task<> {
    oneshot<int> o;
    o.fail(std::make_exception_ptr(std::runtime_error("x")));
    bool caught = false;
    try {
      co_await o.wait();
    } catch (const std::runtime_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
  });
}

TEST(Channel, ClosedWhileThousandsWait) {
  test::run([]() -> task<> {
    channel<int> empty(0), full(1);
    int got = 0, nothing = 0, sent = 0, refused = 0;
    co_await with_scope([&](scope& s) -> task<> {
      for (int i = 0; i < 5000; ++i) {
        s.spawn([&]() -> task<> {
          const auto v = co_await empty.recv();
          ++(v ? got : nothing);
        });
        s.spawn([&]() -> task<> {
          const bool ok = co_await full.send(1);
          ++(ok ? sent : refused);
        });
      }
      co_await yield();
      co_await empty.send(1);
      empty.close();
      full.close();
      const bool late = co_await empty.send(2);
      EXPECT_FALSE(late);
    });
    EXPECT_EQ(got, 1);
    EXPECT_EQ(nothing, 4999);
    EXPECT_EQ(sent, 1);
    EXPECT_EQ(refused, 4999);
    EXPECT_EQ(co_await full.recv(), 1);
    EXPECT_EQ(co_await full.recv(), std::nullopt);
  });
}

/// Throws at a move that is counted out beforehand.
struct brittle {
  brittle() = default;
  brittle(brittle&& o) : left(o.left) {
    if (o.left >= 0 && left-- == 0) throw std::runtime_error("moved once too often");
  }
  int left = -1;
};

TEST(Channel, AValueThatThrowsWhenMovedLeavesNobodyWaitingForEver) {
  for (int moves = 0; moves < 8; ++moves)
    for (std::size_t capacity = 0; capacity < 2; ++capacity)
      test::run([&]() -> task<> {
        channel<brittle> ch(capacity);
        co_await with_scope([&](scope& s) -> task<> {
          s.spawn([&]() -> task<> {
            co_await yield();
            try {
              brittle b;
              b.left = moves;
              co_await ch.send(std::move(b));
            } catch (const std::runtime_error&) {
            }
            ch.close();
          });
          try {
            co_await ch.recv();
          } catch (const std::runtime_error&) {
          }
        });
      });
}

}  // namespace
