#!/usr/bin/env python3
# sync.py - the parts of the docs that are made from the manifest.
#
#   tool/dev/sync.py [--check] [ROOT]
#
# Writes the tables of checks and of options, and the index of the pages, between
# the marks `<!-- NAME: made by tool/dev/sync.py -->` and `<!-- end -->` of the
# files that have them. With --check it changes nothing, names what is out of step
# and exits with 1. All else in those files is written by hand.
import os
import re
import sys

MANIFEST = os.path.join("checks", "Checks.def")
FILES = ("README.md", os.path.join("docs", "README.md"), os.path.join("docs", "running.md"))
CHECK = re.compile(r'^CHECK\(\w+,\s*"([^"]+)",\s*"([^"]+)"\)', re.MULTILINE)
OPTION = re.compile(r'^OPTION\((\w+),\s*"([^"]*)",\s*"([^"]+)"\)', re.MULTILINE)
PART = re.compile(r"(<!-- (\w+): made by tool/dev/sync.py -->\n).*?(<!-- end -->)", re.DOTALL)


def manifest(root):
    with open(os.path.join(root, MANIFEST), encoding="utf-8") as text:
        return text.read()


def table_of_checks(root, file):
    pages = os.path.relpath(os.path.join("docs", "checks"), os.path.dirname(file) or ".")
    rows = [f"| [`{name}`]({pages}/{name}.md) | {summary} |"
            for name, summary in CHECK.findall(manifest(root))]
    return "\n".join(["| check | finds |", "|---|---|", *rows])


def table_of_options(root, file):
    rows = []
    for name, default, summary in OPTION.findall(manifest(root)):
        shown = f"`{default}`" if default else "empty"
        rows.append(f"| `cotidy.{name}` | {summary} | {shown} |")
    return "\n".join(["| option | meaning | default |", "|---|---|---|", *rows])


def title_of(path):
    with open(path, encoding="utf-8") as text:
        return text.readline().lstrip("# ").strip()


def list_of_patterns(root, file):
    folder = os.path.join(root, "docs", "patterns")
    return "\n".join(f"- [{title_of(os.path.join(folder, name))}](patterns/{name})"
                     for name in sorted(os.listdir(folder)) if name.endswith(".md"))


PARTS = {"checks": table_of_checks, "options": table_of_options, "patterns": list_of_patterns}


def main():
    words = sys.argv[1:]
    only_check = "--check" in words
    words = [w for w in words if w != "--check"]
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    root = os.path.normpath(words[0] if words else default)
    wrong = 0
    for file in FILES:
        path = os.path.join(root, file)
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as text:
            old = text.read()
        new = PART.sub(lambda m: m[1] + PARTS[m[2]](root, file) + "\n" + m[3], old)
        if new == old:
            continue
        wrong = 1
        if only_check:
            print(f"{file}:1: out of step with {MANIFEST}: run tool/dev/sync.py")
        else:
            with open(path, "w", encoding="utf-8") as text:
                text.write(new)
    return wrong if only_check else 0


if __name__ == "__main__":
    sys.exit(main())
