// Orders of two and more locks in which threads can deadlock, and orders in
// which they cannot.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-lock-order' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <mutex>
#include <shared_mutex>

//===-- two locks ----------------------------------------------------------===//

struct Ledger { std::mutex m; int n = 0; };
struct Journal { std::mutex m; int n = 0; };

void bad_direct(Ledger &l, Journal &j) {
  std::lock_guard a(l.m);
  std::lock_guard b(j.m);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_direct' takes 'Journal::m' while it holds 'Ledger::m', and 'opposite' takes them in the opposite order: two threads can deadlock [cotidy-lock-order]
  // CHECK: 'bad_direct' takes 'Ledger::m' here
  // CHECK: 'bad_direct' takes 'Journal::m' here
  // CHECK: 'opposite' takes 'Journal::m' here
  // CHECK: 'opposite' calls 'count' here
  // CHECK: 'count' takes 'Ledger::m' here
  // CHECK: note: take these locks in one order everywhere
}
static void count(Ledger &l) {
  std::lock_guard a(l.m);
  ++l.n;
}
void opposite(Ledger &l, Journal &j) {
  std::lock_guard b(j.m);
  count(l);
}

struct A1 { std::mutex m; };
struct B1 { std::mutex m; };
void ok_same_order1(A1 &a, B1 &b) { std::lock_guard x(a.m); std::lock_guard y(b.m); }
void ok_same_order2(A1 &a, B1 &b) { std::lock_guard x(a.m); std::lock_guard y(b.m); }

struct A2 { std::mutex m; };
struct B2 { std::mutex m; };
void ok_together(A2 &a, B2 &b) { std::scoped_lock both(a.m, b.m); }
void ok_together_back(A2 &a, B2 &b) { std::scoped_lock both(b.m, a.m); }
void ok_std_lock(A2 &a, B2 &b) {
  std::unique_lock x(a.m, std::defer_lock), y(b.m, std::defer_lock);
  std::lock(y, x);
}
void ok_std_lock_adopted(A2 &a, B2 &b) {
  std::lock(b.m, a.m);
  std::lock_guard x(a.m, std::adopt_lock), y(b.m, std::adopt_lock);
}

struct A3 { std::mutex m; };
struct B3 { std::mutex m; };
void ok_released(A3 &a, B3 &b) { { std::lock_guard x(a.m); } std::lock_guard y(b.m); }
void ok_unlocked(A3 &a, B3 &b) { std::unique_lock y(b.m); y.unlock(); std::lock_guard x(a.m); }
void ok_by_hand(A3 &a, B3 &b) { a.m.lock(); a.m.unlock(); b.m.lock(); b.m.unlock(); }
void ok_by_hand_back(A3 &a, B3 &b) { b.m.lock(); b.m.unlock(); a.m.lock(); a.m.unlock(); }

struct A4 { std::mutex m; };
struct B4 { std::mutex m; };
void ok_try_second(A4 &a, B4 &b) { std::lock_guard x(a.m); std::unique_lock y(b.m, std::try_to_lock); }
void ok_other_order(A4 &a, B4 &b) { std::lock_guard y(b.m); std::lock_guard x(a.m); }

struct A5 { std::mutex m; };
struct B5 { std::mutex m; };
void bad_try_first(A5 &a, B5 &b) {
  std::unique_lock x(a.m, std::try_to_lock);
  if (!x) return;
  std::lock_guard y(b.m);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_try_first'
}
void bad_try_first_back(A5 &a, B5 &b) { std::lock_guard y(b.m); std::lock_guard x(a.m); }

struct A6 { std::mutex m; };
struct B6 { std::mutex m; };
void ok_try_failed(A6 &a, B6 &b) {
  std::unique_lock x(a.m, std::try_to_lock);
  if (!x) { std::lock_guard y(b.m); }
}
void ok_try_failed_back(A6 &a, B6 &b) { std::lock_guard y(b.m); std::lock_guard x(a.m); }

//===-- gates --------------------------------------------------------------===//

std::mutex gate;
struct A7 { std::mutex m; };
struct B7 { std::mutex m; };
void ok_gate1(A7 &a, B7 &b) { std::lock_guard g(gate); std::lock_guard x(a.m); std::lock_guard y(b.m); }
void ok_gate2(A7 &a, B7 &b) { std::lock_guard g(gate); std::lock_guard y(b.m); std::lock_guard x(a.m); }

struct A8 { std::mutex m; };
struct B8 { std::mutex m; };
static void under1(A8 &a, B8 &b) { std::lock_guard x(a.m); std::lock_guard y(b.m); }
static void under2(A8 &a, B8 &b) { std::lock_guard y(b.m); std::lock_guard x(a.m); }
void ok_gate_of_callers1(A8 &a, B8 &b) { std::lock_guard g(gate); under1(a, b); }
void ok_gate_of_callers2(A8 &a, B8 &b) { std::lock_guard g(gate); under2(a, b); }

//===-- circles ------------------------------------------------------------===//

struct C1 { std::mutex m; };
struct C2 { std::mutex m; };
struct C3 { std::mutex m; };
void bad_circle(C1 &a, C2 &b) {
  std::lock_guard x(a.m);
  std::lock_guard y(b.m);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_circle' takes 'C2::m' while it holds 'C1::m', in a circle of 3 locks: 3 threads can deadlock
}
void circle2(C2 &a, C3 &b) { std::lock_guard x(a.m); std::lock_guard y(b.m); }
void circle3(C3 &a, C1 &b) { std::lock_guard x(a.m); std::lock_guard y(b.m); }

//===-- the order of arguments ---------------------------------------------===//

struct Account { std::mutex m; int id = 0; int balance = 0; };
void bad_transfer(Account &from, Account &to, int n) {
  std::lock_guard a(from.m);
  std::lock_guard b(to.m);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_transfer' takes 'Account::m' of two objects in the order of its arguments
  from.balance -= n, to.balance += n;
}
void ok_by_address(Account &a, Account &b) {
  if (&a < &b) {
    std::lock_guard x(a.m);
    std::lock_guard y(b.m);
  } else {
    std::lock_guard y(b.m);
    std::lock_guard x(a.m);
  }
}
void ok_by_number(Account &a, Account &b) {
  Account *first = &a, *second = &b;
  if (a.id > b.id)
    std::swap(first, second);
  std::lock_guard x(first->m);
  std::lock_guard y(second->m);
}
void ok_both_at_once(Account &a, Account &b) { std::scoped_lock both(a.m, b.m); }
void ok_ascending(std::vector<Account> &all, int i, int j) {
  if (i > j) std::swap(i, j);
  std::lock_guard x(all[i].m);
  std::lock_guard y(all[j].m);
}

//===-- through co_await ---------------------------------------------------===//

struct D1 { std::mutex m; };
struct D2 { std::mutex m; };
co::task<> inner(D2 &b) { std::lock_guard y(b.m); co_return; }
co::task<> bad_awaited(D1 &a, D2 &b) {
  std::lock_guard x(a.m);
  co_await inner(b);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_awaited' takes 'D2::m' while it holds 'D1::m'
}
co::task<> awaited_back(D1 &a, D2 &b) { std::lock_guard y(b.m); std::lock_guard x(a.m); co_return; }

//===-- mutexes of functions, orders that tests decide -------------------------===//

// Functions that are given a mutex of one's own make it the lock: those of two
// classes are two.
struct raw_mutex { std::mutex m; void *observer; };
static void raw_lock(raw_mutex *x) { x->m.lock(); }
static void raw_unlock(raw_mutex *x) { x->m.unlock(); }
struct Tree { raw_mutex lock; int n = 0; };
struct Leaf { raw_mutex lock; int n = 0; };
struct Root { raw_mutex lock; int n = 0; };
void ok_other_mutex(Tree &t, Leaf &l) {
  raw_lock(&t.lock);
  raw_lock(&l.lock);
  raw_unlock(&l.lock);
  raw_unlock(&t.lock);
}
void ok_other_mutex_below(Leaf &l, Root &r) {
  raw_lock(&l.lock);
  raw_lock(&r.lock);
  raw_unlock(&r.lock);
  raw_unlock(&l.lock);
}
void bad_raw(Root &r, Leaf &l) {
  raw_lock(&r.lock);
  raw_lock(&l.lock);
  // CHECK: warning: 'ok_other_mutex_below' takes 'Root::lock' while it holds 'Leaf::lock', and 'bad_raw' takes them in the opposite order
  raw_unlock(&l.lock);
  raw_unlock(&r.lock);
}

// Taken by a helper in either order, as their addresses tell.
static void lockBoth(std::unique_lock<std::mutex> &a, std::unique_lock<std::mutex> &b) {
  if (a.mutex() < b.mutex()) {
    a.lock();
    b.lock();
  } else {
    b.lock();
    a.lock();
  }
}
struct S1 { std::mutex m; };
struct S2 { std::mutex m; };
void ok_helper_compares(S1 &a, S2 &b) {
  std::unique_lock x(a.m, std::defer_lock);
  std::unique_lock y(b.m, std::defer_lock);
  lockBoth(x, y);
}

// Released where the flag is set under which it was taken.
struct F1 { std::mutex m; };
struct F2 { std::mutex m; };
class Log {
  F1 first;
  F2 second;
  bool two = false;

public:
  void ok_flag() {
    if (two)
      first.m.lock();
    if (two)
      first.m.unlock();
    std::lock_guard l(second.m);
  }
  void ok_opposite() { std::lock_guard l(second.m); std::lock_guard k(first.m); }
};

// Held by all who call: to take it again is a mistake of its own, and no order.
struct G1 { std::mutex m; };
struct G2 { std::mutex m; };
class Held {
  G1 outer;
  G2 inner;
  void again() { std::lock_guard k(inner.m); outer.m.lock(); outer.m.unlock(); }

public:
  void ok_again() { std::lock_guard l(outer.m); again(); }
  void ok_in_order() { std::lock_guard l(outer.m); std::lock_guard k(inner.m); }
};

// A function that forgets a lock on an early return: nobody knows who has it.
struct K1 { std::mutex m; };
struct K2 { std::mutex m; };
static bool forgets(K1 &k, bool fails) {
  k.m.lock();
  int error = fails ? 1 : 0;
  if (error)
    return error > 0;
  k.m.unlock();
  return error < 0;
}
void limit_left_on_some_ways(K1 &k, K2 &other) { forgets(k, true); std::lock_guard l(other.m); }
void limit_left_on_some_ways_back(K1 &k, K2 &other) { std::lock_guard l(other.m); std::lock_guard b(k.m); }

// Two virtual calls that may go elsewhere make a circle of guesses.
struct Cache { virtual ~Cache() = default; virtual void set(int n) = 0; virtual int get() = 0; };
class Plain : public Cache {
  std::mutex m;
  int n = 0;
public:
  void set(int v) override { std::lock_guard l(m); n = v; }
  int get() override { std::lock_guard l(m); return n; }
};
class Packed : public Cache {
  std::mutex m;
  Cache *below;
public:
  explicit Packed(Cache *c) : below(c) {}
  void set(int v) override { std::lock_guard l(m); below->set(v); }
  int get() override { std::lock_guard l(m); return below->get(); }
};
class Tiered : public Cache {
  std::mutex m;
  Cache *below;
public:
  explicit Tiered(Cache *c) : below(c) {}
  void set(int v) override { std::lock_guard l(m); below->set(v); }
  int get() override { std::lock_guard l(m); return below->get(); }
};
int ok_caches() {
  Plain plain;
  Packed packed(&plain);
  Tiered tiered(&packed);
  tiered.set(1);
  return tiered.get();
}

// A lock that is handed out through a pointer, and released through it.
struct Q1 { std::mutex m; int n = 0; };
struct Q2 { std::mutex m; };
static bool findLocked(Q1 &q, std::mutex **held) {
  q.m.lock();
  if (!q.n) {
    q.m.unlock();
    return false;
  }
  *held = &q.m;
  return true;
}
class Unlocker {
  std::mutex *const m;
public:
  explicit Unlocker(std::mutex *x) : m(x) {}
  ~Unlocker() { m->unlock(); }
};
static int look(Q1 &q) {
  std::mutex *held = nullptr;
  if (!findLocked(q, &held))
    return 0;
  Unlocker u(held);
  return q.n;
}
int ok_handed_out(Q1 &q, Q2 &other) {
  look(q);
  std::lock_guard l(other.m);
  return 1;
}
int ok_handed_out_back(Q1 &q, Q2 &other) { std::lock_guard l(other.m); return look(q); }

// The same, by a function that says whether it found something: what it leaves
// held it has given back before it says so. Another one hands the lock on.
struct Q3 { std::mutex rows[8]; int n[8] = {}; };
struct Q4 { std::mutex m; };
static bool findRow(Q3 &q, int i, std::mutex **held) {
  std::mutex &m = q.rows[i];
  m.lock();
  if (q.n[i]) {
    *held = &m;
    return true;
  }
  m.unlock();
  return false;
}
static bool findEven(Q3 &q, int i, std::mutex *&held) {
  if (i % 2)
    return false;
  return findRow(q, i, &held);
}
static bool lookRow(Q3 &q, int i, int *n) {
  std::mutex *held = nullptr;
  if (!findRow(q, i, &held))
    return false;
  Unlocker u(held);
  *n = q.n[i];
  return true;
}
static bool lookEven(Q3 &q, int i, int *n) {
  std::mutex *held;
  if (!findEven(q, i, held))
    return false;
  *n = q.n[i];
  held->unlock();
  return true;
}
int ok_row_handed_out(Q3 &q, Q4 &other) {
  int n = 0;
  if (lookRow(q, 1, &n) || lookEven(q, 2, &n)) {
    std::lock_guard l(other.m);
    return n;
  }
  return 0;
}
int ok_row_handed_out_back(Q3 &q, Q4 &other) {
  std::lock_guard l(other.m);
  int n = 0;
  return lookRow(q, 1, &n) || lookEven(q, 2, &n);
}

// Handed out, and never given back.
struct Q5 { std::mutex rows[8]; int n[8] = {}; };
struct Q6 { std::mutex m; };
static bool takeRow(Q5 &q, int i, std::mutex **held) {
  q.rows[i].lock();
  *held = &q.rows[i];
  return true;
}
int bad_row_kept(Q5 &q, Q6 &other) {
  std::mutex *held = nullptr;
  if (!takeRow(q, 1, &held))
    return 0;
  std::lock_guard l(other.m);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_row_kept' takes 'Q6::m' while it holds 'Q5::rows', and 'row_kept_back' takes them in the opposite order
  held->unlock();
  return q.n[1];
}
int row_kept_back(Q5 &q, Q6 &other) {
  std::lock_guard l(other.m);
  std::lock_guard r(q.rows[1]);
  return q.n[1];
}

// A reference that is bound to one lock everywhere, but where it is not used.
struct Base9 { std::mutex m; int n = 0; void clean(); };
struct Handle9 {
  std::mutex *m;
  Base9 *db;
  Handle9(Base9 *b, std::mutex *x) : m(x), db(b) {}
  ~Handle9() {
    if (db) {
      m->lock();
      db->clean();
      m->unlock();
    }
  }
};
struct Empty9 : Handle9 {
  Empty9() : Handle9(nullptr, nullptr) {}
};
void Base9::clean() {
  if (n > 3) {
    m.unlock();
    ++n;
    m.lock();
  }
}
int ok_handle(Base9 &b) {
  Empty9 none;
  Handle9 one(&b, &b.m);
  return 1;
}
int ok_handle_under_lock(Base9 &b) {
  std::lock_guard l(b.m);
  Empty9 none;
  return b.n;
}

// Handed out in a structure, or as the result.
struct Q7 { std::mutex rows[8]; int n[8] = {}; };
struct Q8 { std::mutex m; };
struct Row { std::mutex *m; int *n; };
static Row rowOf(Q7 &q, int i) {
  q.rows[i].lock();
  return Row{&q.rows[i], &q.n[i]};
}
static std::mutex *lockOf(Q7 &q, int i) {
  std::mutex *m = &q.rows[i];
  m->lock();
  return m;
}
int ok_row_in_a_structure(Q7 &q, Q8 &other) {
  Row r = rowOf(q, 1);
  ++*r.n;
  r.m->unlock();
  std::mutex *m = lockOf(q, 2);
  m->unlock();
  std::lock_guard l(other.m);
  return 1;
}
int ok_row_in_a_structure_back(Q7 &q, Q8 &other) {
  std::lock_guard l(other.m);
  std::lock_guard r(q.rows[1]);
  return q.n[1];
}

// A way that comes back to the function which holds the lock goes on with another
// object.
static std::mutex ended;
static int ends;
class Link {
  std::mutex m;
  Link *next = nullptr;
  int n = 0;
public:
  void ok_end() {
    {
      std::lock_guard l(m);
      if (next)
        next->ok_end();
    }
    std::lock_guard l(ended);
    ++ends;
  }
  void ok_count() {
    std::lock_guard l(ended);
    std::lock_guard own(m);
    n = ends;
  }
};
