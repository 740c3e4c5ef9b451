// Effects that depend on an argument, zero time-outs, try_ forms, descriptors,
// paths that end in noreturn, and suppression.
//
// RUN: %cotidy check %s --root=%S --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <future>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using co::task;
using namespace std::chrono_literals;

//===-- tests of parameters -----------------------------------------------===//

static void maybeSleep(bool Really) {
  if (Really)
    ::sleep(1);
}
static void passesOn(bool Really) { maybeSleep(Really); }
static void negates(bool Skip) { passesOn(!Skip); }
enum Mode { Fast, Slow };
static void byMode(Mode M) {
  if (M == Slow)
    ::sleep(1);
}
enum class Level { Low, High };
static void byLevel(Level L) {
  if (L == Level::High)
    ::sleep(1);
}
static void ifGiven(const char *Name) {
  if (!Name)
    return;
  ::sleep(1);
}
static void byDefault(int Seconds = 0) {
  if (Seconds > 0)
    ::sleep(unsigned(Seconds));
}
static int waitFor(struct pollfd *P, int Timeout) { return ::poll(P, 1, Timeout); }
static void reassigned(bool Really) {
  Really = true;
  if (Really)
    ::sleep(1);
}

task<> ok_argument_rules_it_out(struct pollfd *P) {
  maybeSleep(false);
  passesOn(false);
  byMode(Fast);
  byLevel(Level::Low);
  ifGiven(nullptr);
  byDefault();
  waitFor(P, 0);
  co_return;
}
task<> bad_argument_lets_it_in(struct pollfd *P) {
  maybeSleep(true);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_argument_lets_it_in'
  passesOn(true);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_argument_lets_it_in'
  byMode(Slow);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_argument_lets_it_in'
  byLevel(Level::High);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_argument_lets_it_in'
  ifGiven("x");
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_argument_lets_it_in'
  byDefault(3);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_argument_lets_it_in'
  waitFor(P, 100);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_argument_lets_it_in'
  reassigned(false);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_argument_lets_it_in'
  co_return;
}
task<> bad_argument_not_known(bool Really, Mode M) {
  maybeSleep(Really);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_argument_not_known'
  byMode(M);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_argument_not_known'
  co_return;
}
task<> ok_excluded_by_own_test(bool Really) {
  if (!Really)
    maybeSleep(Really);
  co_return;
}

//===-- forms that do not wait --------------------------------------------===//

task<> ok_does_not_wait(std::future<int> &F, std::timed_mutex &M, struct pollfd *P, int Child) {
  F.wait_for(0s);
  F.wait_for(std::chrono::milliseconds(0));
  M.try_lock();
  M.try_lock_for(std::chrono::seconds{});
  ::poll(P, 1, 0);
  int Status;
  ::waitpid(Child, &Status, WNOHANG);
  co_return;
}
task<> bad_waits(std::future<int> &F, struct pollfd *P, int Child) {
  F.wait_for(1s);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_waits'
  ::poll(P, 1, -1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_waits'
  int Status;
  ::waitpid(Child, &Status, 0);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_waits'
  co_return;
}

task<> ok_ready(std::future<int> &F, std::shared_future<int> &S) {
  if (F.wait_for(0s) == std::future_status::ready)
    F.get();
  if (S.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    co_return;
  S.get();
}
static int take(std::future<int> F) { return F.get(); }
task<> ok_ready_passed_on(std::future<int> &F) {
  if (F.wait_for(0s) == std::future_status::ready)
    take(std::move(F));
  co_return;
}
task<> bad_passed_on(std::future<int> &F) {
  take(std::move(F));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_passed_on'
  co_return;
}
task<> bad_ready_of_another(std::future<int> &F, std::future<int> &G) {
  if (F.wait_for(0s) == std::future_status::ready)
    G.get();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_ready_of_another'
  F.wait();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_ready_of_another'
  F.get(); // waited for above
  co_return;
}

//===-- descriptors -------------------------------------------------------===//

task<> bad_recv(int Fd, char *Data) {
  ::recv(Fd, Data, 10, 0);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_recv'
  co_return;
}
task<> ok_recv_asks_for_eagain(int Fd, char *Data) {
  if (::recv(Fd, Data, 10, 0) < 0 && errno == EAGAIN)
    co_await co::yield();
}
/// Threads of a library's own have an errno of their own.
int *threads_errno_location();
task<> ok_recv_asks_a_library(int Fd, char *Data) {
  if (::recv(Fd, Data, 10, 0) < 0 && *threads_errno_location() == EAGAIN)
    co_await co::yield();
}
task<> ok_recv_dontwait(int Fd, char *Data) {
  ::recv(Fd, Data, 10, MSG_DONTWAIT);
  co_return;
}
task<> ok_recv_made_nonblocking(int Fd, char *Data) {
  ::fcntl(Fd, F_SETFL, O_NONBLOCK);
  ::recv(Fd, Data, 10, 0);
  co_return;
}
co::sleep_awaiter readable(int Fd);
co::sleep_awaiter when_all_ready(int Tasks);
co::sleep_awaiter already_begun();
// Ready are tasks, not descriptors.
// CHECK: warning: 'bad_recv_beside_ready_tasks' {{.*}} 'recv' waits
task<> bad_recv_beside_ready_tasks(int Fd, char *Data) {
  ::recv(Fd, Data, 1, 0);
  co_await when_all_ready(2);
  co_await already_begun();
}
task<> ok_recv_when_readable(int Fd, char *Data) {
  co_await readable(Fd);
  ::recv(Fd, Data, 10, 0);
}

//===-- the program ends ---------------------------------------------------===//

[[noreturn]] static void die() {
  ::sleep(1);
  std::abort();
}
task<> ok_ends_the_program(int N) {
  if (N < 0)
    die();
  if (N == 0) {
    ::sleep(1);
    std::exit(1);
  }
  assert(N != 3);
  co_return;
}
task<> bad_loop_without_end() {
  for (;;) {
    ::sleep(1);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_loop_without_end'
  }
  co_return;
}
task<> bad_handler() {
  try {
    co_await co::yield();
  } catch (...) {
    ::sleep(1);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_handler'
  }
}

//===-- suppression ---------------------------------------------------------===//

static void known() {
  ::sleep(1); // NOLINT(cotidy-blocking-call)
}
static void knownByGlob() {
  ::sleep(1); // NOLINT(cotidy-*)
}
static void bareInside() {
  ::sleep(1); // NOLINT
}
static void viaKnown() { known(); }
static void notHere() {
  viaKnown();
  // NOLINTNEXTLINE(cotidy-blocking-call)
  ::sleep(1);
}
task<> ok_suppressed() {
  ::sleep(1); // NOLINT
  ::sleep(1); // NOLINT(cotidy-blocking-call)
  ::sleep(1); // NOLINT(*)
  known();
  knownByGlob();
  notHere();
  co_return;
}
task<> bad_suppressed_elsewhere() {
  ::sleep(1); // NOLINT(bugprone-*)
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_suppressed_elsewhere'
  bareInside();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_suppressed_elsewhere'
  co_return;
}
