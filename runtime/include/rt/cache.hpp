// cache<K, V>: asynchronous, single flight, with age and size limits.
// Decides: however many tasks ask for a missing key, it is loaded once; errors
// go to all who wait and are not kept. If the loading task is cancelled,
// another one that waits takes over, so cancellation does not spread.
// Must not: be used from two loops; V is copied out and should be cheap to copy.
#pragma once

#include <rt/sync.hpp>

#include <functional>
#include <list>
#include <unordered_map>

namespace rt {

template <class K, class V, class Hash = std::hash<K>>
class cache {
 public:
  /// At most `capacity` (at least 1) values are kept, the least recently used
  /// go first; a value older than `max_age` is loaded again.
  explicit cache(std::size_t capacity, duration max_age = duration::max())
      : capacity_(capacity ? capacity : 1), max_age_(max_age) {}
  cache(const cache&) = delete;
  cache& operator=(const cache&) = delete;

  /// The value for key; if it is missing, awaits load(key) for it.
  template <class F>
  task<V> get(K key, F load) {
    for (;;) {
      if (std::optional<V> v = find(key)) co_return std::move(*v);
      const auto running = flights_.find(key);
      if (running == flights_.end()) co_return co_await fly(std::move(key), std::move(load));
      const std::shared_ptr<flight> f = running->second;
      co_await f->landed.wait();
      if (f->error) std::rethrow_exception(f->error);
      if (f->value) co_return *f->value;  // else: the loader was cancelled
    }
  }

  /// The value if it is there and fresh enough.
  std::optional<V> find(const K& key) {
    const auto at = index_.find(key);
    if (at == index_.end()) return std::nullopt;
    if (loop::current().now() - at->second->since >= max_age_) {
      drop(key);
      return std::nullopt;
    }
    order_.splice(order_.begin(), order_, at->second);
    return at->second->value;
  }

  /// Forgets the value. One that is being loaded now goes to those who wait for
  /// it already, and is not kept: whoever asks from now on loads anew.
  void erase(const K& key) {
    flights_.erase(key);
    drop(key);
  }

  std::size_t size() const noexcept { return index_.size(); }

 private:
  struct flight {
    event landed;
    std::optional<V> value;
    std::exception_ptr error;
  };
  struct entry {
    K key;
    V value;
    time_point since;
  };

  template <class F>
  task<V> fly(K key, F load) {
    const auto f = std::make_shared<flight>();
    flights_.emplace(key, f);
    struct landing {  // also if this task is cancelled
      cache& c;
      const K& key;
      const std::shared_ptr<flight>& f;
      /// Not if the key was erased meanwhile: the next flight is another one.
      bool expected() const {
        const auto at = c.flights_.find(key);
        return at != c.flights_.end() && at->second == f;
      }
      ~landing() {
        if (expected()) c.flights_.erase(key);
        f->landed.set();
      }
    } land{*this, key, f};
    try {
      f->value.emplace(co_await load(key));
    } catch (const cancelled&) {
      throw;
    } catch (...) {
      f->error = std::current_exception();
      throw;
    }
    if (land.expected()) keep(key, *f->value);
    co_return *f->value;
  }

  void drop(const K& key) {
    const auto at = index_.find(key);
    if (at == index_.end()) return;
    order_.erase(at->second);
    index_.erase(at);
  }

  void keep(const K& key, const V& value) {
    drop(key);
    order_.push_front({key, value, loop::current().now()});
    index_.emplace(key, order_.begin());
    if (index_.size() > capacity_) {
      index_.erase(order_.back().key);
      order_.pop_back();
    }
  }

  std::size_t capacity_;
  duration max_age_;
  std::list<entry> order_;  // most recently used first
  std::unordered_map<K, typename std::list<entry>::iterator, Hash> index_;
  std::unordered_map<K, std::shared_ptr<flight>, Hash> flights_;
};

}  // namespace rt
