// Objects that die before work that uses them: this, owners, members of
// constructors, scopes that join; aliases and pointers.
//
// RUN: %cotidy check %s --root=%S --checks=-*,cotidy-dangling-reference --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <string>
#include <string_view>
using co::task;
using co::future;
task<> by_ref(const std::string &s) { co_await co::yield(); (void)s.size(); }
task<> by_rvalue(std::string &&s) { co_await co::yield(); (void)s.size(); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_rvalue' outlives the parameter 's', which its parameter 's' refers to
std::string make();

// this
struct session : std::enable_shared_from_this<session> {
  int n = 0;
  task<> run() { co_await co::yield(); ++n; }
  task<> run_with(std::shared_ptr<session> self) { co_await co::yield(); ++n; }
  co::detached fire() { co_await co::yield(); ++n; }
  co::detached fire_strong() { auto self = shared_from_this(); co_await co::yield(); ++n; }
  void bad_spawn_run() { co::spawn(run()); }
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'session::run' may run after the 'session' that its 'this' is has gone
  void ok_spawn_strong() { co::spawn(run_with(shared_from_this())); }
  void bad_fire() { fire(); }
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'session::fire' may run after the 'session' that its 'this' is has gone
  void ok_fire_strong() { fire_strong(); }
  void bad_post() { co::loop().post([this] { ++n; }); }
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'session::bad_post' may run after the 'session' that its 'this' is has gone
  void ok_post_strong() { co::loop().post([this, self = shared_from_this()] { ++n; }); }
  void ok_post_weak() { co::loop().post([this, w = weak_from_this()] { if (auto s = w.lock()) ++n; }); }
  task<> ok_member_awaits() { co_await run(); }
  co::detached bad_weak_after() {
    auto weak = weak_from_this();
    co_await co::resume_on(co::loop());
    co_await by_ref(name());
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'session::bad_weak_after' uses 'this' after a suspension, before it asks the weak reference whether the object is still there
    if (auto self = weak.lock()) ++n;
  }
  co::detached ok_weak_first() {
    auto weak = weak_from_this();
    co_await co::resume_on(co::loop());
    if (auto self = weak.lock()) ++n;
  }
  std::string name();
};
struct plain {
  int n = 0;
  co::detached fire() { co_await co::yield(); ++n; }
  void ok_fire_plain() { fire(); }
  void ok_post_plain() { co::loop().post([this] { ++n; }); }
};
void bad_local_object() { plain p; p.ok_fire_plain(); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'plain::fire' outlives 'p', whose member function it is
struct erased { int n = 0; co::detached fire() { co_await co::yield(); ++n; }
  void bad_fire_erased() { fire(); } };
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'erased::fire' may run after the 'erased' that its 'this' is has gone
struct owner_of_erased { std::map<int, std::unique_ptr<erased>> all; void drop(int k) { all.erase(k); } };

// rvalue parameters of stored work
struct holder {
  std::vector<task<>> inflight;
  std::string cfg;
  void store_rvalue(std::string s) { inflight.push_back(by_rvalue(std::move(s))); }
  void bad_store_local() { std::string s; inflight.push_back(by_ref(s)); }
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
  void ok_store_member() { inflight.push_back(by_ref(cfg)); }
  task<> ok_store_and_wait() { std::string s; inflight.push_back(by_ref(s)); for (auto &t : inflight) co_await t; }
  task<> ok_store_and_wait_all() { std::string s; inflight.push_back(by_ref(s)); co_await co::when_all(std::move(inflight)); }
};
void bad_out_parameter(std::vector<task<>> &out) { std::string s; out.push_back(by_ref(s)); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
void ok_out_parameter(std::vector<task<>> &out, const std::string &s) { out.push_back(by_ref(s)); }
task<> ok_out_caller() { std::string s; std::vector<task<>> v; ok_out_parameter(v, s); for (auto &t : v) co_await t; }
task<> bad_out_caller() { std::vector<task<>> v; { std::string s; ok_out_parameter(v, s); } for (auto &t : v) co_await t; }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to

// joins
struct scope {
  std::vector<task<>> all;
  void spawn(task<> t) { all.push_back(std::move(t)); }
  task<> join() { for (auto &t : all) co_await t; }
};
task<> ok_scope() { scope s; std::string x; s.spawn(by_ref(x)); co_await s.join(); }
task<> bad_scope() { scope s; { std::string x; s.spawn(by_ref(x)); } co_await s.join(); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 'x', which its parameter 's' refers to
void ok_sync_wait() { std::string x; co::sync_wait(by_ref(x)); co::sync_wait(by_ref(make())); }
void bad_sync_wait_later() { auto t = by_ref(make()); co::sync_wait(std::move(t)); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives a temporary, which its parameter 's' refers to
co::future<> ok_polls() { bool done = false; [](bool &d) -> co::detached { co_await co::yield(); d = true; }(done); while (!done) co_await co::yield(); }
void bad_polls_not() { bool done = false; [](bool &d) -> co::detached { co_await co::yield(); d = true; }(done); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of a lambda in 'bad_polls_not' outlives 'done', which its parameter 'd' refers to
future<> ok_gate(co::gate &g) { co_await g.close(); }

// Whoever is given the same object may wait for the work: the closure too.
template <class F> task<> run_in(F f) { co_await f(); }
task<> ok_waits_by_closure() {
  bool done = false;
  co::spawn([](bool &d) -> task<> { co_await co::yield(); d = true; }(done));
  co_await run_in([&]() -> task<> { while (!done) co_await co::yield(); });
}
task<> bad_closure_knows_nothing_of_it(int n) {
  bool done = false;
  co::spawn([](bool &d) -> task<> { co_await co::yield(); d = true; }(done));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of a lambda in 'bad_closure_knows_nothing_of_it' outlives 'done', which its parameter 'd' refers to
  co_await run_in([&]() -> task<> { ++n; co_return; });
}
// What lies in a member of the object ends with the object.
struct timers : std::enable_shared_from_this<timers> {
  std::function<void()> mine;
  std::thread worker;
  int n = 0;
  ~timers() { worker.join(); }
  void ok_own_callback() { mine = [this] { ++n; }; }
  void ok_own_thread() { worker = std::thread([this] { ++n; }); }
};
// A pointer out of a shared owner is the owner's business, not the variable's.
struct node { int n = 0; };
std::shared_ptr<node> find_node();
void ok_pointer_of_shared_owner() {
  auto shared = find_node();
  node *raw = shared.get();
  co::loop().post([raw] { ++raw->n; });
}
struct refers_to_node { node &of; explicit refers_to_node(std::shared_ptr<node> n) : of(*n) {} };

// aliases and views
task<> ok_alias(std::string s) { auto &r = s; auto t = by_ref(r); co_await std::move(t); }
task<> bad_alias() { task<> t; { std::string s; auto &r = s; t = by_ref(r); } co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
task<> bad_alias_pointer() { task<> t; { std::string s; auto *p = &s; t = by_ref(*p); } co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 's', which its parameter 's' refers to
task<> ok_unique(std::unique_ptr<std::string> p) { auto t = by_ref(*p); co_await std::move(t); }
task<> bad_unique() { task<> t; { auto p = std::make_unique<std::string>(); t = by_ref(*p); } co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 'p', which its parameter 's' refers to
task<> ok_shared(std::shared_ptr<std::string> q) { task<> t; { auto p = q; t = by_ref(*p); } co_await std::move(t); }
struct conf { std::string a; std::string &ref; };
task<> ok_reference_member(std::string &long_lived) { task<> t; { conf c{"", long_lived}; t = by_ref(c.ref); } co_await std::move(t); }
task<> bad_member_of_local() { task<> t; { conf c{"", *new std::string}; t = by_ref(c.a); } co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'by_ref' outlives 'c', which its parameter 's' refers to
const std::string &global_name();
task<> ok_unknown_reference() { auto t = by_ref(global_name()); co_await std::move(t); }
task<> ok_reassigned() { task<> t; { std::string s; t = by_ref(s); co_await t; } std::string u; t = by_ref(u); co_await t; }
task<> ok_conditional(bool b) { std::string s; task<> t; if (b) t = by_ref(s); co_await t; }
task<> ok_destroyed_before() { std::string s; { auto t = by_ref(s); } co_return; }
future<> eager(const std::string &s) { co_await co::yield(); (void)s.size(); }
future<> ok_eager_waited() { std::string s; auto f = eager(s); co_await f; }
future<> bad_eager_dropped() { std::string s; auto f = eager(s); co_return; }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'eager' outlives 's', which its parameter 's' refers to
future<> bad_eager_discarded() { std::string s; (void)eager(s); co_return; }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'eager' outlives 's', which its parameter 's' refers to
// constructor
struct reader { const std::string &s; explicit reader(const std::string &s) : s(s) {} task<> run() { co_await co::yield(); (void)s.size(); } };
struct bad_ctor { reader r; explicit bad_ctor() : r(make()) {} };
// CHECK: :[[@LINE-1]]:{{.*}}warning: the object that 'bad_ctor' makes outlives a temporary, which its member 's' refers to
struct bad_ctor_parameter { reader r; explicit bad_ctor_parameter(std::string s) : r(s) {} };
// CHECK: :[[@LINE-1]]:{{.*}}warning: the object that 'bad_ctor_parameter' makes outlives the parameter 's', which its member 's' refers to
struct ok_ctor { std::string s; reader r; explicit ok_ctor(std::string x) : s(std::move(x)), r(s) {} };
struct ok_ctor_reference { reader r; explicit ok_ctor_reference(const std::string &x) : r(x) {} };
task<> bad_object_dies() { task<> t; { reader r(global_name()); t = r.run(); } co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'reader::run' outlives 'r', whose member function it is
task<> bad_temporary_object() { auto t = reader(global_name()).run(); co_await std::move(t); }
// CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'reader::run' outlives a temporary, whose member function it is
task<> ok_temporary_object() { co_await reader(global_name()).run(); }
