#!/usr/bin/env python3
# What the cache must do, step by step: cache.py COTIDY FOLDER
# FOLDER has a database of three units; a.cpp and b.cpp read shared.h.
import glob
import os
import re
import signal
import subprocess
import sys
import time

cotidy, folder = sys.argv[1], os.path.abspath(sys.argv[2])
cache = os.path.join(folder, "cache")
wrong = []


def command(*more):
    return [cotidy, "check", "-p", folder, "--root=" + folder, "--cache-dir=" + cache,
            "--stats", "--format=json", *more]


def run(*more):
    return subprocess.run(command(*more), capture_output=True, text=True)


def counts(result):
    found = re.search(r"(\d+) units? read, (\d+) reused", result.stderr)
    return tuple(map(int, found.groups())) if found else result.stderr


def expect(what, got, wanted):
    if got != wanted:
        wrong.append(f"{what}: {got!r}, expected {wanted!r}")


def path(name):
    return os.path.join(folder, name)


def change(name, old, new):
    with open(path(name)) as text:
        content = text.read()
    assert old in content
    with open(path(name), "w") as text:
        text.write(content.replace(old, new))


def entries():
    return sorted(glob.glob(os.path.join(cache, "*", "*.unit")))


first = run()
expect("first run", counts(first), (3, 0))
second = run()
expect("nothing changed", counts(second), (0, 3))
expect("bytes of the report", second.stdout, first.stdout)
expect("status", second.returncode, 1)

change("shared.h", "// a line", "// another line")
expect("one line of a header", counts(run()), (2, 1))
change("c.cpp", "int c;", "int c = 1;")
expect("one line of a source", counts(run()), (1, 2))
os.utime(path("c.cpp"))
expect("only the time changed", counts(run()), (0, 3))
# The same size at the same time of change: the content decides.
before = os.stat(path("c.cpp"))
change("c.cpp", "int c = 1;", "int c = 2;")
os.utime(path("c.cpp"), ns=(before.st_atime_ns, before.st_mtime_ns))
expect("same size, same time", counts(run()), (1, 2))
expect("other exclusion", counts(run("--exclude=nothing")), (3, 0))
expect("no cache", counts(run("--no-cache")), (3, 0))
expect("and nothing lost", counts(run()), (0, 3))

# A unit that fails is read again: what it lacks may have come.
change("c.cpp", "int c = 2;", '#include "late.h"')
expect("a unit that fails", (counts(run()), run().returncode), ((1, 2), 2))
with open(path("late.h"), "w") as late:
    late.write("int late;\n")
expect("what it lacked has come", (counts(run()), run().returncode), ((1, 2), 1))

# Damage of any kind is found, told, and mended.
report = run().stdout
for kind in ("cut", "empty", "flipped", "foreign"):
    victim = [e for e in entries() if b"late.h" in open(e, "rb").read()][0]
    data = bytearray(open(victim, "rb").read())
    if kind == "cut":
        data = data[: len(data) // 2]
    elif kind == "empty":
        data = b""
    elif kind == "flipped":
        data[len(data) * 2 // 3] ^= 4
    else:
        data = b"something else entirely\n"
    with open(victim, "wb") as out:
        out.write(data)
    result = run()
    expect(f"{kind} entry", counts(result), (1, 2))
    expect(f"{kind} entry, told", "was damaged; it was dropped" in result.stderr, True)
    expect(f"{kind} entry, report", result.stdout, report)
    expect(f"{kind} entry, mended", counts(run()), (0, 3))

# Runs at the same time share the folder, from nothing on.
for entry in entries():
    os.remove(entry)
together = [subprocess.Popen(command("-j1"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
for one in together:
    out, err = one.communicate()
    expect("runs together", (out, "damaged" in err), (report, False))
expect("after runs together", counts(run()), (0, 3))

# A kill at any moment leaves whole entries only.
for delay in (0.02, 0.05, 0.1, 0.2, 0.4, 0.8):
    for entry in entries():
        os.remove(entry)
    victim = subprocess.Popen(command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    result = run()
    expect(f"after a kill at {delay} s", (result.stdout, "damaged" in result.stderr), (report, False))
expect("after the kills", counts(run()), (0, 3))

# Room for all but one: the one used longest ago goes, and no more.
sizes = [os.path.getsize(e) for e in entries()]
room = sum(sizes) - min(sizes) // 2
change("c.cpp", "#include", "/**/ #include")
expect("with less room", counts(run(f"--cache-size={room}")), (1, 2))
expect("one is gone", counts(run()), (1, 2))
expect("and back", counts(run()), (0, 3))

# A folder that cannot be written costs time, not the run.
with open(path("file"), "w"):
    pass
hindered = subprocess.run([cotidy, "check", "-p", folder, "--root=" + folder, "--cache-dir=" + path("file/cache")],
                          capture_output=True, text=True)
expect("no folder, status", hindered.returncode, 1)
expect("no folder, told", "cannot be made" in hindered.stderr, True)

print("\n".join(wrong))
sys.exit(1 if wrong else 0)
