// Threads for work that may block, and the way there and back for coroutines.
#pragma once

#include "runtime/loop.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace rt {

class blocking_pool {
public:
    explicit blocking_pool(unsigned threads);
    ~blocking_pool();
    void submit(std::function<void()> job);

private:
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

// `co_await offload(pool, home, f)`: f runs on the pool, the coroutine goes on
// at home.
template <class F> auto offload(blocking_pool& pool, loop& home, F f) {
    using result = decltype(f());
    struct awaiter {
        blocking_pool& pool;
        loop& home;
        F f;
        std::optional<result> value;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> h) {
            pool.submit([this, h] {
                value = f();
                home.post(h);
            });
        }
        result await_resume() { return std::move(*value); }
    };
    return awaiter{pool, home, std::move(f), {}};
}

} // namespace rt
