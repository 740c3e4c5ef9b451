#!/usr/bin/env python3
# pages.py - runs cotidy over the programs of docs/patterns.
#
#   pages.py FOLDER RUNTIME cotidy [OPTION...]
#
# Writes each page's wrong and right program to FOLDER, with a compilation
# database in which each is a program of its own, and has cotidy check them
# all. RUNTIME is a build folder of runtime/, of which only the database is read:
# for where the headers are. A right program must have no finding. A wrong one must have a finding of
# each check that its page names (of those that cotidy has), and none if the
# page says that no check finds it. Prints what is not so; exit status 1 if anything.
import argparse
import json
import os
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PAGES = os.path.join(ROOT, "docs", "patterns")
NONE = "No check of cotidy finds this yet."


def block(text, fence):
    found = re.search(rf"^```cpp {fence}\n(.*?)^```$", text, re.S | re.M)
    return found and found.group(1)


def read_pages():
    """Name, checks that the page says find its wrong code, wrong code, right code."""
    for file in sorted(os.listdir(PAGES)):
        if not re.match(r"\d\d-.*\.md$", file):
            continue
        with open(os.path.join(PAGES, file), encoding="utf-8") as page:
            text = page.read()
        line = next((l for l in text.splitlines() if l.startswith("Found by:")), "")
        named = re.findall(r"`(cotidy-[a-z-]+)`", line)
        if block(text, "bad") and not named and NONE not in text:
            sys.exit(f"{file}: says neither which check finds the wrong code nor that none does")
        yield file[:-3], named, block(text, "bad"), block(text, "good")


def header_folders(build):
    """The -I and -isystem of all the runtime's units, in the order of their first use."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as database:
        commands = [shlex.split(unit["command"]) for unit in json.load(database)]
    flags = {}
    for command in commands:
        for word, following in zip(command, command[1:]):
            if word == "-isystem":
                flags[f"-isystem{following}"] = True
            elif word.startswith("-I") and len(word) > 2:
                flags[word] = True
    return list(flags)


def without_libpq(code, flags):
    """True for a program that wants PostgreSQL's header, which only some machines have."""
    folders = ["/usr/include"] + [re.sub("^-(I|isystem)", "", flag) for flag in flags]
    return "<libpq-fe.h>" in code and not any(os.path.exists(f"{f}/libpq-fe.h") for f in folders)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("runtime")
    parser.add_argument("cotidy", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    cotidy = options.cotidy
    flags = ["-std=c++20", "-w", *header_folders(options.runtime)]
    pages = [page for page in read_pages() if not without_libpq(page[2] or "", flags)]

    os.makedirs(options.folder, exist_ok=True)
    database = []
    for name, _, bad, good in pages:
        for kind, code in (("bad", bad), ("good", good)):
            if not code:
                continue
            path = os.path.join(options.folder, f"{name}.{kind}.cpp")
            with open(path, "w", encoding="utf-8") as out:
                out.write(code)
            object_file = f"CMakeFiles/{name}-{kind}.dir/{name}.{kind}.cpp.o"
            database.append({"directory": options.folder, "file": path, "output": object_file,
                             "arguments": ["c++", *flags, "-o", object_file, "-c", path]})
    with open(os.path.join(options.folder, "compile_commands.json"), "w", encoding="utf-8") as out:
        json.dump(database, out, indent=1)

    known = set(subprocess.run([cotidy[0], "list-checks"], check=True, text=True,
                               stdout=subprocess.PIPE).stdout.split())
    report = os.path.join(options.folder, "report.json")
    done = subprocess.run([cotidy[0], "check", *cotidy[1:], "-p", options.folder, f"--root={options.folder}",
                           "--exclude=no-such-folder", "--format=json", f"--output={report}"])
    if done.returncode not in (0, 1):
        return done.returncode
    with open(report, encoding="utf-8") as text:
        findings = json.load(text)["findings"]

    wrong = 0

    def complain(what):
        nonlocal wrong
        wrong += 1
        print(what)

    found = {}
    for f in findings:
        name, kind, _ = f["file"].rsplit(".", 2)
        found.setdefault((name, kind), []).append(f)
    for name, named, _, _ in pages:
        for f in found.get((name, "good"), []):
            complain(f"{name}: the right program: {f['line']}: {f['message']} [{f['check']}]")
        got = {f["check"] for f in found.get((name, "bad"), [])}
        for check in sorted(set(named) & known - got):
            complain(f"{name}: {check} does not find the wrong program")
        if not named:
            for check in sorted(got):
                complain(f"{name}: says that no check finds it, and {check} does")
    print(f"{len(pages)} pages, {sum(len(f) for f in found.values())} findings, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
