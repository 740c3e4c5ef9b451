#!/usr/bin/env python3
# Holds a JSON report to its documentation: check-json.py REPORT.json PAGE.md
# Every member of the report must be named on the page in backquotes.
import json
import sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
page = open(sys.argv[2], encoding="utf-8").read()
wrong = []


def kinds(name, value, wanted):
    got = {key: type(item) for key, item in value.items()}
    if got != wanted:
        wrong.append(f"{name}: {got}, expected {wanted}")
    for key in value:
        if f"`{key}`" not in page:
            wrong.append(f"{name}: '{key}' is not on the page")


kinds("report", report, {"format": int, "tool": str, "version": str, "root": str, "findings": list, "summary": dict})
kinds("summary", report["summary"], {
    "findings": int, "hidden": int, "hiddenBelow": str, "suppressed": int, "analysed": int, "failed": int,
    "world": str, "failures": list})
for finding in report["findings"]:
    kinds("finding", finding, {
        "check": str, "file": str, "line": int, "column": int, "message": str, "confidence": str, "assumes": list,
        "function": str, "leaf": str, "category": str, "group": int, "fingerprint": str, "witness": list,
        "cure": str, "fixes": list})
    for step in finding["witness"]:
        kinds("step", step, {"file": str, "line": int, "column": int, "text": str})
if report["format"] != 1:
    wrong.append("another format: tell so on the page")
if len(report["findings"]) != 3 or len(report["findings"]) != report["summary"]["findings"]:
    wrong.append("three findings were expected")
places = [(f["file"], f["line"]) for f in report["findings"]]
if places != [("deep.cpp", 13), ("deep.cpp", 14), ("deep.cpp", 16)]:
    wrong.append(f"findings at {places}")
first, second, third = report["findings"]
if len(first["witness"]) < 10:
    wrong.append("the whole path is in the report")
if not (first["group"] == second["group"] != third["group"]):
    wrong.append("the first two make a group")
if len({f["fingerprint"] for f in report["findings"]} - {""}) != 3:
    wrong.append("fingerprints tell findings apart")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
