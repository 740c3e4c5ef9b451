// One client: reads commands, one a line, and answers.
#pragma once

#include "runtime/loop.hpp"
#include "runtime/task.hpp"
#include "src/audit.hpp"
#include "src/store.hpp"

class session {
public:
    session(rt::loop& on, store& data, audit_sink& audit, int fd);
    ~session();
    rt::task<> serve();

private:
    rt::task<std::string> read_line();
    rt::task<> write(std::string text);
    rt::task<std::string> answer(std::string line);
    rt::task<> retry_later();
    rt::task<std::string> profile();

    rt::loop& on_;
    store& data_;
    audit_sink& audit_;
    int fd_;
    std::string pending_;
};

rt::task<> accept_clients(rt::loop& on, store& data, audit_sink& audit, int listener);
