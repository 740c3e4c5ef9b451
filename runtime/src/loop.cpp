// The scheduler: ready queue, inbox, waiting, deadlock report, and run.
// Decides: first in, first out (or shuffled by a seed in tests); I/O is polled
// every options::io_every steps, and the thread sleeps in Asio's reactor only
// if nothing is ready.
// Must not: run user code while holding anything.
#include "reactor.hpp"

#include <rt/loop.hpp>
#include <rt/test.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <thread>

namespace rt {
namespace {
constexpr int inline_operations = 16;  // I/O done without parking, per step
constexpr unsigned most_deadlocks = 1000;
constexpr unsigned clock_every = 4;  // steps between looks at the clock
constexpr duration longest_burst = std::chrono::microseconds(500);

void trace(const options& o, const loop& l, trace_kind kind, const detail::strand& s) noexcept {
  if (o.trace) o.trace->on_event({kind, s.name, s.id, l.now(), s.where});
}
}  // namespace

void detail::reactor::set_head(time_point due) {
  if (due >= head_due) return;  // an earlier alarm does no harm
  head_due = due;
  head.expires_at(due);
  head.async_wait([this](const boost::system::error_code& e) {
    if (!e) head_due = time_point::max();
  });
}

loop::loop(const options& o)
    : virtual_(o.virtual_clock),
      virtual_now_(time_point{} + std::chrono::hours(1)),
      options_(o),
      reactor_(detail::in_asio("event loop", [] { return std::make_unique<detail::reactor>(); })),
      random_(o.shuffle_seed) {
  current_ = this;
}

loop::~loop() {
  while (pushing_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
  detail::remote* r = inbox_.exchange(nullptr, std::memory_order_acquire);
  while (r) {
    detail::remote* following = r->next;
    r->arrive(*r, false);
    r = following;
  }
  for (const entry& e : timers_) e.what->index = detail::timer::none;  // it may outlive us
  reactor_.reset();  // with what handlers own, such as dying processes
  current_ = nullptr;
}

// ---------------------------------------------------------------- stepping

void loop::adopt(detail::strand& s, cancel_scope& scope, const char* name) noexcept {
  s.home = this;
  s.scope = &scope;
  s.name = name;
  s.id = ++strand_ids_;
  scope.strands_.push_back(s);
  strands_.push_back(s.all);
  trace(options_, *this, trace_kind::spawned, s);
}

detail::strand* loop::pick_shuffled() noexcept {
  std::size_t n = 0;
  for (auto* s = ready_head_; s; s = s->next_ready) ++n;
  random_ ^= random_ << 13, random_ ^= random_ >> 7, random_ ^= random_ << 17;
  detail::strand** link = &ready_head_;
  detail::strand* before = nullptr;
  for (std::size_t skip = random_ % std::min<std::size_t>(n, 64); skip > 0; --skip) {
    before = *link;
    link = &before->next_ready;
  }
  detail::strand* s = *link;
  *link = s->next_ready;
  if (ready_tail_ == s) ready_tail_ = before;
  return s;
}

#if defined(__has_feature)
#if __has_feature(realtime_sanitizer)
#define RT_NONBLOCKING [[clang::nonblocking]]
#endif
#endif
#ifndef RT_NONBLOCKING
#define RT_NONBLOCKING
#endif

namespace {
/// All user code of a loop runs below this function: under RealtimeSanitizer
/// every call in it that may block is reported.
void resume_user_code(std::coroutine_handle<> h) noexcept RT_NONBLOCKING { h.resume(); }
}  // namespace

void loop::resume(std::coroutine_handle<> h) noexcept {
  do {
    resume_user_code(h);
    h = std::exchange(next_, nullptr);
  } while (h);
}

void loop::step(detail::strand& s) noexcept {
  active_ = &s;
  inline_budget_ = inline_operations;
  if (!options_.on_slow && !options_.trace) [[likely]] {
    resume(s.resume_point);
    active_ = nullptr;
    return;
  }
  // The strand may be gone afterwards: copy what the reports need.
  const slow_report before{s.name, s.id, {}, s.where};
  trace(options_, *this, trace_kind::resumed, s);
  const auto started = clock::now();
  resume(s.resume_point);
  const auto took = clock::now() - started;
  if (options_.on_slow && took > options_.slow_step) try {
      options_.on_slow({before.task, before.id, took, before.from});
    } catch (...) {
      fail(std::current_exception());
    }
  if (active_) {
    trace(options_, *this, trace_kind::parked, *active_);
  } else if (options_.trace) {
    options_.trace->on_event(
        {trace_kind::finished, before.task, before.id, now(), before.from});
  }
  active_ = nullptr;
}

/// Few long steps must not keep timers and I/O waiting either: the clock is read
/// at first and every few steps, and after every step as long as they are long.
bool loop::burst_is_long() noexcept {
  const bool were_long = burst_began_ != time_point{} && steps_since_poll_ < clock_every;
  if (!were_long && steps_since_poll_ > 2 && steps_since_poll_ % clock_every != 0) return false;
  const time_point t = clock::now();
  if (burst_began_ == time_point{}) {
    burst_began_ = t;
    return false;
  }
  const bool is_long = t - burst_began_ > longest_burst;
  if (is_long || were_long) burst_began_ = is_long ? t : time_point{};
  return is_long;
}

void loop::run_ready() {
  while (ready_head_) {
    detail::strand* s = ready_head_;
    if (random_ != 0) {
      s = pick_shuffled();
    } else {
      ready_head_ = s->next_ready;
      if (!ready_head_) ready_tail_ = nullptr;
    }
    step(*s);
    if (++steps_since_poll_ >= options_.io_every) return;
    if (burst_is_long()) return;
  }
}

void loop::drive(const bool& done) {
  while (!done) {
    run_ready();
    if (done) break;
    if (ready_head_) {
      poll_io();
    } else {
      wait();
      burst_began_ = {};
    }
    steps_since_poll_ = 0;
  }
}

// ----------------------------------------------------------------- waiting

void loop::poll_io() {
  reactor_->context.poll();
  drain_inbox();
  fire_due();
}

/// Nothing is ready. One completion is taken at a time: the strand that it
/// wakes runs before the next one, as it would in Asio's own loop.
void loop::wait() {
  if (virtual_) return wait_virtually();
  fire_due();
  if (ready_head_) return;
  if (!timers_.empty() && timers_.front().due != time_point::max())
    reactor_->set_head(timers_.front().due);
  sleep();
}

/// Sleeps until a completion, the head timer, or another thread's push.
void loop::sleep() {
  detail::remote* marker = nullptr;
  if (inbox_.compare_exchange_strong(marker, &reactor_->asleep, std::memory_order_acq_rel)) {
    reactor_->context.run_one();
    marker = &reactor_->asleep;
    if (inbox_.compare_exchange_strong(marker, nullptr, std::memory_order_acq_rel)) return;
  }
  drain_inbox();
}

/// Virtual time stands still while real work is awaited elsewhere; socket
/// traffic gets a moment; otherwise it jumps to the next timer.
void loop::wait_virtually() {
  poll_io();
  if (ready_head_) return;
  if (work_waits > 0) return sleep();
  if (io_waits > 0 && reactor_->context.run_one_for(std::chrono::milliseconds(2)) > 0)
    return poll_io();
  if (!timers_.empty() && timers_.front().due != time_point::max()) {
    virtual_now_ = std::max(virtual_now_, timers_.front().due);
    return fire_due();
  }
  if (io_waits > 0) return sleep();
  report_deadlock();
}

void loop::report_deadlock() {
  if (!failure_) {
    std::string what = "deadlock: every task waits for another one:";
    strands_.for_each([&](detail::strand::in_loop& l) {
      const detail::strand& s = l.self;
      what += "\n  task " + std::to_string(s.id) + (*s.name ? " '" + std::string(s.name) + "'" : "");
      what += std::string(" at ") + s.where.file_name() + ":" + std::to_string(s.where.line());
    });
    failure_ = std::make_exception_ptr(test::deadlock(what));
  }
  if (++deadlocks_ > most_deadlocks) std::abort();  // tasks swallow `cancelled` for ever
  root_.cancel();
  strands_.for_each([](detail::strand::in_loop& l) {
    if (l.self.parked) l.self.parked->abort();
  });
}

void loop::fail(std::exception_ptr e) noexcept {
  if (!failure_) failure_ = std::move(e);
  root_.cancel();
}

// ------------------------------------------------------------------- inbox

void loop::push(detail::remote& r) noexcept {
  pushing_.fetch_add(1, std::memory_order_acq_rel);
  detail::remote* head = inbox_.load(std::memory_order_relaxed);
  detail::remote* const asleep = &reactor_->asleep;
  do {
    r.next = head == asleep ? nullptr : head;
  } while (!inbox_.compare_exchange_weak(head, &r, std::memory_order_acq_rel));
  if (head == asleep) boost::asio::post(reactor_->context, [] {});
  pushing_.fetch_sub(1, std::memory_order_release);
}

bool loop::drain_inbox() noexcept {
  if (inbox_.load(std::memory_order_relaxed) == nullptr) return false;
  detail::remote* newest = inbox_.exchange(nullptr, std::memory_order_acq_rel);
  detail::remote* oldest = nullptr;
  while (newest) {
    detail::remote* following = newest->next;
    newest->next = oldest;
    oldest = newest;
    newest = following;
  }
  while (oldest) {
    detail::remote* following = oldest->next;
    oldest->arrive(*oldest, true);
    oldest = following;
  }
  return true;
}

// --------------------------------------------------------------------- run

namespace detail {

runner::runner(const options& o) : parent(&main_done) {
  if (loop::is_running()) {
    assert(!"rt::run called from inside rt::run: co_await instead");
    std::abort();
  }
  place = std::make_unique<char[]>(sizeof(loop) + alignof(loop));
  void* where = place.get();
  std::size_t room = sizeof(loop) + alignof(loop);
  self = new (std::align(alignof(loop), sizeof(loop), where, room)) loop(o);
}

runner::~runner() { self->~loop(); }

void runner::finish(driver main) {
  main.launch(*self, self->root_, "main");
  self->drive(done);
  if (self->failure_) std::rethrow_exception(self->failure_);
  if (result.error) std::rethrow_exception(result.error);
  if (result.was_cancelled) throw cancelled{};
}

void runner::main_done(parent& p, outcome&& o) noexcept {
  auto& self = static_cast<runner&>(p);
  self.result = std::move(o);
  self.done = true;
}

}  // namespace detail
}  // namespace rt
