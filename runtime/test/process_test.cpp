// Tests of rt/process.hpp, rt/process_pool.hpp, rt/shared_buffer.hpp, rt/wire.hpp.
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
#include <unistd.h>

namespace {
using namespace rt;
using namespace std::chrono_literals;

// Argument lists are made outside coroutines: g++ 12 cannot do it inside.
std::vector<std::string> shell(std::string script) { return {"/bin/sh", "-c", std::move(script)}; }

TEST(Process, EndsWithItsCode) {
  rt::run([]() -> task<> {
    process p = process::spawn(shell("exit 3"));
    const exit_status s = co_await p.wait();
    EXPECT_EQ(s.code, 3);
    EXPECT_EQ(s.signal, 0);
    EXPECT_FALSE(s.success());
    EXPECT_EQ((co_await p.wait()).code, 3);  // again
    EXPECT_TRUE(p.ended());
  });
}

TEST(Process, EndsBySignal) {
  rt::run([]() -> task<> {
    process p = process::spawn(shell("exec sleep 60"));
    p.kill(SIGTERM);
    EXPECT_EQ((co_await p.wait()).signal, SIGTERM);
    p.kill(SIGTERM);  // no effect: the number may belong to somebody else
  });
}

TEST(Process, WhatCannotStartThrows) {
  rt::run([]() -> task<> {
    EXPECT_THROW(process::spawn({"/no/such/program"}), std::system_error);
    EXPECT_THROW(process::spawn({}), std::system_error);
    co_return;
  });
}

TEST(Process, PumpsInputAndOutputTogether) {
  rt::run([]() -> task<> {
    const std::string big(1'000'000, 'z');
    completed c = co_await run_process(shell("cat; echo done >&2"), big);
    EXPECT_TRUE(c.status.success());
    EXPECT_TRUE(c.out == big);
    EXPECT_EQ(c.err, "done\n");
  });
}

TEST(Process, ThatDoesNotReadItsInputIsNoError) {
  rt::run([]() -> task<> {
    completed c = co_await run_process(shell("exit 0"), std::string(1'000'000, 'z'));
    EXPECT_TRUE(c.status.success());
  });
}

TEST(Process, GetsEnvironmentAndDefaultSignals) {
  rt::run([]() -> task<> {
    process_options o;
    o.pipe_out = true;
    o.environment.push_back("RT_TEST_VALUE=here");
    process p = process::spawn(shell("echo $RT_TEST_VALUE; kill -PIPE $$; echo survived"), o);
    std::string out(64, '\0');
    out.resize(co_await p.out().read_full(std::as_writable_bytes(std::span(out))));
    EXPECT_EQ(out, "here\n");
    EXPECT_EQ((co_await p.wait()).signal, SIGPIPE);
  });
}

TEST(Process, EnvironmentReplacesWhatIsSet) {
  setenv("RT_TEST_VALUE", "ours", 1);
  rt::run([]() -> task<> {
    process_options o;
    o.pipe_out = true;
    o.environment.push_back("RT_TEST_VALUE=theirs");
    process p = process::spawn(shell("echo $RT_TEST_VALUE; env | grep -c ^RT_TEST_VALUE="), o);
    std::string out(64, '\0');
    out.resize(co_await p.out().read_full(std::as_writable_bytes(std::span(out))));
    EXPECT_EQ(out, "theirs\n1\n");
  });
  unsetenv("RT_TEST_VALUE");
}

TEST(Process, ReapedBySomebodyElseIsAnErrorNotAHang) {
  std::signal(SIGCHLD, SIG_IGN);  // children vanish by themselves
  rt::run([]() -> task<> {
    process p = process::spawn(shell("sleep 0.1"));  // lives until it is watched
    bool thrown = false;
    try {
      (void)co_await p.wait();
    } catch (const std::system_error& e) {
      thrown = e.code().value() == ECHILD;
    }
    EXPECT_TRUE(thrown);
    EXPECT_TRUE(p.ended());
  });
  std::signal(SIGCHLD, SIG_DFL);
}

TEST(Process, DroppedItIsKilledAndReapedWhileTheLoopGoesOn) {
  rt::run([]() -> task<> {
    pid_t pid = 0;
    {
      process p = process::spawn(shell("exec sleep 60"));
      pid = p.pid();
    }
    while (kill(pid, 0) == 0) co_await sleep_for(1ms);  // a zombie would be there for ever
  });
}

TEST(Process, WaitingCanBeCancelledAndTheChildIsReaped) {
  pid_t pid = 0;
  rt::run([&]() -> task<> {
    process p = process::spawn(shell("exec sleep 60"));
    pid = p.pid();
    EXPECT_FALSE(co_await timeout(5ms, p.wait()));
    EXPECT_FALSE(p.ended());
  });
  EXPECT_EQ(kill(pid, 0), -1);  // no zombie either
}

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
shared_buffer doubled(shared_buffer b) {
  for (int& i : b.as<int>()) i *= 2;
  return b;
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

TEST(SharedBuffer, IsSeenByBothSides) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    for (int round = 0; round < 50; ++round) {  // descriptors must not pile up
      shared_buffer b(sizeof(int) * 1000);
      for (int& i : b.as<int>()) i = round;
      const auto mine = b.as<int>();
      shared_buffer same = co_await pool.call<&doubled>(std::move(b));
      EXPECT_EQ(same.as<int>()[999], 2 * round);
      EXPECT_EQ(same.size(), 4000u);
      (void)mine;
    }
    shared_buffer last(16);
    EXPECT_LT(last.descriptor(), 40);
  });
}

TEST(SharedBuffer, StartsAsZeroesAndMayBeEmpty) {
  shared_buffer b(100);
  for (std::byte x : b.bytes()) EXPECT_EQ(x, std::byte{0});
  EXPECT_TRUE(shared_buffer(0).bytes().empty());
}

template <class T>
T through_wire(const T& v) {
  outgoing o;
  wire<T>::put(o, v);
  incoming i(o.bytes, {});
  T out = wire<T>::get(i);
  EXPECT_EQ(i.left(), 0u);
  return out;
}

TEST(Wire, CarriesTheBuiltInTypes) {
  const std::tuple<int, std::string, std::vector<std::string>, std::optional<double>,
                   std::pair<char, std::vector<int>>, std::vector<bool>>
      v{1, "two", {"a", "", "c"}, 4.5, {'x', {1, 2}}, {true, false}};
  EXPECT_EQ(through_wire(v), v);
  EXPECT_EQ(through_wire(std::optional<int>()), std::nullopt);
}

TEST(Wire, RefusesShortMessages) {
  outgoing o;
  wire<std::uint64_t>::put(o, 1'000'000'000'000);  // the claimed length of a string
  incoming a(o.bytes, {});
  EXPECT_THROW(wire<std::string>::get(a), wire_error);
  incoming b(o.bytes, {});
  EXPECT_THROW(wire<std::vector<int>>::get(b), wire_error);
  incoming c(o.bytes, {});
  EXPECT_THROW(wire<std::vector<std::string>>::get(c), wire_error);
  incoming d({}, {});
  EXPECT_THROW(wire<int>::get(d), wire_error);
  EXPECT_THROW(d.take_descriptor(), wire_error);
}

}  // namespace
