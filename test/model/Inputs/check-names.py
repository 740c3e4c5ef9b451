#!/usr/bin/env python3
"""Checks that the names of model rows are declared in a library's real headers.

    check-names.py --clang CLANG --rows FILE [--elsewhere FILE] HEADERS [--also FLAGS]... [-- FLAGS]

ROWS holds one name a line ('-': standard input). HEADERS is a C++ file that
includes the headers; it is parsed once with FLAGS and once more for each --also
(skipped where that does not compile: another library that is not installed).
ELSEWHERE lists names that these headers do not have, with the reason. Fails if
a name is declared nowhere, or is a glob that matches nothing.
"""

import argparse
import re
import shlex
import subprocess
import sys

INLINE_NAMESPACES = re.compile(r"\b(__\d+|__cxx11|_V2|__v\d+|__n4861|__ndk1)::")


def declared(clang, headers, flags):
    """The names that a file and all it includes declare; None if it fails."""
    command = [clang, "-fsyntax-only", "-w", "-Xclang", "-ast-list", *flags, headers]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        return None, run.stderr
    return {plain(line) for line in run.stdout.splitlines()}, ""


def without_arguments(name):
    while True:
        shorter = re.sub(r"<[^<>]*>", "", name)
        if shorter == name:
            return name
        name = shorter


def plain(name):
    """As rows spell it: no template arguments, no inline namespaces."""
    name = INLINE_NAMESPACES.sub("", name.strip())
    owner, operator, symbol = name.partition("operator")
    if operator and re.match(r"[^\w:]", symbol + " "):
        return without_arguments(owner) + operator + symbol
    return without_arguments(name)


def is_implicit(name, names):
    """A destructor or an assignment that the compiler declares when needed."""
    owner, _, member = name.rpartition("::")
    special = member.startswith("~") or member == "operator="
    return special and owner in names


def matches_something(glob, names):
    pattern = re.compile(".*".join(map(re.escape, glob.split("*"))))
    return any(pattern.fullmatch(name) for name in names)


def main():
    own, _, flags = " ".join(map(shlex.quote, sys.argv[1:])).partition(" -- ")
    parser = argparse.ArgumentParser()
    parser.add_argument("--clang", required=True)
    parser.add_argument("--rows", default="-")
    parser.add_argument("--elsewhere")
    parser.add_argument("--also", action="append", default=[])
    parser.add_argument("headers")
    options = parser.parse_args(shlex.split(own))

    names, problem = declared(options.clang, options.headers, shlex.split(flags))
    if names is None:
        sys.exit(problem)
    for more in options.also:
        found, _ = declared(options.clang, options.headers, shlex.split(flags) + shlex.split(more))
        names |= found or set()

    rows = sys.stdin if options.rows == "-" else open(options.rows)
    wanted = [line.strip() for line in rows if line.strip()]
    elsewhere = set()
    if options.elsewhere:
        with open(options.elsewhere) as text:
            elsewhere = {line.split("#")[0].strip() for line in text} - {""}

    unknown = []
    for row in wanted:
        is_glob = "*" in row and "operator" not in row
        known = matches_something(row, names) if is_glob else row in names
        if not known and not is_implicit(row, names) and row not in elsewhere:
            unknown.append(row)
    for name in sorted(elsewhere - set(wanted)):
        unknown.append(name + "  (excused, but no row has this name)")
    for name in unknown:
        print("not declared:", name)
    print(len(wanted), "names,", len(names), "declared,", len(unknown), "wrong")
    sys.exit(1 if unknown or not wanted else 0)


main()
