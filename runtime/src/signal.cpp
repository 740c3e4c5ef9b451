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

}  // namespace detail

signals::signals(std::initializer_list<int> numbers)
    : impl_(std::make_unique<detail::signals_impl>()) {
  detail::in_asio("signal", [&] {
    for (int n : numbers) impl_->set.add(n);
  });
}
signals::~signals() = default;

task<int> signals::next() {
  struct handler : detail::completion {
    void operator()(const boost::system::error_code& e, int number) const {
      wait->finish(e, static_cast<std::size_t>(number));
    }
  };
  auto start = [this](detail::completion c) { impl_->set.async_wait(handler{c}); };
  co_return static_cast<int>(co_await detail::op{impl_->dir, start, "wait for signal"});
}

}  // namespace rt
