# page-examples.py - the examples of the checks' pages do what the pages say.
#
#   page-examples.py COTIDY SCRATCH PAGE...
#
# A ```cpp bad block gives a finding of the page's check and of no other; a
# ```cpp good block gives none of any check. A page has one of each at least. What
# a page quotes after "The first gives" stands in the output for its bad blocks.
import json
import os
import re
import subprocess
import sys

BLOCK = re.compile(r"^```cpp (bad|good)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"^The first gives\n+```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def findings(cotidy, scratch, name, text):
    path = os.path.join(scratch, name)
    with open(path, "w", encoding="utf-8") as source:
        source.write(text)
    done = subprocess.run([cotidy, "check", path, f"--root={scratch}", "--format=json",
                           "--fail-on=never", "--", "-std=c++20"], capture_output=True, text=True)
    if done.returncode:
        return [], f"status {done.returncode}: {done.stderr.strip()}"
    return json.loads(done.stdout)["findings"], ""


def texts(found):
    for f in found:
        yield f["message"]
        yield from (step["text"] for step in f["witness"])
        yield from (f"this assumes that {a}" for a in f["assumes"])
        yield f["cure"]


def faults(cotidy, scratch, page):
    check = os.path.basename(page).removesuffix(".md")
    with open(page, encoding="utf-8") as text:
        page_text = text.read()
    blocks, said = BLOCK.findall(page_text), set()
    for kind in ("bad", "good"):
        if kind not in [k for k, _ in blocks]:
            yield f"no example that is {kind}"
    for number, (kind, code) in enumerate(blocks, 1):
        found, failure = findings(cotidy, scratch, f"{check}-{number}-{kind}.cpp", code)
        if failure:
            yield f"example {number} ({kind}): {failure}"
        elif kind == "bad" and {f["check"] for f in found} != {check}:
            yield f"example {number} (bad): found {sorted({f['check'] for f in found}) or 'nothing'}"
        elif kind == "good" and found:
            yield f"example {number} (good): {found[0]['message']} [{found[0]['check']}]"
        if kind == "bad":
            said.update(texts(found))
    for quoted in QUOTED.findall(page_text):
        for line in quoted.strip().split("\n"):
            if line.strip() not in said:
                yield f"quoted, but not said: {line.strip()}"


def main():
    cotidy, scratch, *pages = sys.argv[1:]
    os.makedirs(scratch, exist_ok=True)
    count = 0
    for page in pages:
        if os.path.basename(page) in ("README.md", "index.md"):
            continue
        for fault in faults(cotidy, scratch, page):
            print(f"{os.path.basename(page)}: {fault}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
