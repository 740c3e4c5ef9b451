// Contracts that cannot be kept for the user, and are asserted instead: what was moved
// away, what another thread touches, what goes while somebody waits for it, and what
// outlives its loop. One message a mistake. Must not: test what has an exception.
#include <gtest/gtest.h>

#include <csignal>
#include <rt/combine.hpp>
#include <rt/generator.hpp>
#include <rt/mailbox.hpp>
#include <rt/process_pool.hpp>
#include <rt/signal.hpp>
#include <thread>

#include "tasks.hpp"

namespace {
using namespace rt;
using namespace std::chrono_literals;

process sleeper() { return process::spawn({"/bin/sleep", "1"}); }

template <class T>
void discard(T) {}

TEST(MisuseDeathTest, AwaitingWhatWasMovedAway) {
  EXPECT_DEATH(rt::run([]() -> task<> {
    auto t = forever();
    discard(std::move(t));
    co_await std::move(t);
  }), "a task is awaited exactly once");
  EXPECT_DEATH(rt::run([]() -> task<> {
    co_await with_scope([](scope& s) -> task<> {
      auto h = s.start(forever);
      discard(std::move(h));
      co_await std::move(h);
    });
  }), "a handle is awaited exactly once");
  EXPECT_DEATH(rt::run([]() -> task<> {
    stream s;
    char c[1];
    co_await s.read_some(std::span(c));
  }), "a stream that was never connected");
  EXPECT_DEATH(rt::run([]() -> task<> {
    process p = sleeper();
    process q = std::move(p);
    co_await p.wait();
  }), "a process that was moved away");
}

/// Has a thread of a pool do `touch` to an event for which a task waits, and to the scope
/// of that task.
template <class F>
void touch_from_another_thread(F touch) {
  thread_pool pool(1);
  rt::run([&]() -> task<> {
    event e;
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn([&]() -> task<> { co_await e.wait(); });
      co_await yield();  // it waits now
      co_await offload(pool, [&] { touch(e, s); });
    });
  });
}

TEST(MisuseDeathTest, TouchingALoopFromAnotherThread) {
  const auto set_event = [](event& e, scope&) { e.set(); };
  EXPECT_DEATH(touch_from_another_thread(set_event), "only inside rt::run, on the thread of its loop");
  const auto spawn_from_another_loop = [](event&, scope& s) {
    rt::run([&]() -> task<> {
      s.spawn(forever);
      co_return;
    });
  };
  EXPECT_DEATH(touch_from_another_thread(spawn_from_another_loop), "a scope is used on its loop only");
  EXPECT_DEATH(mailbox<int> outside(1), "only inside rt::run");
}

TEST(MisuseDeathTest, TwoReadersOfOneStream) {
  EXPECT_DEATH(rt::run([]() -> task<> {
                 auto [a, b] = stream_pair();
                 char c[1], d[1];
                 co_await all(a.read_some(std::span(c)), a.read_some(std::span(d)));
               }),
               "one operation may be pending in a direction");
}

/// Starts wait(thing) and destroys the thing meanwhile.
template <class T, class Wait>
void destroy_while_waited(T thing, Wait wait) {
  rt::run([&]() -> task<> {
    std::optional<std::decay_t<decltype(thing())>> it;
    it.emplace(thing());
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn(wait, std::ref(*it));
      co_await yield();
      it.reset();
    });
  });
}

TEST(MisuseDeathTest, DestroyingWhatATaskWaitsFor) {
  const auto listen = [] { return listener::tcp("127.0.0.1", 0); };
  const auto accept = [](listener& l) -> task<> { co_await l.accept(); };
  EXPECT_DEATH(destroy_while_waited(listen, accept), "closed while a task waits for it");
  const auto connect = [] { return stream_pair().first; };
  const auto read = [](stream& s) -> task<> {
    char c[1];
    co_await s.read_some(std::span(c));
  };
  EXPECT_DEATH(destroy_while_waited(connect, read), "closed while a task waits for it");
  const auto make = [] { return std::make_unique<channel<int>>(1u); };
  const auto receive = [](std::unique_ptr<channel<int>>& ch) -> task<> { co_await ch->recv(); };
  EXPECT_DEATH(destroy_while_waited(make, receive), "destroyed while a task waits for it");
}

int nap() {
  usleep(300'000);
  return 1;
}

TEST(MisuseDeathTest, DestroyingAPoolThatIsCalled) {
  EXPECT_DEATH(rt::run([]() -> task<> {
                 std::optional<process_pool> pool;
                 pool.emplace(1u);
                 co_await with_scope([&](scope& s) -> task<> {
                   s.spawn([&]() -> task<> { co_await pool->call<&nap>(); });
                   co_await sleep_for(20ms);
                   pool.reset();
                 });
               }),
               "no call may be pending");
}

/// Makes something inside run, and destroys it afterwards.
template <class Make>
void outlive(Make make) {
  std::vector<decltype(make())> kept;
  rt::run([&]() -> task<> {
    kept.push_back(make());
    co_return;
  });
  kept.clear();
}

TEST(MisuseDeathTest, OutlivingTheLoop) {
  const char* said = "it must go before the loop that it was made on";
  EXPECT_DEATH(outlive([] { return stream_pair().first; }), said);
  EXPECT_DEATH(outlive([] { return listener::tcp("127.0.0.1", 0); }), said);
  EXPECT_DEATH(outlive([] { return std::make_unique<mailbox<int>>(1u); }), "only inside rt::run");
  EXPECT_DEATH(
      outlive([] { return std::make_unique<signals>(std::initializer_list<int>{SIGUSR1}); }), said);
  EXPECT_DEATH(outlive(sleeper), said);
  const auto call_and_keep = [] {
    process_pool pool(1);
    rt::run([&]() -> task<> { co_await pool.call<&nap>(); });
  };
  EXPECT_DEATH(call_and_keep(), said);
}

}  // namespace
