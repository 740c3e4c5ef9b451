// Stress across threads and processes: what may race with a loop, does. Made
// for ThreadSanitizer; sums and counts must come out right in any order.
// RT_STRESS_STEPS in the environment sets the number of steps (default 2000).
#include <rt/mailbox.hpp>

#include <gtest/gtest.h>
#include <rt/combine.hpp>
#include <rt/pool.hpp>
#include <rt/process_pool.hpp>
#include <rt/thread.hpp>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <unistd.h>

namespace {
using namespace rt;
using namespace std::chrono_literals;

long steps() {
  const char* wanted = std::getenv("RT_STRESS_STEPS");
  return wanted ? std::min(std::atol(wanted), 100'000L) : 2000;
}

struct dice {
  explicit dice(std::uint64_t seed) : state(seed * 2654435761u + 1) {}
  unsigned operator()(unsigned n) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return static_cast<unsigned>(state % n);
  }
  std::uint64_t state;
};

/// One loop: jobs go to a pool that other loops use too, and are cancelled at
/// random moments: before, while and after they run.
task<long> many_jobs(thread_pool& pool, unsigned seed, long n) {
  long sum = 0;
  dice random(seed);
  auto one = [&](long i) -> task<> {
    const auto limit = std::chrono::microseconds(random(60));
    const bool listens = random(2) == 0;
    auto deaf = [i] { return i; };
    auto listening = [i](std::stop_token stop) { return stop.stop_requested() ? 0 * i : i; };
    std::optional<long> got;
    if (listens)
      got = co_await timeout(limit, offload(pool, listening));
    else
      got = co_await timeout(limit, offload(pool, deaf));
    if (got) sum += 1;
  };
  co_await for_each(std::views::iota(0L, n), 16, one);
  co_return sum;
}

TEST(ThreadsStress, LoopsThatShareAPool) {
  thread_pool pool(3);
  std::atomic<long> answered = 0;
  {
    std::vector<std::jthread> loops;
    for (unsigned t = 0; t < 4; ++t)
      loops.emplace_back([&, t] {
        answered += rt::run([&] { return many_jobs(pool, t + 1, steps()); });
      });
  }
  EXPECT_GT(answered, 0);
  EXPECT_LE(answered, 4 * steps());
}

/// Receivers time out at random; senders wait or do not. Nothing is lost.
TEST(ThreadsStress, AMailboxLosesNothingToTimeOuts) {
  constexpr int senders = 3;
  thread_pool pool(senders);
  std::atomic<long> pushed = 0;
  std::atomic<int> left = senders;
  long received = 0;
  rt::run([&]() -> task<> {
    mailbox<long> box(4);
    auto send = [&](int who) -> task<> {
      auto work = [&, who] {
        for (long i = 0; i < steps(); ++i) pushed += who == 0 ? box.push(i) : box.push_wait(i);
        if (--left == 0) box.close();
      };
      co_await offload(pool, work);
    };
    bool open = true;
    auto receive = [&](unsigned seed) -> task<> {
      dice random(seed);
      while (open) {
        const auto limit = std::chrono::microseconds(random(40));
        const std::optional<std::optional<long>> got = co_await timeout(limit, box.recv());
        if (!got) continue;
        if (*got) ++received;
        open = open && got->has_value();
      }
    };
    co_await with_scope([&](scope& s) {
      for (int who = 0; who < senders; ++who) s.spawn(send, who);
      for (unsigned seed = 1; seed <= 3; ++seed) s.spawn(receive, seed);
    });
    while (co_await box.recv()) ++received;
  });
  EXPECT_EQ(received, pushed);
}

/// The post that ends the loop comes from another thread, which is still inside
/// of post when run returns.
TEST(ThreadsStress, TheLastPostEndsTheLoop) {
  const long rounds = std::max(50L, steps() / 20);
  std::atomic<loop*> home = nullptr;
  std::atomic<event*> bell = nullptr;
  std::jthread poster([&] {
    for (long i = 0; i < rounds; ++i) {
      event* e = nullptr;
      while ((e = bell.exchange(nullptr)) == nullptr) std::this_thread::yield();
      home.load()->post([e] { e->set(); });
    }
  });
  for (long i = 0; i < rounds; ++i) {
    rt::run([&]() -> task<> {
      event done;
      home = &loop::current();
      bell = &done;
      co_await done.wait();
    });
  }
}

TEST(ThreadsStress, QueuesStopAndCloseUnderLoad) {
  for (int round = 0; round < 20; ++round) {
    bounded_queue<int> q(3);
    std::atomic<long> put = 0, taken = 0;
    {
      std::vector<std::jthread> workers;
      for (int t = 0; t < 2; ++t) {
        workers.emplace_back([&](std::stop_token stop) {
          while (q.put(1, stop)) ++put;
        });
        workers.emplace_back([&] {
          while (auto item = q.get()) taken += **item;
        });
      }
      while (taken < steps() / 20) std::this_thread::yield();
      workers[0].request_stop();
      if (round % 2) workers[2].request_stop();
      q.close();
    }
    q.join();
    EXPECT_EQ(put, taken);
  }
}

int sometimes_dies(int how) {
  if (how == 0) raise(SIGKILL);
  if (how == 1) _exit(3);
  if (how == 2) throw std::runtime_error("refused");
  if (how == 3) sleep(60);
  return how;
}

TEST(ThreadsStress, ProcessesDieInManyWays) {
  const int calls = static_cast<int>(std::max(60L, steps() / 50));
  rt::run([&]() -> task<> {
    process_pool pool(3);
    int fine = 0, died = 0, threw = 0, late = 0;
    dice random(7);
    auto call = [&](int) -> task<> {
      const int how = static_cast<int>(random(12));
      try {
        // One that sleeps is cut short soon; the others have all the time they need.
        const auto limit = how == 3 ? std::chrono::milliseconds(1) : std::chrono::milliseconds(60'000);
        const auto got = co_await timeout(limit, pool.call<&sometimes_dies>(how));
        if (!got)
          ++late;
        else
          fine += *got == how;
      } catch (const worker_died&) {
        ++died;
      } catch (const remote_error&) {
        ++threw;
      }
    };
    co_await for_each(std::views::iota(0, calls), 5, call);
    EXPECT_EQ(fine + died + threw + late, calls);
    EXPECT_GT(fine, 0);
    EXPECT_GT(died, 0);
  });
}

}  // namespace
