// Stress: random trees of tasks on the virtual clock, with random cancels,
// time-outs, channels, locks and order. Everything must add up at the end.
// RT_STRESS_STEPS in the environment sets the number of steps (default 20000).
#include <gtest/gtest.h>
#include <rt/channel.hpp>
#include <rt/combine.hpp>
#include <rt/sync.hpp>
#include <rt/test.hpp>

#include <cstdlib>

namespace {
using namespace rt;
using namespace std::chrono_literals;

struct world {
  explicit world(std::uint64_t seed) : random(seed * 2654435761u + 1) {}
  unsigned pick(unsigned n) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    return static_cast<unsigned>(random % n);
  }
  std::uint64_t random;
  long steps = 0, limit = 0;
  int alive = 0;
  long sent = 0, received = 0, inside_mutex = 0, overlaps = 0;
  channel<int> small{1}, large{16}, meeting{0};
  async_mutex mutex;
  semaphore permits{3};
  event bell;
};

struct presence {
  explicit presence(world& w) : of(w) { ++of.alive; }
  ~presence() { --of.alive; }
  world& of;
};

task<> act(world& w, int depth);

channel<int>& some_channel(world& w) {
  switch (w.pick(3)) {
    case 0: return w.small;
    case 1: return w.large;
    default: return w.meeting;
  }
}

task<> locked(world& w) {
  auto g = co_await w.mutex.lock();
  struct inside {
    explicit inside(world& x) : w(x) { w.overlaps += w.inside_mutex++ != 0; }
    ~inside() { --w.inside_mutex; }
    world& w;
  } in(w);
  co_await sleep_for(std::chrono::milliseconds(w.pick(5)));
}

task<> one_of_many(world& w, int depth) {
  switch (w.pick(13)) {
    case 0: co_await yield(); break;
    case 1: co_await sleep_for(std::chrono::milliseconds(w.pick(20))); break;
    case 2: if (co_await some_channel(w).send(1)) ++w.sent; break;
    case 3: if (co_await some_channel(w).recv()) ++w.received; break;
    case 4: co_await locked(w); break;
    case 5: {
      auto p = co_await w.permits.acquire(1 + w.pick(3));
      co_await sleep_for(std::chrono::milliseconds(w.pick(4)));
      break;
    }
    case 6: w.bell.set(), w.bell.reset(); break;
    case 7: co_await w.bell.wait(); break;
    case 8: co_await timeout(std::chrono::milliseconds(w.pick(10)), act(w, depth + 1)); break;
    case 9: co_await shield(std::chrono::milliseconds(w.pick(3)), act(w, depth + 1)); break;
    case 10:
      co_await with_scope([&](scope& s) -> task<> {
        for (unsigned n = w.pick(4); n > 0; --n) s.spawn(act, std::ref(w), depth + 1);
        auto h = s.start(act, std::ref(w), depth + 1);
        if (w.pick(2)) co_await std::move(h);
        if (w.pick(3) == 0) s.cancel();
      });
      break;
    case 11: (void)co_await any(act(w, depth + 1), act(w, depth + 1)); break;
    default:
      if (w.pick(20) == 0) throw std::runtime_error("now and then");
      co_await all(act(w, depth + 1), act(w, depth + 1));
  }
}

task<> act(world& w, int depth) {
  presence here(w);
  for (unsigned n = 1 + w.pick(4); n > 0 && depth < 8; --n) {
    if (++w.steps >= w.limit) co_return;
    try {
      // Nothing waits for ever: a channel or the bell may have no other side.
      co_await timeout(50ms, one_of_many(w, depth));
    } catch (const std::exception&) {
      continue;  // its own errors do not end a task here; cancellation does
    }
  }
}

TEST(Stress, RandomTreesAddUp) {
  const char* wanted = std::getenv("RT_STRESS_STEPS");
  const long total = wanted ? std::atol(wanted) : 20000;
  long done = 0;
  for (std::uint64_t seed = 1; done < total; ++seed) {
    world w(seed);
    w.limit = std::min<long>(5000, total - done);
    test::run([&]() -> task<> {
      while (w.steps < w.limit) co_await act(w, 0);
      while (w.small.try_recv() || w.large.try_recv() || w.meeting.try_recv()) ++w.received;
    }, seed);
    ASSERT_EQ(w.alive, 0) << "seed " << seed;
    ASSERT_EQ(w.overlaps, 0) << "seed " << seed;
    ASSERT_FALSE(w.mutex.locked()) << "seed " << seed;
    ASSERT_EQ(w.permits.available(), 3u) << "seed " << seed;
    ASSERT_EQ(w.sent, w.received) << "seed " << seed;
    done += w.steps;
  }
}

}  // namespace
