// The destructor of a user's class is reached through containers and smart
// pointers; what the library does for itself is left out.
// RUN: %cotidy dump --all %s -- -std=c++20 | FileCheck %s
#include <memory>
#include <optional>
#include <vector>

void log(int);
struct A {
  ~A() { log(1); }
};

// CHECK-LABEL: display "unique"
// CHECK: destroy {{.*}} callee "_ZNSt10unique_ptrI1A{{.*}}D1Ev" from l0 word "scope"
void unique() { auto p = std::make_unique<A>(); }
// CHECK-LABEL: display "shared"
// CHECK: destroy {{.*}} from l0 word "scope"
// CHECK-NEXT: may-destroy {{.*}} from l0 type "A" word "shared"
void shared() { auto p = std::make_shared<A>(); }
// CHECK-LABEL: display "many"
// CHECK: destroy {{.*}} callee "_ZNSt6vectorI1A{{.*}}D1Ev" from l0 word "scope"
void many() { std::vector<A> v(3); }
// CHECK-LABEL: display "perhaps"
// CHECK: destroy {{.*}} callee "_ZNSt8optionalI1A{{.*}}D1Ev" from l0 word "scope"
void perhaps() { std::optional<A> o; }
