// Tests of rt/process.hpp.
// One file a header; no assertion depends on real time.
#include <rt/process.hpp>

#include <gtest/gtest.h>
#include <rt/combine.hpp>
#include <rt/test.hpp>

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
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

TEST(ProcessDeathTest, PassesADescriptorThatIsOneOfTheChildsStreams) {
  const auto pass_stdin = [] {
    int fds[2];
    if (pipe(fds) != 0 || dup2(fds[0], 0) != 0 || write(fds[1], "through", 7) != 7) _exit(1);
    close(fds[1]);
    rt::run([]() -> task<> {
      process_options o;
      o.pass_descriptor = 0;
      o.pipe_out = true;
      process p = process::spawn(shell("cat <&3"), o);
      char text[16];
      const std::size_t n = co_await p.out().read_some(std::span(text));
      co_await p.wait();
      _exit(std::string_view(text, n) == "through" ? 7 : 2);
    });
  };
  EXPECT_EXIT(pass_stdin(), testing::ExitedWithCode(7), "");
}

TEST(Process, MovedAboutAndDroppedAllAreReaped) {
  rt::run([]() -> task<> {
    for (int i = 0; i < 5; ++i) {
      process p = process::spawn(shell("exec sleep 60"));
      process q = std::move(p);
      p = process::spawn(shell("exec sleep 60"));
      q.kill(SIGKILL);
      p = std::move(q);
    }
    EXPECT_FALSE(
        co_await timeout(20ms, run_process(shell("cat; sleep 60"), std::string(1 << 20, 'x'))));
  });
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(ProcessDeathTest, WithoutDescriptorsEverythingThrowsAndGoesOnAfterwards) {
  const auto starve = [] {
    int refused = 0;
    const auto refuses = [&](auto f) {
      try {
        f();
      } catch (const std::system_error&) {
        ++refused;
      }
    };
    rt::run([&]() -> task<> {
      listener l = listener::tcp("127.0.0.1", 0);
      const stream client = co_await connect_tcp("127.0.0.1", l.port());
      rlimit files{};
      getrlimit(RLIMIT_NOFILE, &files);
      const rlim_t before = std::exchange(files.rlim_cur, static_cast<rlim_t>(dup(0)));
      setrlimit(RLIMIT_NOFILE, &files);
      refuses([] { process::spawn(shell("exit")); });
      refuses([] { stream_pair(); });
      try {
        co_await l.accept();
      } catch (const std::system_error&) {
        ++refused;
      }
      files.rlim_cur = before;
      setrlimit(RLIMIT_NOFILE, &files);
      const stream server = co_await l.accept();
      const completed c = co_await run_process(shell("exit"));
      if (c.status.success()) _exit(refused);
    });
  };
  EXPECT_EXIT(starve(), testing::ExitedWithCode(3), "");
}

}  // namespace
