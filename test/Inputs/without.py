#!/usr/bin/env python3
"""Takes each unit away, in turn, from each program of several units in the test tree: only
findings that rest on a named default may appear.

Programs are found, not listed: a facts file with several units; a folder of test/Inputs with
several sources below it; a source of a test with others named after it ("x.cpp", "x-tu2.cpp").
usage: without.py COTIDY PROGRAM-TOOL TEST-FOLDER"""

import pathlib
import subprocess
import sys

MIN_PROGRAMS = 7  # so that a search that finds nothing cannot pass


def facts_programs(tests):
    for path in sorted(tests.glob("program/*.facts")):
        text = path.read_text()
        if sum(line.startswith('unit "') for line in text.splitlines()) > 1:
            yield str(path.relative_to(tests)), text


def folder_programs(cotidy, folder):
    """The folder as one program if all its sources are read; else those of its folders."""
    sources = sorted(folder.rglob("*.cpp"))
    if len(sources) < 2:
        return
    facts = [facts_of(cotidy, source, folder) for source in sources]
    if None not in facts:
        yield folder, facts
        return
    for inner in sorted(p for p in folder.iterdir() if p.is_dir()):
        yield from folder_programs(cotidy, inner)


def source_programs(cotidy, tests):
    for folder in sorted(p for p in (tests / "Inputs").iterdir() if p.is_dir()):
        yield from folder_programs(cotidy, folder)
    for second in sorted(tests.glob("checks/**/*-tu2.cpp")):
        first = second.with_name(second.name.replace("-tu2", ""))
        sources = sorted(first.parent.glob(first.stem + "*.cpp"))
        facts = [facts_of(cotidy, source, first) for source in sources]
        if None not in facts:
            yield first, facts


def facts_of(cotidy, source, root):
    top = root if root.is_dir() else root.parent
    flags = ["-std=c++20", f"-I{top}", f"-I{top}/src", f"-I{top.parent}"]
    done = subprocess.run([cotidy, "dump", "--all", f"--root={top}", str(source), "--", *flags],
                          capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def main(cotidy, program_tool, tests):
    tests = pathlib.Path(tests)
    programs = list(facts_programs(tests))
    for root, facts in source_programs(cotidy, tests):
        programs.append((str(root.relative_to(tests)), "\n".join(facts)))
    wrong = 0
    for name, text in programs:
        done = subprocess.run([program_tool, "without", "--closed", "-"], input=text,
                              capture_output=True, text=True)
        print(f"{name}: {done.stdout.strip() or done.stderr.strip()}")
        wrong += done.returncode != 0
    if len(programs) < MIN_PROGRAMS:
        print(f"only {len(programs)} programs of several units found")
        wrong += 1
    print(f"{len(programs)} programs, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
