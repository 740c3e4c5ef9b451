// What the library's own .cpp files share about Boost.Asio's reactor.
// Decides: one io_context a loop, one system timer a loop; a completion
// handler only wakes a waiter, it never resumes a coroutine.
// Must not: be included by a public header other than the opt-in rt/asio.hpp.
#pragma once

#include <rt/detail/core.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace rt::detail {

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
