#!/usr/bin/env python3
"""Holds docs/models.md to what the reader of model files knows.

    check-docs.py SOURCE-ROOT MODEL-ROWS SCRATCH

Every key, category and built-in file is named on the page, the page's table
names no file that is not there, and every block of YAML on it is a model file.
"""

import os
import re
import subprocess
import sys

root, model_rows, scratch = sys.argv[1:]
with open(os.path.join(root, "docs", "models.md")) as text:
    page = text.read()
with open(os.path.join(root, "checks", "model", "ModelFile.cpp")) as text:
    reader = text.read()

faults = []


def wants(kind, names):
    names = set(names)
    if not names:
        faults.append(f"the script found no {kind} to look for")
    faults.extend(f"{kind} '{name}' is not on the page" for name in sorted(names) if f"`{name}`" not in page)


wants("key", re.findall(r'\{"([a-z-]+)",\s*\[\]\(RowReader', reader))
categories = re.search(r"Categories\[\] = \{(.*?)\};", reader, re.S)
wants("category", re.findall(r'"([a-z-]+)"', categories.group(1)))
files = subprocess.run([model_rows, "--list"], capture_output=True, text=True, check=True).stdout.split()
wants("file", files)
for name in re.findall(r"^\| `(\w+\.yaml)` \|", page, re.M):
    if name not in files:
        faults.append(f"the page names '{name}', which is not built in")

blocks = re.findall(r"^```yaml\n(.*?)^```", page, re.M | re.S)
for number, block in enumerate(blocks, 1):
    path = os.path.join(scratch, f"block{number}.yaml")
    with open(path, "w") as text:
        text.write(block)
    run = subprocess.run([model_rows, path], capture_output=True, text=True)
    if run.returncode:
        faults.append(f"block {number} of YAML is no model file: {run.stderr.strip()}")

for fault in faults:
    print(fault)
print(len(files), "files,", len(blocks), "blocks,", len(faults), "faults")
sys.exit(1 if faults or not blocks else 0)
