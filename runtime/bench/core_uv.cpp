// The rows of rt-bench that libuv has an operation for: timers and work offloaded.
// Decides: callbacks, as libuv's users write them; one thread in its pool, as in
// the rows that these are set beside.
// Must not: be a gate for continuous integration.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <uv.h>
#include <vector>

namespace {

void sleeps_uv(benchmark::State& s) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  for (auto _ : s) {
    std::vector<uv_timer_t> timers(100'000);
    for (uv_timer_t& t : timers) {
      uv_timer_init(&loop, &t);
      uv_timer_start(&t, [](uv_timer_t* due) { uv_close(reinterpret_cast<uv_handle_t*>(due), nullptr); }, 1, 0);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
  }
  uv_loop_close(&loop);
}

struct offloaded {
  uv_loop_t loop;
  uv_work_t work;
  benchmark::State& state;
  void next() {
    uv_queue_work(&loop, &work, [](uv_work_t*) {}, [](uv_work_t* w, int) {
      auto& self = *static_cast<offloaded*>(w->data);
      if (self.state.KeepRunning()) self.next();
    });
  }
};
void offload_uv(benchmark::State& s) {
  setenv("UV_THREADPOOL_SIZE", "1", 1);
  offloaded o{{}, {}, s};
  uv_loop_init(&o.loop);
  o.work.data = &o;
  if (s.KeepRunning()) o.next();
  uv_run(&o.loop, UV_RUN_DEFAULT);
  uv_loop_close(&o.loop);
}

BENCHMARK(sleeps_uv)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(offload_uv)->UseRealTime();

}  // namespace
