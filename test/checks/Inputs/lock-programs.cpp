// lock-programs.cpp - small programs that are hard to judge, one a namespace.
// EXPECT names a part of the check that is to report it, or "silent".
// clang-format off
#include "coro.hpp"
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <set>
#include <shared_mutex>
#include <variant>
using co::task;
namespace n1 { // EXPECT lock-order: guard returned by helper of another class, stored in a member
struct A { std::mutex m; std::unique_lock<std::mutex> grab() { return std::unique_lock<std::mutex>(m); } };
struct B { std::mutex m; };
struct Session { std::unique_lock<std::mutex> held; explicit Session(A &a) : held(a.grab()) {} };
void f(A &a, B &b) { Session s(a); std::lock_guard g(b.m); }
void g(A &a, B &b) { std::lock_guard x(b.m); std::lock_guard y(a.m); }
}
namespace n2 { // EXPECT silent: guard moved into a vector that is cleared before
struct A { std::mutex m; };
struct B { std::mutex m; };
void f(A &a, B &b) { std::vector<std::unique_lock<std::mutex>> v; v.emplace_back(a.m); v.clear(); std::lock_guard g(b.m); }
void g(A &a, B &b) { std::lock_guard x(b.m); std::lock_guard y(a.m); }
}
namespace n3 { // EXPECT lock-order: guards pushed into a vector
struct A { std::mutex m; };
struct B { std::mutex m; };
void f(A &a, B &b) { std::vector<std::unique_lock<std::mutex>> v; v.push_back(std::unique_lock(a.m)); std::lock_guard g(b.m); }
void g(A &a, B &b) { std::lock_guard x(b.m); std::lock_guard y(a.m); }
}
namespace n4 { // EXPECT lock-order: home-made guard, home-made lock behind an interface
struct Lockable { virtual ~Lockable() = default; virtual void enter() = 0; virtual void leave() = 0; };
class Mutex { std::mutex m; public: void Enter() { m.lock(); } void Leave() { m.unlock(); } };
class Hold { Mutex &m; public: explicit Hold(Mutex &x) : m(x) { m.Enter(); } ~Hold() { m.Leave(); } };
struct A { Mutex m; };
struct B { Mutex m; };
void f(A &a, B &b) { Hold x(a.m); Hold y(b.m); }
void g(A &a, B &b) { Hold y(b.m); Hold x(a.m); }
}
namespace n5 { // EXPECT silent: two mutexes of the wrapper class in one order
class Mutex { std::mutex m; public: void Enter() { m.lock(); } void Leave() { m.unlock(); } };
class Hold { Mutex &m; public: explicit Hold(Mutex &x) : m(x) { m.Enter(); } ~Hold() { m.Leave(); } };
struct A { Mutex m; };
struct B { Mutex m; };
void f(A &a, B &b) { Hold x(a.m); Hold y(b.m); }
void g(A &a, B &b) { Hold x(a.m); Hold y(b.m); }
}
namespace n6 { // EXPECT silent: bool result of a helper that tries
struct A { std::mutex m; bool tryEnter() { return m.try_lock(); } void leave() { m.unlock(); } };
struct B { std::mutex m; };
void f(A &a, B &b) { if (!a.tryEnter()) { std::lock_guard g(b.m); return; } a.leave(); }
void g(A &a, B &b) { std::lock_guard x(b.m); std::lock_guard y(a.m); }
}
namespace n7 { // EXPECT lock-order: the helper's try succeeded
struct A { std::mutex m; bool tryEnter() { if (!m.try_lock()) return false; return true; } void leave() { m.unlock(); } };
struct B { std::mutex m; };
void f(A &a, B &b) { if (!a.tryEnter()) return; { std::lock_guard g(b.m); } a.leave(); }
void g(A &a, B &b) { std::lock_guard x(b.m); std::lock_guard y(a.m); }
}
namespace n8 { // EXPECT lock-order: through a template method and a lambda given to it
struct A { std::mutex m; template <class F> auto with(F f) { std::lock_guard g(m); return f(); } };
struct B { std::mutex m; int n = 0; };
int f(A &a, B &b) { return a.with([&] { std::lock_guard g(b.m); return b.n; }); }
void g(A &a, B &b) { std::lock_guard x(b.m); a.with([] { return 1; }); }
}
namespace n9 { // EXPECT silent: the lambda is only stored
struct A { std::mutex m; std::function<void()> later; void keep(std::function<void()> f) { std::lock_guard g(m); later = std::move(f); } };
struct B { std::mutex m; int n = 0; };
void f(A &a, B &b) { a.keep([&b] { std::lock_guard g(b.m); ++b.n; }); }
void g(A &a, B &b) { std::lock_guard x(b.m); a.keep({}); }
}
namespace n10 { // EXPECT lock-order: pthread, C interface
struct A { pthread_mutex_t m; };
struct B { pthread_mutex_t m; };
void f(A *a, B *b) { pthread_mutex_lock(&a->m); pthread_mutex_lock(&b->m); pthread_mutex_unlock(&b->m); pthread_mutex_unlock(&a->m); }
void g(A *a, B *b) { pthread_mutex_lock(&b->m); pthread_mutex_lock(&a->m); pthread_mutex_unlock(&a->m); pthread_mutex_unlock(&b->m); }
}
namespace n11 { // EXPECT silent: pthread_mutex_trylock failed
struct A { pthread_mutex_t m; };
struct B { pthread_mutex_t m; };
void f(A *a, B *b) { if (pthread_mutex_trylock(&a->m) != 0) { pthread_mutex_lock(&b->m); pthread_mutex_unlock(&b->m); return; } pthread_mutex_unlock(&a->m); }
void g(A *a, B *b) { pthread_mutex_lock(&b->m); pthread_mutex_lock(&a->m); pthread_mutex_unlock(&a->m); pthread_mutex_unlock(&b->m); }
}
namespace n12 { // EXPECT lock-order: lock passed as a parameter
struct A { std::mutex m; };
struct B { std::mutex m; };
void both(std::mutex &first, std::mutex &second) { std::lock_guard x(first); std::lock_guard y(second); }
void f(A &a, B &b) { both(a.m, b.m); }
void g(A &a, B &b) { both(b.m, a.m); }
}
namespace n13 { // EXPECT silent: passed in one order
struct A { std::mutex m; };
struct B { std::mutex m; };
void both(std::mutex &first, std::mutex &second) { std::lock_guard x(first); std::lock_guard y(second); }
void f(A &a, B &b) { both(a.m, b.m); }
void g(A &a, B &b) { both(a.m, b.m); }
}
namespace n14 { // EXPECT self-deadlock: recursion with the lock held
struct T { std::mutex m; int n = 0; int walk(int d) { std::lock_guard g(m); return d == 0 ? n : walk(d - 1); } };
}
namespace n15 { // EXPECT silent: unlock around the callback, through a reversed guard
struct Unlocker { std::unique_lock<std::mutex> &l; explicit Unlocker(std::unique_lock<std::mutex> &x) : l(x) { l.unlock(); } ~Unlocker() { l.lock(); } };
struct T { std::mutex m; int n = 0; int get() { std::lock_guard g(m); return n; }
 int f() { std::unique_lock l(m); int r; { Unlocker u(l); r = get(); } return r; } };
}
namespace n16 { // EXPECT silent: helper releases a lock that its caller took
struct T { std::mutex m; int n = 0; int get() { std::lock_guard g(m); return n; }
 void pause(std::unique_lock<std::mutex> &l) { l.unlock(); get(); l.lock(); }
 void f() { std::unique_lock l(m); pause(l); ++n; } };
}
namespace n17 { // EXPECT silent: locked variant chosen by an enumerator
enum class Locked { Yes, No };
struct T { std::mutex m; int n = 0; int get(Locked how) { if (how == Locked::No) { std::lock_guard g(m); return n; } return n; }
 int f() { std::lock_guard g(m); return get(Locked::Yes); } };
}
namespace n18 { // EXPECT self-deadlock: wrong enumerator
enum class Locked { Yes, No };
struct T { std::mutex m; int n = 0; int get(Locked how) { if (how == Locked::No) { std::lock_guard g(m); return n; } return n; }
 int f() { std::lock_guard g(m); return get(Locked::No); } };
}
namespace n19 { // EXPECT self-deadlock: a destructor under the lock comes back
struct Owner;
struct Item { Owner &o; explicit Item(Owner &x) : o(x) {} ~Item(); };
struct Owner { std::mutex m; int n = 0; std::unique_ptr<Item> item; void gone() { std::lock_guard g(m); --n; }
 void drop() { std::lock_guard g(m); item.reset(); } };
Item::~Item() { o.gone(); }
void use(Owner &o) { o.item = std::make_unique<Item>(o); o.drop(); }
}
namespace n20 { // EXPECT silent: item moved out first
struct Owner;
struct Item { Owner &o; explicit Item(Owner &x) : o(x) {} ~Item(); };
struct Owner { std::mutex m; int n = 0; std::unique_ptr<Item> item; void gone() { std::lock_guard g(m); --n; }
 void drop() { std::unique_ptr<Item> old; { std::lock_guard g(m); old = std::move(item); } } };
Item::~Item() { o.gone(); }
void use(Owner &o) { o.item = std::make_unique<Item>(o); o.drop(); }
}
namespace n21 { // EXPECT lock-across: lock taken in the caller, awaited twice down
struct T { std::mutex m; task<> leaf() { co_await co::yield(); } task<> mid() { co_await leaf(); } task<> f() { std::scoped_lock g(m); co_await mid(); } };
}
namespace n22 { // EXPECT silent: child releases the guard it was given before it suspends
struct T { std::mutex m; task<> child(std::unique_lock<std::mutex> &l) { l.unlock(); co_await co::yield(); } task<> f() { std::unique_lock g(m); co_await child(g); } };
}
namespace n23 { // EXPECT lock-across: for loop with continue that skips the unlock
struct T { std::mutex m; int n = 0; task<> f() { for (int i = 0; i < 3; ++i) { m.lock(); if (i == 1) { co_await co::yield(); m.unlock(); continue; } m.unlock(); } } };
}
namespace n24 { // EXPECT silent: immediately invoked lambda holds the lock
struct T { std::mutex m; int n = 0; task<> f() { int x = [&] { std::lock_guard g(m); return n; }(); co_await co::yield(); n = x; } };
}
namespace n25 { // EXPECT silent: same condition locks and does not await
struct T { std::mutex m; int n = 0; task<> f(bool fast) { std::unique_lock l(m, std::defer_lock); if (fast) l.lock(); ++n; if (!fast) co_await co::yield(); } };
}
namespace n26 { // EXPECT lock-order: static members and function statics
struct A { static inline std::mutex m; };
std::mutex &b() { static std::mutex m; return m; }
void f() { std::lock_guard x(A::m); std::lock_guard y(b()); }
void g() { std::lock_guard y(b()); std::lock_guard x(A::m); }
}
namespace n27 { // EXPECT lock-order: shared_ptr to a struct that holds the mutex, pimpl
struct A { struct Impl { std::mutex m; }; std::shared_ptr<Impl> p; std::mutex &mutex() { return p->m; } };
struct B { std::unique_ptr<std::mutex> m = std::make_unique<std::mutex>(); };
void f(A &a, B &b) { std::lock_guard x(a.mutex()); std::lock_guard y(*b.m); }
void g(A &a, B &b) { std::lock_guard y(*b.m); std::lock_guard x(a.p->m); }
}
namespace n28 { // EXPECT silent: base class guard in derived methods in one order
struct Base { std::mutex m; };
struct D : Base { std::mutex n; void f() { std::lock_guard x(m); std::lock_guard y(n); } void g() { std::lock_guard x(Base::m); std::lock_guard y(n); } };
}
namespace n29 { // EXPECT lock-order: base class lock and own
struct Base { std::mutex m; };
struct D : Base { std::mutex n; void f() { std::lock_guard x(m); std::lock_guard y(n); } void g() { std::lock_guard y(n); std::lock_guard x(Base::m); } };
}
namespace n30 { // EXPECT silent: if (auto l = try) else
struct A { std::mutex m; };
struct B { std::mutex m; };
void f(A &a, B &b) { if (std::unique_lock l(a.m, std::try_to_lock); l.owns_lock()) { } else { std::lock_guard g(b.m); } }
void g(A &a, B &b) { std::lock_guard x(b.m); std::lock_guard y(a.m); }
}
namespace n31 { // EXPECT silent: hash-striped locks, always one at a time
struct Shards { std::array<std::mutex, 16> m; std::mutex &of(int k) { return m[k % 16]; } void f(int k) { std::lock_guard g(of(k)); } void g(int a, int b) { f(a); f(b); } };
}
namespace n32 { // EXPECT silent: cv wait and notifier callback
struct Q { std::mutex m; std::condition_variable cv; std::deque<int> q; int pop() { std::unique_lock l(m); cv.wait(l, [&] { return !q.empty(); }); int x = q.front(); q.pop_front(); return x; } void push(int x) { { std::lock_guard g(m); q.push_back(x); } cv.notify_one(); } };
}
namespace n33 { // EXPECT self-deadlock: predicate of the wait takes the lock
struct Q { std::mutex m; std::condition_variable cv; std::deque<int> q; bool any() { std::lock_guard g(m); return !q.empty(); } void wait() { std::unique_lock l(m); cv.wait(l, [&] { return any(); }); } };
}
namespace n34 { // EXPECT self-deadlock: join under the lock
struct W { std::mutex m; int n = 0; std::thread t; void run() { std::lock_guard g(m); ++n; } void start() { t = std::thread(&W::run, this); } void stop() { std::lock_guard g(m); t.join(); } };
}
namespace n35 { // EXPECT lock-order: asynchronous mutexes
struct A { co::async_mutex m; };
struct B { co::async_mutex m; };
task<> f(A &a, B &b) { auto x = co_await a.m.lock(); auto y = co_await b.m.lock(); }
task<> g(A &a, B &b) { auto y = co_await b.m.lock(); auto x = co_await a.m.lock(); }
}
namespace n36 { // EXPECT self-deadlock: asynchronous mutex twice
struct A { co::async_mutex m; int n = 0; task<int> get() { auto g = co_await m.lock(); co_return n; } task<int> twice() { auto g = co_await m.lock(); co_return co_await get(); } };
}
namespace n37 { // EXPECT silent: the caller's guard is released and taken in a loop
struct Q { std::mutex m; std::condition_variable cv; bool done = false; int n = 0; int get() { std::lock_guard g(m); return n; }
 void untilDone(std::unique_lock<std::mutex> &l) { while (true) { l.unlock(); get(); l.lock(); if (done) break; } }
 void f() { std::unique_lock l(m); untilDone(l); ++n; } };
}
namespace n38 { // EXPECT silent: decorators of one interface, each with its own lock
struct Service { virtual ~Service() = default; virtual int ask() = 0; };
struct Plain : Service { int ask() override { return 1; } };
struct Guarded : Service { std::mutex m; std::shared_ptr<Service> inner; int ask() override { std::lock_guard g(m); return inner->ask(); } };
int use() { auto p = std::make_shared<Plain>(); Guarded g, h; g.inner = p; h.inner = p; return g.ask() + h.ask(); }
}
namespace n39 { // EXPECT self-deadlock: a listener behind an interface comes back to the function that calls it
struct Listener { virtual ~Listener() = default; virtual void on() = 0; };
struct Subject { std::mutex m; Listener *l = nullptr; void notify() { std::lock_guard g(m); l->on(); } };
struct Again : Listener { Subject &s; explicit Again(Subject &x) : s(x) {} void on() override { s.notify(); } };
void use(Subject &s) { Again a(s); s.l = &a; s.notify(); }
}
namespace n40 { // EXPECT silent: a queue of closures, each moved out before it is dropped
struct Loop { std::mutex m; std::deque<std::function<void()>> q; bool stop = false;
 void run() { std::unique_lock l(m); while (!stop) { auto f = std::move(q.front()); q.pop_front(); l.unlock(); f(); f = nullptr; l.lock(); } }
 ~Loop() { std::lock_guard g(m); stop = true; } void post(std::function<void()> f) { std::lock_guard g(m); q.push_back(std::move(f)); } };
void later(std::shared_ptr<Loop> p) { auto &r = *p; r.post([p] { (void)p; }); }
}
namespace n41 { // EXPECT self-deadlock: the closure dies at the end of its scope, under the lock again
struct Loop { std::mutex m; std::deque<std::function<void()>> q; bool stop = false;
 void run() { std::unique_lock l(m); while (!stop) { auto f = std::move(q.front()); q.pop_front(); l.unlock(); f(); l.lock(); } }
 ~Loop() { std::lock_guard g(m); stop = true; } void post(std::function<void()> f) { std::lock_guard g(m); q.push_back(std::move(f)); } };
void later(std::shared_ptr<Loop> p) { auto &r = *p; r.post([p] { (void)p; }); }
}
namespace n42 { // EXPECT silent: an asynchronous guard lets go by its own unlock(), then a coroutine takes the lock
struct Mutex { struct Guard { Mutex *m; explicit Guard(Mutex &x) : m(&x) {} Guard(Guard &&o) : m(std::exchange(o.m, nullptr)) {} ~Guard() { unlock(); } void unlock() { if (m) { m->unlock(); m = nullptr; } } };
 struct Op { Mutex &m; bool await_ready() { return false; } bool await_suspend(std::coroutine_handle<> h); Guard await_resume() { return Guard(m); } };
 Op lock() { return Op{*this}; } void unlock(); };
struct T { Mutex m; int n = 0; task<int> get() { auto g = co_await m.lock(); co_return n; } task<int> twice() { auto g = co_await m.lock(); ++n; g.unlock(); co_return co_await get(); } };
}
namespace n43 { // EXPECT silent: a condition of coroutines releases the lock that it is given and takes it again
struct Spin { void lock(); void unlock(); task<> again(); };
struct Cond { task<> wait(Spin &s) { co_await Parked(s); co_await s.again(); }
 struct Parked { Spin &s; explicit Parked(Spin &x) : s(x) {} bool await_ready() { return false; } void await_suspend(std::coroutine_handle<>) { s.unlock(); } void await_resume() {} }; };
struct T { Spin m; Cond c; task<> f() { std::unique_lock l(m); co_await c.wait(m); } };
}
namespace n44 { // EXPECT silent: neighbours in a container, reached through iterators
struct Shard { std::mutex m; int n = 0; };
struct Table { std::vector<Shard> all; void f() { auto a = all.begin(); auto b = a; ++b; std::lock_guard x(a->m); std::lock_guard y(b->m); } };
}
namespace n45 { // EXPECT lock-order: a lock of another interface, known to its users by pointers handed from function to function
struct Mutex { std::mutex m; void Lock() { m.lock(); } void Unlock() { m.unlock(); } };
struct Hold { Mutex *m; explicit Hold(Mutex *x) : m(x) { m->Lock(); } ~Hold() { m->Unlock(); } };
struct Version { Mutex *owner = nullptr; void drop() { Hold h(owner); } };
struct Registry { std::mutex m; void thread(Version &v) { std::lock_guard g(m); v.drop(); } void scan() { std::lock_guard g(m); } };
struct Db { Mutex mu; Registry r; Version v; void install(Version &x, Mutex *by) { x.owner = by; } void open(Mutex *by) { install(v, by); } void start() { open(&mu); }
 void flush() { Hold h(&mu); r.scan(); } };
}
namespace n46 { // EXPECT silent: the same in one order
struct Mutex { std::mutex m; void Lock() { m.lock(); } void Unlock() { m.unlock(); } };
struct Hold { Mutex *m; explicit Hold(Mutex *x) : m(x) { m->Lock(); } ~Hold() { m->Unlock(); } };
struct Version { Mutex *owner = nullptr; void drop() { Hold h(owner); } };
struct Registry { std::mutex m; void thread(Version &v) { v.drop(); std::lock_guard g(m); } void scan() { std::lock_guard g(m); } };
struct Db { Mutex mu; Registry r; Version v; void install(Version &x, Mutex *by) { x.owner = by; } void open(Mutex *by) { install(v, by); } void start() { open(&mu); }
 void flush() { Hold h(&mu); r.scan(); } };
}
namespace n47 { // EXPECT silent: a callee gives its caller's lock up and takes it back, more than once
struct Mutex { std::mutex m; void Lock() { m.lock(); } void Unlock() { m.unlock(); } };
struct Hold { Mutex *m; explicit Hold(Mutex *x) : m(x) { m->Lock(); } ~Hold() { m->Unlock(); } };
struct Db { Mutex mu; int n = 0; void note() { Hold h(&mu); ++n; }
 int recover(int k) { for (int i = 0; i < k; ++i) { mu.Unlock(); note(); mu.Lock(); } return k; }
 void change(int k) { if (recover(k) == 0) return; mu.Unlock(); note(); mu.Lock(); ++n; mu.Unlock(); note(); mu.Lock(); }
 void write(int k) { { Hold h(&mu); change(k); } note(); } };
}
namespace n48 { // EXPECT self-deadlock: given up and taken back, then taken again
struct Mutex { std::mutex m; void Lock() { m.lock(); } void Unlock() { m.unlock(); } };
struct Hold { Mutex *m; explicit Hold(Mutex *x) : m(x) { m->Lock(); } ~Hold() { m->Unlock(); } };
struct Db { Mutex mu; int n = 0; void note() { Hold h(&mu); ++n; }
 void change() { mu.Unlock(); note(); mu.Lock(); }
 void write() { Hold h(&mu); change(); note(); } };
}
