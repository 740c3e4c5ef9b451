// The worker's side: the registry of callable functions, and the serving loop.
// Decides: a plain blocking loop in a process of its own; it ends when the
// pool's end of the socket is closed. An exception becomes a reply.
// Must not: run a scheduler, or outlive the pool's process.
#include "frame.hpp"
#include "system.hpp"

#include <rt/process_pool.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <map>

namespace rt {
namespace {

struct known_function {
  std::string name;
  detail::remote_function call;
};

/// Filled before main, in whatever order; hence the function-local static.
std::map<std::uint64_t, known_function>& registry() {
  static std::map<std::uint64_t, known_function> all;
  return all;
}

bool receive_all(std::span<std::byte> to, descriptor_list& descriptors) {
  while (!to.empty()) {
    const ssize_t n = detail::receive_part(detail::worker_descriptor, to, descriptors, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to = to.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

bool send_all(std::uint64_t key, const outgoing& m) {
  const detail::frame_header h{m.bytes.size(), key};
  for (std::size_t done = 0; done < sizeof h + m.bytes.size();) {
    const ssize_t n = detail::send_part(detail::worker_descriptor, h, m, done, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

bool answer(std::uint64_t key, incoming& in) {
  std::string error;
  try {
    const auto f = registry().find(key);
    if (f == registry().end()) throw std::runtime_error("unknown function");
    outgoing out;
    f->second.call(in, out);
    return send_all(detail::reply_value, out);
  } catch (const std::exception& e) {
    error = e.what();
  } catch (...) {
    error = "an exception that is no std::exception";
  }
  outgoing out;
  wire<std::string>::put(out, error);
  return send_all(detail::reply_error, out);
}

}  // namespace

std::uint64_t detail::register_remote(const char* name, remote_function f) {
  std::uint64_t key = 14695981039346656037u;  // FNV-1a
  for (const char* c = name; *c; ++c) key = (key ^ static_cast<unsigned char>(*c)) * 1099511628211u;
  const auto [at, fresh] = registry().try_emplace(key, known_function{name, f});
  if (!fresh && (at->second.call != f || at->second.name != name)) {
    std::fprintf(stderr, "rt: two remote functions are both called '%s'\n", name);
    std::abort();
  }
  return key;
}

std::optional<int> worker_main(int argc, char** argv) {
  if (argc < 3 || std::string_view(argv[1]) != "--rt-worker") return std::nullopt;
  std::signal(SIGINT, SIG_IGN);
  // A program that a called function starts must not keep the socket open: its end is
  // how the pool learns that this process died.
  ::fcntl(detail::worker_descriptor, F_SETFD, FD_CLOEXEC);
  if (std::string_view(argv[2]) != "any") detail::bind_to_core(static_cast<unsigned>(std::atoi(argv[2])));
  for (;;) {
    detail::frame_header h{};
    descriptor_list descriptors;
    if (!receive_all(std::as_writable_bytes(std::span(&h, 1)), descriptors)) return 0;
    if (h.size > detail::largest_frame) return 1;
    std::vector<std::byte> body(h.size);
    if (!receive_all(body, descriptors)) return 0;
    incoming in(body, std::move(descriptors));
    if (!answer(h.key, in)) return 0;
  }
}

}  // namespace rt
