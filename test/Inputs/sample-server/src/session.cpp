#include "src/session.hpp"
#include "src/peers.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

using namespace std::chrono_literals;

session::session(rt::loop& on, store& data, audit_sink& audit, int fd)
    : on_(on), data_(data), audit_(audit), fd_(fd) {}

session::~session() { ::close(fd_); }

// Right: the descriptor is asked first and does not block.
rt::task<std::string> session::read_line() {
    for (;;) {
        if (auto end = pending_.find('\n'); end != std::string::npos) {
            auto line = pending_.substr(0, end);
            pending_.erase(0, end + 1);
            co_return line;
        }
        co_await on_.readable(fd_);
        char bytes[512];
        auto n = ::recv(fd_, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN)) co_return "quit";
        if (n > 0) pending_.append(bytes, static_cast<std::size_t>(n));
    }
}

rt::task<> session::write(std::string text) {
    while (!text.empty()) {
        auto n = ::send(fd_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN) co_return;
        if (n > 0) text.erase(0, static_cast<std::size_t>(n));
        if (!text.empty()) co_await on_.writable(fd_);
    }
}

rt::task<> session::retry_later() {
    std::this_thread::sleep_for(100ms);  // mistake: every client waits, not this one
    co_return;
}

// Right: only this coroutine waits.
static rt::task<> pause(rt::loop& on) { co_await on.sleep_for(100ms); }

rt::task<std::string> session::profile() {
    {
        sampling numbers;
    }  // mistake: the destructor joins a thread
    co_return "ok\n";
}

rt::task<std::string> session::answer(std::string line) {
    audit_.record(line);  // mistake: an override of it sleeps
    if (line.starts_with("put ")) {
        auto at = std::min(line.find('='), line.size());
        co_await data_.put(line.substr(4, at - 4), line.substr(std::min(at + 1, line.size())));
        co_return "ok\n";
    }
    if (line.starts_with("get ")) co_return co_await data_.get(line.substr(4)) + "\n";
    if (line.starts_with("peer ")) {
        bool found = co_await peers::known(line.substr(5));
        co_return found ? "known\n" : "unknown\n";
    }
    if (line == "backup") co_return co_await data_.backup("backup.txt") ? "ok\n" : "failed\n";
    if (line == "profile") co_return co_await profile();
    if (line == "slow") co_await pause(on_);
    if (line == "busy") co_await retry_later();
    co_return "what?\n";
}

rt::task<> session::serve() {
    for (;;) {
        auto line = co_await read_line();
        if (line == "quit") co_return;
        co_await write(co_await answer(line));
    }
}

static rt::task<> serve_one(rt::loop& on, store& data, audit_sink& audit, int fd) {
    session client(on, data, audit, fd);
    co_await client.serve();
}

rt::task<> accept_clients(rt::loop& on, store& data, audit_sink& audit, int listener) {
    for (;;) {
        co_await on.readable(listener);
        int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && errno != EAGAIN) co_return;
        if (fd >= 0) rt::spawn(serve_one(on, data, audit, fd));
    }
}
