// Every spelling of code that runs a function: a blocking call behind it is
// found at the innermost call in the coroutine, and only there.
//
// RUN: %cotidy check %s --root=%S --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <algorithm>
#include <fstream>
#include <unistd.h>
#include <netdb.h>

using co::task;
using namespace std::chrono_literals;

//===-- direct and through helpers ----------------------------------------===//

task<> bad_direct() {
  std::this_thread::sleep_for(10ms);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_direct' blocks the thread of its event loop: 'sleep_for' sleeps
  co_return;
}

task<> bad_after_await() {
  co_await co::yield();
  ::sleep(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_after_await' {{.*}}'sleep' sleeps
}

static void helper1() { ::sleep(1); }
static void helper2() { helper1(); }
static void helper3() { helper2(); }
static void helper4() { helper3(); }

task<> bad_depth1() {
  helper1();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_depth1'
  co_return;
}

task<> bad_depth4() {
  helper4();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_depth4'
  co_return;
}

static int even(int N);
static int odd(int N) { return N == 0 ? 0 : even(N - 1); }
static int even(int N) {
  if (N == 0) {
    ::sleep(1);
    return 1;
  }
  return odd(N - 1);
}

task<> bad_recursion(int N) {
  odd(N);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_recursion'
  co_return;
}

//===-- constructors, destructors, members --------------------------------===//

struct Opens {
  Opens() { ::sleep(1); }
};
struct Closes {
  ~Closes() { ::sleep(1); }
};
struct HasOpens {
  Opens Member;
};
struct HasCloses : Closes {};
struct Initialised {
  int N = [] { ::sleep(1); return 1; }();
};

task<> bad_constructor() {
  Opens O;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_constructor'
  co_return;
}
task<> bad_constructor_of_member() {
  HasOpens O;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_constructor_of_member'
  co_return;
}
task<> bad_member_initialiser() {
  Initialised I;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_member_initialiser'
  co_return;
}
task<> bad_new() {
  auto *P = new Opens();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_new'
  (void)P;
  co_return;
}
task<> bad_make_unique() {
  auto P = std::make_unique<Opens>();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_make_unique'
  co_return;
}
task<> bad_make_shared() {
  auto P = std::make_shared<Opens>();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_make_shared'
  co_return;
}
task<> bad_destructor_of_temporary() {
  Closes();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_destructor_of_temporary'
  co_return;
}
task<> bad_destructor_of_local() {
  // CHECK: warning: 'bad_destructor_of_local'
  Closes C;
  co_return;
}
task<> bad_destructor_of_base() {
  // CHECK: warning: 'bad_destructor_of_base'
  HasCloses C;
  co_return;
}
task<> bad_delete(Closes *C) {
  delete C;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_delete'
  co_return;
}
task<> bad_unique_ptr_reset(std::unique_ptr<Closes> &P) {
  P.reset(); // not in clangd: the body is in a header
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_unique_ptr_reset'
  co_return;
}
task<> bad_container_clear(std::vector<Closes> &V) {
  V.clear();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_container_clear'
  co_return;
}

//===-- operators, conversions, default arguments, loops ------------------===//

struct Config {
  int operator[](int) const { ::sleep(1); return 0; }
  int operator()() const { ::sleep(1); return 0; }
  operator bool() const { ::sleep(1); return true; }
  Config &operator=(int) { ::sleep(1); return *this; }
};
static int slowDefault() { ::sleep(1); return 1; }
static void withDefault(int = slowDefault()) {}

task<> bad_operator(Config &C) {
  C[0];
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_operator'
  C();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_operator'
  C = 1;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_operator'
  co_return;
}
task<> bad_conversion(Config &C) {
  if (C)
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_conversion'
    co_return;
}
task<> bad_default_argument() {
  withDefault();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_default_argument'
  co_return;
}

struct Rows {
  struct Iterator {
    int N;
    int operator*() const { return N; }
    Iterator &operator++() { ::sleep(1); ++N; return *this; }
    bool operator!=(const Iterator &O) const { return N != O.N; }
  };
  Iterator begin() { return {0}; }
  Iterator end() { return {3}; }
};
task<> bad_range_for(Rows &R) {
  for (int N : R)
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_range_for'
    (void)N;
  co_return;
}

static int &instance() {
  static int Value = slowDefault();
  return Value;
}
task<> bad_static_initialiser() {
  instance();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_static_initialiser'
  co_return;
}

//===-- templates, virtual functions, lambdas -----------------------------===//

template <class T> void twice(T N) {
  ::sleep(unsigned(N));
}
template <class F> void with(F &&Fn) { std::forward<F>(Fn)(); }

task<> bad_template() {
  twice(3);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_template'
  co_return;
}
task<> bad_lambda() {
  auto Pause = [] { ::sleep(1); };
  Pause();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_lambda'
  with([] { ::sleep(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_lambda'
  co_return;
}
task<> ok_lambda_never_called() {
  auto Pause = [] { ::sleep(1); };
  (void)Pause;
  with([] {});
  co_return;
}
task<> bad_algorithm(std::vector<int> &V) {
  std::for_each(V.begin(), V.end(), [](int) { ::sleep(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_algorithm'
  std::sort(V.begin(), V.end(), [](int A, int B) { ::sleep(1); return A < B; });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_algorithm'
  co_return;
}

struct Shape {
  virtual ~Shape() = default;
  virtual void draw() = 0;
  virtual void never() {}
};
struct Slow : Shape {
  void draw() override { ::sleep(1); }
};
struct NeverMade : Shape {
  void draw() override {}
  void never() override { ::sleep(1); }
};
std::unique_ptr<Shape> makeShape() { return std::make_unique<Slow>(); }
task<> bad_virtual(Shape &S) {
  S.draw();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_virtual'
  co_return;
}
task<> ok_override_of_class_never_made(Shape &S) {
  S.never();
  co_return;
}

//===-- stored callables --------------------------------------------------===//

struct Handlers {
  std::function<void()> OnClose;
  std::vector<std::function<void()>> All;
  void (*Raw)() = nullptr;
  void set(std::function<void()> F) { OnClose = std::move(F); }
  void add(std::function<void()> F) { All.push_back(std::move(F)); }
};
void setUp(Handlers &H) {
  H.set([] { ::sleep(1); });
  H.add([] { ::sleep(1); });
  H.Raw = &helper1;
}
task<> bad_stored(Handlers &H) {
  H.OnClose();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_stored'
  for (auto &F : H.All)
    F();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_stored'
  H.Raw();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_stored'
  co_return;
}
static void runIt(const std::function<void()> &F) { F(); }
task<> bad_std_function_parameter() {
  runIt([] { ::sleep(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_std_function_parameter'
  co_return;
}
task<> ok_std_function_parameter() {
  runIt([] {});
  co_return;
}
static void viaPointer(void (*F)()) { F(); }
task<> bad_function_pointer() {
  viaPointer(helper1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_function_pointer'
  viaPointer([] { ::sleep(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_function_pointer'
  co_return;
}
struct Worker {
  void go() { ::sleep(1); }
};
task<> bad_member_pointer(Worker &W) {
  void (Worker::*M)() = &Worker::go;
  (W.*M)();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_member_pointer'
  co_return;
}

//===-- the loop is asked to do nothing ------------------------------------===//

task<> ok_zero() {
  std::this_thread::sleep_for(0ms);
  std::this_thread::yield();
  co_return;
}
void ok_plain_function() { ::sleep(1); }
int main() {
  ::sleep(1);
  co::sync_wait(bad_direct());
}

//===-- what a stored callable is called with -------------------------------===//

static std::function<void(const std::string &)> Observer;
static void observe(std::function<void(const std::string &)> F) { Observer = std::move(F); }
static void tell(const std::string &Text) {
  if (Observer)
    Observer(Text);
}

task<> ok_text_about_callables(std::vector<std::function<void()>> &Work) {
  Work.push_back([] { ::sleep(1); });
  tell(std::to_string(Work.size())); // the observer does not keep what it is told
  co_return;
}

//===-- known limits --------------------------------------------------------===//

extern "C" int EVP_PKEY_keygen(void *Context, void **Key);
task<> limit_key_of_unknown_kind(void *Context, void *Key) {
  EVP_PKEY_keygen(Context, &Key); // long for RSA, short for elliptic curves
  co_return;
}
