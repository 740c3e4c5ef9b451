// Rounds of the echo servers: rt, raw Asio, bare epoll, libuv, and the programs
// in other languages that the environment names: RT_ECHO_GO what go_rows.go
// makes, RT_ECHO_ASYNCIO asyncio_rows.py.
// Usage: rt-echo [rounds=3] [seconds=1] [connections=64]. Each round runs every
// server once, in turn; the table gives the median requests a second, the
// spread, the server's processor time a request, and both as ratios to raw
// Asio's. Server on one core, clients on another.
#include "echo.hpp"

#include <rt/cancel.hpp>
#include <rt/net.hpp>
#include <rt/scope.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <time.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace {

rt::task<> echo(rt::stream s, bool timed) {
  std::byte buffer[echo_buffer];
  for (;;) {
    std::size_t n = 0;
    if (timed) {
      const auto r = co_await rt::timeout(30s, s.read_some(std::span(buffer)));
      if (!r) co_return;
      n = *r;
    } else {
      n = co_await s.read_some(std::span(buffer));
    }
    if (n == 0) co_return;
    co_await s.write_all(std::span(buffer).first(n));
  }
}

void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core % std::max(1u, std::thread::hardware_concurrency()), &set);
  sched_setaffinity(0, sizeof set, &set);
}

/// Processor time that another process has used.
double processor_seconds(pid_t process) {
  clockid_t its_clock;
  timespec t{};
  if (clock_getcpuclockid(process, &its_clock) == 0) clock_gettime(its_clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

struct server {
  const char* name;
  std::function<void(std::uint16_t)> serve;
  std::vector<double> rate;  // requests a second, one a round
  std::vector<double> cost;  // microseconds of processor time a request
};

void measure(server& s, std::uint16_t port, int connections, double seconds) {
  const pid_t process = fork();  // single-threaded here, and before any loop
  if (process == 0) {
    pin(0);
    s.serve(port);
    _exit(0);
  }
  {
    clients load(port, connections);
    std::this_thread::sleep_for(50ms);  // the server has accepted all of them
    const double before = processor_seconds(process);
    const auto count = static_cast<double>(load.run(seconds));
    s.cost.push_back((processor_seconds(process) - before) * 1e6 / std::max(1.0, count));
    s.rate.push_back(count / seconds);
  }
  kill(process, SIGKILL);
  waitpid(process, nullptr, 0);
}

/// A server in another language: PROGRAM echo PORT TIMED, if a program is named.
void add_program(std::vector<server>& servers, const char* variable, const char* name, bool timed) {
  const char* program = std::getenv(variable);
  if (!program) return;
  servers.push_back({name, [=](std::uint16_t port) {
    const std::string number = std::to_string(port);
    execl(program, program, "echo", number.c_str(), timed ? "true" : "false", nullptr);
  }, {}, {}});
}

double median(std::vector<double>& v) {
  std::ranges::sort(v);
  return v[v.size() / 2];
}

/// As many descriptors as the system lets us have; false if that is too few.
bool may_open(int connections) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  return files.rlim_cur > static_cast<rlim_t>(connections) + 32;
}

}  // namespace

void serve_rt(std::uint16_t port, bool timed) {
  rt::run([&]() -> rt::task<> {
    rt::listener l = rt::listener::tcp("127.0.0.1", port);
    auto body = [&](rt::scope& s) -> rt::task<> {
      for (;;) s.spawn(echo, co_await l.accept(), timed);
    };
    co_await rt::with_scope(body, rt::supervise([](std::string_view, std::exception_ptr) {}));
  });
}

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 3;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 1;
  const int connections = argc > 3 ? std::atoi(argv[3]) : 64;
  if (!may_open(connections)) {
    std::fprintf(stderr, "rt-echo: too few descriptors for %d connections; see 'ulimit -Hn'\n", connections);
    return 1;
  }
  pin(1);
  std::vector<server> servers;
  servers.push_back({"asio", [](std::uint16_t p) { serve_asio(p, false); }, {}, {}});
  servers.push_back({"asio, read || timer", [](std::uint16_t p) { serve_asio(p, true); }, {}, {}});
  servers.push_back({"rt", [](std::uint16_t p) { serve_rt(p, false); }, {}, {}});
  servers.push_back({"rt, timeout(read)", [](std::uint16_t p) { serve_rt(p, true); }, {}, {}});
  servers.push_back({"bare epoll", serve_epoll, {}, {}});
#ifdef RT_ECHO_UV
  servers.push_back({"libuv", serve_uv, {}, {}});
#endif
  add_program(servers, "RT_ECHO_GO", "go", false);
  add_program(servers, "RT_ECHO_GO", "go, read deadline", true);
  add_program(servers, "RT_ECHO_ASYNCIO", "asyncio", false);
  add_program(servers, "RT_ECHO_ASYNCIO", "asyncio, timeout(read)", true);
  auto port = static_cast<std::uint16_t>(20000 + getpid() % 12000);
  for (int r = 0; r < rounds; ++r)
    for (server& s : servers) measure(s, port++, connections, seconds);
  std::printf("%d connections, %d rounds of %.1f s\n", connections, rounds, seconds);
  const double rate = median(servers[0].rate), cost = median(servers[0].cost);
  for (server& s : servers) {
    const double its_rate = median(s.rate), its_cost = median(s.cost);
    std::printf("%-22s %7.0f/s  (%.0f - %.0f)  %.2f of asio; %5.1f us, %.2f of asio\n", s.name, its_rate,
                s.rate.front(), s.rate.back(), its_rate / rate, its_cost, its_cost / cost);
  }
}
