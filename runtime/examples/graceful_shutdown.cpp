// A server that ends well on SIGINT: it stops accepting, lets requests in
// progress finish within a grace, runs its cleanup, and only then returns.
// The example sends the signal to itself; run it with "wait" to send your own.
#include "example.hpp"

#include <rt/net.hpp>
#include <rt/scope.hpp>
#include <rt/signal.hpp>

#include <csignal>
#include <string_view>

using namespace std::chrono_literals;

namespace {

rt::task<> request(rt::stream& s, int& finished) {
  co_await rt::sleep_for(30ms);  // work in progress
  co_await s.write_all("done\n");
  ++finished;
}

rt::task<> connection(rt::stream s, int& finished) {
  char c;
  while (co_await s.read_some(std::span(&c, 1)) != 0)
    co_await rt::shield(500ms, request(s, finished));  // what began may finish
}

rt::task<> serve(rt::listener& l, int& finished) {
  auto body = [&](rt::scope& s) -> rt::task<> {
    for (;;) s.spawn(connection, co_await l.accept(), std::ref(finished));
  };
  auto quiet = rt::supervise([](std::string_view, std::exception_ptr) {});
  co_await rt::with_scope(body, quiet);
}

rt::task<> clients(std::uint16_t port, int& answered, bool wait) {
  std::vector<rt::stream> all;
  for (int i = 0; i < 10; ++i) all.push_back(co_await rt::connect_tcp("127.0.0.1", port));
  for (auto& s : all) co_await s.write_all("?");
  co_await rt::sleep_for(10ms);
  if (!wait) std::raise(SIGINT);  // in the middle of ten requests
  char answer[8];
  for (auto& s : all) answered += co_await s.read_some(std::span(answer)) == 5;
}

}  // namespace

int main(int argc, char** argv) {
  const bool wait = argc > 1 && std::string_view(argv[1]) == "wait";
  stopwatch watch;
  rt::run([&]() -> rt::task<> {
    rt::signals stop({SIGINT, SIGTERM});
    rt::listener l = rt::listener::tcp("127.0.0.1", 0);
    int finished = 0, answered = 0;
    co_await rt::with_scope([&](rt::scope& outside) -> rt::task<> {
      outside.spawn(clients, l.port(), std::ref(answered), wait);
      co_await rt::with_scope([&](rt::scope& server) -> rt::task<> {
        server.spawn(serve, std::ref(l), std::ref(finished));
        std::printf("stopping on signal %d\n", co_await stop.next());
        server.cancel();
      });
      std::printf("%d requests finished after the signal\n", finished);
    });
    expect(finished == 10 && answered == 10, "nothing that began was lost");
  });
}
