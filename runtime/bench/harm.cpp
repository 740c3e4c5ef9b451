// What the wrong patterns cost, measured on the spot: the numbers on the pages
// of docs/patterns. A heartbeat coroutine should wake every millisecond; its lateness
// shows how long an offender held the loop. Figures compare within one run only.
#include <rt/cache.hpp>
#include <rt/channel.hpp>
#include <rt/combine.hpp>
#include <rt/process_pool.hpp>
#include <rt/thread.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

using namespace std::chrono_literals;
using namespace rt;

namespace {

double ms(duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

template <class F>
double elapsed(F f) {
  const auto t0 = clock::now();
  f();
  return ms(clock::now() - t0);
}

task<> heartbeat(std::vector<double>* late) {
  for (;;) {
    const auto due = clock::now() + 1ms;
    co_await sleep_until(due);
    late->push_back(ms(clock::now() - due));
  }
}

/// Lateness of the heartbeat while the offender strikes 18 times.
void stall(const char* name, std::function<task<>()> offender) {
  std::vector<double> late;
  rt::run([&]() -> task<> {
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn(heartbeat, &late);
      for (int i = 0; i < 18; ++i) {
        co_await sleep_for(15ms);
        co_await offender();
      }
      s.cancel();
    });
  });
  std::ranges::sort(late);
  std::printf("stall %-28s p50 %6.2f ms  p99 %6.2f ms  max %6.2f ms\n", name,
              late[late.size() / 2], late[late.size() * 99 / 100], late.back());
}

void compute(duration d) {
  const auto end = clock::now() + d;
  while (clock::now() < end) {
  }
}

void stalls() {
  thread_pool pool(2);
  stall("none", []() -> task<> { co_return; });
  stall("this_thread::sleep_for(20ms)", []() -> task<> {
    std::this_thread::sleep_for(20ms);
    co_return;
  });
  stall("  rt::sleep_for", []() -> task<> { co_await sleep_for(20ms); });
  stall("20 ms of computing", []() -> task<> {
    compute(20ms);
    co_return;
  });
  stall("  offloaded", [&]() -> task<> { co_await offload(pool, [] { compute(20ms); }); });
  stall("  in 1 ms pieces with yield", []() -> task<> {
    for (int i = 0; i < 20; ++i) {
      compute(1ms);
      co_await yield();
    }
  });
  stall("discarded std::async", []() -> task<> {
    { auto f = std::async(std::launch::async, [] { std::this_thread::sleep_for(20ms); }); }
    co_return;
  });
  stall("local std::jthread", []() -> task<> {
    { std::jthread t([] { std::this_thread::sleep_for(20ms); }); }
    co_return;
  });
  stall("system(\"sleep 0.02\")", []() -> task<> {
    if (std::system("sleep 0.02") != 0) std::abort();
    co_return;
  });
  stall("  rt::process", []() -> task<> {
    std::vector<std::string> argv(2);
    argv[0] = "sleep";
    argv[1] = "0.02";
    process p = process::spawn(std::move(argv));
    co_await p.wait();
  });
}

task<> fetch() { co_await sleep_for(10ms); }

void serial() {
  const double one_by_one = elapsed([] {
    rt::run([]() -> task<> {
      for (int i = 0; i < 100; ++i) co_await fetch();
    });
  });
  const double together = elapsed([] {
    rt::run([]() -> task<> {
      co_await with_scope([](scope& s) {
        for (int i = 0; i < 100; ++i) s.spawn(fetch);
      });
    });
  });
  const double threads = elapsed([] {
    std::vector<std::jthread> all;
    for (int i = 0; i < 100; ++i) all.emplace_back([] { std::this_thread::sleep_for(10ms); });
  });
  std::printf("100 waits of 10 ms: in turn %.0f ms, in a scope %.1f ms, in 100 threads %.1f ms\n",
              one_by_one, together, threads);
}

long resident_kb() {
  std::ifstream f("/proc/self/statm");
  long total = 0, resident = 0;
  f >> total >> resident;
  return resident * 4;
}

void queues() {
  const long before = resident_kb();
  std::deque<std::unique_ptr<char[]>> unbounded;
  for (int i = 0; i < 100'000; ++i) unbounded.push_back(std::make_unique<char[]>(1000));
  const long grown = resident_kb() - before;
  unbounded.clear();
  const long base = resident_kb();
  long most = 0;
  rt::run([&]() -> task<> {
    channel<std::unique_ptr<char[]>> ch(64);
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn([&]() -> task<> {
        for (int i = 0; i < 100'000; ++i) co_await ch.send(std::make_unique<char[]>(1000));
        ch.close();
      });
      int n = 0;
      while (auto v = co_await ch.recv())
        if (++n % 1000 == 0) most = std::max(most, resident_kb() - base);
    });
  });
  std::printf("100000 messages of 1 kB: unbounded queue +%ld MB, channel of 64 +%ld MB\n",
              grown / 1024, most / 1024);
}

void jobs() {
  thread_pool pool(2);
  std::vector<int> items(20'000, 1);
  const double tiny = elapsed([&] {
    rt::run([&]() -> task<> {
      for (int& i : items) co_await offload(pool, [&i] { ++i; });
    });
  });
  const double batched = elapsed([&] {
    (void)rt::run([&] { return parallel_map(pool, std::span(items), [](int i) { return i + 1; }, 1000); });
  });
  std::printf("20000 tiny jobs: one offload each %.1f ms, in batches of 1000 %.2f ms\n", tiny, batched);
  const double spawn = elapsed([] {
    for (int i = 0; i < 1000; ++i) std::jthread([] {});
  });
  const double scope_spawn = elapsed([] {
    rt::run([]() -> task<> {
      for (int i = 0; i < 1000; ++i)
        co_await with_scope([](scope& s) { s.spawn([]() -> task<> { co_return; }); });
    });
  });
  std::printf("start and join: a thread %.1f us, a task %.3f us\n", spawn, scope_spawn);
}

int increment(int x) { return x + 1; }
shared_buffer touch(shared_buffer b) { return b; }
std::vector<std::byte> bounce(std::vector<std::byte> v) { return v; }

void processes() {
  rt::run([]() -> task<> {
    process_pool pool(1);
    co_await pool.call<&increment>(1);
    auto t0 = clock::now();
    for (int i = 0; i < 500; ++i) co_await pool.call<&increment>(i);
    const double call = ms(clock::now() - t0) * 2;
    std::vector<std::string> argv(1);
    argv[0] = "/bin/true";
    t0 = clock::now();
    for (int i = 0; i < 50; ++i) {
      process p = process::spawn(argv);
      co_await p.wait();
    }
    const double spawn = ms(clock::now() - t0) * 20;
    std::vector<std::byte> big(1 << 20);
    co_await pool.call<&bounce>(big);
    t0 = clock::now();
    for (int i = 0; i < 50; ++i) co_await pool.call<&bounce>(big);
    const double copied = ms(clock::now() - t0) * 20;
    shared_buffer b(1 << 20);
    t0 = clock::now();
    for (int i = 0; i < 50; ++i) b = co_await pool.call<&touch>(std::move(b));
    const double shared = ms(clock::now() - t0) * 20;
    std::printf("a call to a worker %.1f us, a new process %.0f us; 1 MB there and back: "
                "socket %.0f us, shared buffer %.0f us\n", call, spawn, copied, shared);
  });
}

void herd() {
  int direct = 0, cached = 0;
  rt::run([&]() -> task<> {
    auto load = [](int& n) -> task<int> {
      ++n;
      co_await sleep_for(5ms);
      co_return 1;
    };
    cache<int, int> c(10);
    co_await with_scope([&](scope& s) {
      for (int i = 0; i < 100; ++i) {
        s.spawn([&]() -> task<> { co_await load(direct); });
        s.spawn([&]() -> task<> { co_await c.get(1, [&](int) { return load(cached); }); });
      }
    });
  });
  std::printf("100 tasks want one missing key: %d loads without single flight, %d with\n", direct, cached);
}

task<> with_a_buffer(int* now, int* most) {
  std::vector<char> buffer(16'384, 'x');
  *most = std::max(*most, ++*now);
  co_await sleep_for(1ms);
  --*now;
}

/// 20000 pieces of work that need 16 kB each.
void fan_out() {
  const std::vector<int> items(20'000);
  for (const std::size_t limit : {std::size_t{100}, items.size()}) {
    int now = 0, most = 0;
    const long before = resident_kb();
    long grown = 0;
    rt::run([&]() -> task<> {
      co_await for_each(items, limit, [&](int) -> task<> {
        co_await with_a_buffer(&now, &most);
        if (most == static_cast<int>(limit)) grown = std::max(grown, resident_kb() - before);
      });
    });
    std::printf("20000 tasks with 16 kB each, at most %zu at once: %d at once, +%ld MB\n", limit, most,
                grown / 1024);
  }
}

/// 200 notifications that race with a wait that has no predicate.
void lost_wakeups() {
  int lost = 0;
  for (int i = 0; i < 200; ++i) {
    std::mutex m;
    std::condition_variable cv;
    std::atomic<int> here = 0;
    const auto both_start = [&] {
      ++here;
      while (here < 2) std::this_thread::yield();
    };
    std::jthread notifier([&] {
      both_start();
      cv.notify_one();
    });
    both_start();
    std::unique_lock hold(m);
    if (cv.wait_for(hold, 5ms) == std::cv_status::timeout) ++lost;
  }
  std::printf("200 waits without predicate, each notified once: %d never woke\n", lost);
}

/// Two payments of 80 out of 100, a thousand times.
void double_spending() {
  int both = 0, both_locked = 0;
  rt::run([&]() -> task<> {
    for (int i = 0; i < 1000; ++i) {
      int balance = 100;
      const auto pay = [&]() -> task<> {
        if (balance < 80) co_return;
        co_await yield();
        balance -= 80;
      };
      co_await all(pay(), pay());
      both += balance < 0;
      balance = 100;
      async_mutex m;
      const auto pay_alone = [&]() -> task<> {
        const auto hold = co_await m.lock();
        co_await pay();
      };
      co_await all(pay_alone(), pay_alone());
      both_locked += balance < 0;
    }
  });
  std::printf("1000 accounts paid from twice: %d overdrawn, with a lock over check and act %d\n", both,
              both_locked);
}

/// Permits that are given back by hand, where every tenth job throws.
void permits() {
  constexpr int jobs = 1000;
  int done_by_hand = 0, done = 0;
  rt::run([&]() -> task<> {
    channel<int> by_hand(10);  // a value is a permit
    for (int i = 0; i < 10; ++i) by_hand.try_send(i);
    semaphore permits(10);
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn([&]() -> task<> {
        for (int i = 0; i < jobs; ++i) {
          int taken = *co_await by_hand.recv();
          try {
            if (i % 10 == 9) throw std::runtime_error("bad input");
            by_hand.try_send(taken);
          } catch (const std::exception&) {
          }
          ++done_by_hand;
        }
      });
      for (int i = 0; i < jobs; ++i) {
        try {
          const auto held = co_await permits.acquire();
          if (i % 10 == 9) throw std::runtime_error("bad input");
        } catch (const std::exception&) {
        }
        ++done;
      }
      co_await sleep_for(10ms);  // the others stand still by now
      s.cancel();
    });
  });
  std::printf("1000 jobs of which every tenth throws: permits given back by hand %d done, by RAII %d\n",
              done_by_hand, done);
}

/// How long an end takes that finds everything asleep.
void stopping() {
  double thread = 0;
  {
    std::optional<background> sleeper([](std::stop_token stop) { sleep_for(stop, 1h); });
    std::this_thread::sleep_for(5ms);
    thread = elapsed([&] { sleeper.reset(); });
  }
  clock::time_point asked;
  rt::run([&]() -> task<> {
    co_await with_scope([&](scope& s) -> task<> {
      for (int i = 0; i < 1000; ++i) s.spawn([]() -> task<> { co_await sleep_for(1h); });
      co_await sleep_for(5ms);
      asked = clock::now();
      s.cancel();
    });
  });
  std::printf("stopping out of an hour's sleep: a thread %.0f us, 1000 tasks %.0f us\n", thread * 1000,
              ms(clock::now() - asked) * 1000);
}

/// What a step costs with and without the slow-step detector.
void detector() {
  const auto steps = [](options o) {
    return elapsed([&] {
      rt::run([]() -> task<> {
        for (int i = 0; i < 1'000'000; ++i) co_await yield();
      }, o);
    });
  };
  options watched;
  watched.on_slow = [](const slow_report&) {};
  std::printf("a step: %.0f ns, with the slow-step detector %.0f ns\n", steps({}), steps(watched));
}

}  // namespace

int main(int argc, char** argv) {
  if (auto rc = worker_main(argc, argv)) return *rc;
  stalls();
  serial();
  queues();
  jobs();
  processes();
  herd();
  fan_out();
  lost_wakeups();
  double_spending();
  permits();
  stopping();
  detector();
}
