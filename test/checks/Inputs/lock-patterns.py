#!/usr/bin/env python3
# lock-patterns.py - the patterns that a lock validator must get right, as C++.
#
#   lock-patterns.py KIND                     exclusive, shared or recursive-read
#   lock-patterns.py --check SOURCE FINDINGS  whether each was judged as it should be
#
# Writes one source on standard output: each pattern in a namespace of its own,
# each sequence of it a function that some thread runs. Behind each pattern stands
# "// EXPECT: report" or "// EXPECT: silent". A sequence is a list of steps: R, W
# or L and the lock. Patterns of reads only have a writer elsewhere.
import itertools
import re
import sys

CYCLES = {  # every step exclusive, or every step a read
    "ABBA": ["AB", "BA"],
    "ABBCCA": ["AB", "BC", "CA"],
    "ABCABC": ["AB", "CA", "BC"],
    "ABBCCDDA": ["AB", "BC", "CD", "DA"],
    "ABCDBDDA": ["AB", "CD", "BD", "DA"],
    "ABCDBCDA": ["AB", "CD", "BC", "DA"],
}
MIXED = [  # name, sequences, report for a shared lock, for one with recursive reads
    ("ABBA1", ["RA LB", "LB WA"], True, True),
    ("ABBA2", ["RA LB", "LB RA"], True, False),
    ("ABBA3", ["WA LB", "LB WA"], True, True),
    ("CachedEdge", ["RA LB", "LB RA", "LB WA"], True, True),
]
PERMUTED = [
    ("W1R2W2R3W3R1", ["WA RB", "WB RC", "WC RA"], True, True),
    ("W1W2R2R3W3R1", ["WA WB", "RB RC", "WC RA"], True, True),
    ("W1W2R2R3R3W1", ["WA WB", "RB RC", "RC WA"], True, False),
    ("W1R2R2R3W3W1", ["WA RB", "RB RC", "WC WA"], True, False),
]
SILENT = [  # name, sequences, one function each; written out
    ("OuterLock", ["LO LA LB", "LO LB LA"]),
    ("TrySecond", ["LA TB", "LB LA"]),
    ("Released", ["LA uA LB", "LB uB LA"]),
]


def statement(step, number):
    how, lock = step[0], step[1]
    place = lock.lower() + ".m"
    if how == "u":
        return f"g{lock}.unlock();"
    guard = {"R": "std::shared_lock", "T": "std::unique_lock"}.get(how, "std::unique_lock")
    tag = ", std::try_to_lock" if how == "T" else ""
    return f"{guard} g{lock}({place}{tag});"


def pattern(name, sequences, rw_type, report):
    steps = [s for seq in sequences for s in seq.split()]
    locks = sorted({s[1] for s in steps})
    readers = {s[1] for s in steps if s[0] in "RW"}
    out = [f"namespace {name} {{"]
    for lock in locks:
        out.append(f"struct {lock} {{ {rw_type if lock in readers else 'std::mutex'} m; int n = 0; }};")
    params = ", ".join(f"{lock} &{lock.lower()}" for lock in locks)
    for number, sequence in enumerate(sequences):
        body = " ".join(statement(s, i) for i, s in enumerate(sequence.split()))
        out.append(f"void thread{number}({params}) {{ {body} }}")
    if readers and not any(s[0] == "W" for s in steps):
        for lock in sorted(readers):
            out.append(f"void writer{lock}({lock} &{lock.lower()}) {{ std::unique_lock g({lock.lower()}.m); }}")
    out.append(f"}} // EXPECT: {name} {'report' if report else 'silent'}")
    return "\n".join(out)


def one_class(name, sequences, lock_type, report, writer):
    out = [f"namespace {name} {{", f"struct X {{ {lock_type} m; int n = 0; }};"]
    for number, (params, body) in enumerate(sequences):
        out.append(f"void thread{number}({params}) {{ {body} }}")
    if writer:
        out.append("void writer(X &x) { std::unique_lock g(x.m); }")
    out.append(f"}} // EXPECT: {name} {'report' if report else 'silent'}")
    return "\n".join(out)


def patterns(kind):
    rw = {"exclusive": "std::mutex", "shared": "std::shared_mutex", "recursive-read": "rr::lock_type"}[kind]
    two = "X &x, X &y"
    first, second = "std::{0}_lock a(x.m);", "std::{0}_lock b(y.m);"

    def both(one, other):
        return first.format(one) + " " + second.format(other)

    if kind == "exclusive":
        yield one_class("AA", [(two, both("unique", "unique"))], rw, True, False)
        for name, seqs in CYCLES.items():
            steps = [" ".join("L" + c for c in s) for s in seqs]
            for number, order in enumerate(itertools.permutations(steps)):
                yield pattern(f"{name}{number}", list(order), rw, True)
        for name, seqs in SILENT:
            yield pattern(name, seqs, rw, False)
        return
    shared = kind == "shared"
    yield one_class("AA", [(two, both("shared", "shared"))], rw, shared, True)
    yield one_class("ReadRead", [("X &x", "std::shared_lock a(x.m); std::shared_lock b(x.m);")], rw, shared, True)
    yield one_class("ReadWriteWriteRead", [(two, both("shared", "unique")),
                                           ("X &y, X &x", "std::unique_lock a(y.m); std::shared_lock b(x.m);")],
                    rw, True, False)
    for name, seqs in CYCLES.items():
        yield pattern(name + "Reads", [" ".join("R" + c for c in s) for s in seqs], rw, shared)
        yield pattern(name + "Writes", [" ".join("W" + c for c in s) for s in seqs], rw, True)
    for name, seqs, if_shared, if_recursive in MIXED + PERMUTED:
        for number, order in enumerate(itertools.permutations(seqs)):
            yield pattern(f"{name}x{number}", list(order), rw, if_shared if shared else if_recursive)
    for name, seqs in SILENT:
        changed = [s.replace("LA", "WA").replace("LB", "WB") for s in seqs]
        yield pattern(name, changed, rw, False)


HEAD = """#include <mutex>
#include <shared_mutex>
namespace rr { // whose readers never wait for a queued writer, as a model says
class lock_type {
public:
  void lock();
  bool try_lock();
  void unlock();
  void lock_shared();
  bool try_lock_shared();
  void unlock_shared();
};
} // namespace rr
"""


def wrong(source, output):
    """What was said of each pattern, and what was expected, where they differ."""
    told = {int(line) for line in re.findall(r":(\d+):\d+: warning: ", output)}
    begin = 0
    for number, line in enumerate(source.splitlines(), 1):
        if line.startswith("namespace "):
            begin = number
        expected = re.search(r"// EXPECT: (\w+) (\w+)", line)
        if not expected:
            continue
        found = "report" if any(begin <= t <= number for t in told) else "silent"
        if found != expected.group(2):
            yield f"{expected.group(1)}: {found}, and should be {expected.group(2)}"


def main():
    if sys.argv[1] != "--check":
        print(HEAD)
        for text in patterns(sys.argv[1]):
            print(text)
        return 0
    with open(sys.argv[2], encoding="utf-8") as source, open(sys.argv[3], encoding="utf-8") as output:
        text = source.read()
        faults = list(wrong(text, output.read()))
    print("\n".join(faults) or f"{text.count('// EXPECT:')} patterns as they should be")
    return 1 if faults else 0


sys.exit(main())
