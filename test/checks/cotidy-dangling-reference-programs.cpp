// References through code that is hard to follow: forwarding, macros, lambdas in
// lambdas, temporaries of temporaries, registries, gates, scopes that join when
// they end, closures with an explicit object; and what is known to be missed.
//
// RUN: %cotidy check %s --root=%S --checks=-*,cotidy-dangling-reference --fail-on=never -- -std=c++23 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <atomic>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
using co::future;
using co::task;

std::string make();
task<> by_ref(const std::string &s) { co_await co::yield(); (void)s.size(); }
task<> by_view(std::string_view s) { co_await co::yield(); (void)s.size(); }
task<> by_value(std::string s) { co_await co::yield(); (void)s.size(); }
task<> by_text(const char *s) { co_await co::yield(); (void)*s; }

// forwarding, macros
template <class... A> task<> chain(A &&...a) { co_await by_ref(std::forward<A>(a)...); }
task<> bad_chain() { auto t = chain(make()); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'chain' outlives a temporary, which its parameter 'a' refers to
task<> ok_chain() { co_await chain(make()); }
#define SPAWN(x) co::spawn(x)
void bad_macro() { std::string s = make(); SPAWN(by_ref(s)); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
void ok_macro() { SPAWN(by_value(make())); }

// lambdas in lambdas
void bad_nested(int n) {
  co::loop().post([n] { [n]() -> co::detached { co_await co::yield(); (void)n; }(); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of a lambda in 'bad_nested' outlives the closure, whose captures it uses
}
void ok_nested(int n) {
  co::loop().post([n] { [](int n) -> co::detached { co_await co::yield(); (void)n; }(n); });
}
task<> ok_nested_awaited(int n) {
  co_await [](auto f) -> task<> { co_await f(); }([&n]() -> task<> { co_await co::yield(); ++n; });
}
// The closure is in the frame: an explicit object parameter by value.
void ok_object_by_value(int n) {
  [n](this auto self) -> co::detached { co_await co::yield(); (void)n; }();
}
void bad_object_by_reference(int n) {
  [n](this auto &&self) -> co::detached { co_await co::yield(); (void)n; }();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of a lambda in 'bad_object_by_reference' outlives
}

// temporaries of temporaries
std::vector<std::string> names();
struct holder { std::string s; const std::string &name() const { return s; } };
holder get_holder();
task<> bad_temporary_range() {
  std::vector<task<>> all;
  for (auto &n : names()) all.push_back(by_ref(n));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives {{.*}}, which its parameter 's' refers to
  co_await co::when_all(std::move(all));
}
task<> ok_named_range() {
  std::vector<task<>> all;
  auto held = names();
  for (auto &n : held) all.push_back(by_ref(n));
  co_await co::when_all(std::move(all));
}
task<> bad_text() { auto t = by_text(make().c_str()); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_text' outlives a temporary, which its parameter 's' refers to
task<> ok_text() { co_await by_text(make().c_str()); }
task<> bad_part() { auto t = by_view(std::string_view(make()).substr(1)); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_view' outlives a temporary, which its parameter 's' refers to
task<> bad_accessor() { auto t = by_ref(get_holder().name()); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives a temporary, which its parameter 's' refers to
task<> ok_accessor() { co_await by_ref(get_holder().name()); }
task<> ok_literal() { auto t = by_view("literal"); co_await std::move(t); }

// a handler that can be unregistered meanwhile
struct bus {
  std::map<int, std::function<co::detached(int)>> handlers;
  void on(std::function<co::detached(int)> f) { handlers[1] = std::move(f); }
  void off(int k) { handlers.erase(k); }
  void fire(int v) { for (auto &[k, h] : handlers) h(v); }
};
void bad_handler(bus &b, std::string name) {
  b.on([name](int) -> co::detached { co_await co::yield(); (void)name.size(); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of a lambda in 'bad_handler' may outlive the closure, whose captures it uses
}
void ok_handler(bus &b, std::string name) {
  b.on([name](int) -> co::detached { auto copy = name; co_await co::yield(); (void)copy.size(); });
}

// structures, objects, arrays
struct request { std::string body; std::string_view path; };
task<> handle(const request &r) { co_await co::yield(); (void)r.body.size(); }
void bad_request(std::string text) { request r{text, text}; co::spawn(handle(r)); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'handle' outlives 'r', which its parameter 'r' refers to
struct widget { int n = 0; task<> run() { co_await co::yield(); ++n; } };
void bad_temporary_object() { co::spawn(widget{}.run()); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'widget::run' outlives a temporary, whose member function it is
task<> ok_object_awaited() { widget w; co_await w.run(); co_await widget{}.run(); }
co::detached fill(int *p) { co_await co::yield(); *p = 1; }
void bad_array() { int a[4]; fill(a); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'fill' outlives 'a', which its parameter 'p' refers to
void bad_vector() { std::vector<int> v(4); fill(v.data()); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'fill' outlives 'v', which its parameter 'p' refers to
struct op { future<> f; };
future<> eager(const std::string &s) { co_await co::yield(); (void)s.size(); }
future<> bad_structure() { op o{eager(make())}; co_await o.f; }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'eager' outlives a temporary, which its parameter 's' refers to
future<> ok_structure() { std::string s; op o{eager(s)}; co_await o.f; }

// what a new-expression makes lives until somebody deletes it
struct service { std::string name; void go(); };
void ok_new_captured() { auto s = new service(); co::loop().post([s] { s->go(); }); }
task<> serve(service *s) { co_await co::yield(); s->go(); }
void ok_new_passed() { co::spawn(serve(new service)); }

// one way of several
void bad_switch(int n) {
  std::string s = make();
  switch (n) {
  case 0: co::spawn(by_value(s)); break;
  case 1: co::spawn(by_ref(s)); break;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
  default: return;
  }
}
task<> ok_handler_of_exceptions() {
  std::string s = make();
  auto t = by_ref(s);
  try { co_await std::move(t); } catch (...) { (void)s; }
}

// who waits: a gate's permits, a scope that joins when it ends
future<> ok_gate(co::gate &g) { std::string s = make(); co::spawn([](co::gate::holder h, const std::string &s) -> future<> { co_await co::yield(); (void)s.size(); }(g.hold(), s)); co_await g.close(); }
future<> bad_gate(co::gate &g) { std::string s = make(); co::spawn([](co::gate::holder h, const std::string &s) -> future<> { co_await co::yield(); (void)s.size(); }(g.hold(), s)); co_return; }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of a lambda in 'bad_gate' outlives 's', which its parameter 's' refers to
struct joining {
  std::vector<task<>> all;
  void add(task<> t) { all.push_back(std::move(t)); }
  ~joining() { for (auto &t : all) co::sync_wait(std::move(t)); }
};
void ok_joined_at_the_end() { std::string s = make(); joining j; j.add(by_ref(s)); }
void bad_ends_before_the_join() { joining j; std::string s = make(); j.add(by_ref(s)); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to

// helpers that return too early
template <class T, class F> task<> do_with(T v, F f) { co_await f(v); }
task<> ok_do_with() { co_await do_with(make(), [](std::string &s) { return by_ref(s); }); }
template <class T, class F> task<> bad_do_with(T v, F f) { return f(v); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives the parameter 'v', which its parameter 's' refers to
task<> uses_bad_do_with() { co_await bad_do_with(make(), [](std::string &s) { return by_ref(s); }); }

// an awaiter's callback
struct client { virtual ~client(); virtual void ask(const std::function<void(int)> &f) = 0; };
struct bad_answer {
  client *c; int value = 0;
  bool await_ready();
  void await_suspend(std::coroutine_handle<> h) { c->ask([this, &h](int v) { value = v; h.resume(); }); }
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'bad_answer::await_suspend' outlives the parameter 'h', which it captured as 'h'
  int await_resume();
};
struct ok_answer {
  client *c; int value = 0;
  bool await_ready();
  void await_suspend(std::coroutine_handle<> h) { c->ask([this, h](int v) { value = v; h.resume(); }); }
  int await_resume();
};

// a handle that is assigned refers to nothing; the operation's captures are the coroutine's
struct resumer { std::coroutine_handle<> coro; int value = 0; };
struct answer {
  resumer *of;
  void set(int v) const { of->value = v; of->coro.resume(); }
};
template <class Op> struct asks {
  resumer &of;
  Op &op;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) noexcept { of.coro = handle; op(answer{&of}); }
  int await_resume() { return of.value; }
};
struct asker : resumer {
  template <class Op> asks<Op> ask(Op &&op) { return {*this, op}; }
};
struct slot { int n = 0; void clear() { ++n; } };
template <class F> task<int> ok_asks(F io, slot *s) {
  asker a;
  co_return co_await a.ask([&](auto handler) { io([&, handler](int v) mutable { s->clear(); handler.set(v); }); });
}
task<int> ok_reads(slot *s) {
  co_return co_await ok_asks([](auto f) { co::loop().post([f]() mutable { f(1); }); }, s);
}

// swapped; a view made of a temporary
task<> bad_swapped() { task<> t; { std::string s = make(); auto u = by_ref(s); std::swap(t, u); } co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
task<> ok_swapped() { std::string s = make(); task<> t; { std::string dead = make(); auto u = by_ref(dead), v = by_ref(s); std::swap(t, u); std::swap(t, v); } co_await std::move(t); }
task<> by_span(std::span<const int> s) { co_await co::yield(); (void)s.size(); }
task<> bad_span() { auto t = by_span(std::vector<int>{1, 2}); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_span' outlives a temporary, which its parameter 's' refers to
task<> ok_span() { co_await by_span(std::vector<int>{1, 2}); }

// who looks once has not waited; who looks again, or asks what knows, has
co::detached counts(int &p) { co_await co::yield(); ++p; }
co::detached tells(std::atomic<bool> &p) { co_await co::yield(); p = true; }
void bad_looks_once() { int n = 3; counts(n); if (n != 4) throw n; }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'p' refers to
void bad_asks_once() { std::atomic<bool> done = false; tells(done); if (!done) throw 1; }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'tells' outlives 'done', which its parameter 'p' refers to
bool same(const int &, const int &);
void bad_compares_once() { int n = 3; counts(n); if (bool ok = same(n, 4); !ok) throw n; }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'p' refers to
bool is_four(const int &p) { if (p == 4) return true; return false; }
void bad_compares_in_a_helper() { int n = 3; counts(n); if (!is_four(n)) throw n; }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'counts' outlives 'n', which its parameter 'p' refers to
void until_four(const int &p) { while (p != 4) same(1, 2); }
void ok_looks_again_in_a_helper() { int n = 3; counts(n); until_four(n); }
void ok_looks_again() { int n = 3; counts(n); while (n != 4) same(1, 2); }
void ok_asks_again() { std::atomic<bool> done = false; tells(done); for (;;) { if (done.load()) break; } }
void ok_asks_in_a_condition() { std::atomic<bool> done = false; tells(done); do same(1, 2); while (!done); }

task<> bad_in_an_optional() { std::optional<task<>> t; { std::string s; t.emplace(by_ref(s)); } co_await std::move(*t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to

// a helper that hands work on
template <class F> void go(F f) { [](F f) -> co::detached { co_await f(); }(std::move(f)); }
struct session : std::enable_shared_from_this<session> {
  int n = 0;
  void bad_this_through_a_helper() { go([this]() -> task<> { co_await co::yield(); ++n; }); }
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'session::bad_this_through_a_helper' may run after the 'session' that its 'this' is has gone
  void ok_strong_through_a_helper() { go([self = shared_from_this()]() -> task<> { co_await co::yield(); ++self->n; }); }
};

// known misses
task<> limit_temporary_of_a_library() { co_await std::invoke(by_ref, "text"); } // a string inside 'invoke'
task<> limit_in_a_variant() { std::variant<int, task<>> v; { std::string s; v = by_ref(s); } co_await std::move(std::get<1>(v)); }
void limit_reference_wrapper() { int n = 3; [](std::reference_wrapper<int> p) -> co::detached { co_await co::yield(); ++p.get(); }(std::ref(n)); }
void launch(task<>); // may wait as well as not
void limit_unseen_function() { std::string s = make(); launch(by_ref(s)); }
struct owned { std::string s; task<> work() { co_await co::yield(); (void)s.size(); } };
task<> limit_last_shared_owner() { auto o = std::make_shared<owned>(); return o->work(); }
task<> limit_conditional(bool b) { std::string l; task<> t; { std::string s; t = by_ref(b ? s : l); } co_await std::move(t); }
task<> limit_binding() { task<> t; { auto [a, b] = std::pair(make(), 1); t = by_ref(a); } co_await std::move(t); }
void limit_bound(int n) { co::loop().post(std::bind([](int &x) { ++x; }, std::ref(n))); }
template <class F, class... A> void start(F f, A &&...a) { co::spawn(f(std::forward<A>(a)...)); }
void limit_function_pointer() { start(by_ref, make()); }
void limit_local_function(int n) {
  std::function<co::detached()> f = [n]() -> co::detached { co_await co::yield(); (void)n; };
  f();
}
struct pair_of { std::string s; task<> t; };
pair_of limit_returned_together() { std::string s = make(); auto t = by_ref(s); return {std::move(s), std::move(t)}; }
