// Tasks that outlive what their parameters and captures refer to: stored,
// returned, spawned, detached; and what looks like it and is right.
//
// RUN: %cotidy check %s --root=%S --checks=-*,cotidy-dangling-reference --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <string>
#include <string_view>
#include <span>
using co::task;
using co::future;

struct widget { std::string name; ~widget(); };
task<> by_ref(const std::string &s) { co_await co::yield(); (void)s.size(); }
task<> by_rvalue(std::string &&s) { co_await co::yield(); (void)s.size(); }
task<> by_view(std::string_view s) { co_await co::yield(); (void)s.size(); }
task<> by_span(std::span<int> s) { co_await co::yield(); (void)s.size(); }
task<> by_pointer(const std::string *s) { co_await co::yield(); (void)s->size(); }
task<> by_value(std::string s) { co_await co::yield(); (void)s.size(); }
task<> by_int(const int &n) { co_await co::yield(); (void)n; }
template <class T> task<> forwarded(T &&t) { co_await co::yield(); (void)t.size(); }
future<> eager_ref(const std::string &s) { co_await co::yield(); (void)s.size(); }
future<> eager_early(const std::string &s) { (void)s.size(); co_await co::yield(); }
std::string make();

// stored
task<> bad_stored_temporary() { auto t = by_ref(make()); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives a temporary, which its parameter 's' refers to
task<> bad_stored_rvalue() { auto t = by_rvalue(make()); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_rvalue' outlives a temporary, which its parameter 's' refers to
task<> bad_stored_view() { auto t = by_view(make()); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_view' outlives a temporary, which its parameter 's' refers to
task<> bad_stored_pointer() { task<> t; { std::string l; t = by_pointer(&l); } co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_pointer' outlives 'l', which its parameter 's' refers to
task<> bad_stored_span() { task<> t; { int a[3]; t = by_span(a); } co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_span' outlives 'a', which its parameter 's' refers to
task<> bad_stored_forwarded() { auto t = forwarded(make()); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'forwarded' outlives a temporary, which its parameter 't' refers to
task<> bad_inner_scope() { task<> t; { std::string l; t = by_ref(l); } co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 'l', which its parameter 's' refers to
task<> bad_container_of_loop() {
  std::vector<task<>> all;
  for (int i = 0; i < 3; ++i) all.push_back(by_int(i));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_int' outlives 'i', which its parameter 'n' refers to
  co_await co::when_all(std::move(all));
}
task<> bad_loop_local() {
  std::vector<task<>> all;
  for (int i = 0; i < 3; ++i) { std::string s = make(); all.push_back(by_ref(s)); }
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
  for (auto &t : all) co_await t;
}
task<> ok_loop_elements(std::vector<std::string> v) {
  std::vector<task<>> all;
  for (auto &s : v) all.push_back(by_ref(s));
  for (auto &t : all) co_await t;
}
task<> bad_loop_copies(std::vector<std::string> v) {
  std::vector<task<>> all;
  for (auto s : v) all.push_back(by_ref(s));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
  for (auto &t : all) co_await t;
}
task<> ok_awaited() { co_await by_ref(make()); co_await by_view(make()); co_await by_rvalue(make()); }
task<> ok_when_all() { co_await co::when_all(by_ref(make()), by_ref(make())); }
task<> ok_named() { std::string s = make(); auto t = by_ref(s); co_await std::move(t); }
task<> ok_value() { auto t = by_value(make()); co_await std::move(t); }
future<> ok_early() { auto t = eager_early(make()); co_await std::move(t); }
future<> bad_eager() { auto t = eager_ref(make()); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'eager_ref' outlives a temporary, which its parameter 's' refers to
task<> ok_extended() { const auto &s = make(); auto t = by_ref(s); co_await std::move(t); }

// returned
task<> bad_returned_local() { std::string s = make(); return by_ref(s); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
task<> bad_returned_temporary() { return by_ref(make()); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives a temporary, which its parameter 's' refers to
task<> bad_returned_parameter(std::string s) { return by_ref(s); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives the parameter 's', which its parameter 's' refers to
task<> ok_returned_reference(const std::string &s) { return by_ref(s); }
task<> ok_through_helper() { co_await ok_returned_reference(make()); }
task<> bad_through_helper() { auto t = ok_returned_reference(make()); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives a temporary, which its parameter 's' refers to
task<> ok_returned_static() { static std::string s; return by_ref(s); }

// spawned
void bad_spawned_local() { std::string s = make(); co::spawn(by_ref(s)); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
void bad_spawned_temporary() { co::spawn(by_ref(make())); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives a temporary, which its parameter 's' refers to
void ok_spawned_value() { co::spawn(by_value(make())); }
void ok_spawned_reference(std::string &service) { co::spawn(by_ref(service)); }
void bad_caller_spawns() { std::string s; ok_spawned_reference(s); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
struct server { std::string cfg; void start() { ok_spawned_reference(cfg); } };

// closures
task<> bad_iife_kept(int x) { auto t = [x]() -> task<> { co_await co::yield(); (void)x; }(); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of a lambda in 'bad_iife_kept' outlives the closure, whose captures it uses
void bad_iife_detached(int x) { [x]() -> co::detached { co_await co::yield(); (void)x; }(); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of a lambda in 'bad_iife_detached' outlives the closure, whose captures it uses
void ok_iife_detached_parameters(int x) { [](int x) -> co::detached { co_await co::yield(); (void)x; }(x); }
void ok_iife_no_captures() { []() -> co::detached { co_await co::yield(); }(); }
void ok_iife_early(int x) { [x]() -> co::detached { int y = x; co_await co::yield(); (void)y; }(); }
task<> ok_iife_awaited(int x) { co_await [x]() -> task<> { co_await co::yield(); (void)x; }(); }
task<> ok_named_lambda(int x) { auto f = [x]() -> task<> { co_await co::yield(); (void)x; }; co_await f(); }
void bad_named_lambda_detached(int x) { auto f = [x]() -> co::detached { co_await co::yield(); (void)x; }; f(); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of a lambda in 'bad_named_lambda_detached' outlives the closure, whose captures it uses
future<> bad_then(future<> f, int x) {
  co_await std::move(f).then([x]() -> future<> { co_await co::yield(); (void)x; });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of a lambda in 'bad_then' outlives the closure, whose captures it uses
}
future<> ok_then_plain(future<> f) {
  co_await std::move(f).then([]() -> future<> { co_await co::yield(); });
}
template <class F> task<> call_it(F f) { return f(); }
template <class F> task<> await_it(F f) { co_await f(); }
task<> bad_helper(int x) { co_await call_it([x]() -> task<> { co_await co::yield(); (void)x; }); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of a lambda in 'bad_helper' outlives the closure, whose captures it uses
task<> ok_helper(int x) { co_await await_it([x]() -> task<> { co_await co::yield(); (void)x; }); }

// posted
void bad_posted(int n) { co::loop().post([&n] { ++n; }); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_posted' outlives the parameter 'n', which it captured as 'n'
void ok_posted(int n) { co::loop().post([n] { (void)n; }); }
void bad_thread_detached(int n) { std::thread t([&n] { ++n; }); t.detach(); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_thread_detached' outlives the parameter 'n', which it captured as 'n'
void ok_thread_joined(int n) { std::thread t([&n] { ++n; }); t.join(); }
void ok_joined_cv(int n) {
  std::mutex m; std::condition_variable cv; bool done = false;
  co::loop().post([&] { ++n; std::lock_guard g(m); done = true; cv.notify_one(); });
  std::unique_lock l(m); cv.wait(l, [&] { return done; });
}
