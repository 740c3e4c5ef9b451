// Connecting, accepting, resolving, and waiting for foreign descriptors.
// Decides: TCP streams have Nagle's delay off; addresses are tried in the
// resolver's order; a UNIX listener removes its path.
// Must not: look anything up on the loop's thread (Asio's resolver has its own).
#include "stream.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <sys/socket.h>
#include <unistd.h>

namespace rt {
namespace asio = boost::asio;

namespace detail {

/// A wait for any Asio operation: `start` gets the completion handler.
template <class Start>
struct op_awaiter : io_wait {
  op_awaiter(direction& d, Start s, const char* w) : io_wait(&d), start(std::move(s)), what(w) {}
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> h) {
    if (!begin(h)) return false;
    start(completion{this, dir});
    return true;
  }
  void await_resume() const { result(what); }
  Start start;
  const char* what;
};
template <class Start>
struct op {
  direction& d;
  Start start;
  const char* what;
  op_awaiter<Start> operator co_await() && { return {d, std::move(start), what}; }
};
template <class Start>
op(direction&, Start, const char*) -> op<Start>;

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

/// Asio reports by its own exception type, which is a std::system_error too.
template <class Socket, class Endpoint>
task<> connect_one(Socket* s, Endpoint to) {
  direction dir;
  auto start = [&](completion c) { s->async_connect(to, c); };
  co_await detail::op{dir, start, "connect"};
}

task<asio::ip::tcp::resolver::results_type> look_up(std::string host, std::uint16_t port) {
  asio::ip::tcp::resolver resolver(context());
  asio::ip::tcp::resolver::results_type found;
  direction dir;
  struct handler : completion {
    void operator()(const boost::system::error_code& e,
                    asio::ip::tcp::resolver::results_type r) const {
      *to = std::move(r);
      completion::operator()(e);
    }
    asio::ip::tcp::resolver::results_type* to;
  };
  ++loop::current().work_waits;  // ended by Asio's resolver thread
  struct done {
    ~done() { --loop::current().work_waits; }
  } end;
  auto start = [&](completion c) {
    resolver.async_resolve(host, std::to_string(port), handler{c, &found});
  };
  co_await detail::op{dir, start, "resolve"};
  co_return found;
}

task<> wait_for(int fd, asio::posix::stream_descriptor::wait_type what) {
  asio::posix::stream_descriptor borrowed(context(), fd);
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
  co_await connect_one(&s, asio::local::stream_protocol::endpoint(path));
  co_return wrap(std::move(s));
}

std::pair<stream, stream> stream_pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  return {stream(detail::adopt_socket(fds[0])), stream(detail::adopt_socket(fds[1]))};
}

listener::listener(std::unique_ptr<detail::listener_impl> impl) noexcept : impl_(std::move(impl)) {}
listener::listener(listener&&) noexcept = default;
listener::~listener() = default;

listener listener::tcp(const std::string& address, std::uint16_t port, int backlog) {
  return listener(std::make_unique<listener_of<asio::ip::tcp>>(
      asio::ip::tcp::endpoint(asio::ip::make_address(address), port), backlog));
}

listener listener::unix_path(const std::string& path, int backlog) {
  auto made = std::make_unique<listener_of<asio::local::stream_protocol>>(
      asio::local::stream_protocol::endpoint(path), backlog);
  made->path = path;
  return listener(std::move(made));
}

task<stream> listener::accept() { return impl_->accept(); }
std::uint16_t listener::port() const { return impl_->port(); }
void listener::close() noexcept { impl_->close(); }

task<> readable(int fd) { return wait_for(fd, asio::posix::stream_descriptor::wait_read); }
task<> writable(int fd) { return wait_for(fd, asio::posix::stream_descriptor::wait_write); }

}  // namespace rt
