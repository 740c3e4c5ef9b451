// Core operations: rt beside Asio's own coroutines, Google Benchmark.
// Decides: every iteration counts one operation; both sides run inside their
// own loop, so only the operation is timed. Read the ratios, not the numbers.
// Must not: be a gate for continuous integration.
#include <rt/cancel.hpp>
#include <rt/channel.hpp>
#include <rt/pool.hpp>
#include <rt/process_pool.hpp>
#include <rt/scope.hpp>

#include <benchmark/benchmark.h>
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/channel.hpp>

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;

extern long allocations;  // counted by allocations.cpp

namespace {

/// Runs body(state) as an rt task, or as an Asio coroutine, and counts allocations.
template <class F>
void in_rt(benchmark::State& state, F body) {
  rt::run([&]() -> rt::task<> {
    const long before = allocations;
    co_await body(state);
    state.counters["allocs"] =
        static_cast<double>(allocations - before) / static_cast<double>(state.iterations());
  });
}
template <class F>
void in_asio(benchmark::State& state, F body) {
  asio::io_context context(1);
  asio::co_spawn(context, [&]() -> awaitable<void> {
    const long before = allocations;
    co_await body(state);
    state.counters["allocs"] =
        static_cast<double>(allocations - before) / static_cast<double>(state.iterations());
  }, asio::detached);
  context.run();
}

[[gnu::noinline]] rt::task<int> leaf(int i) { co_return i; }
[[gnu::noinline]] awaitable<int> asio_leaf(int i) { co_return i; }

void call_rt(benchmark::State& s) {
  in_rt(s, [](benchmark::State& st) -> rt::task<> {
    for (auto _ : st) benchmark::DoNotOptimize(co_await leaf(1));
  });
}
void call_asio(benchmark::State& s) {
  in_asio(s, [](benchmark::State& st) -> awaitable<void> {
    for (auto _ : st) benchmark::DoNotOptimize(co_await asio_leaf(1));
  });
}

void yield_rt(benchmark::State& s) {
  in_rt(s, [](benchmark::State& st) -> rt::task<> {
    for (auto _ : st) co_await rt::yield();
  });
}
void yield_asio(benchmark::State& s) {
  in_asio(s, [](benchmark::State& st) -> awaitable<void> {
    for (auto _ : st) co_await asio::post(use_awaitable);
  });
}

rt::task<> nothing() { co_return; }
awaitable<void> asio_nothing(int& left) {
  --left;
  co_return;
}
void spawn_rt(benchmark::State& s) {
  in_rt(s, [](benchmark::State& st) -> rt::task<> {
    for (auto _ : st)
      co_await rt::with_scope([](rt::scope& sc) {
        for (int i = 0; i < 100; ++i) sc.spawn(nothing);
      });
    st.SetItemsProcessed(st.iterations() * 100);
  });
}
void spawn_asio(benchmark::State& s) {
  in_asio(s, [](benchmark::State& st) -> awaitable<void> {
    const auto ex = co_await asio::this_coro::executor;
    for (auto _ : st) {
      int left = 100;
      for (int i = 0; i < 100; ++i) asio::co_spawn(ex, asio_nothing(left), asio::detached);
      while (left > 0) co_await asio::post(use_awaitable);
    }
    st.SetItemsProcessed(st.iterations() * 100);
  });
}

void channel_rt(benchmark::State& s) {
  in_rt(s, [](benchmark::State& st) -> rt::task<> {
    rt::channel<int> ch(64);
    co_await rt::with_scope([&](rt::scope& sc) -> rt::task<> {
      sc.spawn([&]() -> rt::task<> {
        while (co_await ch.send(1)) {
        }
      });
      for (auto _ : st) co_await ch.recv();
      ch.close();
    });
  });
}
void channel_asio(benchmark::State& s) {
  in_asio(s, [](benchmark::State& st) -> awaitable<void> {
    const auto ex = co_await asio::this_coro::executor;
    asio::experimental::channel<void(boost::system::error_code, int)> ch(ex, 64);
    asio::co_spawn(ex, [&]() -> awaitable<void> {
      try {
        for (;;) co_await ch.async_send({}, 1, use_awaitable);
      } catch (const std::exception&) {
      }
    }, asio::detached);
    for (auto _ : st) co_await ch.async_receive(use_awaitable);
    ch.cancel();
    co_await asio::post(use_awaitable);
  });
}

rt::task<> yields() { co_await rt::yield(); }
void timeout_rt(benchmark::State& s) {
  in_rt(s, [](benchmark::State& st) -> rt::task<> {
    for (auto _ : st) co_await rt::timeout(30s, yields());
  });
}
void timeout_asio(benchmark::State& s) {
  in_asio(s, [](benchmark::State& st) -> awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    for (auto _ : st) {
      asio::steady_timer t(co_await asio::this_coro::executor, 30s);
      co_await (asio::post(use_awaitable) || t.async_wait(use_awaitable));
    }
  });
}

void sleeps_rt(benchmark::State& s) {
  in_rt(s, [](benchmark::State& st) -> rt::task<> {
    for (auto _ : st)
      co_await rt::with_scope([](rt::scope& sc) {
        for (int i = 0; i < 100'000; ++i)
          sc.spawn([]() -> rt::task<> { co_await rt::sleep_for(1ms); });
      });
    st.SetItemsProcessed(st.iterations() * 100'000);
  });
}
void sleeps_asio(benchmark::State& s) {
  in_asio(s, [](benchmark::State& st) -> awaitable<void> {
    const auto ex = co_await asio::this_coro::executor;
    for (auto _ : st) {
      int left = 100'000;
      for (int i = 0; i < 100'000; ++i)
        asio::co_spawn(ex, [](int& n) -> awaitable<void> {
          asio::steady_timer t(co_await asio::this_coro::executor, 1ms);
          co_await t.async_wait(use_awaitable);
          --n;
        }(left), asio::detached);
      while (left > 0) {
        asio::steady_timer t(ex, 200us);
        co_await t.async_wait(use_awaitable);
      }
    }
    st.SetItemsProcessed(st.iterations() * 100'000);
  });
}

void offload_rt(benchmark::State& s) {
  rt::thread_pool pool(1);
  in_rt(s, [&](benchmark::State& st) -> rt::task<> {
    for (auto _ : st) co_await rt::offload(pool, [] {});
  });
}
void offload_asio(benchmark::State& s) {
  asio::thread_pool pool(1);
  in_asio(s, [&](benchmark::State& st) -> awaitable<void> {
    const auto here = co_await asio::this_coro::executor;
    asio::steady_timer pending(here, 1h);  // as in any program with I/O: the loop waits in
    pending.async_wait([](auto) {});       // epoll, not on a condition variable
    for (auto _ : st) {
      co_await asio::post(asio::bind_executor(pool, use_awaitable));
      co_await asio::post(asio::bind_executor(here, use_awaitable));
    }
  });
}

BENCHMARK(call_rt);
BENCHMARK(call_asio);
BENCHMARK(yield_rt);
BENCHMARK(yield_asio);
BENCHMARK(spawn_rt);
BENCHMARK(spawn_asio);
BENCHMARK(channel_rt);
BENCHMARK(channel_asio);
BENCHMARK(timeout_rt);
BENCHMARK(timeout_asio);
BENCHMARK(sleeps_rt)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(sleeps_asio)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(offload_rt)->UseRealTime();
BENCHMARK(offload_asio)->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  if (auto rc = rt::worker_main(argc, argv)) return *rc;  // for processes.cpp
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
