# verdicts.py - what a driver found, in one form, however it was printed.
#
# A finding is (file, line, column, check, message, notes, fixes), with notes as
# (file, line, column, text) in their order and fixes as sorted edits. Reads the
# command's JSON and clang-tidy's text; clangd's answers are in clangd.py. What
# clang-tidy shows of a long path is what the command's text shows of it.
import json
import os
import re
import subprocess

SHOWN = 8  # steps; more are elided in the middle, in text and in clang-tidy
LINE = re.compile(r"^(?P<file>/[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<kind>warning|error|note): (?P<text>.*)$")
MOVED = re.compile(r"^(.*) \(at (.+):(\d+):(\d+)\)$")
CHECK = re.compile(r"^(.*) \[([\w.,-]+)\]$")


def elided(steps):
    if len(steps) <= SHOWN:
        return steps
    hidden = len(steps) - SHOWN
    head, tail = steps[:SHOWN // 2], steps[-(SHOWN // 2):]
    place = head[-1][:3]
    return head + [(*place, f"{hidden} step{'s' * (hidden > 1)} not shown")] + tail


def of_command(cotidy, run):
    """The command's findings on the run's file."""
    line = [cotidy, "check", run.path, *run.options, "--format=json", "--fail-on=never", "--quiet",
            "--", *run.flags]
    done = subprocess.run(line, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(line)}\nstatus {done.returncode}\n{done.stderr}")
    report = json.loads(done.stdout)
    found = []
    for f in report["findings"]:
        def at(x):
            return os.path.join(report["root"], x["file"]), x["line"], x["column"]
        notes = elided([(*at(s), s["text"]) for s in f["witness"]])
        notes += [(*at(f), f"this assumes that {a}") for a in f["assumes"]]
        notes += [(*at(f), f["cure"])] if f["cure"] else []
        fixes = []
        for fix in f["fixes"]:
            edits = [(os.path.join(report["root"], e["file"]), e["line"], e["column"], e["endLine"],
                      e["endColumn"], e["text"]) for e in fix["edits"]]
            fixes.append((fix["title"], fix["changesMeaning"], tuple(sorted(edits))))
        # A fix that changes the meaning stands on a note of its own.
        notes += [(*at(f), title) for title, changes, _ in fixes if changes]
        message = f["message"] + (" (possible)" if f["confidence"] == "possible" else "")
        found.append((*at(f), f["check"], message, tuple(notes),
                      tuple(sorted(edits for _, _, edits in fixes))))
    return sorted(set(found))


def at_its_place(note, root):
    """A note that clang-tidy would drop where it belongs names its place instead."""
    if not (moved := MOVED.match(note[3])):
        return note
    return os.path.join(root, moved[2]), int(moved[3]), int(moved[4]), moved[1]


def edits_of(yaml):
    """The replacements of a file of --export-fixes, in the order they stand, as
    (check, note or not, file, offset, length, text)."""
    found, check, file, offset, length = [], "", "", 0, 0
    for line in yaml.split("\n"):
        key, _, value = line.strip().lstrip("- ").partition(":")
        value = value.strip()
        if value[:1] in "'\"" and value[-1:] == value[:1] and value:
            value = value[1:-1].replace("''", "'")
        if key == "DiagnosticName":
            check = value
        elif key == "FilePath":
            file = value
        elif key == "Offset":
            offset = int(value)
        elif key == "Length":
            length = int(value)
        elif key == "ReplacementText":
            found.append((check, file, offset, length, value))
    return found


def line_and_column(path, offset):
    with open(path, "rb") as source:
        before = source.read()[:offset]
    return before.count(b"\n") + 1, offset - (before.rfind(b"\n") + 1) + 1


def of_plugin(clang_tidy, plugin, run, scratch):
    """The plugin's findings on the run's file; fixes apart, as they come: sorted
    (check, edit) of all the file's findings."""
    fixes = os.path.join(scratch, "fixes.yaml")
    if os.path.exists(fixes):
        os.remove(fixes)
    line = [clang_tidy, "-load", plugin, "--quiet", "--use-color=0", f"--export-fixes={fixes}",
            f"--config={run.config(run.root)}", run.path, "--", *run.flags]
    done = subprocess.run(line, capture_output=True, text=True)
    found = []
    for text in done.stdout.split("\n"):
        if not (read := LINE.match(text)):
            continue
        place = (os.path.normpath(read["file"]), int(read["line"]), int(read["column"]))
        if read["kind"] == "note":
            if found:
                found[-1][-1].append(at_its_place((*place, read["text"]), run.root))
            continue
        said = CHECK.match(read["text"])
        message, check = said.groups() if said else (read["text"], "")
        found.append([*place, check, message, []])
    edits = []
    if os.path.exists(fixes):
        with open(fixes, encoding="utf-8") as text:
            for check, file, offset, length, new in edits_of(text.read()):
                begin, end = line_and_column(file, offset), line_and_column(file, offset + length)
                edits.append((check, (file, *begin, *end, new)))
    if done.returncode and not found:
        raise SystemExit(f"{' '.join(line)}\nstatus {done.returncode}\n{done.stdout}{done.stderr}")
    return sorted({(*f[:-1], tuple(f[-1])) for f in found}), sorted(set(edits))


def difference(wanted, got, who):
    """What `who` says that the command does not, and the other way round."""
    lines = []
    for sign, one, other in (("-", wanted, got), ("+", got, wanted)):
        for finding in one:
            if finding not in other:
                file, line, column, check, message, *rest = finding
                lines.append(f"{sign} {os.path.basename(file)}:{line}:{column}: {message} [{check}]")
                for note in rest[0]:
                    lines.append(f"{sign}   {os.path.basename(note[0])}:{note[1]}:{note[2]}: {note[3]}")
                lines += [f"{sign}   fix: {edit}" for edit in (rest[1] if len(rest) > 1 else ())]
    return [f"'{who}' (+) and the command (-) differ:"] + lines if lines else []
