// A lazy task: its body starts when it is awaited and resumes its awaiter.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace rt {

template <class T> class task;

namespace detail {

struct promise_base {
    std::coroutine_handle<> continuation = std::noop_coroutine();
    std::exception_ptr error;

    struct final_awaiter {
        bool await_ready() noexcept { return false; }
        template <class P>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept {
            return h.promise().continuation;
        }
        void await_resume() noexcept {}
    };

    std::suspend_always initial_suspend() noexcept { return {}; }
    final_awaiter final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { error = std::current_exception(); }
};

template <class T> struct promise : promise_base {
    std::optional<T> value;
    task<T> get_return_object();
    void return_value(T v) { value = std::move(v); }
    T result() {
        if (error) std::rethrow_exception(error);
        return std::move(*value);
    }
};

template <> struct promise<void> : promise_base {
    task<void> get_return_object();
    void return_void() noexcept {}
    void result() {
        if (error) std::rethrow_exception(error);
    }
};

} // namespace detail

template <class T = void> class [[nodiscard]] task {
public:
    using promise_type = detail::promise<T>;
    using handle = std::coroutine_handle<promise_type>;

    explicit task(handle h) noexcept : coro_(h) {}
    task(task&& other) noexcept : coro_(std::exchange(other.coro_, {})) {}
    task& operator=(task&&) = delete;
    ~task() { if (coro_) coro_.destroy(); }

    auto operator co_await() && noexcept {
        struct awaiter {
            handle coro;
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<> h) noexcept {
                coro.promise().continuation = h;
                return coro;
            }
            T await_resume() { return coro.promise().result(); }
        };
        return awaiter{coro_};
    }

private:
    handle coro_;
};

namespace detail {
template <class T> task<T> promise<T>::get_return_object() {
    return task<T>{std::coroutine_handle<promise>::from_promise(*this)};
}
inline task<void> promise<void>::get_return_object() {
    return task<void>{std::coroutine_handle<promise>::from_promise(*this)};
}
} // namespace detail

// Goes on by itself and destroys its frame at the end.
struct detached {
    struct promise_type {
        detached get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() noexcept { std::terminate(); }
    };
};

inline detached spawn(task<> t) { co_await std::move(t); }

} // namespace rt
