// One thread that resumes coroutines: when a descriptor is ready, when a time
// has come, or when somebody posts them. Nothing that it resumes may block.
#pragma once

#include <chrono>
#include <coroutine>
#include <map>
#include <mutex>
#include <vector>

namespace rt {

class loop {
public:
    using clock = std::chrono::steady_clock;

    loop();
    ~loop();

    void run();  // until stop(); called once, from main
    void stop();
    void post(std::coroutine_handle<> h);  // from any thread

    auto readable(int fd) { return ready_awaiter{*this, fd, false}; }
    auto writable(int fd) { return ready_awaiter{*this, fd, true}; }
    auto sleep_for(clock::duration d) { return time_awaiter{*this, clock::now() + d}; }

private:
    struct ready_awaiter {
        loop& on;
        int fd;
        bool write;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> h) { on.watched_.push_back({fd, write, h}); }
        void await_resume() const noexcept {}
    };
    struct time_awaiter {
        loop& on;
        clock::time_point at;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> h) { on.timers_.emplace(at, h); }
        void await_resume() const noexcept {}
    };
    struct watch {
        int fd;
        bool write;
        std::coroutine_handle<> handle;
    };

    int time_left() const;
    void resume_ready(const std::vector<int>& ready);
    void resume_due();
    void resume_posted();

    std::vector<watch> watched_;
    std::multimap<clock::time_point, std::coroutine_handle<>> timers_;
    std::mutex posted_mutex_;
    std::vector<std::coroutine_handle<>> posted_;
    bool stopped_ = false;
    int wake_[2];
};

} // namespace rt
