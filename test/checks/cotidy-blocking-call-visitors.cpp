// Visitors: which overload or instance runs, the alternative chooses, and which
// alternatives there ever are is not known. What all of them do, happens.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-blocking-call' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <algorithm>
#include <fstream>
#include <string>
#include <unistd.h>
#include <variant>
#include <vector>

using co::task;

struct plain {};
struct secure {
  std::string file;
};
struct slow {};
struct slower {};
void load(plain &) {}
void load(secure &s) { std::ifstream f(s.file); }
void load(slow &) { ::usleep(100); }
void load(slower &) { ::usleep(200); }

template <class... T> struct overloaded : T... {
  using T::operator()...;
};
template <class... T> overloaded(T...) -> overloaded<T...>;
struct loader {
  void operator()(plain &p) const { load(p); }
  void operator()(secure &s) const { load(s); }
};
struct slow_loader {
  void operator()(slow &s) const { load(s); }
  void operator()(slower &s) const { load(s); }
};

task<> ok_one_alternative(std::variant<plain, secure> v) {
  std::visit([](auto &c) { load(c); }, v);
  co_return;
}
task<> ok_other_order(std::variant<secure, plain> v) {
  std::visit([](auto &c) { load(c); }, v);
  co_return;
}
task<> ok_stored(std::variant<plain, secure> v) {
  auto visitor = [](auto &c) { load(c); };
  std::visit(visitor, v);
  co_return;
}
task<> ok_overloaded(std::variant<plain, secure> v) {
  std::visit(overloaded{[](plain &) {}, [](secure &s) { load(s); }}, v);
  co_return;
}
task<> ok_visitor(std::variant<plain, secure> v) {
  std::visit(loader(), v);
  co_return;
}
task<> bad_every_alternative(std::variant<slow, slower> v) {
  std::visit([](auto &c) { load(c); }, v);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_every_alternative' blocks the thread of its event loop: 'usleep' sleeps
  co_return;
}
task<> bad_overloaded(std::variant<slow, slower> v) {
  std::visit(overloaded{[](slow &s) { load(s); }, [](slower &s) { load(s); }}, v);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_overloaded' blocks the thread of its event loop: 'usleep' sleeps
  co_return;
}
task<> bad_visitor(std::variant<slow, slower> v) {
  slow_loader visitor;
  std::visit(visitor, v);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_visitor' blocks the thread of its event loop: 'usleep' sleeps
  co_return;
}
task<> bad_one_instance(std::vector<slow> v) {
  std::for_each(v.begin(), v.end(), [](auto &c) { load(c); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_one_instance' blocks the thread of its event loop: 'usleep' sleeps
  co_return;
}
template <class F, class... T> void each(F f, T &...t) { (f(t), ...); }
task<> bad_each_of_them(plain p, slow s) {
  each([](auto &c) { load(c); }, p, s);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_each_of_them' blocks the thread of its event loop: 'usleep' sleeps
  co_return;
}
task<> bad_direct(secure s) {
  loader()(s);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_direct' blocks the thread of its event loop: 'basic_ifstream' waits for the file system
  co_return;
}
// `possible`: one alternative blocks
task<> limit_known_alternative() {
  std::variant<plain, secure> v = secure{"settings"};
  std::visit([](auto &c) { load(c); }, v);
  co_return;
}
