// Indirect ways to a blocking call that need more than the call graph: tests by
// switch, optional parameters, lists of callables, allocation and construction.
//
// RUN: %cotidy check %s --root=%S --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "coro.hpp"
#include <array>
#include <initializer_list>
#include <unistd.h>
#include <variant>

using co::task;

//===-- tests by switch ---------------------------------------------------===//

enum class Mode { Fast, Slow, Other };
static void bySwitch(Mode M) {
  switch (M) {
  case Mode::Fast:
    return;
  case Mode::Slow:
    ::sleep(1);
    break;
  case Mode::Other:
    break;
  }
}
static void byDefaultLabel(int N) {
  switch (N) {
  case 0:
  case 1:
    return;
  default:
    ::sleep(1);
  }
}
static void fallsThrough(int N) {
  switch (N) {
  case 0:
  case 1:
    ::sleep(1);
  }
}
static void byRange(int N) {
  switch (N) {
  case 10 ... 20:
    ::sleep(1);
  }
}
static void byEither(Mode M, bool Really) {
  if (M == Mode::Slow || (M == Mode::Other && Really))
    ::sleep(1);
}
task<> ok_switch_rules_it_out() {
  byEither(Mode::Fast, true);
  byEither(Mode::Other, false);
  bySwitch(Mode::Fast);
  bySwitch(Mode::Other);
  byDefaultLabel(0);
  byDefaultLabel(1);
  fallsThrough(2);
  co_return;
}
task<> bad_switch(Mode M) {
  bySwitch(Mode::Slow);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_switch'
  byEither(Mode::Slow, false);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_switch'
  byEither(Mode::Other, true);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_switch'
  bySwitch(M);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_switch'
  byDefaultLabel(7);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_switch'
  fallsThrough(0);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_switch'
  fallsThrough(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_switch'
  byRange(12);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_switch'
  co_return;
}

//===-- an optional way to wait without blocking --------------------------===//

struct yield_context {
  void suspend();
};
struct Client {
  std::mutex M;
  std::condition_variable C;
  bool Done = false;
  void start(std::function<void()> F);
  void begin() {
    start([this] {
      std::lock_guard L(M);
      Done = true;
      C.notify_one();
    });
  }
  void wait() {
    std::unique_lock L(M);
    C.wait(L, [this] { return Done; });
  }
  void byPointer(yield_context *Y = nullptr) {
    begin();
    if (Y)
      return Y->suspend();
    wait();
  }
  void byOptional(std::optional<yield_context> Y) {
    begin();
    if (!Y.has_value())
      wait();
    else
      Y->suspend();
  }
  void byReference(const std::optional<yield_context> &Y = std::nullopt) {
    begin();
    if (Y) {
      yield_context(*Y).suspend();
      return;
    }
    wait();
  }
};
task<> ok_yield_context(Client &C, yield_context &Y) {
  C.byPointer(&Y);
  C.byOptional(Y);
  C.byOptional(yield_context{});
  C.byReference(Y);
  co_return;
}
task<> bad_no_yield_context(Client &C, std::optional<yield_context> Maybe) {
  C.byPointer();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_no_yield_context' {{.*}}'condition_variable::wait' waits
  C.byPointer(nullptr);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_no_yield_context'
  C.byOptional({});
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_no_yield_context'
  C.byOptional(std::nullopt);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_no_yield_context'
  C.byReference();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_no_yield_context'
  C.byReference(Maybe);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_no_yield_context'
  co_return;
}

//===-- lists of callables ------------------------------------------------===//

using Callable = std::function<void()>;
static void runAll(std::initializer_list<Callable> All) {
  for (const Callable &F : All)
    F();
}
task<> bad_initializer_list() {
  runAll({[] { ::sleep(1); }, [] {}});
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_initializer_list'
  for (const Callable &F : {Callable([] { ::sleep(1); })})
    F();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_initializer_list'
  co_return;
}
task<> ok_initializer_list() {
  runAll({[] {}, [] {}});
  co_return;
}
task<> bad_containers(int Key) {
  std::vector<Callable> V{[] { ::sleep(1); }};
  V[0]();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_containers'
  std::array<void (*)(), 2> A{[] { ::sleep(1); }, [] {}};
  for (auto *F : A)
    F();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_containers'
  std::map<int, Callable> M{{1, [] { ::sleep(1); }}};
  M.at(Key)();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_containers'
  if (auto It = M.find(Key); It != M.end())
    It->second();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_containers'
  std::vector<Callable> Filled{[] {}};
  Filled.push_back([] { ::sleep(1); });
  Filled.back()();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_containers'
  co_return;
}
task<> ok_container_of_quick_ones() {
  std::vector<Callable> V{[] {}, [] { (void)0; }};
  for (auto &F : V)
    F();
  co_return;
}

//===-- what runs without being called ------------------------------------===//

static int slow() {
  ::sleep(1);
  return 1;
}
struct Registry {
  Registry() { ::sleep(1); }
  static Registry &get() {
    static Registry R;
    return R;
  }
  static Registry &mine() {
    thread_local Registry R;
    return R;
  }
  void use(int = slow()) {}
};
struct WithDefault {
  explicit WithDefault(int = slow()) {}
};
task<> bad_static_storage() {
  Registry::get();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_static_storage'
  Registry::mine();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_static_storage'
  static Registry Local;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_static_storage'
  co_return;
}
task<> bad_default_arguments(Registry &R) {
  R.use();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_default_arguments'
  WithDefault W;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_default_arguments'
  R.use(1);
  co_return;
}
task<> bad_library_calls_it(std::variant<int, double> V) {
  std::visit([](auto) { ::sleep(1); }, V);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_library_calls_it'
  std::invoke([] { ::sleep(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_library_calls_it'
  std::apply([](int) { ::sleep(1); }, std::tuple(1));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_library_calls_it'
  static std::once_flag Once;
  std::call_once(Once, [] { ::sleep(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_library_calls_it'
  co_return;
}
//===-- the promise -------------------------------------------------------===//

struct slow_task {
  struct promise_type {
    promise_type() { ::sleep(1); }
    slow_task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() { ::sleep(1); }
    void unhandled_exception() {}
    std::suspend_never yield_value(int) {
      ::sleep(1);
      return {};
    }
    std::suspend_never await_transform(int) {
      ::sleep(1);
      return {};
    }
  };
};
// CHECK: :[[@LINE+1]]:{{.*}}warning: 'bad_promise'
slow_task bad_promise() {
  co_yield 1;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_promise'
  co_await 5;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_promise'
  co_return;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_promise'
}

//===-- the last owner ----------------------------------------------------===//

struct SlowEnd {
  ~SlowEnd() { ::sleep(1); }
};
task<> bad_last_owner() {
  // CHECK: warning: 'bad_last_owner'
  auto P = std::make_shared<SlowEnd>();
  co_return;
}
struct Worker {
  std::thread T;
  ~Worker() {
    if (T.joinable())
      T.join();
  }
};
task<> bad_joining_member() {
  // CHECK: warning: 'bad_joining_member' {{.*}}'thread::join' waits
  Worker W{std::thread([] {})};
  co_return;
}

//===-- the program's own logging -----------------------------------------===//

namespace app {
class AsyncLogger {
public:
  static AsyncLogger &get() {
    static AsyncLogger One;
    return One;
  }
  void write(const char *Text) {
    if (Left-- == 0)
      rotate();
    (void)Text;
  }
  ~AsyncLogger() { Writer.join(); }

private:
  void rotate() { ::sleep(1); }
  int Left = 10;
  std::thread Writer;
};
void trace(const char *Text) { AsyncLogger::get().write(Text); }
class WriteLog {
public:
  void append() { ::sleep(1); }
};
struct Log {
  static void log_with_peer(const char *Text) { write(Text); }
  static void warn(const char *Text) { write(Text); }
  static void write(const char *) { ::sleep(1); }
};
struct Catalog {
  static void logVisit() { ::sleep(1); }
};
} // namespace app
task<> ok_logs() {
  app::trace("x");
  co_return;
}
task<> ok_class_log() {
  app::Log::log_with_peer("x");
  app::Log::warn("x");
  co_return;
}
task<> bad_what_a_log_writes() {
  app::Log::write("x"); // it may be what a store appends to
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_what_a_log_writes'
  app::Catalog::logVisit();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_what_a_log_writes'
  co_return;
}
task<> bad_log_of_writes(app::WriteLog &Log) {
  Log.append();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_log_of_writes'
  co_return;
}
