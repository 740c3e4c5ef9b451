// Fetches many URLs from a server on loopback: at most 16 at a time, each with
// a time-out, connections kept and reused, and errors kept per item.
// Shows map(limit), timeout, result, a connection pool as a channel.
// The HTTP spoken here is just enough for the example.
#include "example.hpp"

#include <rt/combine.hpp>
#include <rt/channel.hpp>
#include <rt/net.hpp>

#include <map>

using namespace std::chrono_literals;

namespace {

// --- the server: every page takes 10 ms, some fail, one hangs ---------------
rt::task<> answer(rt::stream s) {
  rt::line_reader lines(s);
  while (auto request = co_await lines.next()) {
    while (auto header = co_await lines.next())
      if (header->empty()) break;
    co_await rt::sleep_for(10ms);
    if (request->starts_with("GET /slow")) co_await rt::sleep_for(1h);
    const bool missing = request->starts_with("GET /missing");
    const std::string body = missing ? "no such page" : "page " + request->substr(4, 8);
    co_await s.write_all((missing ? "HTTP/1.1 404 Not Found" : "HTTP/1.1 200 OK") +
                         std::string("\r\nContent-Length: ") + std::to_string(body.size()) +
                         "\r\n\r\n" + body);
  }
}

rt::task<> serve(rt::listener& l) {
  auto body = [&](rt::scope& s) -> rt::task<> {
    for (;;) s.spawn(answer, co_await l.accept());
  };
  // One connection's error is not the others' business.
  auto quiet = rt::supervise([](std::string_view, std::exception_ptr) {});
  co_await rt::with_scope(body, quiet);
}

// --- the client ---------------------------------------------------------------
struct connection {
  rt::stream socket;
  rt::line_reader lines{socket};
  explicit connection(rt::stream s) : socket(std::move(s)) {}
};

class client {
 public:
  client(std::uint16_t port, std::size_t limit) : port_(port), idle_(limit) {}

  /// The body of a page. Throws for any status but 200.
  rt::task<std::string> get(std::string path) {
    std::unique_ptr<connection> mine;
    if (auto idle = idle_.try_recv()) {
      mine = std::move(*idle);
    } else {
      rt::stream fresh = co_await rt::connect_tcp("127.0.0.1", port_);
      mine = std::make_unique<connection>(std::move(fresh));
      ++opened_;
    }
    co_await mine->socket.write_all("GET " + path + " HTTP/1.1\r\nHost: here\r\n\r\n");
    const auto status = co_await mine->lines.next();
    std::size_t length = 0;
    while (auto header = co_await mine->lines.next()) {
      if (header->empty()) break;
      if (header->starts_with("Content-Length: ")) length = std::stoul(header->substr(16));
    }
    std::string body = co_await mine->lines.take(length);
    idle_.try_send(mine);  // only a connection at a message boundary goes back
    if (!status || !status->starts_with("HTTP/1.1 200"))
      throw std::runtime_error(status.value_or("connection closed"));
    co_return body;
  }
  int opened() const { return opened_; }

 private:
  std::uint16_t port_;
  rt::channel<std::unique_ptr<connection>> idle_;
  int opened_ = 0;
};

rt::task<rt::result<std::string>> fetch(client& c, std::string path) {
  try {
    if (auto body = co_await rt::timeout(200ms, c.get(path))) co_return std::move(*body);
    throw std::runtime_error("timed out");
  } catch (const std::exception&) {
    co_return std::current_exception();
  }
}

rt::task<> fetch_all(std::uint16_t port) {
  std::vector<std::string> paths;
  for (int i = 0; i < 100; ++i) paths.push_back("/" + std::to_string(100 + i));
  paths[30] = "/missing";
  paths[60] = "/slow";

  client c(port, 16);
  stopwatch watch;
  auto pages = co_await rt::map(paths, 16, [&](const std::string& p) { return fetch(c, p); });

  std::map<std::string, int> outcomes;
  for (const auto& p : pages) {
    try {
      (void)p.value();
      ++outcomes["fetched"];
    } catch (const std::exception& e) {
      ++outcomes[e.what()];
    }
  }
  for (const auto& [what, n] : outcomes) std::printf("%3d  %s\n", n, what.c_str());
  std::printf("%d connections for %zu pages\n", c.opened(), pages.size());
  expect(outcomes["fetched"] == 98 && outcomes["timed out"] == 1, "98 pages, one time-out");
  expect(c.opened() <= 20, "connections are reused");
}

}  // namespace

int main() {
  rt::run([]() -> rt::task<> {
    rt::listener l = rt::listener::tcp("127.0.0.1", 0);
    co_await rt::with_scope([&](rt::scope& s) -> rt::task<> {
      s.spawn(rt::named{"server"}, serve, std::ref(l));
      co_await fetch_all(l.port());
      s.cancel();
    });
  });
}
