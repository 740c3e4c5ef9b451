// Keeps values, in memory and in a journal on disk.
#pragma once

#include "runtime/pool.hpp"
#include "runtime/task.hpp"

#include <map>
#include <string>

class journal {
public:
    explicit journal(const std::string& path);
    ~journal();
    void append(const std::string& line);

private:
    void write_all(const std::string& bytes);
    void settle();
    int fd_;
};

class store {
public:
    store(rt::loop& home, rt::blocking_pool& pool, const std::string& path);

    rt::task<std::string> get(std::string key);
    rt::task<> put(std::string key, std::string value);
    rt::task<bool> backup(std::string path);

private:
    rt::loop& home_;
    rt::blocking_pool& pool_;
    journal journal_;
    std::map<std::string, std::string> values_;
};
