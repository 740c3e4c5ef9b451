#!/usr/bin/env python3
# expected-checks.py - whether each namespace of a source got the findings it asks for.
#
#   expected-checks.py SOURCE FINDINGS
#
# "namespace n // EXPECT part: why" wants findings of checks whose name holds the
# part, and of no others; "silent" wants none. Prints what differs and how many
# programs there are; exits with 1 if any differs.
import re
import sys

with open(sys.argv[1], encoding="utf-8") as stream:
    lines = stream.read().splitlines()
with open(sys.argv[2], encoding="utf-8") as stream:
    found = [(int(line), check) for line, check in
             re.findall(r":(\d+):\d+: warning: .*\[(cotidy-[\w-]+)\]", stream.read())]
starts = [number for number, line in enumerate(lines, 1) if line.startswith("namespace ") and "// EXPECT " in line]
wrong = 0
for number, end in zip(starts, starts[1:] + [len(lines) + 1]):
    name, want, why = re.match(r"namespace (\w+) \{ // EXPECT ([\w-]+): (.*)", lines[number - 1]).groups()
    got = sorted({check for line, check in found if number <= line < end})
    right = not got if want == "silent" else bool(got) and all(want in check for check in got)
    if not right:
        wrong += 1
        print(f"{name} ({why}): wanted {want}, got {', '.join(got) or 'nothing'}")
print(f"{len(starts)} programs, {wrong} wrong")
sys.exit(1 if wrong else 0)
