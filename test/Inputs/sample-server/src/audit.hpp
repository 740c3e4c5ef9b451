// Who did what: sinks of different kinds behind one interface.
#pragma once

#include <memory>
#include <string>
#include <thread>

class audit_sink {
public:
    virtual ~audit_sink() = default;
    virtual void record(const std::string& what) = 0;
};

std::unique_ptr<audit_sink> make_remote_sink();

// Collects numbers in the background for as long as it lives.
class sampling {
public:
    sampling();
    ~sampling();

private:
    std::thread worker_;
};
