// The threads of thread_pool, and background.
// Decides: one queue, first in first out; a thread is notified only if one
// sleeps. The destructor lets the queue run empty, then joins.
// Must not: run anything of a loop.
#include "system.hpp"

#include <rt/pool.hpp>
#include <rt/thread.hpp>

namespace rt {

thread_pool::thread_pool(unsigned n, affinity where) {
  if (n == 0) n = std::max(1u, std::thread::hardware_concurrency());
  threads_.reserve(n);
  try {
    for (unsigned i = 0; i < n; ++i) threads_.emplace_back([this, i, where] { work(i, where); });
  } catch (...) {  // the system has no more threads: those that run have to end
    finish();
    throw;
  }
}

thread_pool::~thread_pool() { finish(); }

RT_ANNOTATE("cotidy::allow", "cotidy-blocking-call", "documented: a pool is destroyed outside coroutines")
void thread_pool::finish() noexcept {
  {
    std::scoped_lock hold(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (auto& t : threads_) t.join();
}

void thread_pool::submit(detail::job& j) noexcept {
  bool someone_sleeps;
  {
    std::scoped_lock hold(mutex_);
    j.next = nullptr;
    (tail_ ? tail_->next : head_) = &j;
    tail_ = &j;
    someone_sleeps = idle_ > 0;
  }
  if (someone_sleeps) wake_.notify_one();
}

void thread_pool::work(unsigned index, affinity where) noexcept {
  if (where == affinity::one_core_each) detail::bind_to_core(index);
  std::unique_lock hold(mutex_);
  for (;;) {
    while (head_ == nullptr) {
      if (closing_) return;
      ++idle_;
      wake_.wait(hold);
      --idle_;
    }
    detail::job& j = *head_;
    head_ = j.next;
    if (head_ == nullptr) tail_ = nullptr;
    hold.unlock();
    j.run(j);
    hold.lock();
  }
}

bool sleep_for(std::stop_token stop, duration d) {
  std::mutex m;
  std::condition_variable_any bell;
  std::unique_lock hold(m);
  const time_point due = detail::later(clock::now(), d);
  return !bell.wait_until(hold, stop, due, [&] { return stop.stop_requested(); });
}

}  // namespace rt
