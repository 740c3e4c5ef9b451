// CPU-heavy work beside a loop that stays responsive: on threads by
// parallel_map, and in processes by process_pool, with a crash survived.
// In C++ threads are the right tool for computing; processes are for isolation.
// A heartbeat on the loop shows that nothing holds it up.
#include "example.hpp"

#include <rt/combine.hpp>
#include <rt/process_pool.hpp>

#include <cmath>
#include <csignal>
#include <numeric>

using namespace std::chrono_literals;

namespace {

double sum_of_roots(int from) {
  double s = 0;
  for (int i = from; i < from + 100'000; ++i) s += std::sqrt(std::pow(i, 3.0));
  return s;
}

double fragile(int from) {
  if (from == 300'000) {
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);  // a bug in a library, say
  }
  return sum_of_roots(from);
}

rt::task<> heartbeat(int& beats) {
  auto beat = [&beats] { ++beats; };
  co_await rt::every(1ms, beat);
}

rt::task<> compute(rt::thread_pool& pool) {
  std::vector<int> starts(10);
  for (int i = 0; i < 10; ++i) starts[i] = i * 100'000;

  const auto roots = co_await rt::parallel_map(pool, std::span(starts), sum_of_roots, 1);
  const double by_threads = std::accumulate(roots.begin(), roots.end(), 0.0);
  std::printf("threads:   %.6e\n", by_threads);

  rt::process_pool workers(2);
  int crashed = 0;
  double by_processes = 0;
  co_await rt::for_each(starts, 2, [&](int from) -> rt::task<> {
    try {
      by_processes += co_await workers.call<&fragile>(from);
    } catch (const rt::worker_died& e) {
      std::printf("           %s\n", e.what());
      ++crashed;
    }
  });
  std::printf("processes: %.6e, without the part that crashed\n", by_processes);
  expect(crashed == 1, "one crash");
  expect(std::abs(by_processes + roots[3] - by_threads) < 1e-6 * by_threads, "the same sum");
}

}  // namespace

int main(int argc, char** argv) {
  if (auto rc = rt::worker_main(argc, argv)) return *rc;
  stopwatch watch;
  rt::thread_pool pool;
  int beats = 0;
  rt::run([&]() -> rt::task<> {
    co_await rt::with_scope([&](rt::scope& s) -> rt::task<> {
      s.spawn(heartbeat, std::ref(beats));
      co_await compute(pool);
      s.cancel();
    });
  });
  std::printf("%d heartbeats of the loop meanwhile\n", beats);
}
