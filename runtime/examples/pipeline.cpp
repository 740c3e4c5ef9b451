// Three stages: parse, enrich (a slow look-up, cached), write in batches.
// One scope, one channel an edge; each stage owns the writer of its output, so
// the end travels down the pipe by itself, and an error anywhere ends all.
// Shows channel, writer, cache (single flight), batch, parallel middle stage.
#include "example.hpp"

#include <rt/batch.hpp>
#include <rt/cache.hpp>
#include <rt/scope.hpp>

using namespace std::chrono_literals;

namespace {

struct event {
  int user;
  int amount;
  std::string name;
};

rt::task<> parse(const std::vector<std::string>& lines, rt::writer<event> out) {
  for (const auto& line : lines) {
    const auto comma = line.find(',');
    event e{std::stoi(line.substr(0, comma)), std::stoi(line.substr(comma + 1)), ""};
    co_await out.send(std::move(e));
  }
}

using names = rt::cache<int, std::string>;

rt::task<std::string> look_up(int user) {
  co_await rt::sleep_for(5ms);  // a remote service
  co_return "user-" + std::to_string(user);
}

rt::task<> enrich(rt::channel<event>& in, rt::writer<event> out, names& cache) {
  while (auto e = co_await in.recv()) {
    e->name = co_await cache.get(e->user, look_up);
    co_await out.send(std::move(*e));
  }
}

rt::task<> store(rt::channel<event>& in, int& batches, long& total) {
  for (;;) {
    auto rows = co_await rt::batch(in, 100, 20ms);
    if (rows.empty()) co_return;
    co_await rt::sleep_for(1ms);  // one write for the whole batch
    ++batches;
    for (const auto& r : rows) total += r.amount;
  }
}

}  // namespace

int main() {
  stopwatch watch;
  std::vector<std::string> lines;
  for (int i = 0; i < 2000; ++i) lines.push_back(std::to_string(i % 50) + "," + std::to_string(i));
  int batches = 0;
  long total = 0;
  rt::run([&]() -> rt::task<> {
    rt::channel<event> parsed(32), enriched(128);
    names cache(1000);
    co_await rt::with_scope([&](rt::scope& s) {
      s.spawn(parse, std::cref(lines), rt::writer<event>(parsed));
      rt::writer<event> out(enriched);
      for (int i = 0; i < 8; ++i)
        s.spawn(enrich, std::ref(parsed), out, std::ref(cache));
      s.spawn(store, std::ref(enriched), std::ref(batches), std::ref(total));
    });
  });
  std::printf("total %ld in %d batches\n", total, batches);
  expect(total == 1'999'000, "every event once");
  expect(batches <= 60, "written in batches");
}
