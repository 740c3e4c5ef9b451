// Handlers of asynchronous operations as applications write them: what is
// captured by reference, helpers that hand handlers on, destructors that post,
// composed operations.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-dangling-reference' --fail-on=never -- -std=c++20 > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-dangling-reference' --min-confidence=possible --fail-on=never -- -std=c++20 | FileCheck %s --check-prefix=DYING
#include <boost/asio/compose.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

namespace asio = boost::asio;
using boost::system::error_code;
using executor = asio::strand<asio::io_context::executor_type>;

// A handler that has both: what is certain to be gone comes before what may be.
struct stream : std::enable_shared_from_this<stream> {
  asio::ip::tcp::socket socket;
  asio::streambuf input;
  asio::steady_timer timer;
  executor strand;
  int n = 0;
  explicit stream(asio::io_context &c) : socket(c), timer(c), strand(c.get_executor()) {}
  void bad_parameter_by_reference(error_code ec) {
    socket.async_wait(asio::ip::tcp::socket::wait_read, [&](const error_code &e) {
      // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'stream::bad_parameter_by_reference' outlives the parameter 'ec', which it captured as 'ec'
      if (!e) socket.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
    });
  }
  // A string that the call is given ends no work when it dies.
  void bad_read_until() {
    const std::string delimiter = "\n";
    asio::async_read_until(socket, input, delimiter, [this, delimiter](const error_code &ec, std::size_t size) {
      // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'stream::bad_read_until' may run after the 'stream' that its 'this' is has gone
      if (!ec) n += int(size);
    });
  }
  void ok_read_until() {
    const std::string delimiter = "\n";
    asio::async_read_until(socket, input, delimiter, [this, self = shared_from_this(), delimiter](const error_code &ec, std::size_t size) {
      if (!ec) n += int(size);
    });
  }
  void ok_in_another_closure() {
    auto handler = [this, self = shared_from_this()](const error_code &) { ++n; };
    timer.async_wait([handler](const error_code &ec) { handler(ec); });
  }
  void bad_in_another_closure() {
    auto handler = [this](const error_code &) { ++n; };
    timer.async_wait([handler](const error_code &ec) { handler(ec); });
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'stream::bad_in_another_closure' may run after the 'stream' that its 'this' is has gone
  }
  void bad_tries_again() {
    try {
      socket.bind({});
    } catch (const std::exception &) {
      timer.async_wait([this](const error_code &) { bad_tries_again(); });
      // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'stream::bad_tries_again' may run after the 'stream' that its 'this' is has gone
    }
  }
  void ok_tries_again() {
    try {
      socket.bind({});
    } catch (const std::exception &) {
      timer.async_wait([this, self = shared_from_this()](const error_code &) { ok_tries_again(); });
    }
  }
  void bad_local_of_string(std::string name) {
    std::string prefix = name + ":";
    asio::post(strand, [&prefix, name] { (void)(prefix + name); });
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'stream::bad_local_of_string' outlives 'prefix', which it captured as 'prefix'
  }

  // A composed operation begins while its initiator waits for it.
  asio::awaitable<void> ok_composed() {
    return asio::async_compose<decltype(asio::use_awaitable), void(error_code)>(
        [this](auto &self) { ++n; self.complete({}); }, asio::use_awaitable);
  }
  asio::awaitable<void> ok_composed_and_posted() {
    return asio::async_compose<decltype(asio::use_awaitable), void(error_code)>(
        [this](auto &self) {
          asio::post(strand, [this, keep = shared_from_this(), self = std::move(self)]() mutable { ++n; self.complete({}); });
        }, asio::use_awaitable);
  }
  void bad_composed_handler() {
    auto handler = [this](error_code) { ++n; };
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'stream::bad_composed_handler' may run after the 'stream' that its 'this' is has gone
    asio::async_compose<decltype(handler), void(error_code)>([](auto &self) { self.complete({}); }, handler);
  }
};

// A helper hands the handler on.
template <class T, class D> void wait(T &timer, D d, std::function<void()> handler) {
  timer.expires_after(d);
  timer.async_wait([handler = std::move(handler)](const error_code &ec) { if (!ec) handler(); });
}
template <class F> void later(asio::steady_timer &timer, F f) {
  timer.async_wait([f = std::move(f)](const error_code &) mutable { f(); });
}
struct watchdog {
  asio::steady_timer timer;
  std::function<void()> handler;
  explicit watchdog(asio::io_context &c) : timer(c) {}
  void start(std::function<void()> f) { handler = std::move(f); }
};
struct player : std::enable_shared_from_this<player> {
  asio::steady_timer timer;
  watchdog dog;
  std::unique_ptr<watchdog> other;
  int n = 0;
  explicit player(asio::io_context &c) : timer(c), dog(c) {}
  void again() { ++n; }
  void bad_waits() { wait(timer, std::chrono::seconds(1), [this] { again(); }); }
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'player::bad_waits' may run after the 'player' that its 'this' is has gone
  void bad_later() { later(timer, [this] { again(); }); }
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'player::bad_later' may run after the 'player' that its 'this' is has gone
  void ok_waits() { wait(timer, std::chrono::seconds(1), [this, self = shared_from_this()] { again(); }); }
  void ok_waits_weak() { wait(timer, std::chrono::seconds(1), [this, w = weak_from_this()] { if (auto s = w.lock()) again(); }); }
  void ok_later_beside() { later(timer, [this, self = shared_from_this()] { again(); }); }
  void ok_own_watchdog() { dog.start([this] { again(); }); other->start([this] { again(); }); }
  void ok_told_already() { bad_waits(); }
};

// What a destructor posts runs when the object has gone.
struct connection {
  executor strand;
  std::vector<int> requests;
  explicit connection(asio::io_context &c) : strand(c.get_executor()) {}
  void cancel() { asio::post(strand, [this] { requests.clear(); }); }
  // DYING: :[[@LINE-1]]:{{.*}}warning: a lambda in 'connection::cancel' may run after the 'connection' that its 'this' is has gone
  void disconnect() { cancel(); }
  virtual ~connection() { disconnect(); }
};
struct bad_posts_itself {
  asio::io_context &context;
  int n = 0;
  ~bad_posts_itself() { asio::post(context, [this] { ++n; }); }
  // DYING: :[[@LINE-1]]:{{.*}}warning: a lambda in '~bad_posts_itself' may run after the 'bad_posts_itself' that its 'this' is has gone
};
struct ok_waits_for_it {
  asio::io_context &context;
  int n = 0;
  ~ok_waits_for_it() {
    std::promise<void> done;
    asio::post(context, [this, &done] { ++n; done.set_value(); });
    done.get_future().wait();
  }
};
struct ok_runs_it {
  asio::io_context &context;
  int n = 0;
  ~ok_runs_it() { asio::post(context, [this] { ++n; }); context.run(); }
};
struct ok_joins_thread {
  asio::io_context &context;
  std::thread thread;
  int n = 0;
  ~ok_joins_thread() { asio::post(context, [this] { ++n; }); thread.join(); }
};
struct ok_own_pool {
  int n = 0;
  asio::thread_pool pool{1};
  ~ok_own_pool() { asio::post(pool, [this] { ++n; }); }
};
struct ok_own_pool_behind_pointer {
  int n = 0;
  std::unique_ptr<asio::thread_pool> pool;
  ~ok_own_pool_behind_pointer() { asio::post(*pool, [this] { ++n; }); }
};
struct ok_own_context {
  int n = 0;
  asio::io_context context;
  ~ok_own_context() { asio::post(context.get_executor(), [this] { ++n; }); }
};
struct ok_own_timer {
  int n = 0;
  asio::steady_timer timer;
  ~ok_own_timer() { timer.async_wait([this](const error_code &ec) { if (!ec) ++n; }); }
};
struct ok_jthread {
  int n = 0;
  asio::io_context &context;
  std::jthread thread;
  ~ok_jthread() { asio::post(context, [this] { ++n; }); }
};
struct ok_nothing_of_it {
  executor strand;
  std::shared_ptr<int> n;
  ~ok_nothing_of_it() { asio::post(strand, [n = n] { ++*n; }); }
};

// known misses
struct limit_virtual {
  executor strand;
  int n = 0;
  explicit limit_virtual(asio::io_context &c) : strand(c.get_executor()) {}
  virtual void stop() { asio::post(strand, [this] { ++n; }); }
  virtual ~limit_virtual() { stop(); }
};
struct limit_other_stop : limit_virtual {
  using limit_virtual::limit_virtual;
  void stop() override { ++n; }
};
struct limit_part_of_a_shared_object {
  asio::steady_timer timer;
  int n = 0;
  void start() { timer.async_wait([this](const error_code &) { ++n; }); }
};
struct owns_a_part : std::enable_shared_from_this<owns_a_part> { std::unique_ptr<limit_part_of_a_shared_object> part; };
struct limit_begun_when_awaited {
  asio::awaitable<void> limit_local_of_composed() {
    int n = 0;
    return asio::async_compose<decltype(asio::use_awaitable), void(error_code)>(
        [&n](auto &self) { ++n; self.complete({}); }, asio::use_awaitable);
  }
};
void makes(asio::io_context &c) { limit_virtual a(c); limit_other_stop b(c); }
