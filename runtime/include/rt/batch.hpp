// batch: values of a channel, several at a time.
// Decides: a batch is handed on when it is full or when its first value has
// waited long enough, whichever comes first; a value is never lost to the
// time limit or to cancellation before it was received.
// Must not: wait at all if a full batch is already buffered.
#pragma once

#include <rt/cancel.hpp>
#include <rt/channel.hpp>

namespace rt {

/// Waits for a first value, then takes more until there are n (at least 1) or
/// max_delay has passed since the first. Empty only when `from` is closed and
/// drained. `from` must outlive the task. If the caller is cancelled while a
/// batch is begun, the batch is returned; the next wait throws.
template <class T>
task<std::vector<T>> batch(channel<T>& from, std::size_t n, duration max_delay) {
  std::vector<T> out;
  std::optional<T> first = co_await from.recv();
  if (!first) co_return out;
  out.push_back(std::move(*first));
  const time_point due = loop::current().after(max_delay);
  try {
    while (out.size() < n) {
      std::optional<std::optional<T>> more = co_await deadline(due, from.recv());
      if (!more || !*more) break;
      out.push_back(std::move(**more));
    }
  } catch (const cancelled&) {
    // What was received belongs to the caller; cancellation stays pending.
  }
  co_return out;
}

}  // namespace rt
