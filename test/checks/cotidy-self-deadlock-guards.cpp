// Guards that change hands: what they own goes on being held, or is released under
// another name.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-self-deadlock' --fail-on=never -- -std=c++20 > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

static std::mutex A;
static std::recursive_mutex R;
static std::recursive_timed_mutex RT;
static int N;

void ok_recursive_global() { std::lock_guard a(R); std::lock_guard b(R); }
void ok_recursive_timed_global() { std::lock_guard a(RT); std::lock_guard b(RT); }

void ok_given_back_by_pointer() {
  std::unique_lock a(A);
  std::mutex *m = a.release();
  m->unlock();
  std::lock_guard g(A);
}
void bad_let_go() {
  std::unique_lock a(A);
  a.release();
  std::lock_guard g(A);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_let_go' takes 'A' while it holds it
}
void ok_by_its_mutex() {
  std::unique_lock a(A);
  a.mutex()->unlock();
  { std::lock_guard g(A); ++N; }
  a.mutex()->lock();
}
void ok_swapped() {
  std::unique_lock a(A);
  std::unique_lock<std::mutex> b;
  a.swap(b);
  b.unlock();
  std::lock_guard g(A);
}
void ok_swapped_by_function() {
  std::unique_lock a(A);
  std::unique_lock<std::mutex> b;
  std::swap(a, b);
  b.unlock();
  std::lock_guard g(A);
}
void bad_swapped() {
  std::unique_lock<std::mutex> b;
  {
    std::unique_lock a(A);
    a.swap(b);
  }
  std::lock_guard g(A);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_swapped' takes 'A' while it holds it
}
static std::pair<int, std::unique_lock<std::mutex>> both() {
  std::unique_lock l(A);
  return {1, std::move(l)};
}
void ok_bound_and_unlocked() {
  auto [i, l] = both();
  l.unlock();
  std::lock_guard g(A);
}
void bad_bound() {
  auto [i, l] = both();
  std::lock_guard g(A);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_bound' takes 'A' while it holds it
}

// A value with its lock: the guard is a member of what gives access.
template <class T> class Guarded {
  std::mutex m;
  T value{};
public:
  struct Access {
    std::unique_lock<std::mutex> lock;
    T *of;
    T *operator->() { return of; }
  };
  Access access() { return {std::unique_lock(m), &value}; }
};
class List {
  Guarded<std::vector<int>> all;
public:
  size_t size() { return all.access()->size(); }
  void ok_for_a_moment() {
    all.access()->push_back(1);
    int n = int(size());
    all.access()->push_back(n);
  }
  void bad_while_accessed() {
    auto a = all.access();
    a->push_back(int(size()));
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'List::bad_while_accessed' takes '{{.*}}Guarded<{{.*}}>::m' while it holds it
  }
};

// An action that runs at the end of a scope.
template <class F> struct AtEnd {
  F f;
  ~AtEnd() { f(); }
};
template <class F> AtEnd(F) -> AtEnd<F>;
template <class F> class OnExit {
  F f;
public:
  explicit OnExit(F x) : f(x) {}
  ~OnExit() { f(); }
};
struct Erased {
  std::function<void()> f;
  ~Erased() { f(); }
};
class Counter {
  std::mutex m;
  int n = 0;
  int get() { std::lock_guard l(m); return n; }
public:
  int ok_at_end() {
    { m.lock(); AtEnd e{[&] { m.unlock(); }}; ++n; }
    return get();
  }
  int ok_on_exit() {
    { m.lock(); OnExit e([&] { m.unlock(); }); ++n; }
    return get();
  }
  int ok_at_end_of_a_guard() {
    std::unique_lock l(m);
    { AtEnd e{[&] { l.unlock(); }}; ++n; }
    return get();
  }
  int bad_before_the_end() {
    m.lock();
    AtEnd e{[&] { m.unlock(); }};
    return get();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Counter::bad_before_the_end' takes 'Counter::m' while it holds it
  }
  // Which of several callables a std::function calls is not known.
  int limit_erased() {
    { m.lock(); Erased e{[&] { m.unlock(); }}; ++n; }
    return get();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Counter::limit_erased' takes 'Counter::m' while it holds it
  }
  int limit_erased_too() {
    { m.lock(); Erased e{[&] { n = 0; m.unlock(); }}; }
    return get();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Counter::limit_erased_too' takes 'Counter::m' while it holds it
  }
  // Held on some ways only.
  int limit_where_a_flag_is_set(bool b) {
    if (b)
      m.lock();
    int r = b ? get() : 0;
    if (b)
      m.unlock();
    return r;
  }
};

// What a function puts its result over is empty as a rule; a parameter that is
// let go of is not.
class Leased {
  static inline std::mutex all;
  int n = 0;
public:
  ~Leased() { std::lock_guard l(all); ++n; }
  static std::unique_ptr<Leased> next();
  static void lease(std::unique_ptr<Leased> *out) { out->reset(new Leased); }
  static void leaseAgain(std::unique_ptr<Leased> &out) { out = next(); }
  void ok_result_by_pointer(std::unique_ptr<Leased> *mine) { std::lock_guard l(all); lease(mine); }
  void ok_result_by_reference(std::unique_ptr<Leased> &mine) { std::lock_guard l(all); leaseAgain(mine); }
  void bad_dropped(std::unique_ptr<Leased> &mine) {
    std::lock_guard l(all);
    mine.reset(); // not in clangd: the body is in a header
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Leased::bad_dropped' takes 'Leased::all' while it holds it, and waits for itself
  }
};

// That a lock far away is of the same object is a guess.
template <int N> struct Listener { virtual ~Listener() = default; virtual void changed() = 0; };
class Near {
  std::mutex m;
  std::vector<Listener<1> *> all;
public:
  void add(Listener<1> *l) { std::lock_guard g(m); all.push_back(l); }
  void bad_notify() {
    std::lock_guard g(m);
    for (Listener<1> *l : all)
      l->changed();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Near::bad_notify' takes 'Near::m' while it holds it (if it is the same object)
  }
};
struct NearListener : Listener<1> {
  Near *near;
  void changed() override { near->add(this); }
};
class Far {
  std::mutex m;
  std::vector<Listener<2> *> all;
public:
  void add(Listener<2> *l) { std::lock_guard g(m); all.push_back(l); }
  void two(Listener<2> *l) { add(l); }
  void three(Listener<2> *l) { two(l); }
  void four(Listener<2> *l) { three(l); }
  void five(Listener<2> *l) { four(l); }
  void six(Listener<2> *l) { five(l); }
  void ok_notify() {
    std::lock_guard g(m);
    for (Listener<2> *l : all)
      l->changed();
  }
};
struct FarListener : Listener<2> {
  Far *far;
  void changed() override { far->six(this); }
};

// Known misses: a callback that is called as what a subscript gives; a lambda that
// locks, called by its name.
class Bus {
  std::mutex m;
  std::map<int, std::function<void()>> callbacks;
  int n = 0;
public:
  void on(int k, std::function<void()> f) { std::lock_guard l(m); callbacks[k] = std::move(f); }
  void limit_subscript(int k) { std::lock_guard l(m); callbacks[k](); }
  void bad_found(int k) {
    std::lock_guard l(m);
    callbacks.at(k)();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Bus::bad_found' takes 'Bus::m' while it holds it (if it is the same object)
  }
  int size() { std::lock_guard l(m); return n; }
  int limit_lambda_that_locks() {
    auto take = [&] { m.lock(); };
    take();
    int r = size();
    m.unlock();
    return r;
  }
};
void wire(Bus &b) { b.on(1, [&b] { b.on(2, nullptr); }); }
