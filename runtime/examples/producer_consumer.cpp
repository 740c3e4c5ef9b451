// Several producers, several consumers, one bounded channel.
// The producers wait when the consumers are behind; the channel closes when
// the last producer is gone, by return or by exception, and the consumers end.
// No sentinels, no task_done, no queue that grows.
#include "example.hpp"

#include <rt/channel.hpp>
#include <rt/scope.hpp>

using namespace std::chrono_literals;

namespace {

rt::task<> produce(rt::writer<int> out, int first, int count) {
  for (int i = 0; i < count; ++i) co_await out.send(first + i);
}

rt::task<> consume(rt::channel<int>& in, long& sum, int& count) {
  while (auto v = co_await in.recv()) {
    if (*v % 1000 == 0) co_await rt::sleep_for(1ms);  // now and then it takes longer
    sum += *v;
    ++count;
  }
}

}  // namespace

int main() {
  stopwatch watch;
  long sum = 0;
  int count = 0;
  rt::run([&]() -> rt::task<> {
    rt::channel<int> queue(64);
    co_await rt::with_scope([&](rt::scope& s) {
      rt::writer<int> out(queue);
      for (int p = 0; p < 4; ++p) s.spawn(produce, out, p * 25'000, 25'000);
      for (int c = 0; c < 3; ++c) s.spawn(consume, std::ref(queue), std::ref(sum), std::ref(count));
    });
  });
  std::printf("%d values, sum %ld\n", count, sum);
  expect(count == 100'000 && sum == 4'999'950'000, "every value once");
}
