#!/usr/bin/env python3
# run-hook.py - runs a hook as pre-commit does.
#
#   run-hook.py HOOKS-YAML BIN-FOLDER ARGUMENT... : the entry, with arguments and files
#
# The entry is one command with its first arguments; the program is looked for in
# BIN-FOLDER first, as in the path of a user who has installed it.
import os
import re
import shlex
import sys

with open(sys.argv[1], encoding="utf-8") as text:
    entry = re.search(r"^\s*entry: (.*)$", text.read(), re.MULTILINE).group(1)
os.environ["PATH"] = sys.argv[2] + os.pathsep + os.environ["PATH"]
words = shlex.split(entry) + sys.argv[3:]
sys.stdout.flush()
os.execvp(words[0], words)
