# same-verdict.py - the command and the plugin say the same of a test's file.
#
#   same-verdict.py COTIDY CLANG-TIDY PLUGIN SCRATCH FILE...
#
# Wants the same findings, places, notes and fixes for each run of the command in
# the file's RUN lines, and messages of one form; prints what is not so. A file without such a run passes:
# it is no test of one unit.
import os
import re
import sys

import runs
import verdicts


# Lower case, no full stop.
FORM = re.compile(r"^(?![A-Z]).*[^.]$", re.DOTALL)


def unlike_others(findings):
    """Texts that do not keep to the form that all messages have."""
    for *_, message, notes, _ in findings:
        yield from (t for t in (message, *(note[3] for note in notes)) if not FORM.match(t))


def main():
    cotidy, clang_tidy, plugin, scratch, *files = sys.argv[1:]
    os.makedirs(scratch, exist_ok=True)
    wrong = []
    for run in (r for f in files for r in runs.runs_of(f)):
        command = verdicts.of_command(cotidy, run)
        wrong += [f"not the form of a message: {t}" for t in unlike_others(command)]
        plugins, edits = verdicts.of_plugin(clang_tidy, plugin, run, scratch)
        wrong += verdicts.difference([f[:-1] for f in command], plugins, "the plugin")
        wanted = sorted({(f[3], edit) for f in command for fix in f[-1] for edit in fix})
        if wanted != edits:
            wrong.append(f"fixes differ: the plugin has {edits}, the command {wanted}")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
