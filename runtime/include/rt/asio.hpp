// Opt-in: any Boost.Asio operation as something an rt task can await.
// Decides: `co_await timer.async_wait(rt::use_rt)` returns the handler's values
// without the error code, which is thrown; cancellation uses Asio's slots. The
// completion handler only wakes the task.
// Must not: be included by the library's other headers; this one needs Boost.
#pragma once

#include <rt/task.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include <system_error>
#include <tuple>

namespace rt {

// The macro changes what Asio's functions return. A program that sees Asio in one way
// and a library that was compiled in the other do not link, instead of crashing.
#if defined(BOOST_ASIO_NO_DEPRECATED)
inline namespace asio_no_deprecated {
#else
inline namespace asio_as_it_is {
#endif
/// The io_context of the current loop. Objects made with it must be destroyed
/// before run returns. Do not run or stop it.
boost::asio::io_context& io_context();
}  // namespace

/// The completion token.
struct use_rt_t {};
inline constexpr use_rt_t use_rt{};

namespace detail {

template <class Initiation, class Stored, class... V>
class asio_awaiter : waiter {
 public:
  asio_awaiter(Initiation i, Stored a) : waiter(&give_up), initiate(std::move(i)), arguments(std::move(a)) {}
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> h) {
    return park_and(h, [&] {
      std::apply([&](auto&&... a) { std::move(initiate)(handler{this}, std::move(a)...); },
                 std::move(arguments));
      ++loop::current().io_waits;
    });
  }
  auto await_resume() {
    check();
    if (error) throw std::system_error(error);
    if constexpr (sizeof...(V) == 1)
      return std::get<0>(std::move(*values));
    else if constexpr (sizeof...(V) > 1)
      return std::move(*values);
  }

 private:
  struct handler {
    using cancellation_slot_type = boost::asio::cancellation_slot;
    cancellation_slot_type get_cancellation_slot() const noexcept { return wait->cancel.slot(); }
    void operator()(const boost::system::error_code& e, V... v) {
      wait->error = e;
      wait->values.emplace(std::move(v)...);
      wait->done();
    }
    asio_awaiter* wait;
  };
  void done() noexcept {
    --loop::current().io_waits;
    if (error != std::errc::operation_canceled) aborted_ = false;
    wake();
  }
  static void give_up(waiter& w) noexcept {
    auto& self = static_cast<asio_awaiter&>(w);
    if (self.aborted_) return;
    self.aborted_ = true;
    self.cancel.emit(boost::asio::cancellation_type::terminal);
  }

  Initiation initiate;
  Stored arguments;
  boost::asio::cancellation_signal cancel;
  std::error_code error;
  std::optional<std::tuple<V...>> values;
};

template <class Initiation, class Stored, class... V>
struct asio_op {
  Initiation initiate;
  Stored arguments;
  asio_awaiter<Initiation, Stored, V...> operator co_await() && {
    return {std::move(initiate), std::move(arguments)};
  }
};

}  // namespace detail
}  // namespace rt

/// Operations whose handler takes an error_code first.
template <class... V>
class boost::asio::async_result<rt::use_rt_t, void(boost::system::error_code, V...)> {
 public:
  template <class Initiation, class... A>
  static auto initiate(Initiation&& i, rt::use_rt_t, A&&... a) {
    using stored = std::tuple<std::decay_t<A>...>;
    return rt::detail::asio_op<std::decay_t<Initiation>, stored, std::decay_t<V>...>{
        std::forward<Initiation>(i), stored(std::forward<A>(a)...)};
  }
};
