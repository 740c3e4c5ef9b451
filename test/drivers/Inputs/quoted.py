#!/usr/bin/env python3
# Holds a page to what it quotes: quoted.py PAGE COMMAND OUTPUT. In the block of
# the page that begins with "$ COMMAND" every line must be in the output, in this
# order; "..." stands for any lines.
import sys

page, command, output = sys.argv[1:]
lines = open(page, encoding="utf-8").read().split("$ " + command + "\n")[1].split("```")[0].splitlines()
text = open(output, encoding="utf-8").read()
# What a stream to a file may have put first.
rest = text.splitlines()
for line in lines:
    if line == "...":
        continue
    if line not in rest:
        sys.exit(f"{page}: not in the output, or not here: {line}")
    if not line.startswith("cotidy: "):
        rest = rest[rest.index(line) + 1:]
