// Tests of rt/net.hpp, on loopback and socket pairs.
// One file a header; no assertion depends on real time.
#include <rt/net.hpp>

#include <gtest/gtest.h>
#include <rt/combine.hpp>
#include <rt/test.hpp>

#include <csignal>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {
using namespace rt;
using namespace std::chrono_literals;

task<> echo(stream s) {
  char piece[256];
  while (const std::size_t n = co_await s.read_some(std::span(piece)))
    co_await s.write_all(std::string_view(piece, n));
}

task<> serve(listener& l, int connections) {
  co_await with_scope([&](scope& s) -> task<> {
    for (int i = 0; i < connections; ++i) s.spawn(echo, co_await l.accept());
  });
}

task<std::string> ask(stream& s, std::string text) {
  co_await s.write_all(text);
  std::string back(text.size(), '\0');
  back.resize(co_await s.read_full(std::as_writable_bytes(std::span(back))));
  co_return back;
}

TEST(Tcp, EchoesToManyClients) {
  rt::run([]() -> task<> {
    listener l = listener::tcp("127.0.0.1", 0);
    co_await with_scope([&](scope& s) {
      s.spawn(serve, std::ref(l), 20);
      for (int i = 0; i < 20; ++i)
        s.spawn([&](int n) -> task<> {
          stream c = co_await connect_tcp("127.0.0.1", l.port());
          for (int k = 0; k < 10; ++k) {
            const std::string text = std::to_string(n * 100 + k);
            EXPECT_EQ(co_await ask(c, text), text);
          }
        }, i);
    });
  });
}

TEST(Tcp, ResolvesNames) {
  rt::run([]() -> task<> {
    const auto found = co_await resolve("localhost", 80);
    EXPECT_FALSE(found.empty());
    EXPECT_EQ(found.front().port, 80);
    listener l = listener::tcp("127.0.0.1", 0);
    co_await all(serve(l, 1), [](std::uint16_t port) -> task<> {
      stream c = co_await connect_tcp("localhost", port);
      EXPECT_EQ(co_await ask(c, "hi"), "hi");
    }(l.port()));
  });
}

template <class A>
task<std::error_code> error_of(A a) {
  try {
    co_await std::move(a);
  } catch (const std::system_error& e) {
    co_return e.code();
  }
  co_return std::error_code();
}

TEST(Tcp, RefusedConnectionsThrow) {
  rt::run([]() -> task<> {
    std::uint16_t port;
    {
      listener l = listener::tcp("127.0.0.1", 0);
      port = l.port();
    }
    EXPECT_EQ(co_await error_of(connect_tcp("127.0.0.1", port)), std::errc::connection_refused);
  });
}

TEST(Tcp, ACancelledLookUpEndsAtOnce) {
  rt::run([]() -> task<> {
    const auto t0 = rt::clock::now();
    EXPECT_FALSE(co_await timeout(0ms, resolve("no-such-name.invalid", 1)));
    EXPECT_FALSE(co_await timeout(0ms, connect_tcp("no-such-name.invalid", 1)));
    EXPECT_LT(rt::clock::now() - t0, 30s);
    EXPECT_EQ(loop::current().work_waits, 0u);
  });
}

TEST(Tcp, UnknownNamesThrow) {
  rt::run([]() -> task<> {
    EXPECT_TRUE(co_await error_of(resolve("no-such-host.invalid", 1)));
  });
}

TEST(Tcp, APeerThatResetsMakesReadingThrow) {
  rt::run([]() -> task<> {
    listener l = listener::tcp("127.0.0.1", 0);
    std::error_code seen;
    co_await all(
        [](listener& at, std::error_code& to) -> task<> {
          stream s = co_await at.accept();
          char c[8];
          to = co_await error_of([](stream& from, std::span<char> b) -> task<> {
            while (co_await from.read_some(b) != 0) {
            }
          }(s, c));
        }(l, seen),
        [](std::uint16_t port) -> task<> {
          stream c = co_await connect_tcp("127.0.0.1", port);
          const linger now{1, 0};
          setsockopt(c.native_handle(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        }(l.port()));
    EXPECT_EQ(seen, std::errc::connection_reset);
  });
}

TEST(Unix, ListensAndConnectsAndRemovesItsPath) {
  const std::string path = testing::TempDir() + "rt-net-" + std::to_string(getpid());
  rt::run([&]() -> task<> {
    listener l = listener::unix_path(path);
    co_await all(serve(l, 1), [](std::string to) -> task<> {
      stream c = co_await connect_unix(to);
      EXPECT_EQ(co_await ask(c, "over unix"), "over unix");
    }(path));
  });
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST(Stream, HalfClose) {
  rt::run([]() -> task<> {
    auto [a, b] = stream_pair();
    co_await a.write_all("last words");
    a.shutdown_write();
    char piece[64];
    EXPECT_EQ(co_await b.read_some(std::span(piece)), 10u);
    EXPECT_EQ(co_await b.read_some(std::span(piece)), 0u);
    co_await b.write_all("answer");
    EXPECT_EQ(co_await a.read_some(std::span(piece)), 6u);
  });
}

TEST(Stream, WritingToAClosedPeerThrowsAndDoesNotKill) {
  rt::run([]() -> task<> {
    auto [a, b] = stream_pair();
    b.close();
    EXPECT_FALSE(b.is_open());
    EXPECT_EQ(co_await error_of(a.write_all("x")), std::errc::broken_pipe);
  });
}

TEST(Stream, MovesMoreThanTheKernelBuffers) {
  rt::run([]() -> task<> {
    auto [a, b] = stream_pair();
    const std::string big(5'000'000, 'q');
    std::string got(big.size(), '\0');
    co_await all(a.write_all(big), b.read_full(std::as_writable_bytes(std::span(got))));
    EXPECT_TRUE(got == big);
  });
}

TEST(Regression, ACancelledReadLosesNothing) {
  rt::run([]() -> task<> {
    auto [a, b] = stream_pair();
    char piece[16];
    EXPECT_FALSE(co_await timeout(1ms, b.read_some(std::span(piece))));
    co_await a.write_all("kept");
    EXPECT_EQ(co_await b.read_some(std::span(piece)), 4u);
  });
}

TEST(Regression, ACancelledAcceptLosesNoConnection) {
  rt::run([]() -> task<> {
    listener l = listener::tcp("127.0.0.1", 0);
    EXPECT_FALSE(co_await timeout(1ms, l.accept()));
    auto [s, c] = co_await all(l.accept(), connect_tcp("127.0.0.1", l.port()));
    co_await c.write_all("x");
    char piece[1];
    EXPECT_EQ(co_await s.read_some(std::span(piece)), 1u);
  });
}

TEST(Stream, ReadsUnderACancelledScopeThrowAtOnceThoughDataIsThere) {
  rt::run([]() -> task<> {
    auto [a, b] = stream_pair();
    co_await a.write_all("x");
    char piece[1];
    EXPECT_FALSE(co_await with_cancel([&](cancel_scope& c) -> task<> {
      c.cancel();
      co_await b.read_some(std::span(piece));
    }));
    EXPECT_EQ(co_await b.read_some(std::span(piece)), 1u);
  });
}

TEST(Stream, BothDirectionsAtOnceAndCancelledTogether) {
  rt::run([]() -> task<> {
    auto [a, b] = stream_pair();
    char piece[1];
    const std::string big(5'000'000, 'q');
    EXPECT_FALSE(co_await timeout(5ms, all(a.read_some(std::span(piece)), a.write_all(big))));
    b.close();
  });
}

TEST(Stream, ABusyWriterLetsOthersRun) {
  rt::run([]() -> task<> {
    auto [a, b] = stream_pair();
    bool other = false, seen_early = false;
    co_await with_scope([&](scope& s) {
      s.spawn([&]() -> task<> {
        for (int i = 0; i < 100; ++i) {  // they fit into the socket's buffer
          co_await a.write_all("x");
          if (other && i < 90) seen_early = true;
        }
      });
      s.spawn([&]() -> task<> {
        other = true;
        co_return;
      });
    });
    EXPECT_TRUE(seen_early);
  });
}

TEST(Regression, ForkThenCloseLeavesTheReactorSound) {
  rt::run([]() -> task<> {
    for (int i = 0; i < 20; ++i) {
      auto [a, b] = stream_pair();
      char piece[1];
      const pid_t child = fork();
      if (child == 0) _exit(0);  // it had a copy of every descriptor
      EXPECT_FALSE(co_await timeout(1ms, a.read_some(std::span(piece))));
      a.close();
      while (waitpid(child, nullptr, WNOHANG) == 0) co_await sleep_for(1ms);
      auto [c, d] = stream_pair();  // takes the same numbers
      co_await d.write_all("y");
      EXPECT_EQ(co_await c.read_some(std::span(piece)), 1u);
    }
  });
}

TEST(Lines, AreCutWhereverTheBytesArrive) {
  std::vector<std::string> got;
  rt::run([&]() -> task<> {
    auto [a, b] = stream_pair();
    co_await all(
        [](stream s) -> task<> {
          co_await s.write_all("on");
          co_await yield();
          co_await s.write_all("e\r\ntwo\n\nfo");
          co_await yield();
          co_await s.write_all("ur");
        }(std::move(a)),
        [](stream& s, std::vector<std::string>& to) -> task<> {
          line_reader lines(s);
          while (auto l = co_await lines.next()) to.push_back(*l);
        }(b, got));
  });
  EXPECT_EQ(got, (std::vector<std::string>{"one", "two", "", "four"}));
}

TEST(Lines, HaveALimitAndCanBeFollowedByBytes) {
  rt::run([]() -> task<> {
    auto [a, b] = stream_pair();
    co_await a.write_all("length 4\nbodyrest-without-an-end");
    a.close();
    line_reader lines(b, 8);
    EXPECT_EQ(co_await lines.next(), "length 4");
    EXPECT_EQ(co_await lines.take(4), "body");
    bool caught = false;
    try {
      co_await lines.next();
    } catch (const std::length_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
  });
}

TEST(Descriptor, WaitsUntilReadable) {
  rt::run([]() -> task<> {
    int fds[2];
    EXPECT_EQ(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
    EXPECT_FALSE(co_await timeout(1ms, readable(fds[0])));
    EXPECT_EQ(write(fds[1], "x", 1), 1);
    co_await readable(fds[0]);
    co_await writable(fds[1]);
    char c;
    EXPECT_EQ(read(fds[0], &c, 1), 1);
    close(fds[0]);
    close(fds[1]);
  });
}

TEST(VirtualClock, LetsSocketTrafficGoFirst) {
  test::run([]() -> task<> {
    auto [a, b] = stream_pair();
    const auto t0 = loop::current().now();
    char piece[4];
    co_await all(
        [](stream& s) -> task<> {
          co_await sleep_for(1h);
          co_await s.write_all("late");
        }(a),
        b.read_some(std::span(piece)));
    EXPECT_EQ(loop::current().now() - t0, 1h);
  });
}

TEST(Lines, AreLimitedThoughTheyComeWhole) {
  rt::run([]() -> task<> {
    auto [a, b] = stream_pair();
    co_await a.write_all("0123456789\r\n0123456789\n01234567890\n");
    line_reader lines(b, 10);
    EXPECT_EQ(co_await lines.next(), "0123456789");
    EXPECT_EQ(co_await lines.next(), "0123456789");
    EXPECT_THROW(co_await lines.next(), std::length_error);
  });
}

TEST(Stream, WhatFailsThrowsTheStandardsError) {
  rt::run([]() -> task<> {
    listener l = listener::tcp("127.0.0.1", 0);
    const std::string no_folder = "/no/such/folder/socket", too_long(500, 'x');
    EXPECT_THROW(listener::tcp("127.0.0.1", l.port()), std::system_error);
    EXPECT_THROW(listener::tcp("no address", 0), std::system_error);
    EXPECT_THROW(listener::unix_path(too_long), std::system_error);
    EXPECT_THROW(listener::unix_path(no_folder), std::system_error);
    EXPECT_THROW(co_await connect_unix(too_long), std::system_error);
    EXPECT_THROW(co_await connect_unix(no_folder), std::system_error);
    EXPECT_THROW(co_await readable(-1), std::system_error);
    l.close();
    EXPECT_THROW(l.port(), std::system_error);
    EXPECT_THROW(co_await l.accept(), std::system_error);
    auto [a, b] = stream_pair();
    a.close();
    char c[1];
    EXPECT_THROW(a.shutdown_write(), std::system_error);
    EXPECT_THROW(co_await a.write_all("x"), std::system_error);
    EXPECT_THROW(co_await a.read_some(std::span(c)), std::system_error);
  });
}

}  // namespace
