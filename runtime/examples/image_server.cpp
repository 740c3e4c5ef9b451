// An asynchronous front with processes behind: images come in over a socket
// and are blurred by worker processes, in shared memory that is handed over,
// not copied. A request that crashes its worker costs that request alone.
// The protocol: "width height\n", the grey pixels, and back the same number of
// pixels, or nothing if it failed.
#include "example.hpp"

#include <rt/combine.hpp>
#include <rt/process_pool.hpp>

#include <csignal>

using namespace std::chrono_literals;

namespace {

/// Runs in a worker. `b` holds the picture, and behind it room for the result.
rt::shared_buffer blur(rt::shared_buffer b, int width, int height) {
  auto* from = reinterpret_cast<const unsigned char*>(b.bytes().data());
  auto* to = reinterpret_cast<unsigned char*>(b.bytes().data()) + width * height;
  if (from[0] == 255) {  // stands for a picture that trips over a bug
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);
  }
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      int sum = 0, n = 0;
      for (int v = std::max(0, y - 2); v <= std::min(height - 1, y + 2); ++v)
        for (int u = std::max(0, x - 2); u <= std::min(width - 1, x + 2); ++u, ++n)
          sum += from[v * width + u];
      to[y * width + x] = static_cast<unsigned char>(sum / n);
    }
  return b;
}

rt::task<> handle(rt::stream s, rt::process_pool& workers) {
  rt::line_reader lines(s, 64);
  const auto head = co_await rt::timeout(1s, lines.next());
  int width = 0, height = 0;
  if (!head || !*head || std::sscanf((*head)->c_str(), "%d %d", &width, &height) != 2) co_return;
  if (width < 1 || height < 1 || width > 4096 || height > 4096) co_return;
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  rt::shared_buffer b(2 * pixels);
  const std::string begun = co_await lines.take(pixels);
  std::memcpy(b.bytes().data(), begun.data(), begun.size());
  rt::shared_buffer done = co_await workers.call<&blur>(std::move(b), width, height);
  co_await s.write_all(std::span<const std::byte>(done.bytes()).subspan(pixels));
}

rt::task<> serve(rt::listener& l, rt::process_pool& workers, int& failed) {
  auto body = [&](rt::scope& s) -> rt::task<> {
    for (;;) s.spawn(handle, co_await l.accept(), std::ref(workers));
  };
  auto report = rt::supervise([&failed](std::string_view, std::exception_ptr e) {
    try {
      std::rethrow_exception(e);
    } catch (const std::exception& x) {
      std::printf("a request failed: %s\n", x.what());
    }
    ++failed;
  });
  co_await rt::with_scope(body, report);
}

rt::task<bool> ask(std::uint16_t port, unsigned char first) {
  rt::stream s = co_await rt::connect_tcp("127.0.0.1", port);
  std::string picture(200 * 100, '\x10');
  picture[0] = static_cast<char>(first);
  co_await s.write_all("200 100\n" + picture);
  std::string back(picture.size(), '\0');
  const std::size_t n = co_await s.read_full(std::as_writable_bytes(std::span(back)));
  co_return n == back.size() && back[150] == '\x10';
}

}  // namespace

int main(int argc, char** argv) {
  if (auto rc = rt::worker_main(argc, argv)) return *rc;
  stopwatch watch;
  rt::run([]() -> rt::task<> {
    rt::process_pool workers(2);
    rt::listener l = rt::listener::tcp("127.0.0.1", 0);
    int failed = 0;
    co_await rt::with_scope([&](rt::scope& s) -> rt::task<> {
      s.spawn(serve, std::ref(l), std::ref(workers), std::ref(failed));
      auto one = [&](int i) { return ask(l.port(), i == 20 ? 255 : 16); };
      const auto ok = co_await rt::map(std::views::iota(0, 50), 8, one);
      const auto good = std::ranges::count(ok, true);
      std::printf("%td of 50 pictures blurred by %u workers\n", good, workers.started());
      expect(good == 49 && failed == 1, "one crash costs one request");
      s.cancel();
    });
  });
}
