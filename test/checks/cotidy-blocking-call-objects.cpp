// What was awaited, joined or handed to a pool before: destructors that find
// their work done, ready results behind closures, objects that keep callables.
//
// RUN: %cotidy check %s --root=%S --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <netdb.h>
#include <optional>
#include <thread>
#include <unistd.h>

using co::task;
task<> later();

//===-- destructors of what the coroutine awaited --------------------------===//

struct Group {
  std::atomic<int> Running{0};
  bool empty() const { return Running == 0; }
  void start() { ++Running; }
  ~Group() {
    while (!empty())
      ::usleep(10);
  }
  bool await_ready() const { return empty(); }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() {}
};

task<> ok_group_awaited() {
  Group G;
  G.start();
  co_await G;
}
task<> ok_owned_group_awaited(std::unique_ptr<Group> G) { co_await *G; }
// CHECK: warning: 'bad_group_not_awaited' {{.*}} 'usleep' sleeps
task<> bad_group_not_awaited() {
  Group G;
  G.start();
  co_await later();
}
// CHECK: warning: 'bad_group_started_again' {{.*}} 'usleep' sleeps
task<> bad_group_started_again() {
  Group G;
  co_await G;
  G.start();
}
// CHECK: warning: 'bad_group_awaited_on_one_way' {{.*}} 'usleep' sleeps
task<> bad_group_awaited_on_one_way(bool Wait) {
  Group G;
  G.start();
  if (Wait)
    co_await G;
}

struct Client {
  std::atomic<bool> Down{false};
  task<> shutdown(int Seconds);
  task<> shutdown() { co_await shutdown(30); }
  task<> send();
  ~Client() {
    if (!Down)
      co::sync_wait(shutdown(30));
  }
};

task<> ok_client_shut_down() {
  Client C;
  co_await C.send();
  co_await C.shutdown();
}
// CHECK: warning: 'bad_client_only_used' {{.*}} 'condition_variable::wait' waits
task<> bad_client_only_used() {
  Client C;
  co_await C.send();
}

//===-- ready results that a closure refers to -----------------------------===//

template <class F> static void atOnce(F Fn) { Fn(); }
template <class F> static void through(F &&Fn) {
  atOnce([&Fn] { Fn(); });
}

task<> ok_ready_behind_closures(std::shared_future<int> F) {
  if (F.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    co_return;
  atOnce([&F] { F.get(); });
  through([&] { F.get(); });
  [&] { F.get(); }();
  auto Named = [&F] { return F.get(); };
  atOnce(Named);
}
task<> bad_behind_closures(std::shared_future<int> F) {
  atOnce([&F] { F.get(); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_behind_closures' {{.*}}get' waits
  through([&] { F.get(); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_behind_closures' {{.*}}get' waits
  co_return;
}

//===-- each object with a callable of its own -----------------------------===//

struct Callback {
  std::function<void()> Fn;
  Callback(std::function<void()> F) : Fn(std::move(F)) {}
  void call() { Fn(); }
  auto on(int) { return std::move(*this); }
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<>) { call(); }
  void await_resume() {}
};
static void resolve() {
  addrinfo *R = nullptr;
  ::getaddrinfo("a", "1", nullptr, &R);
}

task<> bad_callback_resolves() {
  co_await Callback{[] { resolve(); }};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_callback_resolves' {{.*}} waits for dns
  co_await Callback{[] { resolve(); }}.on(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_callback_resolves' {{.*}} waits for dns
  Callback Local([] { resolve(); });
  Local.call();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_callback_resolves' {{.*}} waits for dns
}
task<> ok_callback_does_nothing() {
  co_await Callback{[] {}};
  co_await Callback{[] {}}.on(1);
  Callback Local([] {});
  Local.call();
}

/// One that is set later may hold anything that was ever set.
struct Settable {
  std::function<void()> Fn;
  Settable(std::function<void()> F) : Fn(std::move(F)) {}
  void set(std::function<void()> F) { Fn = std::move(F); }
  void call() { Fn(); }
};
void setsIt(Settable &S) {
  S.set([] { resolve(); });
}
task<> bad_set_elsewhere() {
  Settable S([] {});
  setsIt(S);
  S.call();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_set_elsewhere' {{.*}} waits for dns
  co_return;
}

//===-- owners that were emptied before --------------------------------------===//

struct Joins {
  std::jthread t{[] {}};
};
void takeOver(std::unique_ptr<Joins>);
std::unique_ptr<Joins> Kept;
void keep(std::unique_ptr<Joins> P) { Kept = std::move(P); }
void look(std::unique_ptr<Joins>) {}
// CHECK: warning: 'bad_reset' {{.*}} '~jthread' waits
task<> bad_reset() { // once: nothing is left at the end
  auto P = std::make_unique<Joins>();
  P.reset(); // not in clangd: the body is in a header
  co_await later();
}
// CHECK: warning: 'bad_optional_reset' {{.*}} '~jthread' waits
task<> bad_optional_reset() {
  std::optional<Joins> P(std::in_place);
  P.reset();
  co_await later();
}
task<> ok_taken_over() {
  auto P = std::make_unique<Joins>();
  takeOver(std::move(P));
  P.reset();
  co_await later();
}
task<> ok_released(std::unique_ptr<Joins> P) {
  P.release();
  co_await later();
}
// CHECK: warning: 'bad_released_on_one_way' {{.*}} '~jthread' waits
task<> bad_released_on_one_way(std::atomic<Joins *> &Installed) {
  Joins *Nobody = nullptr;
  auto P = std::make_unique<Joins>();
  if (Installed.compare_exchange_strong(Nobody, P.get()))
    P.release();
  co_await later();
} // not in clangd: the body is in a header
// CHECK: warning: 'bad_passed_and_dropped' {{.*}} '~jthread' waits
task<> bad_passed_and_dropped() {
  look(std::make_unique<Joins>()); // not in clangd: the body is in a header
  co_await later();
}
struct Reaps {
  std::thread T;
  Reaps();
  Reaps(Reaps &&) noexcept;
  ~Reaps() { if (T.joinable()) T.join(); }
};
struct Holds {
  explicit Holds(Reaps R) : R(std::move(R)) {}
  Reaps R;
};
Reaps started();
Holds *Forever;
task<> ok_forwarded_into_what_stays() {
  Forever = std::make_unique<Holds>(started()).release();
  co_await later();
}
