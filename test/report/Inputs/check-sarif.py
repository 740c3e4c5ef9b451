#!/usr/bin/env python3
# Holds a SARIF log to what viewers use of it: check-sarif.py LOG ROOT
import json
import os
import sys
import urllib.parse

log = json.load(open(sys.argv[1], encoding="utf-8"))
root = os.path.realpath(sys.argv[2])
wrong = []


def expect(what, got, wanted):
    if got != wanted:
        wrong.append(f"{what}: {got!r}, expected {wanted!r}")


expect("version", log["version"], "2.1.0")
expect("schema", log["$schema"].endswith("sarif-schema-2.1.0.json"), True)
expect("runs", len(log["runs"]), 1)
run = log["runs"][0]
expect("tool", run["tool"]["driver"]["name"], "cotidy")
rules = run["tool"]["driver"]["rules"]
expect("rules are described", all(r["id"].startswith("cotidy-") and r["shortDescription"]["text"] for r in rules), True)
base = urllib.parse.urlparse(run["originalUriBaseIds"]["ROOT"]["uri"])
expect("root", (base.scheme, urllib.parse.unquote(base.path)), ("file", root + "/"))


def physical(location):
    place = location["physicalLocation"]
    expect("relative to the root", place["artifactLocation"]["uriBaseId"], "ROOT")
    name = urllib.parse.unquote(place["artifactLocation"]["uri"])
    expect(f"{name} is there", os.path.exists(os.path.join(root, name)), True)
    return name, place.get("region")


results = run["results"]
expect("results", len(results), 3)
for result in results:
    expect("rule", rules[result["ruleIndex"]]["id"], result["ruleId"])
    expect("level", result["level"] in ("error", "warning", "note"), True)
    expect("message", bool(result["message"]["text"]), True)
    name, region = physical(result["locations"][0])
    expect("place", region["startLine"] > 0 and region["startColumn"] > 0, True)
    expect("function", result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].startswith("bad_"), True)
    expect("fingerprint", bool(result["partialFingerprints"]["cotidyFingerprint/v1"]), True)
for result in results[:2]:
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    expect("steps have a place and a text",
           all(physical(s["location"])[1] and s["location"]["message"]["text"] for s in steps), True)
lines = open(os.path.join(root, "deep.cpp"), encoding="utf-8").read().splitlines()
for result in results:
    _, region = physical(result["locations"][0])
    at = lines[region["startLine"] - 1][region["startColumn"] - 1:]
    expect("columns count characters", at.startswith(("step1(", "sleep(")), True)
expect("the whole path", len(results[0]["codeFlows"][0]["threadFlows"][0]["locations"]) >= 10, True)

invocation = run["invocations"][0]
expect("a unit failed", invocation["executionSuccessful"], False)
told = invocation["toolExecutionNotifications"]
expect("and is named", [physical(n["locations"][0])[0] for n in told], ["lacks.cpp"])
expect("with its cause", "missing.h" in told[0]["message"]["text"], True)
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
