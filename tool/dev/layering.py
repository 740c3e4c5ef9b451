#!/usr/bin/env python3
# layering.py - which folder may include and link which.
#
#   tool/dev/layering.py [ROOT]
#
# Holds every #include of checks/, tool/ and runtime/, and every DEPENDS of the
# libraries, to the one order below. Prints each breach as file:line and exits
# with 1 if there is any. It reads text only and builds nothing.
import os
import re
import sys

# A layer of checks/ and the layers below it that it may see.
LAYERS = {
    "base": set(),
    "model": {"base"},
    "facts": {"base"},
    "flow": {"facts", "base"},
    "program": {"flow", "facts", "model", "base"},
    "rules": {"program", "flow", "facts", "model", "base"},
    "extract": {"facts", "model", "base"},
}
CLANG_LAYERS = {"extract"}  # of checks/, those that may include clang's headers
REPORT_SEES = {"base"}
SOURCES = (".h", ".cpp", ".def", ".inc", ".hpp", ".ipp", ".cc")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
LIBRARY = re.compile(r"cotidy_library\(\s*cotidy_(\w+)([^)]*)\)")


def files_below(folder):
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield os.path.join(path, name)


def includes_of(path):
    with open(path, encoding="utf-8", errors="replace") as text:
        for number, line in enumerate(text, 1):
            if found := INCLUDE.match(line):
                yield number, found.group(2)


def is_clang(header):
    return header.split("/")[0] in ("clang", "clang-c", "clang-tidy", "clang-tools-extra")


def breach_in_layer(layer, header):
    """Why a file of checks/<layer> may not include the header, or None."""
    first = header.split("/")[0]
    if ".." in header.split("/"):
        return "an include by '..' hides which layer it sees"
    if is_clang(header) and layer not in CLANG_LAYERS:
        return f"only {', '.join(sorted(CLANG_LAYERS))} may include clang's headers"
    if first in LAYERS and "/" in header and first != layer and first not in LAYERS[layer]:
        allowed = ", ".join(sorted(LAYERS[layer])) or "no other layer"
        return f"'{layer}' may not see '{first}', only {allowed}"
    if first in ("cli", "report", "tidy", "clangd", "tool"):
        return "checks/ may not see tool/"
    return None


def breach_in_report(header):
    first = header.split("/")[0]
    if is_clang(header):
        return "tool/report may not include clang's headers"
    if first in set(LAYERS) - REPORT_SEES and "/" in header or first == "cli":
        return f"tool/report may not see '{first}', only {', '.join(sorted(REPORT_SEES))}"
    return None


def breach_in_settings(header):
    """What every driver shares depends on none, and on no compiler."""
    first = header.split("/")[0]
    if is_clang(header):
        return "tool/settings may not include clang's headers"
    if first in ("cli", "report", "tidy", "clangd", "extract") and "/" in header:
        return f"tool/settings may not see '{first}'"
    return None


def breach_in_runtime(root, header):
    first = header.split("/")[0]
    if first in ("llvm", "checks", "tool") or is_clang(header):
        return f"runtime/ may not see '{first}'"
    own = os.path.exists(os.path.join(root, "runtime", "include", header))
    if first in LAYERS and os.path.exists(os.path.join(root, "checks", header)) and not own:
        return f"runtime/ may not see '{first}' of checks/"
    return None


def breaches_of_includes(root):
    for path in files_below(os.path.join(root, "checks")):
        layer = os.path.relpath(path, os.path.join(root, "checks")).split(os.sep)[0]
        if not path.endswith(SOURCES) or layer.endswith(SOURCES):
            continue
        if layer not in LAYERS:
            yield path, 1, f"'{layer}' is no layer: name it in tool/dev/layering.py"
            continue
        for number, header in includes_of(path):
            if why := breach_in_layer(layer, header):
                yield path, number, why
    for folder, breach in (("report", breach_in_report), ("settings", breach_in_settings)):
        for path in files_below(os.path.join(root, "tool", folder)):
            if path.endswith(SOURCES):
                for number, header in includes_of(path):
                    if why := breach(header):
                        yield path, number, why
    for path in files_below(os.path.join(root, "runtime")):
        if path.endswith(SOURCES):
            for number, header in includes_of(path):
                if why := breach_in_runtime(root, header):
                    yield path, number, why


def breaches_of_links(root):
    """A library that links what its layer may not see could include it too."""
    for layer in LAYERS:
        path = os.path.join(root, "checks", layer, "CMakeLists.txt")
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as lists:
            text = lists.read()
        for found in LIBRARY.finditer(text):
            number = text.count("\n", 0, found.start()) + 1
            words = found.group(2).split()
            for word in words:
                below = word.removeprefix("cotidy_")
                if word.startswith("cotidy_") and below not in LAYERS[layer]:
                    yield path, number, f"'{layer}' may not link '{word}'"
            clang = "CLANG" in words or any(w.lower().startswith(("clang", "libclang")) for w in words)
            if clang and layer not in CLANG_LAYERS:
                yield path, number, f"'{layer}' may not link clang"


def main():
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.normpath(default)
    if not os.path.isdir(os.path.join(root, "checks")):
        sys.exit(f"layering.py: no folder 'checks' in '{root}': name the project's root")
    count = 0
    for path, number, why in [*breaches_of_includes(root), *breaches_of_links(root)]:
        print(f"{os.path.relpath(path, root)}:{number}: {why}")
        count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
