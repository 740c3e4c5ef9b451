// Lambdas: where their bodies are, what they capture, how they are named.
// RUN: %cotidy dump %s -- -std=c++20 | FileCheck %s

int f(int);
template <class F> void with(F &&run) { run(1); }

struct S {
  int field;
  void captures(int a, int b);
};

// CHECK-LABEL: display "S::captures"
// CHECK: store {{.*}} to l0 value closure "_ZN1S8capturesEii#1" {"_ZN1S8capturesEii#1::this": addr this, "_ZN1S8capturesEii#1::a": addr p0, "_ZN1S8capturesEii#1::b": read p1, "_ZN1S8capturesEii#1::c": {{read l[0-9]+}}}
// CHECK: call {{.*}} callee "_ZN1S8capturesEii#1" recv addr l0
void S::captures(int a, int b) {
  auto l = [this, &a, b, c = f(2)] { f(field + a + b + c); };
  l();
}
// CHECK-LABEL: "_ZN1S8capturesEii#1" {{.*}} display "lambda" {{.*}} owner "_ZN1S8capturesEii"
// CHECK: load {{.*}} from this."_ZN1S8capturesEii#1::this"*."S::field"
// CHECK: load {{.*}} from this."_ZN1S8capturesEii#1::a"
// CHECK: call {{.*}} callee "_Z1fi"

// CHECK-LABEL: display "generic"
// CHECK: call {{.*}} args (closure "_Z7genericv#1<int>(int) const" {})
void generic() {
  with([](auto x) { f(x); });
}

// CHECK-LABEL: display "nested"
// CHECK: closure "_Z6nestedi#1" {"_Z6nestedi#1::a": addr p0}
void nested(int a) {
  auto outer = [&] {
    auto inner = [&] { f(a); };
    inner();
  };
  auto second = [] {};
}
// CHECK: "_Z6nestedi#1" {{.*}} display "lambda"
// CHECK: value closure "_Z6nestedi#1#1" {"_Z6nestedi#1#1::a": addr this."_Z6nestedi#1::a"}
// CHECK: "_Z6nestedi#1#1" {{.*}} display "lambda"
// CHECK: "_Z6nestedi#2" {{.*}} display "lambda"

// A lambda turned into a function pointer is the lambda.
// CHECK-LABEL: display "pointer"
// CHECK: call {{.*}} callee "_Z4takePFvvE" args (closure "_Z7pointerv#1" {})
void take(void (*)());
void pointer() { take([] { f(1); }); }

// Two lambdas of one macro are two functions.
// CHECK-LABEL: display "macro"
// CHECK: callee "_Z5macrov#1"
// CHECK: callee "_Z5macrov#2"
#define BOTH [] { f(1); }(), [] { f(2); }()
void macro() { BOTH; }
