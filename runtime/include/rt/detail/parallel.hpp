// parallel_map's body: chunks of a span, each one offloaded job.
// Decides: all chunks are given to the pool at once (the pool is the limit);
// each keeps its own results, which are joined in order at the end.
// Must not: leave a job running when it returns or throws.
#pragma once

#include <rt/pool.hpp>
#include <rt/scope.hpp>

namespace rt {
namespace detail {

template <class T, class F, class R>
task<> map_chunk(thread_pool* pool, std::span<T> piece, F* f, std::vector<R>* out) {
  co_await offload(*pool, [=](std::stop_token stop) {
    out->reserve(piece.size());
    for (T& item : piece) {
      if (stop.stop_requested()) return;
      out->push_back((*f)(item));
    }
  });
  this_task::check();  // a chunk that stopped half-way is not a result
}

}  // namespace detail

template <class T, class F>
auto parallel_map(thread_pool& pool, std::span<T> items, F f, std::size_t chunk)
    -> task<std::vector<std::invoke_result_t<F&, T&>>> {
  using R = std::invoke_result_t<F&, T&>;
  if (chunk == 0) chunk = std::max<std::size_t>(1, items.size() / (pool.size() * 4));
  const auto pieces = chunks(items, chunk);
  std::vector<std::vector<R>> parts(pieces.size());
  co_await with_scope([&](scope& s) {
    for (std::size_t i = 0; i < pieces.size(); ++i)
      s.spawn(&detail::map_chunk<T, F, R>, &pool, pieces[i], &f, &parts[i]);
  });
  std::vector<R> out;
  out.reserve(items.size());
  for (auto& p : parts)
    for (auto&& v : p) out.push_back(std::move(v));
  co_return out;
}

}  // namespace rt
