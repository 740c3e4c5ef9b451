// process_pool: function calls in worker processes, isolated from each other.
// Decides: a worker is this same program, started again; main must begin with
// worker_main. One call at a time a worker. A crash fails that call with
// worker_died, the worker is replaced, and nothing else notices. A cancelled
// call kills its worker, for the function cannot be stopped otherwise. Workers
// ignore SIGINT: what Ctrl-C means is the pool's program to decide.
// Must not: be used for speed; in C++ threads compute as fast and share memory.
#pragma once

#include <rt/pool.hpp>
#include <rt/process.hpp>
#include <rt/shared_buffer.hpp>
#include <rt/sync.hpp>
#include <rt/wire.hpp>

namespace rt {

/// The worker's process ended during the call.
class worker_died : public std::runtime_error {
 public:
  worker_died(pid_t pid, exit_status how);
  pid_t pid() const noexcept { return pid_; }
  exit_status status() const noexcept { return status_; }

 private:
  pid_t pid_;
  exit_status status_;
};

/// The function threw in the worker; what() is its message. The worker lives.
class remote_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// First line of main: `if (auto rc = rt::worker_main(argc, argv)) return *rc;`.
/// In a worker it serves calls until the pool goes; elsewhere it is nothing.
RT_ANNOTATE("cotidy::blocking") std::optional<int> worker_main(int argc, char** argv);

namespace detail {

using remote_function = void (*)(incoming&, outgoing&);
/// Called before main, once for each function; returns the key of `name`.
std::uint64_t register_remote(const char* name, remote_function f);

template <auto Fn>
struct remote_of;
template <class R, class... A, R (*Fn)(A...)>
struct remote_of<Fn> {
  using result = std::decay_t<R>;
  using arguments = std::tuple<std::decay_t<A>...>;
  static void invoke(incoming& in, outgoing& out) {
    arguments a = wire<arguments>::get(in);
    const auto pass = [](auto&... v) -> R { return Fn(static_cast<A&&>(v)...); };
    if constexpr (std::is_void_v<R>)
      std::apply(pass, a);
    else
      wire<result>::put(out, std::apply(pass, a));
  }
  static const char* name() { return __PRETTY_FUNCTION__; }
  static inline const std::uint64_t key = register_remote(name(), &invoke);
};

}  // namespace detail

/// Its workers belong to the loop that it is used on: make it inside run.
class process_pool {
 public:
  /// n = 0: as many workers as the hardware has threads. They are started when
  /// first needed.
  explicit process_pool(unsigned n = 0, affinity where = affinity::any);
  /// Kills the workers, as ~process does. No call may be pending.
  ~process_pool();
  process_pool(const process_pool&) = delete;
  process_pool& operator=(const process_pool&) = delete;

  /// Calls Fn(args...) in a worker: `co_await pool.call<&f>(x)`. Fn is a
  /// function of this program; its parameters and result must have a `wire`.
  /// Throws remote_error, worker_died, or wire_error.
  template <auto Fn, class... A>
  auto call(A... args) -> task<typename detail::remote_of<Fn>::result> {
    using remote = detail::remote_of<Fn>;
    typename remote::arguments values(std::move(args)...);
    outgoing message;
    wire<typename remote::arguments>::put(message, values);
    reply r = co_await exchange(remote::key, std::move(message));
    incoming in(r.bytes, std::move(r.descriptors));
    if constexpr (!std::is_void_v<typename remote::result>)
      co_return wire<typename remote::result>::get(in);
  }

  unsigned size() const noexcept { return size_; }
  /// Workers started so far, replacements included.
  unsigned started() const noexcept { return started_; }

 private:
  struct worker;
  struct reply {
    std::vector<std::byte> bytes;
    descriptor_list descriptors;
  };
  task<reply> exchange(std::uint64_t key, outgoing message);
  std::unique_ptr<worker> idle_worker();

  unsigned size_;
  affinity where_;
  unsigned started_ = 0;
  semaphore free_;
  std::vector<std::unique_ptr<worker>> idle_;
};

}  // namespace rt
