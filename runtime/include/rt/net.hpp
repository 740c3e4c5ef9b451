// Byte streams over TCP, UNIX sockets and pipes; listeners; name resolution.
// Decides: one read and one write may be pending on a stream at a time; both
// can be cancelled, and lose nothing by it; the end of the stream is a read of
// 0 bytes, other failures throw std::system_error. TCP streams send at once.
// Must not: block. A stream belongs to the loop that made it.
#pragma once

#include <rt/loop.hpp>

#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace rt {

namespace detail {

struct stream_impl;  // Asio objects, in src/
struct listener_impl;
struct direction;

/// A wait that ends by Asio's reactor. Cancellation asks the reactor to stop;
/// what has happened by then counts.
class io_wait : public waiter {
 public:
  explicit io_wait(direction* d) noexcept : waiter(&give_up), dir(d) {}

  /// Called by the completion handler, on the loop's thread.
  void finish(const std::error_code& e, std::size_t n) noexcept;
  std::size_t result(const char* what) const;  // throws cancelled or system_error

  std::error_code error;
  std::size_t count = 0;

 protected:
  /// Parks, then calls start(), which must lead to one call of finish.
  template <class S>
  bool begin(std::coroutine_handle<> h, S start) {
    return park_and(h, [&] {
      enter();
      try {
        start();
      } catch (...) {
        left();
        throw;
      }
    });
  }
  void enter() noexcept;  // it is counted, and the only one in its direction
  void left() noexcept;
  static void give_up(waiter& w) noexcept;
  direction* dir;
};

struct read_awaiter : io_wait {
  read_awaiter(stream_impl& s, std::span<std::byte> b) noexcept;
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> h);
  std::size_t await_resume() const;
  stream_impl& impl;
  std::span<std::byte> buffer;
};
struct write_awaiter : io_wait {
  write_awaiter(stream_impl& s, std::span<const std::byte> b) noexcept;
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> h);
  std::size_t await_resume() const;
  stream_impl& impl;
  std::span<const std::byte> buffer;
};
struct read_op {
  stream_impl& impl;
  std::span<std::byte> buffer;
  read_awaiter operator co_await() && noexcept { return {impl, buffer}; }
};
struct write_op {
  stream_impl& impl;
  std::span<const std::byte> buffer;
  write_awaiter operator co_await() && noexcept { return {impl, buffer}; }
};

}  // namespace detail

/// A connected byte stream. Move-only; the destructor closes it, which must not
/// happen while a task waits on it.
class stream {
 public:
  stream() noexcept;
  stream(stream&&) noexcept;
  stream& operator=(stream&&) noexcept;
  ~stream();

  /// Reads at least one byte, at most buffer.size(); 0 at the end of stream.
  detail::read_op read_some(std::span<std::byte> buffer) { return {impl(), buffer}; }
  detail::read_op read_some(std::span<char> buffer) {
    return {impl(), std::as_writable_bytes(buffer)};
  }

  /// Writes at least one byte; does not suspend if the kernel takes it.
  detail::write_op write_some(std::span<const std::byte> data) { return {impl(), data}; }

  /// Writes everything. `data` must live until then.
  task<> write_all(std::span<const std::byte> data);
  task<> write_all(std::string_view text);

  /// Fills the buffer. Fewer bytes are returned only at the end of the stream.
  task<std::size_t> read_full(std::span<std::byte> buffer);

  /// The peer reads the end of the stream; reading goes on.
  void shutdown_write();
  void close() noexcept;
  bool is_open() const noexcept;

  /// The descriptor, still owned by the stream; -1 if closed.
  int native_handle() const noexcept;

  explicit stream(std::unique_ptr<detail::stream_impl> impl) noexcept;
  detail::stream_impl& impl() noexcept {
    assert(impl_ && "a stream that was never connected, or was moved away");
    return *impl_;
  }

 private:
  std::unique_ptr<detail::stream_impl> impl_;
};

/// Lines from a stream, through a buffer of bounded size.
class line_reader {
 public:
  explicit line_reader(stream& from, std::size_t longest = 65536) : from_(from), longest_(longest) {}
  /// The next line without its "\n" or "\r\n"; nullopt at the end. Throws
  /// std::length_error for a line longer than `longest`. Cancelling loses nothing.
  task<std::optional<std::string>> next();
  /// Exactly n bytes (fewer only at the end), after lines read so far.
  task<std::string> take(std::size_t n);

 private:
  stream& from_;
  std::size_t longest_;
  std::string buffer_;
  std::size_t used_ = 0;  // bytes of buffer_ handed out
};

/// A numeric address, as resolve returns it.
struct endpoint {
  std::string address;
  std::uint16_t port = 0;
};

/// Looks a name up without blocking the loop. Throws std::system_error if it is
/// unknown. Cancelled, it ends at once; run waits for the system's resolver.
task<std::vector<endpoint>> resolve(std::string host, std::uint16_t port);

/// Connects to the first address of `host` that accepts.
task<stream> connect_tcp(std::string host, std::uint16_t port);

/// Connects to a UNIX stream socket.
task<stream> connect_unix(std::string path);

/// Two connected UNIX sockets.
std::pair<stream, stream> stream_pair();

/// Accepts connections, for one task at a time. Must not be destroyed while a
/// task waits in accept.
class listener {
 public:
  /// Listens on a numeric address; port 0 takes a free one. Throws
  /// std::system_error if it cannot.
  static listener tcp(const std::string& address, std::uint16_t port, int backlog = 1024);
  /// Listens on a path, which must not exist; it is removed with the listener.
  static listener unix_path(const std::string& path, int backlog = 1024);
  listener(listener&&) noexcept;
  ~listener();

  /// The next connection.
  task<stream> accept();
  std::uint16_t port() const;
  /// Accepting tasks get std::errc::operation_canceled.
  void close() noexcept;

 private:
  explicit listener(std::unique_ptr<detail::listener_impl> impl) noexcept;
  std::unique_ptr<detail::listener_impl> impl_;
};

/// Waits until a descriptor owned by somebody else can be read or written. It
/// must be non-blocking, and stay open meanwhile; one wait a descriptor at a time.
task<> readable(int fd);
task<> writable(int fd);

}  // namespace rt
