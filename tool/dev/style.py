#!/usr/bin/env python3
# style.py - the parts of the house style that a script can see.
#
#   tool/dev/style.py [ROOT]
#
# Every source file opens with a comment that says what it is (or with the header
# that it implements), stays within a length that can be read at a sitting, and
# holds no note to come back later and no path of one machine. Prints each breach as file:line and
# exits with 1 if there is any. Format and naming are left to the reader.
import os
import re
import sys

LONGEST = 420  # lines: "about 400"
FOLDERS = ("checks", "tool", "test", "runtime", "bench", ".ci")
COMMENT = {".h": "//", ".cpp": "//", ".def": "//", ".hpp": "//", ".fbs": "//",
           ".py": "#", ".cmake": "#"}
# Folders of test input: what stands there is written for a test's sake.
INPUTS = {"Inputs", "checks", "build", "__pycache__", "node_modules"}
LATER = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "FILL" + "-IN")) + r")\b")
MACHINE = re.compile("/(" + "|".join(("work", "root", "home/[a-z]+")) + r")/\w")


def sources(root):
    for folder in FOLDERS:
        for path, folders, names in os.walk(os.path.join(root, folder)):
            in_tests = os.path.relpath(path, root).split(os.sep)[0] == "test"
            folders[:] = sorted(f for f in folders if not (in_tests and f in INPUTS)
                                and f not in ("build", "__pycache__"))
            for name in sorted(names):
                yield os.path.join(path, name)


def head_length(lines, sign):
    """How many lines of comment open the file, with something to say in them."""
    length = 0
    for line in lines:
        if not line.startswith(sign):
            break
        length += any(c.isalpha() for c in line.replace("C++", ""))
    return length


def rests_on_header(path, lines):
    """Whether it opens with the header that it implements, which says it all."""
    stem, kind = os.path.splitext(os.path.basename(path))
    return kind == ".cpp" and lines[0].endswith(f'{stem}.h"') and lines[0].startswith("#include")


def lines_of(path):
    with open(path, encoding="utf-8", errors="replace") as text:
        return text.read().split("\n")


def marks(path):
    for number, line in enumerate(lines_of(path), 1):
        if found := LATER.search(line):
            yield number, f"'{found.group()}': finish it, or say what is so"
        if found := MACHINE.search(line):
            yield number, f"'{found.group()}...': a path of one machine"


def breaches(path):
    yield from marks(path)
    lines = lines_of(path)
    sign = COMMENT.get(os.path.splitext(path)[1])
    if not sign or os.path.basename(path) == "__init__.py":
        return
    head = head_length([l for l in lines if not l.startswith("#!")], sign)
    wanted = 1 if path.endswith(".cmake") else 2
    if head < wanted and not rests_on_header(path, lines):
        yield 1, f"no comment of at least {wanted} lines that says what the file is"
    if len(lines) - 1 > LONGEST:
        yield LONGEST + 1, f"{len(lines) - 1} lines: more than {LONGEST}, split it by notion"


def unfinished(root):
    """Pages and tests of checks are read for marks only."""
    for folder in (os.path.join("docs", "checks"), os.path.join("test", "checks")):
        path = os.path.join(root, folder)
        for name in sorted(os.listdir(path)) if os.path.isdir(path) else ():
            if os.path.isfile(file := os.path.join(path, name)):
                yield file


def main():
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.normpath(default)
    count = 0
    for path, find in [*((p, breaches) for p in sources(root)),
                       *((p, marks) for p in unfinished(root))]:
        for number, why in find(path):
            print(f"{os.path.relpath(path, root)}:{number}: {why}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
