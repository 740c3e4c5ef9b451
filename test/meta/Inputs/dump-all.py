# dump-all.py COTIDY FACTS-TOOL SOURCES OUT - the facts of each .cpp file below a
# folder, as text: OUT/<name>.facts as extracted, OUT/<name>.linked.facts as
# linking leaves them, which adds what the models say.
#
# The flags are those of the file's own RUN line. A source that cotidy cannot
# read ends it.
import pathlib
import re
import subprocess
import sys


def run(what, source, *command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{source.name}: '{what}' ended with {done.returncode}\n{done.stderr}")
    return done.stdout


cotidy, facts_tool = sys.argv[1:3]
sources, out = map(pathlib.Path, sys.argv[3:5])
found = sorted(p for p in sources.rglob("*.cpp") if not {"unit", "Inputs"} & set(p.parts))
if not found:
    sys.exit(f"no .cpp file below {sources}")
for source in found:
    flags = re.search(r"RUN: .*\bdump %s -- ([^|\n]*)", source.read_text())
    flags = flags.group(1).split() if flags else ["-std=c++20"]
    facts = out / (source.stem + ".facts")
    facts.write_text(run("cotidy dump", source, cotidy, "dump", "--all", source, "--", *flags))
    linked = out / (source.stem + ".linked.facts")
    linked.write_text(run("facts-tool linked", source, facts_tool, "linked", facts))
