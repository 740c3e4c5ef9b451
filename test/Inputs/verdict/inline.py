# inline.py - a test's file with its own headers written into it.
#
# clangd does not read bodies of functions in headers, so a test is shown to it as
# one file. Only quoted includes that are found beside the file or by -I are
# written in, each once; lines are kept apart, so that places can be said in terms
# of the files that the test was written in.
import os
import re

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


class Inlined:
    def __init__(self, path, flags):
        self.folders = [f[2:] for f in flags if f.startswith("-I")]
        self.lines, self.origins = [], []  # origins: (file, line) of each line
        self._add(os.path.abspath(path), set())
        self.text = "\n".join(self.lines) + "\n"

    def _add(self, path, seen):
        seen.add(path)
        with open(path, encoding="utf-8") as source:
            for number, line in enumerate(source.read().split("\n"), 1):
                found = INCLUDE.match(line)
                inner = found and self._find(found.group(1), os.path.dirname(path))
                if inner and inner not in seen:
                    self._add(inner, seen)
                elif not inner and line.strip() != "#pragma once":
                    self.lines.append(line)
                    self.origins.append((path, number))

    def _find(self, name, here):
        for folder in (here, *self.folders):
            if os.path.isfile(path := os.path.abspath(os.path.join(folder, name))):
                return path
        return None

    def origin(self, line):
        """The file and line that line `line` (from 0) was written at."""
        return self.origins[line]
