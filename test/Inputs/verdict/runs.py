# runs.py - how a test of a check runs the command.
#
# Reads the RUN lines of a file of test/checks and says, for each run of the
# command over the file itself, with which options and compiler flags; the other
# drivers are then asked the same question. An option that it does not know is an
# error: what it means to the other drivers must be said here first.
import os
import re
import shlex
import sys

RUN = re.compile(r"RUN:\s*(?:%exits \d+ )?%cotidy (?:check )?(.*%s.*)$")
OURS = {"--root": "Root", "--min-confidence": "MinConfidence"}  # and as options of the manifest
SILENT = ("--fail-on", "--format", "--output", "--quiet", "--color")


def globs_of(checks):
    """A value of --checks as a list that also holds where only globs that begin with
    'cotidy-' count, as in an editor."""
    globs = [g.strip().replace("-*", "-cotidy-*") if g.strip() == "-*" else g.strip()
             for g in checks.split(",")]
    first = "cotidy-*" if checks.startswith("-") else "-cotidy-*"
    return ",".join([first, *globs])


class Run:
    """One run: `options` of the command, `flags` of the compiler."""

    def __init__(self, path, options, flags):
        self.path, self.options, self.flags = path, options, flags
        self.root = os.path.dirname(path)
        self.checks, self.check_options = "cotidy-*", {}
        for option in options:
            name, _, value = option.partition("=")
            if name == "--checks":
                self.checks = globs_of(value)
            elif name in OURS:
                self.check_options["cotidy." + OURS[name]] = value
            else:
                sys.exit(f"{path}: no word on what '{name}' means to clang-tidy: runs.py")
        if "--root" in [o.partition("=")[0] for o in options]:
            self.root = self.check_options["cotidy.Root"]

    def config(self, root):
        """What a .clang-tidy file says for the same, with another root."""
        lines = [f"Checks: '-*,{self.checks}'", "CheckOptions:"]
        for key, value in {**self.check_options, "cotidy.Root": root}.items():
            lines.append(f"  {key}: '{value}'")
        return "\n".join(lines) + "\n"


def runs_of(path):
    """The runs over the file, each once."""
    path = os.path.abspath(path)
    found, seen = [], set()
    with open(path, encoding="utf-8") as text:
        lines = text.read().replace("\\\n// RUN:", "").split("\n")
    for line in lines:
        run = RUN.search(line)
        if not run:
            continue
        words = shlex.split(run.group(1), comments=False)
        for end in (">", "|", "2>&1", "&&"):
            words = words[:words.index(end)] if end in words else words
        words = [w.replace("%S", os.path.dirname(path)) for w in words]
        flags = words[words.index("--") + 1:] if "--" in words else []
        words = words[:words.index("--")] if "--" in words else words
        options = [w for w in words if w != "%s" and not w.startswith(SILENT)]
        if (key := (*options, "--", *flags)) not in seen:
            seen.add(key)
            found.append(Run(path, options, flags))
    return found
