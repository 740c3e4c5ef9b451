// Calls to another process: rt's pool of workers beside bare blocking pipes.
// Decides: a call that does next to nothing, and a megabyte there and back, by
// the worker's socket and by shared memory; the pipes are the floor that any
// such call stands on, without loop, cancellation or crash isolation.
// Must not: be a gate for continuous integration.
#include <rt/process_pool.hpp>

#include <benchmark/benchmark.h>

#include <sys/wait.h>
#include <unistd.h>

namespace {

int same_number(int x) { return x; }
std::vector<std::byte> same_bytes(std::vector<std::byte> v) { return v; }
rt::shared_buffer same_buffer(rt::shared_buffer b) { return b; }

constexpr std::size_t megabyte = 1 << 20;

void process_rt(benchmark::State& s) {
  rt::run([&]() -> rt::task<> {
    rt::process_pool pool(1);
    co_await pool.call<&same_number>(1);  // starts the worker
    for (auto _ : s) co_await pool.call<&same_number>(1);
  });
}
void megabyte_rt(benchmark::State& s) {
  rt::run([&]() -> rt::task<> {
    rt::process_pool pool(1);
    std::vector<std::byte> bytes(megabyte);
    for (auto _ : s) bytes = co_await pool.call<&same_bytes>(std::move(bytes));
  });
}
void shared_rt(benchmark::State& s) {
  rt::run([&]() -> rt::task<> {
    rt::process_pool pool(1);
    rt::shared_buffer buffer(megabyte);
    for (auto _ : s) buffer = co_await pool.call<&same_buffer>(std::move(buffer));
  });
}

bool read_full(int fd, std::byte* at, std::size_t n) {
  while (n > 0) {
    const ssize_t got = ::read(fd, at, n);
    if (got <= 0) return false;
    at += got, n -= static_cast<std::size_t>(got);
  }
  return true;
}
bool write_full(int fd, const std::byte* at, std::size_t n) {
  while (n > 0) {
    const ssize_t put = ::write(fd, at, n);
    if (put <= 0) return false;
    at += put, n -= static_cast<std::size_t>(put);
  }
  return true;
}

/// n bytes to a child and back, which reads all of them before it answers.
void by_pipes(benchmark::State& s, std::size_t n) {
  int there[2], back[2];
  if (::pipe(there) != 0 || ::pipe(back) != 0) return s.SkipWithError("pipe");
  std::vector<std::byte> bytes(n);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(there[1]), ::close(back[0]);
    while (read_full(there[0], bytes.data(), n) && write_full(back[1], bytes.data(), n)) {
    }
    ::_exit(0);
  }
  ::close(there[0]), ::close(back[1]);
  for (auto _ : s)
    if (!write_full(there[1], bytes.data(), n) || !read_full(back[0], bytes.data(), n))
      s.SkipWithError("the child is gone");
  ::close(there[1]), ::close(back[0]);
  ::waitpid(child, nullptr, 0);
}
void process_pipe(benchmark::State& s) { by_pipes(s, sizeof(int)); }
void megabyte_pipe(benchmark::State& s) { by_pipes(s, megabyte); }

BENCHMARK(process_rt)->UseRealTime();
BENCHMARK(process_pipe)->UseRealTime();
BENCHMARK(megabyte_rt)->UseRealTime();
BENCHMARK(megabyte_pipe)->UseRealTime();
BENCHMARK(shared_rt)->UseRealTime();
BENCHMARK(megabyte_pipe)->Name("shared_pipe")->UseRealTime();

}  // namespace
