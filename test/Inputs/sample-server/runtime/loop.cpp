#include "runtime/loop.hpp"

#include <algorithm>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace rt {

loop::loop() {
    if (::pipe2(wake_, O_NONBLOCK | O_CLOEXEC))
        throw std::system_error(errno, std::system_category(), "pipe2");
}

loop::~loop() {
    ::close(wake_[0]);
    ::close(wake_[1]);
}

void loop::post(std::coroutine_handle<> h) {
    {
        std::lock_guard guard(posted_mutex_);
        posted_.push_back(h);
    }
    char byte = 0;
    [[maybe_unused]] auto n = ::write(wake_[1], &byte, 1);
}

void loop::stop() { stopped_ = true; }

int loop::time_left() const {
    if (timers_.empty()) return -1;
    auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - clock::now());
    return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void loop::resume_ready(const std::vector<int>& ready) {
    std::vector<watch> now;
    for (int fd : ready)
        for (auto it = watched_.begin(); it != watched_.end();)
            if (it->fd == fd) {
                now.push_back(*it);
                it = watched_.erase(it);
            } else {
                ++it;
            }
    for (auto& w : now) w.handle.resume();
}

void loop::resume_due() {
    while (!timers_.empty() && timers_.begin()->first <= clock::now()) {
        auto handle = timers_.begin()->second;
        timers_.erase(timers_.begin());
        handle.resume();
    }
}

void loop::resume_posted() {
    std::vector<std::coroutine_handle<>> now;
    {
        std::lock_guard guard(posted_mutex_);
        now.swap(posted_);
    }
    for (auto handle : now) handle.resume();
}

void loop::run() {
    while (!stopped_) {
        std::vector<pollfd> fds{{wake_[0], POLLIN, 0}};
        for (auto& w : watched_) fds.push_back({w.fd, short(w.write ? POLLOUT : POLLIN), 0});
        ::poll(fds.data(), fds.size(), time_left());
        char bytes[64];
        while (::read(wake_[0], bytes, sizeof bytes) > 0) {}
        std::vector<int> ready;
        for (auto& f : fds)
            if (f.revents && f.fd != wake_[0]) ready.push_back(f.fd);
        resume_ready(ready);
        resume_due();
        resume_posted();
    }
}

} // namespace rt
