// Connecting, accepting, resolving, and waiting for foreign descriptors.
// Decides: TCP streams have Nagle's delay off; addresses are tried in the
// resolver's order; a UNIX listener removes its path.
// Must not: look anything up on the loop's thread (Asio's resolver has its own).
#include "stream.hpp"
#include "system.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <sys/socket.h>
#include <unistd.h>

namespace rt {
namespace asio = boost::asio;

namespace detail {

struct listener_impl {
  virtual ~listener_impl() = default;
  virtual task<stream> accept() = 0;
  virtual std::uint16_t port() const = 0;
  virtual void close() noexcept = 0;
};

}  // namespace detail

namespace {
using detail::completion;
using detail::context;
using detail::direction;

stream wrap(asio::ip::tcp::socket s) {
  boost::system::error_code ignored;  // the peer may be gone already
  s.set_option(asio::ip::tcp::no_delay(true), ignored);
  return stream(detail::adopt_socket(s.release()));
}
stream wrap(asio::local::stream_protocol::socket s) {
  return stream(detail::adopt_socket(s.release()));
}

template <class Protocol>
struct listener_of final : detail::listener_impl {
  explicit listener_of(const typename Protocol::endpoint& at, int backlog) : acceptor(context()) {
    acceptor.open(at.protocol());
    if constexpr (std::is_same_v<Protocol, asio::ip::tcp>)
      acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(at);
    acceptor.listen(backlog);
  }
  RT_ANNOTATE("cotidy::allow", "cotidy-blocking-call", "one name goes, as bind made it: once in a server's life")
  ~listener_of() override {
    if constexpr (std::is_same_v<Protocol, asio::local::stream_protocol>)
      if (!path.empty()) ::unlink(path.c_str());
  }
  task<stream> accept() override {
    typename Protocol::socket s(context());
    auto start = [&](completion c) { acceptor.async_accept(s, c); };
    co_await detail::op{dir, start, "accept"};
    co_return wrap(std::move(s));
  }
  std::uint16_t port() const override {
    if constexpr (std::is_same_v<Protocol, asio::ip::tcp>) return acceptor.local_endpoint().port();
    return 0;
  }
  void close() noexcept override {
    boost::system::error_code ignored;
    acceptor.close(ignored);
  }
  typename Protocol::acceptor acceptor;
  direction dir;
  std::string path;
};

template <class Socket, class Endpoint>
task<> connect_one(Socket* s, Endpoint to) {
  direction dir;
  auto start = [&](completion c) { s->async_connect(to, c); };
  co_await detail::op{dir, start, "connect"};
}

using addresses = asio::ip::tcp::resolver::results_type;

/// What a look-up and the task that waits for it share: the system's resolver
/// cannot be stopped, so a cancelled task leaves, and the answer finds nobody.
struct look_up_state {
  asio::ip::tcp::resolver resolver{context()};
  detail::waiter* asker = nullptr;
  boost::system::error_code error;
  addresses found;
};

struct look_up_awaiter : detail::waiter {
  look_up_awaiter(const std::string& h, std::uint16_t p)
      : waiter(&give_up), state(std::make_shared<look_up_state>()), host(h), port(p) {}
  static void give_up(waiter& w) noexcept {
    static_cast<look_up_awaiter&>(w).state->asker = nullptr;
    leave(w);
  }
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> h) {
    return park_and(h, [&] {
      auto answered = [s = state](const boost::system::error_code& e, addresses r) {
        if (!s->asker) return;
        s->error = e;
        s->found = std::move(r);
        s->asker->wake();
      };
      detail::in_asio("resolve", [&] {
        state->resolver.async_resolve(host, std::to_string(port), std::move(answered));
      });
      state->asker = this;
    });
  }
  addresses await_resume() const {
    check();
    if (state->error) throw std::system_error(state->error, "resolve");
    return std::move(state->found);
  }
  std::shared_ptr<look_up_state> state;
  const std::string& host;
  std::uint16_t port;
};
struct look_up_op {
  const std::string& host;
  std::uint16_t port;
  look_up_awaiter operator co_await() && { return {host, port}; }
};

task<addresses> look_up(std::string host, std::uint16_t port) {
  detail::real_work elsewhere;  // Asio's resolver has a thread
  co_return co_await look_up_op{host, port};
}

task<> wait_for(int fd, asio::posix::stream_descriptor::wait_type what) {
  auto borrowed = detail::in_asio("wait for descriptor", [&] {
    return asio::posix::stream_descriptor(context(), fd);
  });
  struct give_back {
    asio::posix::stream_descriptor& d;
    ~give_back() { d.release(); }
  } back{borrowed};
  direction dir;
  auto start = [&](completion c) { borrowed.async_wait(what, c); };
  co_await detail::op{dir, start, "wait for descriptor"};
}

}  // namespace

task<std::vector<endpoint>> resolve(std::string host, std::uint16_t port) {
  const auto found = co_await look_up(std::move(host), port);
  std::vector<endpoint> out;
  for (const auto& r : found)
    out.push_back({r.endpoint().address().to_string(), r.endpoint().port()});
  co_return out;
}

task<stream> connect_tcp(std::string host, std::uint16_t port) {
  boost::system::error_code not_numeric;
  std::vector<asio::ip::tcp::endpoint> candidates;
  const auto literal = asio::ip::make_address(host, not_numeric);
  if (!not_numeric) {
    candidates.emplace_back(literal, port);
  } else {
    for (const auto& r : co_await look_up(host, port)) candidates.push_back(r.endpoint());
  }
  for (std::size_t i = 0;; ++i) {
    asio::ip::tcp::socket s(context());
    try {
      co_await connect_one(&s, candidates.at(i));
      co_return wrap(std::move(s));
    } catch (const std::system_error&) {
      if (i + 1 >= candidates.size()) throw;
    }
  }
}

task<stream> connect_unix(std::string path) {
  asio::local::stream_protocol::socket s(context());
  const auto to = detail::in_asio("path", [&] { return asio::local::stream_protocol::endpoint(path); });
  co_await connect_one(&s, to);
  co_return wrap(std::move(s));
}

std::pair<stream, stream> stream_pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    detail::throw_errno("socketpair");
  return {stream(detail::adopt_socket(fds[0])), stream(detail::adopt_socket(fds[1]))};
}

listener::listener(std::unique_ptr<detail::listener_impl> impl) noexcept : impl_(std::move(impl)) {}
listener::listener(listener&&) noexcept = default;
listener::~listener() = default;

listener listener::tcp(const std::string& address, std::uint16_t port, int backlog) {
  return detail::in_asio("listen", [&] {
    const asio::ip::tcp::endpoint at(asio::ip::make_address(address), port);
    return listener(std::make_unique<listener_of<asio::ip::tcp>>(at, backlog));
  });
}

listener listener::unix_path(const std::string& path, int backlog) {
  return detail::in_asio("listen", [&] {
    const asio::local::stream_protocol::endpoint at(path);
    auto made = std::make_unique<listener_of<asio::local::stream_protocol>>(at, backlog);
    made->path = path;
    return listener(std::move(made));
  });
}

task<stream> listener::accept() {
  assert(impl_ && "a listener that was moved away");
  return impl_->accept();
}
std::uint16_t listener::port() const {
  assert(impl_ && "a listener that was moved away");
  return detail::in_asio("port of listener", [&] { return impl_->port(); });
}
void listener::close() noexcept {
  if (impl_) impl_->close();
}

task<> readable(int fd) { return wait_for(fd, asio::posix::stream_descriptor::wait_read); }
task<> writable(int fd) { return wait_for(fd, asio::posix::stream_descriptor::wait_write); }

}  // namespace rt
