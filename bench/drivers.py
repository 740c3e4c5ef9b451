#!/usr/bin/env python3
# drivers.py - what cotidy adds to clang-tidy and to clangd.
#
#   bench/drivers.py [--build BUILD] [--runs N] [FILE -- FLAGS]
#
# Measures processor time (user and system; other work on the machine hardly
# changes it), one tool and the other in turn, and prints medians and ratios as a
# table. Without a FILE it makes one of 2,000 lines of coroutines. It judges no
# result: docs/performance.md says what is aimed at.
import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "test", "Inputs", "verdict"))
import lsp

HEAD = """#include <chrono>
#include <coroutine>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>
struct task {
  struct promise_type {
    task get_return_object() { return {}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() {}
};
void wait_a_little() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }
"""
BODY = """
struct session_{n} {{
  std::map<std::string, std::vector<int>> counts;
  std::shared_ptr<session_{n}> next;
  std::mutex guard;
  int total = 0;
  void add(const std::string &key, int value) {{
    std::lock_guard lock(guard);
    counts[key].push_back(value);
    total += value;
  }}
  task answer(std::string key);
}};
task read_{n}(session_{n} &s, int times) {{
  for (int i = 0; i < times; ++i) {{
    co_await s.answer("key" + std::to_string(i));
    auto later = [&s, i] {{ s.add("later", i); }};
    later();
    if (s.total > 100)
      co_return;
  }}
}}
task session_{n}::answer(std::string key) {{
  add(key, 1);
  if (auto other = next)
    co_await other->answer(key);
  if (key.size() > 40)
    wait_a_little();
}}
"""


def long_file(folder):
    path = os.path.join(folder, "long.cpp")
    text, n = HEAD, 0
    while text.count("\n") < 2000:
        text += BODY.format(n=n)
        n += 1
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


def seconds_of(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def time_of_process(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def in_editor(clangd, path, text, edits):
    """Processor seconds to the diagnostics: of opening, and of each edit."""
    session = lsp.Session([clangd, "--background-index=0", "--log=error", "--pch-storage=memory"],
                          os.path.dirname(path))
    pid = session.server.pid
    start = time_of_process(pid)
    session.open(path, text)
    session.diagnostics(path)
    opened = time_of_process(pid) - start
    spent = []
    for version in range(2, 2 + edits):
        start = time_of_process(pid)
        session.change(path, text + f"int edit_{version};\n", version)
        session.diagnostics(path, version)
        spent.append(time_of_process(pid) - start)
    session.end()
    return opened, statistics.median(spent)


def row(what, ours, plain):
    a, b = statistics.median(ours), statistics.median(plain)
    print(f"| {what} | {b:.2f} s | {a:.2f} s | {a / b:.2f} |", flush=True)


def main():
    words = sys.argv[1:]
    flags = words[words.index("--") + 1:] if "--" in words else ["-std=c++20"]
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("file", nargs="?")
    o = parser.parse_args(words[:words.index("--")] if "--" in words else words)
    o.build = os.path.abspath(o.build)
    plugin = os.path.join(o.build, "lib", "cotidy-tidy.so")
    ours_clangd = os.path.join(o.build, "bin", "cotidy-clangd")
    with tempfile.TemporaryDirectory() as folder:
        empty = os.path.join(folder, "empty.cpp")
        open(empty, "w", encoding="utf-8").close()
        path = os.path.abspath(o.file) if o.file else long_file(folder)
        print(f"{os.path.basename(path)}, medians of {o.runs}\n")
        print("| | without | with cotidy | ratio |\n|---|---|---|---|")
        for what, file in (("clang-tidy, an empty file", empty), ("clang-tidy", path)):
            times = {"ours": [], "plain": []}
            for _ in range(o.runs):
                times["plain"].append(seconds_of(
                    ["clang-tidy-22", "-checks=-*,misc-coroutine-hostile-raii", file, "--", *flags]))
                times["ours"].append(seconds_of(
                    ["clang-tidy-22", "-load", plugin, "-checks=-*,cotidy-*", file, "--", *flags]))
            row(what, times["ours"], times["plain"])
        with open(path, encoding="utf-8") as source:
            text = source.read()
        opened, edited = {}, {}
        if not o.file:
            with open(os.path.join(folder, "compile_flags.txt"), "w", encoding="utf-8") as out:
                out.write("\n".join(flags) + "\n")
        for _ in range(o.runs):
            for clangd in ("clangd-22", ours_clangd):
                a, b = in_editor(clangd, path, text, 5)
                opened.setdefault(clangd, []).append(a)
                edited.setdefault(clangd, []).append(b)
        row("clangd, opening", opened[ours_clangd], opened["clangd-22"])
        row("clangd, after an edit", edited[ours_clangd], edited["clangd-22"])


if __name__ == "__main__":
    main()
