// process: a child program, with streams to it and an awaitable end.
// Decides: started by posix_spawn (no fork of a threaded program), waited for
// by pidfd (no signal handler, no blocking waitpid); a child that is still
// running when its object goes is killed and reaped. From the first spawn on
// SIGPIPE is ignored in this process (not in children), unless it is handled.
// Must not: leave a zombie, or a descriptor in an unrelated child.
#pragma once

#include <rt/net.hpp>

#include <sys/types.h>

namespace rt {

/// How a process ended: by exit(code), or by a signal.
struct exit_status {
  int code = 0;    // meaningful if signal is 0
  int signal = 0;  // 0 if it exited
  bool success() const noexcept { return signal == 0 && code == 0; }
};

struct process_options {
  bool pipe_in = false;   // child's stdin from process::in(), else /dev/null
  bool pipe_out = false;  // child's stdout to process::out(), else inherited
  bool pipe_err = false;  // child's stderr to process::err(), else inherited
  std::vector<std::string> environment;  // NAME=value, added to ours or instead
  int pass_descriptor = -1;              // becomes the child's descriptor 3
};

class process {
 public:
  /// Starts argv[0], looked up in PATH. Throws std::system_error if it cannot.
  static process spawn(std::vector<std::string> argv, process_options options = {});
  process(process&&) noexcept;
  process& operator=(process&&) noexcept;
  /// Kills (SIGKILL) a child that was not waited for. The loop reaps it when it
  /// is dead, at the latest when run returns.
  ~process();

  /// Awaits its end. May be called again, and by several tasks in turn. Throws
  /// std::system_error if somebody else reaped it (waitpid, SIGCHLD ignored).
  task<exit_status> wait();
  /// Sends a signal; no effect once it has been reaped.
  void kill(int signal) noexcept;
  pid_t pid() const noexcept;
  bool ended() const noexcept;

  stream& in() noexcept;   // write to the child; shutdown_write() ends its input
  stream& out() noexcept;  // read from the child
  stream& err() noexcept;

 private:
  struct impl;
  impl& self() const noexcept;
  explicit process(std::unique_ptr<impl> i) noexcept;
  std::unique_ptr<impl> impl_;
};

/// Runs a program, gives it `input`, and collects its output: reading and
/// writing go on together, so neither side can fill a pipe and wait for ever.
struct completed {
  exit_status status;
  std::string out, err;
};
task<completed> run_process(std::vector<std::string> argv, std::string input = {});

}  // namespace rt
