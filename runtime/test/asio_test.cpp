// Tests of rt/asio.hpp: Asio operations awaited, cancelled, failing.
// One file a header; no assertion depends on real time.
#include <rt/asio.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <rt/cancel.hpp>
#include <rt/combine.hpp>
#include <rt/test.hpp>

namespace {
using namespace rt;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using socket = asio::local::stream_protocol::socket;

TEST(Asio, AwaitsATimer) {
  rt::run([]() -> task<> {
    asio::steady_timer t(io_context(), 2ms);
    const auto t0 = clock::now();
    co_await t.async_wait(use_rt);
    EXPECT_GE(clock::now() - t0, 2ms);
  });
}

TEST(Asio, AwaitsComposedOperationsWithValues) {
  rt::run([]() -> task<> {
    socket a(io_context()), b(io_context());
    asio::local::connect_pair(a, b);
    char got[5];
    const std::string text = "hello";
    co_await all(asio::async_write(a, asio::buffer(text), use_rt),
                 [](socket& from, char* to) -> task<> {
                   EXPECT_EQ(co_await asio::async_read(from, asio::buffer(to, 5), use_rt), 5u);
                 }(b, got));
    EXPECT_EQ(std::string(got, 5), "hello");
  });
}

TEST(Asio, AnOperationThatCannotBeginThrowsAndLeavesNothingParked) {
  rt::run([]() -> task<> {
    auto refuse = [](auto) { throw std::runtime_error("no"); };
    bool thrown = false;
    co_await with_scope([&](scope& s) -> task<> {
      try {
        use_rt_t token;
        co_await asio::async_initiate<use_rt_t, void(boost::system::error_code)>(refuse, token);
      } catch (const std::runtime_error&) {
        thrown = true;
      }
      s.cancel();  // there is no wait to abort any more
      EXPECT_TRUE(this_task::is_cancelled());
    });
    EXPECT_TRUE(thrown);
    EXPECT_EQ(loop::current().io_waits, 0u);
  });
}

TEST(Asio, CancellationReachesTheOperation) {
  rt::run([]() -> task<> {
    asio::steady_timer t(io_context(), 1h);
    EXPECT_FALSE(co_await timeout(2ms, t.async_wait(use_rt)));
  });
}

TEST(Asio, ErrorsAreThrown) {
  rt::run([]() -> task<> {
    socket a(io_context()), b(io_context());
    asio::local::connect_pair(a, b);
    b.close();
    char c;
    bool caught = false;
    try {
      co_await asio::async_read(a, asio::buffer(&c, 1), use_rt);
    } catch (const std::system_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
  });
}

}  // namespace
