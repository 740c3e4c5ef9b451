#!/usr/bin/env python3
"""Compares findings with what the source expects of each line.

    expect-findings.py SOURCE < FINDINGS.json

A line that ends in '// finds: CATEGORY...' has one finding of each category
named; every other line has none. Fails unless that is exactly so.
"""

import collections
import json
import re
import sys

wanted = {}
with open(sys.argv[1]) as source:
    lines = source.read().splitlines()
for number, line in enumerate(lines, 1):
    marker = re.search(r"// finds: ([a-z -]+)$", line)
    if marker:
        wanted[number] = collections.Counter(marker.group(1).split())

found = collections.defaultdict(collections.Counter)
for finding in json.load(sys.stdin)["findings"]:
    found[finding["line"]][finding["category"]] += 1

wrong = 0
for number in sorted(wanted.keys() | found.keys()):
    want, have = wanted.get(number, collections.Counter()), found[number]
    if want != have:
        wrong += 1
        print(f"line {number}: wanted {sorted(want.elements())}, found {sorted(have.elements())}")
        print("   ", lines[number - 1].strip())
print(len(wanted), "lines with findings,", wrong, "wrong")
sys.exit(1 if wrong or not wanted else 0)
