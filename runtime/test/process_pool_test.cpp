// Tests of rt/process_pool.hpp: calls that return, throw, crash and hang.
// One file a header; no assertion depends on real time.
#include <rt/process_pool.hpp>

#include <gtest/gtest.h>
#include <rt/combine.hpp>
#include <rt/test.hpp>

#include <csignal>
#include <fcntl.h>
#include <numeric>
#include <sched.h>
#include <set>
#include <spawn.h>
#include <unistd.h>

namespace {
using namespace rt;
using namespace std::chrono_literals;

// Functions that workers call.
long sum(std::vector<int> v) { return std::accumulate(v.begin(), v.end(), 0L); }
std::string greet(const std::string& name) { return "hello " + name; }
int crash(int signal) {
  std::signal(signal, SIG_DFL);
  raise(signal);
  return 0;
}
int leave(int code) { _exit(code); }
void refuse() { throw std::runtime_error("will not"); }
int own_pid() { return getpid(); }
int cores() {
  cpu_set_t set;
  sched_getaffinity(0, sizeof set, &set);
  return CPU_COUNT(&set);
}
void hang() {
  for (;;) pause();
}
/// Leaves its pool, but does not end.
void hang_up() {
  close(3);
  hang();
}
int lose(shared_buffer) { throw std::runtime_error("lost"); }
bool ignores_sigint() {
  raise(SIGINT);
  return true;
}
int descriptors_open() {
  int n = 0;
  for (int fd = 0; fd < 256; ++fd) n += fcntl(fd, F_GETFD) != -1;
  return n;
}

TEST(ProcessPool, CallsFunctionsElsewhere) {
  rt::run([]() -> task<> {
    process_pool pool(2);
    EXPECT_NE(co_await pool.call<&own_pid>(), getpid());
    EXPECT_EQ(co_await pool.call<&sum>(std::vector<int>(1000, 3)), 3000);
    EXPECT_EQ(co_await pool.call<&greet>(std::string("you")), "hello you");
    EXPECT_EQ(pool.started(), 1u);  // one was enough
  });
}

TEST(ProcessPool, RunsCallsSideBySideAndReusesWorkers) {
  rt::run([]() -> task<> {
    process_pool pool(3);
    auto pids = co_await map(std::views::iota(0, 60), 10,
                             [&](int) -> task<int> { return pool.call<&own_pid>(); });
    EXPECT_LE(std::set<int>(pids.begin(), pids.end()).size(), 3u);
    EXPECT_LE(pool.started(), 3u);
  });
}

TEST(ProcessPool, BringsExceptionsBackAndTheWorkerLives) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    std::string what;
    try {
      co_await pool.call<&refuse>();
    } catch (const remote_error& e) {
      what = e.what();
    }
    EXPECT_EQ(what, "will not");
    EXPECT_EQ(co_await pool.call<&greet>(std::string("x")), "hello x");
    EXPECT_EQ(pool.started(), 1u);
  });
}

TEST(ProcessPool, SurvivesCrashes) {
  rt::run([]() -> task<> {
    process_pool pool(2);
    int died = 0, fine = 0;
    co_await for_each(std::views::iota(0, 40), 4, [&](int i) -> task<> {
      try {
        if (i % 10 == 3)
          co_await pool.call<&crash>(SIGKILL);
        else
          fine += co_await pool.call<&greet>(std::string("a")) == "hello a";
      } catch (const worker_died& e) {
        EXPECT_EQ(e.status().signal, SIGKILL);
        ++died;
      }
    });
    EXPECT_EQ(died, 4);
    EXPECT_EQ(fine, 36);
  });
}

TEST(ProcessPool, TellsAnExitFromACrash) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    int code = 0;
    try {
      co_await pool.call<&leave>(7);
    } catch (const worker_died& e) {
      code = e.status().code;
    }
    EXPECT_EQ(code, 7);
  });
}

TEST(ProcessPool, AWorkerThatHangsUpIsEnded) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    int signal = 0;
    try {
      co_await pool.call<&hang_up>();
    } catch (const worker_died& e) {
      signal = e.status().signal;
    }
    EXPECT_EQ(signal, SIGKILL);
    EXPECT_TRUE(co_await pool.call<&ignores_sigint>());
    EXPECT_EQ(pool.started(), 2u);
  });
}

TEST(ProcessPool, FailedCallsLeaveNoDescriptors) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    EXPECT_NE(co_await pool.call<&own_pid>(), getpid());
    const int before = descriptors_open();
    for (int i = 0; i < 5; ++i) {
      shared_buffer b(64);
      try {
        co_await pool.call<&lose>(std::move(b));
      } catch (const std::exception&) {
        continue;
      }
      ADD_FAILURE();
    }
    EXPECT_EQ(descriptors_open(), before);
  });
}

TEST(ProcessPool, ACancelledCallKillsItsWorkerOnly) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    EXPECT_FALSE(co_await timeout(20ms, pool.call<&hang>()));
    EXPECT_EQ(co_await pool.call<&greet>(std::string("b")), "hello b");
    EXPECT_EQ(pool.started(), 2u);
  });
}

TEST(ProcessPool, ReplacesAWorkerThatDiedIdle) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    const int pid = co_await pool.call<&own_pid>();
    kill(pid, SIGKILL);
    while (kill(pid, 0) == 0) {
      int fine = 0;
      try {
        fine = co_await pool.call<&own_pid>();
      } catch (const worker_died&) {
        continue;  // the signal was not there yet when the call began
      }
      if (fine != pid) break;
    }
    EXPECT_NE(co_await pool.call<&own_pid>(), pid);
  });
}

TEST(ProcessPool, PassesLargeMessages) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    EXPECT_EQ(co_await pool.call<&sum>(std::vector<int>(3'000'000, 1)), 3'000'000);
  });
}

TEST(ProcessPool, BindsWorkersToCores) {
  rt::run([]() -> task<> {
    process_pool pool(1, affinity::one_core_each);
    EXPECT_EQ(co_await pool.call<&cores>(), 1);
  });
}

/// Dies while a program that it started lives on.
int die_before_ones_child() {
  char name[] = "sleep", seconds[] = "20";
  char* argv[] = {name, seconds, nullptr};
  pid_t child;
  posix_spawn_file_actions_t silent;  // or whoever reads our output waits for it, too
  posix_spawn_file_actions_init(&silent);
  posix_spawn_file_actions_addopen(&silent, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&silent, 1, 2);
  posix_spawnp(&child, name, &silent, nullptr, argv, nullptr);
  posix_spawn_file_actions_destroy(&silent);
  raise(SIGKILL);
  return child;
}

TEST(ProcessPool, ADeadWorkersOwnChildHoldsNobodyUp) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    const auto call = [&]() -> task<> {
      EXPECT_THROW(co_await pool.call<&die_before_ones_child>(), worker_died);
    };
    EXPECT_TRUE(co_await timeout(10s, call()));
  });
}

template <class... Part>
void send_raw(const Part&... parts) {
  const auto send_one = [](const void* p, std::size_t n) {
    if (write(3, p, n) != static_cast<ssize_t>(n)) _exit(9);
  };
  (send_one(&parts, sizeof parts), ...);
}
std::string die_in_the_header() {
  send_raw('a', 'b', 'c');
  _exit(5);
}
std::string die_in_the_body() {
  send_raw(std::uint64_t{1000}, std::uint64_t{0}, 'p', 'a', 'r', 't');
  raise(SIGKILL);
  return "";
}
std::string promise_too_much() {
  send_raw(~std::uint64_t{0}, std::uint64_t{0});
  pause();
  return "";
}
std::size_t length(std::string s) { return s.size(); }

TEST(ProcessPool, SurvivesWorkersThatDieInTheMiddleOfAMessage) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    for (int i = 0; i < 3; ++i) {
      EXPECT_THROW(co_await pool.call<&die_in_the_header>(), worker_died);
      EXPECT_THROW(co_await pool.call<&die_in_the_body>(), worker_died);
      EXPECT_THROW(co_await pool.call<&promise_too_much>(), wire_error);
      EXPECT_EQ(co_await pool.call<&length>(std::string(2'000'000, 'x')), 2'000'000u);
    }
  });
}

std::vector<shared_buffer> buffers(int n) {
  std::vector<shared_buffer> all;
  for (int i = 0; i < n; ++i) all.emplace_back(static_cast<std::size_t>(i));
  return all;
}

TEST(ProcessPool, ReturnsSeveralBuffersAndRefusesTooMany) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    const auto three = co_await pool.call<&buffers>(3);
    EXPECT_EQ(three.size(), 3u);
    EXPECT_EQ(three.back().size(), 2u);
    EXPECT_THROW(co_await pool.call<&buffers>(17), remote_error);
    EXPECT_EQ(pool.started(), 1u);
  });
}

}  // namespace
