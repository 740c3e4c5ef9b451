#include "cli/Workers.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace cotidy::cli {

using Clock = std::chrono::steady_clock;

/// What a child without memory exits with.
static constexpr int NoMemoryStatus = 77;
/// Templates nest deeply: more stack than the usual 8 MiB.
static constexpr rlim_t StackBytes = rlim_t(64) << 20;
/// What parsing one C++ unit may need.
static constexpr uint64_t BytesPerJob = uint64_t(1) << 30;

unsigned defaultJobs() {
  unsigned Jobs = std::max(1u, llvm::heavyweight_hardware_concurrency(0)
                                   .compute_thread_count());
  auto Info = llvm::MemoryBuffer::getFileAsStream("/proc/meminfo");
  if (!Info)
    return Jobs;
  llvm::StringRef Text = (*Info)->getBuffer();
  size_t At = Text.find("MemAvailable:");
  uint64_t Kilobytes;
  if (At == llvm::StringRef::npos ||
      Text.substr(At + 13).ltrim().consumeInteger(10, Kilobytes))
    return Jobs;
  return std::clamp<uint64_t>(Kilobytes * 1024 / BytesPerJob, 1, Jobs);
}

//===----------------------------------------------------------------------===//
// The child
//===----------------------------------------------------------------------===//

static void writeAll(int FD, llvm::StringRef Bytes) {
  while (!Bytes.empty()) {
    ssize_t N = write(FD, Bytes.data(), Bytes.size());
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      _exit(NoMemoryStatus);
    Bytes = Bytes.drop_front(N);
  }
}

[[noreturn]] static void workInChild(size_t Piece, int Result,
                                     llvm::function_ref<std::string(size_t)> Work) {
  // A parent that is killed takes its children along, and when memory is
  // short the kernel takes a child first.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (int FD = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); FD >= 0) {
    [[maybe_unused]] ssize_t N = write(FD, "1000", 4);
    close(FD);
  }
  for (int Signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGSEGV, SIGABRT, SIGILL,
                     SIGTRAP, SIGBUS, SIGFPE})
    signal(Signal, SIG_DFL);
  rlimit Limit{};
  getrlimit(RLIMIT_STACK, &Limit);
  if (Limit.rlim_cur != RLIM_INFINITY && Limit.rlim_cur < StackBytes) {
    Limit.rlim_cur = std::min(StackBytes, Limit.rlim_max);
    setrlimit(RLIMIT_STACK, &Limit);
  }
  rlimit NoCore{0, 0};
  setrlimit(RLIMIT_CORE, &NoCore);
  if (int Null = open("/dev/null", O_RDWR); Null >= 0)
    for (int FD : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      dup2(Null, FD);
  std::set_new_handler([] { _exit(NoMemoryStatus); });
  llvm::install_bad_alloc_error_handler(
      [](void *, const char *, bool) { _exit(NoMemoryStatus); });
  writeAll(Result, Work(Piece));
  _exit(0);
}

//===----------------------------------------------------------------------===//
// The parent
//===----------------------------------------------------------------------===//

static int WakeUp[2] = {-1, -1};

extern "C" {
static void onInterrupt(int) {
  [[maybe_unused]] ssize_t N = write(WakeUp[1], "x", 1);
}
}

namespace {
/// While it lives, an interrupt wakes the loop instead of ending the process.
class Interrupts {
public:
  Interrupts() {
    if (pipe2(WakeUp, O_CLOEXEC | O_NONBLOCK))
      llvm::report_fatal_error("cannot make a pipe", false);
    struct sigaction Action {};
    Action.sa_handler = onInterrupt;
    for (size_t I = 0; I < std::size(Signals); ++I) {
      sigaction(Signals[I], &Action, &Old[I]);
      // Under nohup, or in the background of a script: it stays ignored.
      if (Old[I].sa_handler == SIG_IGN)
        sigaction(Signals[I], &Old[I], nullptr);
    }
  }
  ~Interrupts() {
    for (size_t I = 0; I < std::size(Signals); ++I)
      sigaction(Signals[I], &Old[I], nullptr);
    close(WakeUp[0]);
    close(WakeUp[1]);
  }

private:
  static constexpr int Signals[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction Old[3];
};

struct Child {
  pid_t Pid = -1;
  size_t Piece = 0;
  int Life = -1;   ///< at its end when the child has ended
  int Result = -1; ///< a file in memory that the child fills
  bool Overdue = false;
  Clock::time_point Deadline = Clock::time_point::max();
};

class Pool {
public:
  Pool(const WorkerOptions &O, llvm::function_ref<std::string(size_t)> Work)
      : O(O), Work(Work) {}

  /// Does the pieces; those that may do better alone go into `Again`.
  bool run(const std::vector<size_t> &Pieces, unsigned Jobs,
           llvm::function_ref<void(size_t, Outcome)> Finished,
           std::vector<size_t> *Again) {
    size_t Next = 0;
    while (Next < Pieces.size() || !Children.empty()) {
      while (Next < Pieces.size() && Children.size() < Jobs) {
        size_t Piece = Pieces[Next++];
        if (!start(Piece))
          Finished(Piece, {Outcome::NotStarted, "", strerror(errno)});
      }
      if (Children.empty())
        continue;
      if (!wait())
        return false;
      for (size_t I = 0; I < Children.size();) {
        Outcome Out;
        if (!ended(Children[I], Out)) {
          ++I;
          continue;
        }
        size_t Piece = Children[I].Piece;
        Children.erase(Children.begin() + I);
        if (Again && Out.How == Outcome::OutOfMemory)
          Again->push_back(Piece);
        else
          Finished(Piece, std::move(Out));
      }
    }
    return true;
  }

private:
  /// False, with errno set, if the system has no process or file to give.
  bool start(size_t Piece) {
    Child C;
    C.Piece = Piece;
    int Life[2];
    C.Result = memfd_create("facts", MFD_CLOEXEC);
    if (C.Result < 0)
      return false;
    if (pipe2(Life, O_CLOEXEC)) {
      close(C.Result);
      return false;
    }
    llvm::outs().flush();
    fflush(nullptr);
    C.Pid = fork();
    if (C.Pid == 0) {
      close(Life[0]);
      workInChild(Piece, C.Result, Work);
    }
    int Error = errno;
    close(Life[1]);
    if (C.Pid < 0) {
      close(Life[0]);
      close(C.Result);
      errno = Error;
      return false;
    }
    C.Life = Life[0];
    if (O.Timeout)
      C.Deadline = Clock::now() + std::chrono::seconds(O.Timeout);
    Children.push_back(C);
    return true;
  }

  /// Sleeps until some child may have ended or is overdue, which it is then
  /// killed for. False when interrupted.
  bool wait() {
    std::vector<pollfd> Polls{{WakeUp[0], POLLIN, 0}};
    auto Earliest = Clock::time_point::max();
    for (const Child &C : Children) {
      Polls.push_back({C.Life, POLLIN, 0});
      if (!C.Overdue)
        Earliest = std::min(Earliest, C.Deadline);
    }
    int Milliseconds = -1;
    if (Earliest != Clock::time_point::max())
      Milliseconds = std::max<int64_t>(
          0, std::chrono::ceil<std::chrono::milliseconds>(Earliest -
                                                          Clock::now())
                 .count());
    poll(Polls.data(), Polls.size(), Milliseconds);
    if (Polls[0].revents) {
      killAll();
      return false;
    }
    for (Child &C : Children)
      if (Clock::now() >= C.Deadline && !C.Overdue) {
        C.Overdue = true;
        kill(C.Pid, SIGKILL);
      }
    return true;
  }

  bool ended(Child &C, Outcome &Out) {
    int Status = 0;
    pid_t Pid = waitpid(C.Pid, &Status, WNOHANG);
    if (Pid == 0)
      return false;
    if (C.Overdue)
      Out.How = Outcome::TimedOut;
    else if (WIFEXITED(Status) && WEXITSTATUS(Status) == 0)
      Out.Bytes = contentOf(C.Result);
    else if ((WIFEXITED(Status) && WEXITSTATUS(Status) == NoMemoryStatus) ||
             (WIFSIGNALED(Status) && WTERMSIG(Status) == SIGKILL))
      Out.How = Outcome::OutOfMemory;
    else {
      Out.How = Outcome::Crashed;
      Out.Detail = WIFSIGNALED(Status)
                       ? "signal " + std::to_string(WTERMSIG(Status))
                       : "status " + std::to_string(WEXITSTATUS(Status));
    }
    close(C.Life);
    close(C.Result);
    return true;
  }

  static std::string contentOf(int FD) {
    struct stat S;
    if (fstat(FD, &S))
      return "";
    std::string Bytes(S.st_size, '\0');
    size_t Done = 0;
    while (Done < Bytes.size()) {
      ssize_t N = pread(FD, Bytes.data() + Done, Bytes.size() - Done, Done);
      if (N <= 0)
        return "";
      Done += N;
    }
    return Bytes;
  }

  void killAll() {
    for (Child &C : Children)
      kill(C.Pid, SIGKILL);
    for (Child &C : Children) {
      waitpid(C.Pid, nullptr, 0);
      close(C.Life);
      close(C.Result);
    }
    Children.clear();
  }

  const WorkerOptions &O;
  llvm::function_ref<std::string(size_t)> Work;
  std::vector<Child> Children;
};
} // namespace

bool runWorkers(size_t N, const WorkerOptions &O,
                llvm::function_ref<std::string(size_t)> Work,
                llvm::function_ref<void(size_t, Outcome)> Finished) {
  if (N == 0)
    return true;
  Interrupts Guard;
  Pool P(O, Work);
  std::vector<size_t> All(N), Again;
  for (size_t I = 0; I < N; ++I)
    All[I] = I;
  return P.run(All, std::max(1u, O.Jobs), Finished, &Again) &&
         P.run(Again, 1, Finished, nullptr);
}

} // namespace cotidy::cli
