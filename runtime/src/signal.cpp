// rt::signals over Asio's signal_set.
// Decides: nothing beyond what the header says.
// Must not: be used by two tasks at once on one object.
#include "stream.hpp"

#include <rt/signal.hpp>

#include <boost/asio/signal_set.hpp>

namespace rt {

namespace detail {

struct signals_impl {
  boost::asio::signal_set set{context()};
  direction dir;
};

namespace {

struct signal_awaiter : io_wait {
  explicit signal_awaiter(signals_impl& i) : io_wait(&i.dir), impl(i) {}
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> h) {
    if (!begin(h)) return false;
    struct handler : completion {
      void operator()(const boost::system::error_code& e, int number) const {
        wait->finish(e, static_cast<std::size_t>(number));
      }
    };
    impl.set.async_wait(handler{{this, dir}});
    return true;
  }
  int await_resume() const { return static_cast<int>(result("wait for signal")); }
  signals_impl& impl;
};

struct signal_op {
  signals_impl& impl;
  signal_awaiter operator co_await() && { return signal_awaiter(impl); }
};

}  // namespace
}  // namespace detail

signals::signals(std::initializer_list<int> numbers)
    : impl_(std::make_unique<detail::signals_impl>()) {
  for (int n : numbers) impl_->set.add(n);
}
signals::~signals() = default;

task<int> signals::next() { co_return co_await detail::signal_op{*impl_}; }

}  // namespace rt
