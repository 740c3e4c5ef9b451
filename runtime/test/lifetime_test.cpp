// Every value that goes through the library is destroyed exactly once, on each
// compiler: coroutine frames are where compilers have got this wrong.
#include <gtest/gtest.h>
#include <rt/combine.hpp>
#include <rt/channel.hpp>
#include <rt/pool.hpp>

namespace {
using namespace rt;
using namespace std::chrono_literals;

int alive = 0;
struct counted {
  counted() { ++alive; }
  counted(const counted&) { ++alive; }
  counted(counted&&) noexcept { ++alive; }
  counted& operator=(counted&&) = default;
  ~counted() { --alive; }
};

task<counted> make() { co_return counted(); }
task<> take(counted) { co_return; }
task<counted> fail(counted) {
  co_await yield();
  throw std::runtime_error("x");
}
task<counted> wait(counted c) {
  co_await sleep_for(1h);
  co_return std::move(c);
}

template <class F>
void balanced(F f) {
  alive = 0;
  rt::run(f);
  EXPECT_EQ(alive, 0);
}

TEST(Lifetime, ArgumentsAndResultsOfTasks) {
  balanced([]() -> task<> {
    co_await take(counted());
    auto a = co_await make();
    auto b = co_await timeout(1s, make());
    auto c = co_await shield(1s, make());
    auto d = co_await all(make(), make());
    auto e = co_await map(std::views::iota(0, 3), 2, [](int) { return make(); });
    EXPECT_EQ(alive, 8);
  });
}

TEST(Lifetime, WhenTasksFailOrAreCancelled) {
  balanced([]() -> task<> {
    auto r = co_await try_all(fail(counted()), make());
    auto n = co_await timeout(1ms, wait(counted()));
    auto w = co_await any(wait(counted()), make());
    EXPECT_EQ(alive, 2);
  });
}

TEST(Lifetime, ThroughChannelsAndScopes) {
  balanced([]() -> task<> {
    channel<counted> ch(2);
    co_await ch.send(counted());
    co_await timeout(1s, ch.send(counted()));
    auto got = co_await ch.recv();
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn(take, counted());
      auto h = s.start(make);
      auto dropped = s.start(make);
      auto v = co_await std::move(h);
      EXPECT_FALSE(co_await timeout(1ms, [](channel<counted>& c) -> task<> {
        for (;;) co_await c.send(counted());
      }(ch)));
    });
  });
}

TEST(Lifetime, ThroughAPool) {
  thread_pool pool(1);
  balanced([&]() -> task<> {
    auto a = co_await offload(pool, [] { return counted(); });
    auto work = [c = counted()] { return 1; };
    EXPECT_EQ(co_await offload(pool, std::move(work)), 1);
  });
}

}  // namespace
