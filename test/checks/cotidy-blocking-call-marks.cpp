// What the source says of itself: attributes and annotations, and what models
// of a library say of callables and executors.
//
// RUN: %cotidy check %s --root=%S --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <unistd.h>

using co::task;

[[clang::annotate("cotidy::blocking")]] void ask();
[[clang::annotate("cotidy::blocking")]] static void asksItself() {}
[[clang::annotate("cotidy::log")]] static void logs() { ::sleep(1); }
template <class F> [[clang::annotate("cotidy::offload")]] void elsewhere(F Fn) { Fn(); }
template <class F> void inPlace(F Fn) { Fn(); }

[[clang::annotate("cotidy::nonblocking")]] void bad_marked() {
  ::sleep(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_marked' blocks the thread although it is marked as nonblocking
}
task<> ok_calls_marked() {
  bad_marked(); // found there
  co_return;
}
task<> bad_marked_as_blocking() {
  ask();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_marked_as_blocking' {{.*}}: 'ask' is marked as blocking
  asksItself();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_marked_as_blocking'
  co_return;
}
task<> ok_marked_as_log_or_offload() {
  logs();
  elsewhere([] { ::sleep(1); });
  co_return;
}
task<> bad_in_place() {
  inPlace([] { ::sleep(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_in_place'
  co_return;
}

[[clang::annotate("cotidy::allow", "cotidy-blocking-call", "before the loop runs")]] static void startUp() {
  ::sleep(1);
}
[[clang::annotate("cotidy::allow", "file", "a ram disk")]] static void allowsFilesOnly() { ::sleep(1); }
task<> ok_allowed() {
  startUp();
  co_return;
}
task<> bad_allowed_for_files_only() {
  allowsFilesOnly();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_allowed_for_files_only'
  co_return;
}

// Known to be missed, or to be said too much.

struct Runs {
  std::function<void()> Fn;
  void operator()() { Fn(); }
};
task<> limit_callables_are_kept_apart_by_field_not_by_object() {
  Runs Slow{[] { ::sleep(1); }};
  Slow();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'limit_callables_are_kept_apart_by_field_not_by_object'
  Runs Quick{[] { (void)0; }};
  Quick();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'limit_callables_are_kept_apart_by_field_not_by_object'
  co_return;
}
