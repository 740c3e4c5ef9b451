#!/usr/bin/env python3
# Compares findings with the mistakes that a source tree says it has: a line with
# a comment that begins "mistake:" must have a finding, and every finding must
# stand on such a line. FINDINGS.json is what --format=json wrote.
import json
import os
import sys


def planted(folder):
    """{(file, line): text} of the comments, files relative to the folder."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            path = os.path.join(place, name)
            if not name.endswith((".cpp", ".hpp", ".h")):
                continue
            with open(path, encoding="utf-8") as source:
                for number, line in enumerate(source, 1):
                    _, mark, text = line.partition("// mistake:")
                    if mark:
                        found[os.path.relpath(path, folder), number] = text.strip()
    return found


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: compare-findings.py FINDINGS.json FOLDER")
    with open(sys.argv[1], encoding="utf-8") as text:
        report = json.load(text)
    wanted = planted(sys.argv[2])
    got = {(f["file"], f["line"]): f["message"] for f in report["findings"]}
    for (name, line), text in sorted(wanted.items()):
        if (name, line) not in got:
            print(f"missed: {name}:{line}: {text}")
    for (name, line), text in sorted(got.items()):
        if (name, line) not in wanted:
            print(f"not planted: {name}:{line}: {text}")
    both = len(wanted.keys() & got.keys())
    print(f"{both} of {len(wanted)} planted mistakes found, {len(got.keys() - wanted.keys())} other findings")
    return 0 if wanted and wanted.keys() == got.keys() else 1


if __name__ == "__main__":
    sys.exit(main())
