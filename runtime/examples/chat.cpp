// A chat server with many clients: what one says, all others hear.
// Each client has a bounded queue; a reader that is too slow to keep up is
// disconnected instead of growing the server's memory or holding up the rest.
// Usage: example-chat [clients], default 1000.
#include "example.hpp"

#include <rt/channel.hpp>
#include <rt/net.hpp>
#include <rt/scope.hpp>
#include <rt/sync.hpp>

#include <sys/resource.h>
#include <sys/socket.h>
#include <filesystem>
#include <unordered_set>

using namespace std::chrono_literals;

namespace {

using message = std::shared_ptr<const std::string>;

struct member {
  explicit member(rt::stream s) : socket(std::move(s)) {}
  rt::stream socket;
  rt::channel<message> outbox{64};
};

class room {
 public:
  /// One client, from its greeting to its end.
  rt::task<> serve(rt::stream s) {
    const auto me = std::make_shared<member>(std::move(s));
    members_.insert(me.get());
    struct leaving {
      room& r;
      member* m;
      ~leaving() { r.members_.erase(m); }
    } leave{*this, me.get()};
    co_await rt::with_scope([&](rt::scope& both) -> rt::task<> {
      both.spawn(write_out, me);
      rt::line_reader lines(me->socket, 4096);
      while (auto text = co_await lines.next()) say(*me, *text);
      both.cancel();
    });
  }
  std::size_t size() const { return members_.size(); }
  int dropped() const { return dropped_; }

 private:
  void say(const member& from, const std::string& text) {
    const auto m = std::make_shared<const std::string>(text + "\n");
    for (member* other : members_) {
      if (other == &from || other->outbox.closed()) continue;
      message copy = m;
      if (other->outbox.try_send(copy)) continue;
      ++dropped_;
      other->outbox.close();  // its writer ends, and the connection with it
    }
  }
  static rt::task<> write_out(std::shared_ptr<member> m) {
    while (auto text = co_await m->outbox.recv()) co_await m->socket.write_all(**text);
    ::shutdown(m->socket.native_handle(), SHUT_RDWR);
  }

  std::unordered_set<member*> members_;
  int dropped_ = 0;
};

rt::task<> accept_all(rt::listener& l, room& r) {
  auto body = [&](rt::scope& s) -> rt::task<> {
    for (;;) s.spawn([](room& in, rt::stream c) { return in.serve(std::move(c)); }, std::ref(r),
                     co_await l.accept());
  };
  auto quiet = rt::supervise([](std::string_view, std::exception_ptr) {});
  co_await rt::with_scope(body, quiet);
}

rt::task<> listen_to(rt::stream& s, int lines, rt::latch& heard) {
  rt::line_reader reader(s);
  for (int i = 0; i < lines && co_await reader.next(); ++i) heard.count_down();
}

rt::task<> evening(std::size_t n, const std::string& path) {
  constexpr int lines = 20;
  rt::listener l = rt::listener::unix_path(path);
  room r;
  co_await rt::with_scope([&](rt::scope& s) -> rt::task<> {
    s.spawn(accept_all, std::ref(l), std::ref(r));
    std::vector<rt::stream> clients;
    for (std::size_t i = 0; i < n + 2; ++i)
      clients.push_back(co_await rt::connect_unix(path));
    while (r.size() < n + 2) co_await rt::yield();

    stopwatch watch;
    rt::latch heard(n * lines);
    for (std::size_t i = 0; i < n; ++i)
      s.spawn(listen_to, std::ref(clients[i]), lines, std::ref(heard));
    rt::stream& speaker = clients[n];  // and clients[n + 1] never reads
    for (int i = 0; i < lines; ++i) co_await speaker.write_all("hello everybody\n");
    co_await heard.wait();
    std::printf("%zu clients heard %d lines each\n", n, lines);

    const std::string flood(4000, 'x');
    while (r.dropped() == 0) co_await speaker.write_all(flood + "\n");
    std::printf("%d slow readers disconnected\n", r.dropped());
    s.cancel();
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t n = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000;
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  n = std::min<std::size_t>(n, files.rlim_cur / 2 - 50);
  const std::string path = std::filesystem::temp_directory_path() /
                           ("rt-example-chat-" + std::to_string(getpid()));
  rt::run([&] { return evening(n, path); });
}
