# dump-all.py COTIDY SOURCES OUT - the facts of each .cpp file of a folder, as text.
#
# Writes OUT/<name>.facts for each. A source that cotidy cannot read ends it.
import pathlib
import re
import subprocess
import sys

cotidy, sources, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
found = sorted(sources.glob("*.cpp"))
if not found:
    sys.exit(f"no .cpp file in {sources}")
for source in found:
    flags = re.findall(r"^// dump-flags: (.*)$", source.read_text(), re.MULTILINE)
    command = [cotidy, "dump", "--all", str(source), "--", "-std=c++20"]
    run = subprocess.run(command + " ".join(flags).split(), capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{source.name}: 'cotidy dump' ended with {run.returncode}\n{run.stderr}")
    (out / (source.stem + ".facts")).write_text(run.stdout)
