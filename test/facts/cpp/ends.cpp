// Variables without destructor end too, if something refers to them; types
// that are used like pointers say so.
// RUN: %cotidy dump %s -- -std=c++20 | FileCheck %s

// CHECK-DAG: type "View" {{.*}} flags user,{{.*}}refers
struct View {
  const char *Begin;
  int Size;
};
// CHECK-DAG: type "Holder" {{.*}} flags user,{{.*}}refers
struct Holder {
  View Inner;
};
void refer(const int &);

// CHECK-LABEL: display "referred"
// CHECK: store {{.*}} to l0 value int 1
// CHECK: args (addr l0)
// CHECK: destroy 0:[[@LINE+5]]:3 from l0 word "scope"
void referred() {
  {
    int I = 1;
    refer(I);
  }
  refer(2);
}

// CHECK-LABEL: display "idle"
// CHECK-NOT: destroy
// CHECK-LABEL: display "last"
void idle() {
  int I = 1;
  ++I;
}
void last() {}
