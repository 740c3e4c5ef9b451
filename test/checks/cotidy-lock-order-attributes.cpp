// Locks of one's own that are known by clang's thread-safety attributes only.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-lock-order,cotidy-self-deadlock' --fail-on=never -- -std=c++20 > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include <mutex>

#define ATTRIBUTE(x) __attribute__((x))

class ATTRIBUTE(capability("mutex")) Mutex {
public:
  void Acquire() ATTRIBUTE(acquire_capability());
  void Release() ATTRIBUTE(release_capability());
  void AcquireShared() ATTRIBUTE(acquire_shared_capability());
  bool TryAcquire() ATTRIBUTE(try_acquire_capability(true));
};
class ATTRIBUTE(scoped_lockable) Guard {
public:
  explicit Guard(Mutex *m) ATTRIBUTE(acquire_capability(m));
  void Release() ATTRIBUTE(release_capability());
  ~Guard() ATTRIBUTE(release_capability());
};
class ATTRIBUTE(scoped_lockable) SeenGuard { // its body says the same
  Mutex &m;

public:
  explicit SeenGuard(Mutex &m) ATTRIBUTE(acquire_capability(m)) : m(m) { m.Acquire(); }
  ~SeenGuard() ATTRIBUTE(release_capability()) { m.Release(); }
};
// Both by its name and by its attribute.
class ATTRIBUTE(capability("mutex")) Named {
  std::mutex m;

public:
  void lock() ATTRIBUTE(acquire_capability()) { m.lock(); }
  void unlock() ATTRIBUTE(release_capability()) { m.unlock(); }
};

Mutex a, b, c, d, e, f, g, h;
void bad_by_member() {
  a.Acquire();
  b.Acquire();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_by_member' takes 'b' while it holds 'a', and 'other_by_member' takes them in the opposite order
  b.Release();
  a.Release();
}
void other_by_member() {
  b.Acquire();
  a.Acquire();
  a.Release();
  b.Release();
}
void bad_by_guard() {
  Guard first(&c);
  Guard second(&d);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_by_guard' takes 'd' while it holds 'c', and 'other_by_guard' takes them in the opposite order
}
void other_by_guard() {
  SeenGuard first(d);
  SeenGuard second(c);
}
void bad_again() {
  Guard first(&a);
  SeenGuard second(a);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_again' takes 'a' while it holds it
}
class Store {
  Mutex m;
  Mutex *p = &m;

public:
  void begin() ATTRIBUTE(acquire_capability(m)) { m.Acquire(); }
  void beginElsewhere() ATTRIBUTE(acquire_capability(this->m));
  void end() ATTRIBUTE(release_capability(m)) { m.Release(); }
  void locked() ATTRIBUTE(requires_capability(m));
  void bad_twice() {
    begin();
    beginElsewhere();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_twice' takes 'Store::m' while it holds it
    end();
  }
  void ok_in_turn() {
    begin();
    locked();
    end();
    begin();
    end();
  }
};
void ok_guards_end() {
  { Guard first(&e); }
  SeenGuard second(e);
}
void ok_released_before() {
  Guard first(&f);
  first.Release();
  Guard second(&f);
}
void ok_tried() {
  Guard first(&g);
  if (h.TryAcquire())
    h.Release();
}
void ok_tried_the_other_way() {
  Guard first(&h);
  if (g.TryAcquire())
    g.Release();
}
Named named;
void ok_named() {
  { std::lock_guard l(named); }
  named.lock();
  named.unlock();
}
void bad_named() {
  named.lock();
  std::lock_guard l(named);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_named' takes 'named' while it holds it
}
