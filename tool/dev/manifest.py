#!/usr/bin/env python3
# manifest.py - manifest, rules, pages and tests name the same checks.
#
#   tool/dev/manifest.py [ROOT]
#
# Each CHECK of checks/Checks.def has its rule, its page and a test, and there is
# no rule, page or test of a check that is not in the manifest. Prints each breach
# as file:line and exits with 1 if there is any. What stands in them it leaves to
# the tests that run them.
import os
import re
import sys

CHECK = re.compile(r'^CHECK\((\w+),\s*"([^"]+)"')
RULE = re.compile(r"^void find(\w+)\(", re.MULTILINE)
MANIFEST = os.path.join("checks", "Checks.def")
RULES = os.path.join("checks", "rules")
PAGES = os.path.join("docs", "checks")
TESTS = os.path.join("test", "checks")
PREFIX = "cotidy-"
NO_CHECK = {"index.md", "README.md"}  # pages that are about all checks


def names_in(root, folder, kind):
    path = os.path.join(root, folder)
    return sorted(n for n in os.listdir(path) if n.endswith(kind)) if os.path.isdir(path) else []


def checks_of(root):
    """(line, rule, check) of each line of the manifest that names a check."""
    with open(os.path.join(root, MANIFEST), encoding="utf-8") as text:
        for number, line in enumerate(text, 1):
            if found := CHECK.match(line):
                yield number, found.group(1), found.group(2)


def check_of_test(name, checks):
    """The check that a test is of, or None. A test begins with its check's name,
    the prefix left out or not; where one name begins another, the longer counts."""
    stem = os.path.splitext(name)[0]
    begun = [check for check in checks
             if any(re.match(re.escape(c) + r"(?![a-z0-9])", stem)
                    for c in (check, check.removeprefix(PREFIX)))]
    return max(begun, key=len, default=None)


def breaches(root):
    checks = list(checks_of(root))
    if not checks:
        yield MANIFEST, 1, "no CHECK line"
    pages = names_in(root, PAGES, ".md")
    tests = names_in(root, TESTS, ".cpp")
    names = {check for _, _, check in checks}
    owners = {test: check_of_test(test, names) for test in tests}
    for number, rule, check in checks:
        if not check.startswith(PREFIX):
            yield MANIFEST, number, f"'{check}' lacks the prefix '{PREFIX}'"
        if f"{rule}.cpp" not in names_in(root, RULES, ".cpp"):
            yield MANIFEST, number, f"'{check}' has no rule {RULES}/{rule}.cpp"
        if f"{check}.md" not in pages:
            yield MANIFEST, number, f"'{check}' has no page {PAGES}/{check}.md"
        if check not in owners.values():
            yield MANIFEST, number, f"'{check}' has no test {TESTS}/{check}*.cpp"
    rules = {rule for _, rule, _ in checks}
    for name in names_in(root, RULES, ".cpp"):
        with open(os.path.join(root, RULES, name), encoding="utf-8") as text:
            source = text.read()
        for found in RULE.finditer(source):
            if found.group(1) not in rules:
                line = source.count("\n", 0, found.start()) + 1
                yield os.path.join(RULES, name), line, f"no CHECK({found.group(1)}, ...) in {MANIFEST}"
    for page in pages:
        if page not in NO_CHECK and page.removesuffix(".md") not in names:
            yield os.path.join(PAGES, page), 1, f"a page of no check in {MANIFEST}"
    for test in tests:
        if owners[test] is None:
            yield os.path.join(TESTS, test), 1, f"a test of no check in {MANIFEST}"


def main():
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.normpath(default)
    found = list(breaches(root))
    for path, number, why in found:
        print(f"{path}:{number}: {why}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
