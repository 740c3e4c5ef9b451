// Constructors and destructors, of every kind of object, where they run.
// RUN: %cotidy dump %s -- -std=c++20 | FileCheck %s

int f(int);
struct A {
  A();
  A(int);
  A(const A &);
  A(A &&);
  ~A();
};
A make();
void use(const A &);

// CHECK-LABEL: display "locals"
// CHECK: call {{.*}} callee "_ZN1AC1Ev" recv addr l0
// CHECK: call {{.*}} callee "_ZN1AC1Ei" recv addr l1 args (int 1)
// CHECK: call {{.*}} callee "_Z4makev" to l2
// CHECK: call {{.*}} callee "_ZN1AC1ERKS_" recv addr l3 args (addr l0)
// CHECK-NEXT: copy {{.*}} from l0 to l3
// CHECK: call {{.*}} callee "_ZN1AC1EOS_" recv addr l4 args (moved l0)
// CHECK-NEXT: move {{.*}} from l0 to l4
// CHECK: destroy {{.*}} callee "_ZN1AD1Ev" from l4 word "scope" type "A"
// CHECK-NEXT: destroy {{.*}} from l3
// CHECK-NEXT: destroy {{.*}} from l2
// CHECK-NEXT: destroy {{.*}} from l1
// CHECK-NEXT: destroy {{.*}} from l0
void locals() {
  A a;
  A b(1);
  A c = make();
  A d = a;
  A e = static_cast<A &&>(a);
}

// CHECK-LABEL: display "temporaries"
// CHECK: call {{.*}} callee "_Z4makev" to [[T:l[0-9]+]]
// CHECK-NEXT: call {{.*}} callee "_Z3useRK1A" args (addr [[T]])
// CHECK-NEXT: destroy {{.*}} from [[T]] word "temporary"
// CHECK: call {{.*}} callee "_Z1fi" args (int 2)
// CHECK: call {{.*}} callee "_Z4makev" to [[E:l[0-9]+]]
// CHECK-NOT: word "temporary"
// CHECK: call {{.*}} callee "_Z1fi" args (int 3)
// CHECK: destroy {{.*}} word "scope"
void temporaries() {
  use(make());
  f(2);
  const A &extended = make(); // lives to the end of the scope
  f(3);
}

struct Base {
  Base(int);
  virtual ~Base();
};
// CHECK-LABEL: display "Derived"
// CHECK: call {{.*}} callee "_Z1fi" args (int 4) to [[B:l[0-9]+]]
// CHECK: call {{.*}} callee "_ZN4BaseC{{[12]}}Ei" recv addr this args (read [[B]])
// CHECK: call {{.*}} callee "_Z1fi" args (int 5) to this."Derived::i"
// CHECK: call {{.*}} callee "_ZN1AC1Ei" recv addr this."Derived::a" args (int 6)
// CHECK: call {{.*}} callee "_Z1fi" args (int 8) to this."Derived::j"
struct Derived : Base {
  int i;
  A a;
  int j = f(8);
  Derived() : Base(f(4)), i(f(5)), a(6) {}
  ~Derived();
};
// CHECK-LABEL: display "~Derived"
// CHECK: call {{.*}} callee "_Z1fi" args (int 9)
// CHECK-NEXT: destroy {{.*}} callee "_ZN1AD1Ev" from this."Derived::a" word "member"
// CHECK-NEXT: destroy {{.*}} callee "_ZN4BaseD{{[12]}}Ev" from this word "base"
Derived::~Derived() { f(9); }

// CHECK-LABEL: display "heap"
// CHECK: call {{.*}} callee "_ZN1AC1Ei" recv addr [[O:l[0-9]+]] args (int 1)
// CHECK: store {{.*}} to l0 value addr [[O]]
// CHECK: destroy {{.*}} callee "_ZN1AD1Ev" from l0* word "delete"
void heap() {
  A *p = new A(1);
  delete p;
}

struct Pair {
  A first;
  int second;
};
// CHECK-LABEL: display "aggregate"
// CHECK: call {{.*}} callee "_ZN1AC1Ei" recv addr [[M:.*]] args (int 1)
// CHECK: call {{.*}} callee "_Z1fi" args (int 2) to [[S:l[0-9]+]]
// CHECK: store {{.*}} to l0."Pair::first" value read [[M]]
// CHECK: store {{.*}} to l0."Pair::second" value read [[S]]
void aggregate() { Pair p{A(1), f(2)}; }

// CHECK-LABEL: display "bindings"
// CHECK: call {{.*}} callee "_Z2p2v" to l0
// CHECK: call {{.*}} callee "_Z1fi" args (read l0."Pair::second")
Pair p2();
void bindings() {
  auto [x, y] = p2();
  f(y);
}

struct Iterator {
  A operator*();
  Iterator &operator++();
  bool operator!=(const Iterator &) const;
};
struct Range {
  Iterator begin();
  Iterator end();
};
// CHECK-LABEL: display "range_for"
// CHECK: borrow {{.*}} from p0 to [[R:l[0-9]+]]
// CHECK-DAG: call {{.*}} callee "_ZN5Range5beginEv" recv addr [[R]]
// CHECK-DAG: call {{.*}} callee "_ZN5Range3endEv" recv addr [[R]]
// CHECK: call {{.*}} callee "_ZNK8IteratorneERKS_" recv addr
// CHECK: call {{.*}} callee "_ZN8IteratordeEv"
// CHECK: call {{.*}} callee "_Z3useRK1A"
// CHECK: call {{.*}} callee "_ZN8IteratorppEv"
void range_for(Range &r) {
  for (const A &a : r)
    use(a);
}

// A function-local static is initialised at most once, where control passes.
// CHECK-LABEL: display "local_static"
// CHECK: call {{.*}} callee "_Z4makev" to global "_Z12local_staticv::once"
A &local_static() {
  static A once = make();
  return once;
}

// CHECK-LABEL: display "static initialisation"
// CHECK: call {{.*}} callee "_Z1fi" args (int 11) to global "at_start"
int at_start = f(11);

// The clean-up function of a variable is called where its scope ends.
// CHECK-LABEL: display "cleaned"
// CHECK: call {{.*}} callee "_Z1fi" args (int 1)
// CHECK: call {{.*}} callee "_Z5cleanPi" args (addr l0)
void clean(int *);
void cleaned() {
  __attribute__((cleanup(clean))) int x = 0;
  f(1);
}

// An arm that is cast to an rvalue is what the conditional is.
namespace std {
template <class T> T &&move(T &);
}
void take(A &&);
// CHECK-LABEL: display "arms"
// CHECK-DAG: move {{.*}} from p1 to [[EITHER:l[0-9]+]]
// CHECK-DAG: move {{.*}} from p2 to [[EITHER:l[0-9]+]]
// CHECK: call {{.*}} callee "_Z4takeO1A" args (moved [[EITHER]])
void arms(bool b, A x, A y) { take(b ? std::move(x) : std::move(y)); }
