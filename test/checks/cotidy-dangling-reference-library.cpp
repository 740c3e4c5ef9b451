// Tasks and combinators of an installed library: its headers are no user code,
// and most of what its bodies do is not in the facts.
//
// RUN: %cotidy check %s --root=%S --checks=-*,cotidy-dangling-reference,cotidy-unawaited-task --fail-on=never -- -std=c++20 -isystem %S/Inputs/installed > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include <gather.hpp>
#include <vector>

gather::lazy<int> one(int &n) { co_return n; }
gather::lazy<int> once() { co_return 1; }

gather::lazy<int> ok_combined() {
  int n = 0;
  std::vector<gather::lazy<int>> input;
  input.push_back(one(n));
  auto combined = gather::all(std::move(input));
  auto out = co_await std::move(combined);
  co_return out[0];
}
gather::lazy<int> ok_combined_at_once() {
  int n = 0;
  std::vector<gather::lazy<int>> input;
  input.push_back(one(n));
  auto out = co_await gather::all(std::move(input));
  co_return out[0];
}
gather::lazy<int> ok_in_a_lambda() {
  auto inner = []() -> gather::lazy<int> {
    int n = 0;
    std::vector<gather::lazy<int>> input;
    for (int i = 0; i < 3; ++i)
      input.push_back(one(n));
    auto out = co_await gather::all(std::move(input));
    co_return out[0] + n;
  };
  co_return co_await inner();
}
gather::lazy<std::vector<int>> bad_input_of_a_returned_task() {
  std::vector<gather::lazy<int>> input;
  return gather::all(std::move(input)); // not in clangd: the body of the combinator
  // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'all' outlives 'input', which its parameter 'tasks' refers to
}
gather::lazy<int> bad_kept_in_a_vector() {
  std::vector<gather::lazy<int>> input;
  {
    int n = 0;
    input.push_back(one(n));
    // CHECK: :[[@LINE-1]]:{{.*}}warning: the coroutine of 'one' outlives 'n', which its parameter 'n' refers to
  }
  auto out = co_await gather::all(std::move(input));
  co_return out[0];
}
gather::lazy<int> by_value(int n) { co_return n; }
gather::lazy<int> ok_begun_by_the_library() {
  std::vector<gather::lazy<int>> kept;
  {
    int n = 1;
    kept.push_back(gather::invoke(by_value, n));
  }
  auto out = co_await gather::all(std::move(kept));
  co_return out[0];
}
gather::lazy<int> bad_vector_is_dropped() {
  std::vector<gather::lazy<int>> input;
  input.push_back(once());
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'once' never runs: nobody awaits the task in 'input'
  co_return co_await once();
}
