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
