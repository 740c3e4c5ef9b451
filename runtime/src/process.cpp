// posix_spawn and pidfd behind rt::process.
// Decides: all descriptors are close-on-exec except those made the child's;
// the child gets default signals and an empty mask. Reaping is by waitid after
// the pidfd became readable, so the loop never waits in it.
// Must not: use raw close on a descriptor that Asio owns.
#include "stream.hpp"
#include "system.hpp"

#include <rt/combine.hpp>
#include <rt/process.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>

#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace rt {
namespace asio = boost::asio;
using detail::throw_errno;

namespace {

/// A descriptor until somebody takes it.
struct owned_fd {
  owned_fd() = default;
  explicit owned_fd(int f) noexcept : fd(f) {}
  owned_fd(owned_fd&& o) noexcept : fd(std::exchange(o.fd, -1)) {}
  owned_fd& operator=(owned_fd&& o) noexcept {
    std::swap(fd, o.fd);
    return *this;
  }
  ~owned_fd() {
    if (fd >= 0) ::close(fd);
  }
  int release() noexcept { return std::exchange(fd, -1); }
  int fd = -1;
};

struct pipe_ends {
  owned_fd read, write;
};

pipe_ends make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) throw_errno("pipe");
  return {owned_fd(fds[0]), owned_fd(fds[1])};
}

/// posix_spawn's two C structures, destroyed in any case.
struct spawn_plan {
  spawn_plan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~spawn_plan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  spawn_plan(const spawn_plan&) = delete;
  /// `from` becomes `to` in the child (also if they are equal).
  void give(int from, int to) { posix_spawn_file_actions_adddup2(&actions, from, to); }

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

std::vector<char*> pointers(std::vector<std::string>& v) {
  std::vector<char*> out;
  for (auto& s : v) out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

/// SIGPIPE would end this process when a child closes its stdin: pipes, unlike
/// sockets, have no flag against it.
void ignore_sigpipe() {
  struct sigaction now{};
  if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) {
    now.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &now, nullptr);
  }
}

}  // namespace

struct process::impl {
  explicit impl(pid_t p) : pid(p), handle(detail::context()) {}
  RT_ANNOTATE("cotidy::allow", "cotidy-blocking-call", "it has ended, or was killed and the loop ends")
  ~impl() {
    siginfo_t info{};
    while (!reaped && ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) != 0 && errno == EINTR) {
    }
  }

  /// 0 and `reaped` if it has ended, 0 if not yet, else errno: ECHILD says that it
  /// was reaped behind our back, by somebody's waitpid or because SIGCHLD is ignored.
  int look() noexcept {
    siginfo_t info{};
    if (reaped) return 0;
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG) != 0) return errno;
    if (info.si_pid == 0) return 0;
    status = info.si_code == CLD_EXITED ? exit_status{info.si_status, 0}
                                        : exit_status{0, info.si_status};
    reaped = true;
    return 0;
  }

  pid_t pid;
  asio::posix::stream_descriptor handle;  // the pidfd
  detail::direction dir;
  stream in, out, err;
  exit_status status;
  bool reaped = false;
};

namespace {

/// The strings of `ours` whose names `theirs` does not set, then `theirs`.
std::vector<std::string> merged(char** ours, std::vector<std::string> theirs) {
  const auto same_name = [](std::string_view a, std::string_view b) {
    return a.substr(0, a.find('=')) == b.substr(0, b.find('='));
  };
  std::vector<std::string> all;
  for (char** o = ours; *o; ++o)
    if (std::ranges::none_of(theirs, [&](const auto& t) { return same_name(*o, t); }))
      all.emplace_back(*o);
  std::ranges::move(theirs, std::back_inserter(all));
  return all;
}

}  // namespace

RT_ANNOTATE("cotidy::allow", "cotidy-blocking-call", "starting a program has no asynchronous form")
process process::spawn(std::vector<std::string> argv, process_options options) {
  if (argv.empty()) throw_errno("empty command", EINVAL);
  ignore_sigpipe();
  spawn_plan plan;
  pipe_ends in, out, err;
  owned_fd null;
  if (options.pipe_in) {
    in = make_pipe();
    plan.give(in.read.fd, 0);
  } else {
    null = owned_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (null.fd < 0) throw_errno("/dev/null");
    plan.give(null.fd, 0);
  }
  if (options.pipe_out) plan.give((out = make_pipe()).write.fd, 1);
  if (options.pipe_err) plan.give((err = make_pipe()).write.fd, 2);
  owned_fd passed;  // a duplicate: the given number may be one that the child's streams take
  if (options.pass_descriptor >= 0) {
    passed = owned_fd(::fcntl(options.pass_descriptor, F_DUPFD_CLOEXEC, 4));
    if (passed.fd < 0) throw_errno("descriptor to pass");
    plan.give(passed.fd, 3);
  }

  auto environment = merged(environ, std::move(options.environment));
  auto arguments = pointers(argv), variables = pointers(environment);

  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, argv[0].c_str(), &plan.actions, &plan.attributes,
                                   arguments.data(), variables.data());
  if (error != 0) throw_errno(argv[0], error);

  process p(std::make_unique<impl>(pid));
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));  // close-on-exec
  if (handle < 0) throw_errno("pidfd_open");
  detail::in_asio("pidfd", [&] { p.impl_->handle.assign(handle); });
  if (options.pipe_in) p.impl_->in = stream(detail::adopt_pipe(in.write.release()));
  if (options.pipe_out) p.impl_->out = stream(detail::adopt_pipe(out.read.release()));
  if (options.pipe_err) p.impl_->err = stream(detail::adopt_pipe(err.read.release()));
  return p;
}

process::process(std::unique_ptr<impl> i) noexcept : impl_(std::move(i)) {}
process::process(process&&) noexcept = default;
process& process::operator=(process&& o) noexcept {
  std::swap(impl_, o.impl_);
  return *this;
}

/// The loop reaps the child when it has died; what is left at its end, ~impl does.
process::~process() {
  if (!impl_ || impl_->reaped) return;
  assert(loop::is_running() && "it must go before the loop that it was made on");
  kill(SIGKILL);
  impl_->in.close();
  impl_->out.close();
  impl_->err.close();
  auto& handle = impl_->handle;
  if (!handle.is_open()) return;
  try {
    handle.async_wait(asio::posix::stream_descriptor::wait_read,
                      [dying = std::move(impl_)](const boost::system::error_code&) {});
  } catch (...) {  // no memory: ~impl has waited for it
  }
}

process::impl& process::self() const noexcept {
  assert(impl_ && "a process that was moved away");
  return *impl_;
}

task<exit_status> process::wait() {
  impl& child = self();
  detail::real_work elsewhere;
  const auto start = [&child](detail::completion c) {
    child.handle.async_wait(asio::posix::stream_descriptor::wait_read, c);
  };
  for (;;) {
    if (const int error = child.look()) throw_errno("wait for process", error);
    if (child.reaped) co_return child.status;
    co_await detail::op{child.dir, start, "wait for process"};
  }
}

void process::kill(int signal) noexcept {
  if (!self().reaped) ::kill(impl_->pid, signal);
}
pid_t process::pid() const noexcept { return self().pid; }
bool process::ended() const noexcept {
  return self().look() != 0 || impl_->reaped;
}
stream& process::in() noexcept { return self().in; }
stream& process::out() noexcept { return self().out; }
stream& process::err() noexcept { return self().err; }

namespace {

task<> feed(stream& to, const std::string& input) {
  try {
    co_await to.write_all(input);
  } catch (const std::system_error& e) {
    if (e.code() != std::errc::broken_pipe) throw;  // it does not want the rest
  }
  to.close();
}

task<> collect(stream& from, std::string& to) {
  char piece[16384];
  while (const std::size_t n = co_await from.read_some(std::span(piece))) to.append(piece, n);
}

}  // namespace

task<completed> run_process(std::vector<std::string> argv, std::string input) {
  process_options o;
  o.pipe_in = o.pipe_out = o.pipe_err = true;
  process p = process::spawn(std::move(argv), o);
  completed c;
  co_await all(feed(p.in(), input), collect(p.out(), c.out), collect(p.err(), c.err));
  c.status = co_await p.wait();
  co_return c;
}

}  // namespace rt
