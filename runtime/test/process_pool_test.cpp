// Tests of rt/process_pool.hpp, rt/shared_buffer.hpp, rt/wire.hpp.
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
/// One that says itself how it is sent, though its bytes would do.
struct shifted {
  int value;
};
}  // namespace
template <>
struct rt::wire<shifted> {
  static void put(outgoing& o, const shifted& v) { wire<int>::put(o, v.value + 100); }
  static shifted get(incoming& i) { return {wire<int>::get(i) - 100}; }
};

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

TEST(Wire, UsesATypesOwnFormInsideVectorsToo) {
  outgoing o;
  wire<std::vector<shifted>>::put(o, std::vector<shifted>(2, shifted{1}));
  incoming i(o.bytes, {});
  EXPECT_EQ(wire<std::uint64_t>::get(i), 2u);
  EXPECT_EQ(wire<int>::get(i), 101);
  incoming again(o.bytes, {});
  EXPECT_EQ(wire<std::vector<shifted>>::get(again).back().value, 1);
}

}  // namespace
