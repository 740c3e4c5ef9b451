#include "src/audit.hpp"

#include <chrono>

namespace {

// Gives a remote collector time between two records.
class remote_sink final : public audit_sink {
public:
    void record(const std::string& what) override {
        last_ = what;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }

private:
    std::string last_;
};

} // namespace

std::unique_ptr<audit_sink> make_remote_sink() { return std::make_unique<remote_sink>(); }

// Right: this thread may sleep, nothing else runs on it.
sampling::sampling()
    : worker_([] { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }) {}

sampling::~sampling() { worker_.join(); }
