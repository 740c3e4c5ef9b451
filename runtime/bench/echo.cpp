// Load generator and rounds for the echo servers: rt, raw Asio, bare epoll, libuv,
// and Go's, if RT_ECHO_GO in the environment names the program go_rows.go makes.
// Usage: rt-echo [rounds=3] [seconds=1] [connections=64]. Each round runs every
// server once, in turn; the table gives the median requests a second, the
// spread, and the ratio to raw Asio. Server on one core, clients on another.
#include "echo.hpp"

#include <rt/combine.hpp>
#include <rt/net.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;

namespace {

rt::task<> echo(rt::stream s, bool timed) {
  std::byte buffer[64];
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

rt::task<> client(std::uint16_t port, long& count, rt::time_point end) {
  rt::stream s = co_await rt::connect_tcp("127.0.0.1", port);
  std::byte buffer[64] = {};
  while (rt::loop::current().now() < end) {
    co_await s.write_all(std::span(buffer));
    if (co_await s.read_full(std::span(buffer)) != sizeof buffer) co_return;
    ++count;
  }
}

long load(std::uint16_t port, int connections, double seconds) {
  long count = 0;
  rt::run([&]() -> rt::task<> {
    const auto end = rt::loop::current().now() +
                     std::chrono::duration_cast<rt::duration>(std::chrono::duration<double>(seconds));
    co_await rt::with_scope([&](rt::scope& s) {
      for (int i = 0; i < connections; ++i)
        s.spawn(client, port, std::ref(count), end);
    });
  });
  return static_cast<long>(static_cast<double>(count) / seconds);
}

template <class Serve>
long measure(std::uint16_t port, int connections, double seconds, Serve serve) {
  const pid_t server = fork();  // single-threaded here, and before any loop
  if (server == 0) {
    pin(0);
    serve(port);
    _exit(0);
  }
  std::this_thread::sleep_for(100ms);
  const long rps = load(port, connections, seconds);
  kill(server, SIGKILL);
  waitpid(server, nullptr, 0);
  return rps;
}

void serve_go(std::uint16_t port, bool timed) {
  const std::string number = std::to_string(port);
  const char* program = std::getenv("RT_ECHO_GO");
  execl(program, program, "echo", number.c_str(), timed ? "true" : "false", nullptr);
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
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  pin(1);
  std::vector<std::pair<const char*, void (*)(std::uint16_t)>> servers(5);
  servers[0] = {"asio", [](std::uint16_t p) { serve_asio(p, false); }};
  servers[1] = {"asio, read || timer", [](std::uint16_t p) { serve_asio(p, true); }};
  servers[2] = {"rt", [](std::uint16_t p) { serve_rt(p, false); }};
  servers[3] = {"rt, timeout(read)", [](std::uint16_t p) { serve_rt(p, true); }};
  servers[4] = {"bare epoll", serve_epoll};
#ifdef RT_ECHO_UV
  servers.push_back({"libuv", serve_uv});
#endif
  if (std::getenv("RT_ECHO_GO")) {
    servers.emplace_back("go", [](std::uint16_t p) { serve_go(p, false); });
    servers.emplace_back("go, read deadline", [](std::uint16_t p) { serve_go(p, true); });
  }
  std::map<std::string, std::vector<long>> rps;
  std::uint16_t port = static_cast<std::uint16_t>(20000 + getpid() % 20000);
  for (int r = 0; r < rounds; ++r)
    for (auto [name, serve] : servers)
      rps[name].push_back(measure(port++, connections, seconds, serve));
  const auto median = [&](const char* n) {
    auto& v = rps[n];
    std::ranges::sort(v);
    return v[v.size() / 2];
  };
  std::printf("%d connections, %d rounds of %.1f s\n", connections, rounds, seconds);
  const double base = static_cast<double>(median("asio"));
  for (auto [name, serve] : servers)
    std::printf("%-22s %7ld/s  (%ld - %ld)  %.2f of asio\n", name, median(name), rps[name].front(),
                rps[name].back(), static_cast<double>(median(name)) / base);
}
