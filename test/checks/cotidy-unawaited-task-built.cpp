// Awaitables that no call returned: a constructor, or nothing at all, made them.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-unawaited-task' --fail-on=never -- -std=c++20 -w > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include <coroutine>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

// Only what a promise makes of it is awaited.
struct executor_tag {};
struct yield_tag {
  int rounds = 0;
};
struct value_awaiter {
  int value;
  explicit value_awaiter(int v) : value(v) {}
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  int await_resume() const noexcept { return value; }
};
struct pause_awaiter {
  int milliseconds;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> h) const noexcept { h.resume(); }
  void await_resume() const noexcept {}
};
struct scope_awaiter : pause_awaiter { // its end is what it is for
  scope_awaiter() : pause_awaiter{1} {}
  ~scope_awaiter();
};
struct started_awaiter : pause_awaiter { // works from its constructor on
  std::vector<std::function<void()>> *queue;
  explicit started_awaiter(std::vector<std::function<void()>> &q) : pause_awaiter{1}, queue(&q) {
    q.push_back([] {});
  }
};
struct job {
  struct promise_type {
    job get_return_object() { return {}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
    std::suspend_never await_transform(executor_tag) { return {}; }
    std::suspend_never await_transform(yield_tag) { return {}; }
    template <class A> A &&await_transform(A &&a) { return std::forward<A>(a); }
  };
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const noexcept;
  void await_resume() const noexcept;
};

job ok_awaited() {
  co_await executor_tag{};
  co_await yield_tag();
  co_await value_awaiter(3);
  co_await pause_awaiter{4};
  pause_awaiter later{5};
  co_await later;
}
job bad_statements(bool b) {
  executor_tag{};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'executor_tag' does nothing: nobody awaits the object
  // CHECK: note: co_await it, in a coroutine, or do not make it
  executor_tag();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'executor_tag' does nothing: nobody awaits the object
  yield_tag();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'yield_tag' does nothing: nobody awaits the object
  value_awaiter(3);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'value_awaiter' does nothing: nobody awaits the object
  pause_awaiter{4};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'pause_awaiter' does nothing: nobody awaits the object
  (void)pause_awaiter{5};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'pause_awaiter' does nothing: nobody awaits the object
  if (b)
    pause_awaiter{6};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'pause_awaiter' does nothing: nobody awaits the object
  co_return;
}
job bad_variables() {
  auto tag = executor_tag();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'executor_tag' does nothing: nobody awaits 'tag'
  value_awaiter seven(7);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'value_awaiter' does nothing: nobody awaits 'seven'
  auto four = pause_awaiter{4};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'pause_awaiter' does nothing: nobody awaits 'four'
  co_return;
}
void bad_in_a_function() {
  pause_awaiter{4};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'pause_awaiter' does nothing: nobody awaits the object
}
template <class T> job bad_in_a_template(T milliseconds) {
  pause_awaiter{milliseconds};
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'pause_awaiter' does nothing: nobody awaits the object
  co_return;
}
job ok_in_a_template() { co_await bad_in_a_template(3); }

struct holder {
  pause_awaiter inner;
  value_awaiter other{2};
};
pause_awaiter ok_returned() { return pause_awaiter{3}; }
pause_awaiter ok_returned_variable() {
  pause_awaiter p{3};
  return p;
}
void take(pause_awaiter);
void look(const pause_awaiter &);
template <class... T> void takeAll(T &&...);
job ok_used_otherwise(std::vector<pause_awaiter> &all, pause_awaiter unused) {
  take(pause_awaiter{1});
  look(pause_awaiter{2});
  takeAll(pause_awaiter{3}, executor_tag{});
  all.push_back(pause_awaiter{4});
  all.emplace_back(pause_awaiter{5});
  holder h{pause_awaiter{6}};
  auto *kept = new pause_awaiter{7};
  auto owned = std::make_unique<pause_awaiter>(pause_awaiter{8});
  pause_awaiter few[] = {pause_awaiter{9}, {10}};
  auto wait = pause_awaiter{11}.milliseconds;
  bool ready = pause_awaiter{12}.await_ready();
  auto inside = [p = pause_awaiter{13}] { return p.milliseconds; };
  for (pause_awaiter each : all)
    wait += 1;
  pause_awaiter captured{14};
  auto later = [&captured] { return captured.milliseconds; };
  const pause_awaiter *where = &captured;
  static_assert(sizeof(pause_awaiter{15}) > 0);
  co_await h.inner;
}
job ok_ends_or_begins(std::vector<std::function<void()>> &queue) {
  scope_awaiter whole;
  scope_awaiter();
  started_awaiter begun(queue);
  co_return;
}
job ok_pattern(std::vector<std::pair<int, pause_awaiter>> &all) {
  for (auto &[number, each] : all)
    ++number;
  auto [first, second] = all.front();
  ++first;
  co_return;
}

// A constructor that tells somebody of the object, or may.
struct node {
  node *next = nullptr;
};
extern node *first;
void enlist(node *);
struct listed_awaiter : pause_awaiter, node {
  listed_awaiter() : pause_awaiter{1} {
    next = first;
    first = this;
  }
};
struct told_awaiter : pause_awaiter, node {
  told_awaiter() : pause_awaiter{1} { enlist(this); }
};
struct derived_awaiter : told_awaiter {};
struct numbered_awaiter : pause_awaiter {
  static inline int made = 0;
  numbered_awaiter() : pause_awaiter{made++} {}
};
struct unseen_awaiter : pause_awaiter {
  explicit unseen_awaiter(const char *);
};
struct checking_awaiter : pause_awaiter {
  explicit checking_awaiter(int n) : pause_awaiter{n} {
    if (n < 0)
      throw n;
  }
};
struct guarded_awaiter : pause_awaiter { // a member's end is what it is for
  struct guard {
    ~guard();
  } whole;
};
job ok_made_known() {
  listed_awaiter listed;
  told_awaiter();
  derived_awaiter derived;
  numbered_awaiter numbered;
  unseen_awaiter unseen("x");
  checking_awaiter(-1);
  guarded_awaiter guarded;
  co_return;
}

// Mentioned where the compiler does not look, or not to be mentioned.
#define DECLARE_PAUSE(name) pause_awaiter name{5}
#define IN_A_DEBUG_BUILD(x)
template <bool Wait> job ok_branch_not_taken(int n) {
  pause_awaiter p{n};
  if constexpr (Wait)
    co_await p;
}
job ok_unmentioned() {
  co_await ok_branch_not_taken<true>(1);
  co_await ok_branch_not_taken<false>(2);
  pause_awaiter sample{1};
  using result = decltype(sample.await_resume());
  pause_awaiter debugged{2};
  IN_A_DEBUG_BUILD(co_await debugged);
  pause_awaiter elsewhere{3};
#ifdef NOT_DEFINED
  co_await elsewhere;
#endif
  [[maybe_unused]] pause_awaiter kept{4};
  pause_awaiter voided{5};
  (void)voided;
  DECLARE_PAUSE(by_macro);
  static_assert(noexcept(pause_awaiter{6}));
  try {
    co_await pause_awaiter{7};
  } catch (pause_awaiter caught) {
  }
}

struct tag_user {
  executor_tag tag;
  tag_user(executor_tag, int);
};
void take(executor_tag);
void takeTag(executor_tag);
job ok_tags(executor_tag unused = executor_tag{}) {
  take(executor_tag{});
  takeTag({});
  takeAll(executor_tag{}, executor_tag());
  tag_user user(executor_tag{}, 3);
  const executor_tag &bound = executor_tag{};
  executor_tag tag;
  co_await tag;
}
pause_awaiter ok_either(bool b) { return b ? pause_awaiter{1} : pause_awaiter{2}; }
job ok_either_variable(bool b) {
  auto p = b ? pause_awaiter{1} : pause_awaiter{2};
  co_await p;
}
