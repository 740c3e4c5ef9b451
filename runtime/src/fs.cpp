// Whole files by POSIX calls, on a pool's thread.
// Decides: a descriptor is closed on every path; short reads and writes and
// EINTR are handled; an error carries errno and the path.
// Must not: be reached from a loop's thread except through offload.
#include "system.hpp"

#include <rt/fs.hpp>

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rt::fs {
namespace {

struct file {
  file(const std::string& path, int flags) : name(path), fd(::open(path.c_str(), flags, 0666)) {
    if (fd < 0) fail();
  }
  file(const file&) = delete;
  file& operator=(const file&) = delete;
  ~file() { ::close(fd); }
  [[noreturn]] void fail() const { detail::throw_errno(name); }
  const std::string& name;
  int fd;
};

std::string read_all(const std::string& path) {
  file f(path, O_RDONLY | O_CLOEXEC);
  struct stat st;
  std::string out;
  if (::fstat(f.fd, &st) == 0 && st.st_size > 0) out.reserve(static_cast<std::size_t>(st.st_size));
  char piece[65536];
  for (;;) {
    const ssize_t n = ::read(f.fd, piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) f.fail();
    if (n == 0) return out;
    out.append(piece, static_cast<std::size_t>(n));
  }
}

void write_all(const std::string& path, const std::string& content, bool flush) {
  file f(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
  for (std::size_t done = 0; done < content.size();) {
    const ssize_t n = ::write(f.fd, content.data() + done, content.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) f.fail();
    done += static_cast<std::size_t>(n);
  }
  if (flush && ::fsync(f.fd) != 0) f.fail();
}

void replace(const std::string& path, const std::string& content) {
  static std::atomic<unsigned> count = 0;  // of this process: two may replace one file at once
  const std::string fresh =
      path + ".new." + std::to_string(::getpid()) + "." + std::to_string(++count);
  try {
    write_all(fresh, content, true);
  } catch (...) {
    ::unlink(fresh.c_str());
    throw;
  }
  if (::rename(fresh.c_str(), path.c_str()) == 0) return;
  const int error = errno;
  ::unlink(fresh.c_str());
  detail::throw_errno(path, error);
}

}  // namespace

task<std::string> read_file(thread_pool& pool, std::string path) {
  co_return co_await offload(pool, [&path] { return read_all(path); });
}

task<> write_file(thread_pool& pool, std::string path, std::string content) {
  co_await offload(pool, [&] { write_all(path, content, false); });
}

task<> replace_file(thread_pool& pool, std::string path, std::string content) {
  co_await offload(pool, [&] { replace(path, content); });
}

}  // namespace rt::fs
