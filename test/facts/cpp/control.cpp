// Control: tries and their handlers, throws, branches, calls that do not come
// back, locks by shape, and suppressions.
// RUN: %cotidy dump %s -- -std=c++20 | FileCheck %s

int f(int);
[[noreturn]] void stop();
struct A {
  ~A();
};

// The handler is entered from the block where the try begins and from those
// inside it; what the throw leaves behind is on exceptional edges.
// CHECK-LABEL: display "handled"
// CHECK: block 2 -> {{[0-9, ]*}} exceptional
// CHECK: try 0:[[#@LINE+7]]:3 word "begin"
// CHECK: call {{.*}} args (int 1)
// CHECK: throw {{.*}} word "new"
// CHECK: try {{.*}} word "handler"
// CHECK: call {{.*}} args (int 2)
// CHECK: throw {{.*}} word "rethrow"
void handled(int x) {
  try {
    f(1);
    if (x)
      throw 1;
  } catch (...) {
    f(2);
    throw;
  }
}

// CHECK-LABEL: display "ends"
// CHECK: branch {{.*}} from p0 word "null"
// CHECK: call {{.*}} callee "_Z4stopv"
// CHECK-NEXT: noreturn
// CHECK-NEXT: block
void ends(int *p) {
  if (!p)
    stop();
  f(3);
}

enum class Mode { Slow, Fast };
// The first successor is the one on which the test holds.
// CHECK-LABEL: display "tests"
// CHECK: block {{[0-9]+}} -> [[YES:[0-9]+]], [[NO:[0-9]+]]
// CHECK: branch {{.*}} from p0 word "null"
// CHECK: block [[NO]]
// CHECK: args (int 1)
// CHECK: branch {{.*}} from p1 word "equals" value enum "Mode::Fast" 1
// CHECK: branch {{.*}} from p2 word "less" value int 0
// CHECK: branch {{.*}} from p3 word "bool"
void tests(int *p, Mode m, int n, bool b) {
  if (p != nullptr)
    f(1);
  if (m == Mode::Fast)
    f(2);
  if (n >= 0)
    f(3);
  if (b)
    f(4);
}

struct SpinLock {
  void lock();
  bool try_lock();
  void unlock();
};
// CHECK-LABEL: display "by_shape"
// CHECK: acquire {{.*}} from p0 word "exclusive"
// CHECK: release {{.*}} from p0 word "exclusive"
void by_shape(SpinLock &l) {
  l.lock();
  l.unlock();
}

// CHECK-LABEL: display "suppressed"
// CHECK: allow 0:[[#@LINE+3]]:1 word "cotidy-blocking-call"
// CHECK: allow 0:[[#@LINE+4]]:1 word "*"
void suppressed() {
  f(1); // NOLINT(cotidy-blocking-call)
  // NOLINTNEXTLINE
  f(2);
}

// CHECK-LABEL: display "allowed"
// CHECK: allow {{.*}} word "cotidy-blocking-call" value string "function"
[[clang::annotate("cotidy::allow", "cotidy-blocking-call", "start-up")]] void allowed() { f(1); }

// What an assertion does when it fails does not count: control is taken not to
// come back from there. A macro that returns is no assertion.
#define CHECK_THAT(x) do { if (!(x)) f(9); } while (0)
#define RETURN_UNLESS(x) do { if (!(x)) { f(8); return; } } while (0)
// CHECK-LABEL: display "asserts"
// CHECK: args (int 9)
// CHECK-NEXT: noreturn
// CHECK: args (int 8)
// CHECK-NEXT: return
void asserts(int n) {
  CHECK_THAT(n == 1);
  RETURN_UNLESS(n == 2);
}

// A switch is a chain of tests; what has no case goes on behind the last.
// CHECK-LABEL: display "chooses"
// CHECK: branch {{.*}} from p0 word "equals" value enum "Mode::Slow" 0
// CHECK: branch {{.*}} from p1 word "equals" value int 1
// CHECK: block [[SECOND:[0-9]+]] -> [[TWO:[0-9]+]], [[REST:[0-9]+]]
// CHECK-NEXT: branch {{.*}} from p1 word "equals" value int 2
void chooses(Mode m, int n) {
  switch (m) {
  case Mode::Slow:
    f(1);
    break;
  case Mode::Fast:
    f(2);
  }
  switch (n) {
  case 1:
    f(3);
    break;
  case 2:
    f(4);
    break;
  default:
    f(5);
  }
}
