// rt::stream over Asio: reads wait for the reactor, writes try at once.
// Decides: a write goes to the kernel inline if the step's budget of such
// operations allows it, else through the reactor, so no task hogs the loop.
// Must not: resume a coroutine in a completion handler.
#include "stream.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace rt {
namespace asio = boost::asio;

namespace detail {

void io_wait::enter() noexcept {
  assert(!dir->pending && "one operation may be pending in a direction");
  dir->pending = true;
  ++loop::current().io_waits;
}

void io_wait::left() noexcept {
  dir->pending = false;
  --loop::current().io_waits;
}

void io_wait::finish(const std::error_code& e, std::size_t n) noexcept {
  left();
  error = e;
  count = n;
  if (e != std::errc::operation_canceled) aborted_ = false;  // it was faster
  wake();
}

void io_wait::give_up(waiter& w) noexcept {
  auto& self = static_cast<io_wait&>(w);
  if (self.aborted_) return;
  self.aborted_ = true;
  self.dir->cancel.emit(asio::cancellation_type::terminal);
}

std::size_t io_wait::result(const char* what) const {
  check();
  if (error) throw std::system_error(error, what);
  return count;
}

namespace {

// The concrete executor type spares a type erasure on every completion.
using executor = asio::io_context::executor_type;
using generic_socket = asio::basic_stream_socket<asio::generic::stream_protocol, executor>;
using pipe_end = asio::posix::basic_stream_descriptor<executor>;

/// Asio's object, as a base: it goes after the directions, which check that it may.
template <class Object>
struct holds {
  Object object;
};

template <class Object>
struct stream_over : holds<Object>, stream_impl {
  explicit stream_over(Object o) : holds<Object>{std::move(o)} {}
  void start_read(std::span<std::byte> b, completion c) override {
    this->object.async_read_some(asio::buffer(b.data(), b.size()), c);
  }
  void start_write(std::span<const std::byte> b, completion c) override {
    this->object.async_write_some(asio::buffer(b.data(), b.size()), c);
  }
  void close() noexcept override {
    boost::system::error_code ignored;
    this->object.close(ignored);
  }
  int fd() const noexcept override {
    return const_cast<Object&>(this->object).native_handle();
  }
};

struct socket_impl final : stream_over<generic_socket> {
  using stream_over::stream_over;
  std::ptrdiff_t write_now(std::span<const std::byte> b) noexcept override {
    return ::send(fd(), b.data(), b.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  void shutdown_write() override { object.shutdown(asio::socket_base::shutdown_send); }
};

/// One end of a pipe; its being non-blocking does not concern the other end.
struct pipe_impl final : stream_over<pipe_end> {
  explicit pipe_impl(int fd) : stream_over(pipe_end(context().get_executor(), fd)) {
    object.native_non_blocking(true);
  }
  RT_ANNOTATE("cotidy::allow", "cotidy-blocking-call", "the pipe is non-blocking, see the constructor")
  std::ptrdiff_t write_now(std::span<const std::byte> b) noexcept override {
    return ::write(fd(), b.data(), b.size());
  }
  void shutdown_write() override { object.close(); }
};

}  // namespace

std::unique_ptr<stream_impl> adopt_socket(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const int family =
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0 ? address.ss_family : AF_UNIX;
  return in_asio("socket", [&] {
    return std::make_unique<socket_impl>(
        generic_socket(context().get_executor(), asio::generic::stream_protocol(family, 0), fd));
  });
}

std::unique_ptr<stream_impl> adopt_pipe(int fd) {
  return in_asio("pipe", [&] { return std::make_unique<pipe_impl>(fd); });
}

read_awaiter::read_awaiter(stream_impl& s, std::span<std::byte> b) noexcept
    : io_wait(&s.in), impl(s), buffer(b) {}

bool read_awaiter::await_suspend(std::coroutine_handle<> h) {
  if (impl.ended && !this_task::is_cancelled()) return false;  // 0 bytes, again
  return begin(h, [&] { impl.start_read(buffer, {this, dir}); });
}

std::size_t read_awaiter::await_resume() const {
  if (!aborted() && error == asio::error::make_error_code(asio::error::eof)) {
    impl.ended = true;
    return 0;
  }
  return result("read");
}

write_awaiter::write_awaiter(stream_impl& s, std::span<const std::byte> b) noexcept
    : io_wait(&s.out), impl(s), buffer(b) {}

bool write_awaiter::await_suspend(std::coroutine_handle<> h) {
  if (!this_task::is_cancelled() && loop::current().spend_inline()) {
    const std::ptrdiff_t n = impl.write_now(buffer);
    if (n >= 0) {
      count = static_cast<std::size_t>(n);
      return false;
    }
  }
  return begin(h, [&] { impl.start_write(buffer, {this, dir}); });
}

std::size_t write_awaiter::await_resume() const { return result("write"); }

}  // namespace detail

stream::stream() noexcept = default;
stream::stream(std::unique_ptr<detail::stream_impl> impl) noexcept : impl_(std::move(impl)) {}
stream::stream(stream&&) noexcept = default;
stream& stream::operator=(stream&&) noexcept = default;
stream::~stream() = default;

task<> stream::write_all(std::span<const std::byte> data) {
  while (!data.empty()) data = data.subspan(co_await write_some(data));
}

task<> stream::write_all(std::string_view text) {
  return write_all(std::as_bytes(std::span(text)));
}

task<std::size_t> stream::read_full(std::span<std::byte> buffer) {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const std::size_t n = co_await read_some(buffer.subspan(done));
    if (n == 0) break;
    done += n;
  }
  co_return done;
}

void stream::shutdown_write() {
  detail::in_asio("shut down writing", [&] { impl().shutdown_write(); });
}
void stream::close() noexcept {
  if (impl_) impl_->close();
}
bool stream::is_open() const noexcept { return impl_ && impl_->fd() >= 0; }
int stream::native_handle() const noexcept { return impl_ ? impl_->fd() : -1; }

task<std::optional<std::string>> line_reader::next() {
  std::size_t searched = used_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    std::size_t length = std::min(end, buffer_.size()) - used_;
    if (length > 0 && buffer_[used_ + length - 1] == '\r') --length;
    if (length > longest_) throw std::length_error("line too long");
    if (end != buffer_.npos) co_return buffer_.substr(std::exchange(used_, end + 1), length);
    buffer_.erase(0, std::exchange(used_, 0));
    searched = buffer_.size();
    char piece[4096];
    const std::size_t n = co_await from_.read_some(std::span(piece));
    if (n == 0) {
      if (buffer_.empty()) co_return std::nullopt;
      co_return std::exchange(buffer_, {});
    }
    buffer_.append(piece, n);
  }
}

task<std::string> line_reader::take(std::size_t n) {
  while (buffer_.size() - used_ < n) {
    buffer_.erase(0, std::exchange(used_, 0));
    char piece[4096];
    const std::size_t got = co_await from_.read_some(std::span(piece));
    if (got == 0) break;
    buffer_.append(piece, got);
  }
  std::string out = buffer_.substr(used_, n);
  used_ += out.size();
  co_return out;
}

}  // namespace rt
