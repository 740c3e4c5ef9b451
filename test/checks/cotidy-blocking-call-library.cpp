// What combinators of an installed library hand back is ready, until
// something else is put there.
//
// RUN: %cotidy check %s --root=%S --checks=-*,cotidy-blocking-call --fail-on=never -- -std=c++20 -isystem %S/Inputs/installed > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include <future>
#include <gather.hpp>
#include <vector>

std::future<int> started();
void use_ready(std::future<int> f) { f.get(); }

gather::lazy<int> ok_all_of_them() {
  auto done = co_await gather::all_of(started(), started());
  int n = std::get<0>(done).get();
  use_ready(std::move(std::get<1>(done)));
  co_return n;
}
gather::lazy<int> ok_one_of_them() {
  std::vector<std::future<int>> them;
  them.push_back(started());
  auto done = co_await gather::any_of(std::move(them));
  auto &first = done.all[done.index];
  if (done.index == 1)
    use_ready(std::move(first));
  co_return done.all[done.index].get();
}
gather::lazy<int> ok_in_a_loop() {
  std::vector<std::future<int>> them;
  auto done = co_await gather::any_of(std::move(them));
  int n = 0;
  for (std::size_t i = 0; i < done.all.size(); ++i)
    n += done.all[i].get();
  for (auto &f : done.all)
    use_ready(std::move(f));
  co_return n;
}
gather::lazy<int> bad_not_awaited() {
  std::vector<std::future<int>> them;
  them.push_back(started());
  use_ready(std::move(them[0]));
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_not_awaited' blocks the thread of its event loop: 'future::get' waits for another thread
  co_return 1;
}
gather::lazy<int> bad_another_one() {
  auto done = std::tuple(started(), started());
  std::get<0>(done) = started();
  co_return std::get<0>(done).get();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_another_one' blocks the thread of its event loop: 'future::get' waits for another thread
}
