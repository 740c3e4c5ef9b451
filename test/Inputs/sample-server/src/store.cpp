#include "src/store.hpp"

#include <fcntl.h>
#include <fstream>
#include <unistd.h>

journal::journal(const std::string& path)
    : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {}

journal::~journal() { ::close(fd_); }

void journal::append(const std::string& line) {
    write_all(line + "\n");
    settle();
}

void journal::write_all(const std::string& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        auto n = ::write(fd_, bytes.data() + done, bytes.size() - done);
        if (n <= 0) return;
        done += static_cast<std::size_t>(n);
    }
}

// The file system batches what comes within a moment.
void journal::settle() {
    ::usleep(500);
    ::fsync(fd_);
}

store::store(rt::loop& home, rt::blocking_pool& pool, const std::string& path)
    : home_(home), pool_(pool), journal_(path) {}

rt::task<std::string> store::get(std::string key) {
    auto it = values_.find(key);
    co_return it == values_.end() ? std::string() : it->second;
}

rt::task<> store::put(std::string key, std::string value) {
    auto& slot = values_[key];
    slot = std::move(value);
    journal_.append(key + "=" + slot);  // mistake: the loop sleeps and syncs, two calls down
    co_return;
}

// Right: the file is written where blocking is allowed.
rt::task<bool> store::backup(std::string path) {
    auto save = [path, copy = values_] {
        std::ofstream out(path);
        for (auto& [key, value] : copy) out << key << '=' << value << '\n';
        return out.good();
    };
    bool saved = co_await rt::offload(pool_, home_, std::move(save));
    co_return saved;
}
