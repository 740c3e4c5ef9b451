// What the library's own .cpp files share about Boost.Asio's reactor.
// Decides: one io_context a loop, one system timer a loop; a completion
// handler only wakes a waiter, it never resumes a coroutine.
// Must not: be included by a public header other than the opt-in rt/asio.hpp.
#pragma once

#include <rt/detail/core.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

#include <system_error>

namespace rt::detail {

/// Calls f. Asio throws boost::system::system_error, which std::system_error is
/// not; our users get the standard one.
template <class F>
decltype(auto) in_asio(const char* what, F f) {
  try {
    return f();
  } catch (const boost::system::system_error& e) {
    throw std::system_error(e.code(), what);
  }
}

struct reactor {
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
      context.get_executor()};
  boost::asio::steady_timer head{context};  // never later than the first due timer
  time_point head_due = time_point::max();
  remote asleep{nullptr};  // its address in the inbox says: wake the loop

  void set_head(time_point due);
};

}  // namespace rt::detail
