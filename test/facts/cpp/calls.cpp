// Every way to call a function by an expression is a fact, in the order in
// which it happens.
// RUN: %cotidy dump %s -- -std=c++20 | FileCheck %s

int f(int);
struct S {
  S(int);
  S(const S &);
  int m(int);
  static int s();
  int operator()(int);
  S operator+(const S &) const;
  S &operator=(int);
  int &operator[](int);
  operator bool() const;
  virtual int v();
};
struct D final : S {
  using S::S;
  int v() override;
};
int operator-(const S &, int);
int defaulted(int a, int b = f(7));

// CHECK-LABEL: display "direct"
// CHECK: call {{.*}} callee "_Z1fi" args (int 1) to [[R:l[0-9]+]]
// CHECK-NEXT: call {{.*}} callee "_Z1fi" args (read [[R]]) to l
void direct() { f(f(1)); }

// CHECK-LABEL: display "members"
// CHECK: call {{.*}} callee "_ZN1S1mEi" recv addr p0 args (int 2)
// CHECK: call {{.*}} callee "_ZN1S1sEv" to
// CHECK: virtual-call {{.*}} callee "_ZN1S1vEv" recv addr p0
// CHECK: call {{.*}} callee "_ZN1S1vEv" recv addr p0
// CHECK: call {{.*}} callee "_ZN1D1vEv" recv addr p1
void members(S &s, D &d) {
  s.m(2);
  S::s();
  s.v();
  s.S::v(); // a qualified name is no virtual call
  d.v();    // nor is the call of a final class
}

// CHECK-LABEL: display "operators"
// CHECK: call {{.*}} callee "_ZN1SclEi" recv addr p0 args (int 3)
// CHECK: call {{.*}} callee "_ZNK1SplERKS_" recv addr p0 args (addr p1) to [[SUM:l[0-9]+]]
// CHECK: destroy
// CHECK: call {{.*}} callee "_ZN1SaSEi" recv addr p0 args (int 4)
// CHECK: call {{.*}} callee "_ZN1SixEi" recv addr p0 args (int 5)
// CHECK: call {{.*}} callee "_ZmiRK1Si" args (addr p0, int 6)
// CHECK: call {{.*}} callee "_ZNK1ScvbEv" recv addr p0
// CHECK: branch {{.*}} from p0 word "owns"
struct T : S {
  using S::S;
  ~T();
};
T operator*(const T &, const T &);
void operators(S &s, const S &t) {
  s(3);
  (void)(s + t), (void)T(1);
  s = 4;
  s[5];
  s - 6;
  if (s)
    f(0);
}

// CHECK-LABEL: display "default_argument"
// CHECK: call 0:[[#@LINE+3]]:{{.*}} callee "_Z1fi" args (int 7) to [[R:l[0-9]+]]
// CHECK-NEXT: call 0:[[#@LINE+2]]:{{.*}} callee "_Z9defaultedii" args (int 1, read [[R]])
void default_argument() {
  defaulted(1);
}

// CHECK-LABEL: display "pointers"
// CHECK: call {{.*}} args (int 1) from p0
// CHECK: call {{.*}} recv addr p1 args (int 2) from p2
void pointers(int (*p)(int), S &s, int (S::*m)(int)) {
  p(1);
  (s.*m)(2);
}

// CHECK-LABEL: display "literal"
// CHECK: call {{.*}} callee "_Zli5_unity" args (int 9)
struct U {};
U operator""_unit(unsigned long long);
void literal() { 9_unit; }

// CHECK-LABEL: display "evaluated_only"
// CHECK-NOT: callee
void evaluated_only() { (void)sizeof(f(1)), (void)noexcept(f(2)); }
// CHECK-LABEL: display "builtin_last"
void builtin_last() {}
