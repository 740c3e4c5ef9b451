// The two kinds of Asio object behind rt::stream, and what each direction needs.
// Decides: a completion handler's memory is part of the stream, so a read or a
// write allocates nothing of its own; cancellation is by Asio's slot of that
// one operation.
// Must not: be included outside src/.
#pragma once

#include "reactor.hpp"

#include <rt/net.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include <cstddef>

namespace rt::detail {

/// One direction of a stream: at most one operation is pending in it.
struct direction {
  direction() = default;
  ~direction() {
    assert(!pending && "closed while a task waits for it");
    assert(loop::is_running() && "it must go before the loop that it was made on");
  }
  boost::asio::cancellation_signal cancel;
  alignas(std::max_align_t) std::byte memory[320];
  bool memory_taken = false;
  bool pending = false;
};

/// Gives the handler of the pending operation the direction's own memory.
template <class T>
struct direction_allocator {
  using value_type = T;
  explicit direction_allocator(direction& d) noexcept : dir(&d) {}
  template <class U>
  direction_allocator(const direction_allocator<U>& o) noexcept : dir(o.dir) {}
  T* allocate(std::size_t n) {
    if (!dir->memory_taken && n * sizeof(T) <= sizeof dir->memory) {
      dir->memory_taken = true;
      return reinterpret_cast<T*>(dir->memory);
    }
    return static_cast<T*>(::operator new(n * sizeof(T)));
  }
  void deallocate(T* p, std::size_t) noexcept {
    if (reinterpret_cast<std::byte*>(p) == dir->memory)
      dir->memory_taken = false;
    else
      ::operator delete(p);
  }
  friend bool operator==(const direction_allocator&, const direction_allocator&) = default;
  direction* dir;
};

template <>
struct direction_allocator<void> {
  using value_type = void;
  explicit direction_allocator(direction& d) noexcept : dir(&d) {}
  template <class U>
  direction_allocator(const direction_allocator<U>& o) noexcept : dir(o.dir) {}
  friend bool operator==(const direction_allocator&, const direction_allocator&) = default;
  direction* dir;
};

/// Completion handler: tells the waiter, nothing else.
struct completion {
  using allocator_type = direction_allocator<void>;
  using cancellation_slot_type = boost::asio::cancellation_slot;
  allocator_type get_allocator() const noexcept { return allocator_type(*dir); }
  cancellation_slot_type get_cancellation_slot() const noexcept { return dir->cancel.slot(); }
  void operator()(const boost::system::error_code& e, std::size_t n = 0) const {
    wait->finish(e, n);
  }
  io_wait* wait;
  direction* dir;
};

/// A wait for any Asio operation: start(completion) begins it.
template <class Start>
struct op_awaiter : io_wait {
  op_awaiter(direction& d, Start s, const char* w) : io_wait(&d), start(std::move(s)), what(w) {}
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> h) {
    return begin(h, [&] { start(completion{this, dir}); });
  }
  std::size_t await_resume() const { return result(what); }
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

/// While it lives, something is awaited that takes real time elsewhere.
struct real_work {
  real_work() noexcept { ++loop::current().work_waits; }
  ~real_work() { --loop::current().work_waits; }
  real_work(const real_work&) = delete;
};

struct stream_impl {
  virtual ~stream_impl() = default;
  virtual void start_read(std::span<std::byte> b, completion c) = 0;
  virtual void start_write(std::span<const std::byte> b, completion c) = 0;
  /// Bytes taken by the kernel at once, or -1 if it would have to wait or failed.
  virtual std::ptrdiff_t write_now(std::span<const std::byte> b) noexcept = 0;
  virtual void shutdown_write() = 0;
  virtual void close() noexcept = 0;
  virtual int fd() const noexcept = 0;

  direction in, out;
  bool ended = false;  // the end was read: Asio would wait for ever to tell it again
};

/// Wraps a connected socket, or one end of a pipe; takes ownership.
std::unique_ptr<stream_impl> adopt_socket(int fd);
std::unique_ptr<stream_impl> adopt_pipe(int fd);

/// The context of the current loop.
inline boost::asio::io_context& context() { return loop::current().io().context; }

}  // namespace rt::detail
