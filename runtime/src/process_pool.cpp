// The pool's side of a call: find a worker, send, receive, or bury it.
// Decides: a worker returns to the idle ones only after a whole reply; on any
// other way out its process is killed and reaped with it.
// Must not: let one call's failure reach another.
#include "frame.hpp"
#include "stream.hpp"
#include "system.hpp"

#include <rt/process_pool.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>

#include <cerrno>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace rt {
namespace asio = boost::asio;
using wait_type = asio::posix::stream_descriptor;

namespace {

std::string describe(pid_t pid, exit_status how) {
  return "worker " + std::to_string(pid) +
         (how.signal ? " was ended by signal " + std::to_string(how.signal)
                     : " exited with " + std::to_string(how.code));
}

bool would_wait(ssize_t n) { return n < 0 && (errno == EAGAIN || errno == EINTR); }

}  // namespace

worker_died::worker_died(pid_t pid, exit_status how)
    : runtime_error(describe(pid, how)), pid_(pid), status_(how) {}

struct process_pool::worker {
  worker(process p, int fd) : child(std::move(p)), socket(detail::context(), fd) {}

  /// False if the worker is gone.
  task<bool> send(std::uint64_t key, const outgoing& m) {
    const detail::frame_header h{m.bytes.size(), key};
    for (std::size_t done = 0; done < sizeof h + m.bytes.size();) {
      const ssize_t n = detail::send_part(socket.native_handle(), h, m, done, MSG_DONTWAIT);
      if (would_wait(n)) {
        co_await ready(wait_type::wait_write);
      } else if (n < 0) {
        if (errno == EPIPE || errno == ECONNRESET) co_return false;
        detail::throw_errno("send to worker");
      } else {
        done += static_cast<std::size_t>(n);
      }
    }
    co_return true;
  }

  /// False if the worker is gone.
  task<bool> receive(std::span<std::byte> to, descriptor_list& descriptors) {
    while (!to.empty()) {
      const ssize_t n =
          detail::receive_part(socket.native_handle(), to, descriptors, MSG_DONTWAIT);
      if (would_wait(n)) {
        co_await ready(wait_type::wait_read);
      } else if (n <= 0) {
        co_return false;
      } else {
        to = to.subspan(static_cast<std::size_t>(n));
      }
    }
    co_return true;
  }

  task<> ready(wait_type::wait_type what) {
    detail::real_work elsewhere;  // the worker computes: virtual time stands still
    const auto start = [this, what](detail::completion c) { socket.async_wait(what, c); };
    co_await detail::op{dir, start, "wait for worker"};
  }

  process child;
  asio::posix::stream_descriptor socket;
  detail::direction dir;
};

process_pool::process_pool(unsigned n, affinity where)
    : size_(n ? n : std::max(1u, std::thread::hardware_concurrency())),
      where_(where),
      free_(size_) {}
process_pool::~process_pool() {
  assert(free_.available() == size_ && "no call may be pending");
}

std::unique_ptr<process_pool::worker> process_pool::idle_worker() {
  while (!idle_.empty()) {
    auto w = std::move(idle_.back());
    idle_.pop_back();
    if (!w->child.ended()) return w;  // it may have been killed meanwhile
  }
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    detail::throw_errno("socketpair");
  struct closer {
    int fd;
    ~closer() { ::close(fd); }
  } theirs{fds[1]};
  process_options o;
  o.pass_descriptor = fds[1];
  const unsigned index = started_++;
  std::vector<std::string> argv{"/proc/self/exe", "--rt-worker"};
  argv.push_back(where_ == affinity::one_core_each ? std::to_string(index % size_) : "any");
  try {
    process started = process::spawn(std::move(argv), std::move(o));
    return detail::in_asio("worker", [&] { return std::make_unique<worker>(std::move(started), fds[0]); });
  } catch (...) {
    ::close(fds[0]);
    throw;
  }
}

task<process_pool::reply> process_pool::exchange(std::uint64_t key, outgoing message) {
  const auto permit = co_await free_.acquire();
  std::unique_ptr<worker> w = idle_worker();
  reply r;
  detail::frame_header h{};
  bool alive = co_await w->send(key, message) &&
               co_await w->receive(std::as_writable_bytes(std::span(&h, 1)), r.descriptors);
  if (alive) {
    if (h.size > detail::largest_frame) throw wire_error("reply too large");
    r.bytes.resize(h.size);
    alive = co_await w->receive(r.bytes, r.descriptors);
  }
  if (!alive) {
    w->child.kill(SIGKILL);  // it may have closed the socket only; an exit code stands
    const exit_status how = co_await w->child.wait();
    throw worker_died(w->child.pid(), how);
  }
  idle_.push_back(std::move(w));
  if (h.key == detail::reply_error) {
    incoming in(r.bytes, std::move(r.descriptors));
    throw remote_error(wire<std::string>::get(in));
  }
  co_return r;
}

}  // namespace rt
