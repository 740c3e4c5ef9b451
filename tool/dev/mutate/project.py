# project.py - a throw-away copy of the project behind a compilation database.
#
# Knows the units, which of them read which file, and how to ask the compiler
# about one of them. The original is never written to; the copy's database
# speaks of the copy. It must not run the project's build.
import concurrent.futures
import json
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass

SKIPPED = ('.git', '.cache', '.ninja_deps', '.ninja_log')
SKIPPED_ENDS = ('.o', '.a', '.so', '.obj', '.pch', '.gch', '.d')
SOURCE_ENDS = ('.cpp', '.cc', '.cxx', '.c++', '.C')
# What cotidy takes for other people's code by default (design, "User code").
FOREIGN = ('third_party', 'thirdparty', '3rdparty', 'external', 'extern', 'vendor', '_deps', 'subprojects',
           'node_modules', 'vcpkg_installed', 'conan')


class Unusable(Exception):
    """The database or the project cannot be worked on; the text says why."""


@dataclass
class Unit:
    file: str
    directory: str
    arguments: list


def readDatabase(build):
    path = os.path.join(build, 'compile_commands.json')
    try:
        with open(path, encoding='utf-8', errors='surrogateescape') as stream:
            entries = json.load(stream)
    except OSError as error:
        raise Unusable(f"no database '{path}': {error.strerror}; make one with "
                       'cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON')
    except ValueError as error:
        raise Unusable(f"cannot read '{path}': {error}")
    if not entries:
        raise Unusable(f"'{path}' names no unit")
    return entries


def sourceOf(entry):
    return os.path.normpath(os.path.join(entry['directory'], entry['file']))


def guessRoot(build, entries):
    """The git work tree, else what holds the build folder, else the sources."""
    sources = [sourceOf(entry) for entry in entries]
    common = os.path.dirname(sources[0]) if len(sources) == 1 else os.path.commonpath(sources)
    for folder in upwards(common):
        if os.path.exists(os.path.join(folder, '.git')):
            return folder
    parent = os.path.dirname(build)
    inside = sum(source.startswith(parent + os.sep) for source in sources)
    return parent if 2 * inside > len(sources) and parent != os.sep else common


def upwards(folder):
    while True:
        yield folder
        if folder == os.path.dirname(folder):
            return
        folder = os.path.dirname(folder)


class Project:
    def __init__(self, build, root, target, compiler, jobs):
        self.compiler = compiler
        self.jobs = jobs
        build = os.path.realpath(build)
        entries = readDatabase(build)
        self.original = os.path.realpath(root) if root else guessRoot(build, entries)
        self.root = os.path.join(os.path.realpath(target), 'project')
        inside = (build + os.sep).startswith(self.original + os.sep)
        self.build = (self.root + build[len(self.original):] if inside
                      else os.path.join(os.path.realpath(target), 'build'))
        copyTree(self.original, self.root)
        self.writeDatabase(entries)
        self.units = [unit for entry in entries if (unit := self.unitOf(entry))]
        if not self.units:
            raise Unusable('the database names no C++ unit below ' + self.original)
        self.readers = self.findReaders()

    def moved(self, text):
        """`text` with every path below the original root moved to the copy."""
        pattern = re.escape(self.original) + r'(?=$|[/\s"\'\\;,:])'
        return re.sub(pattern, lambda _: self.root, text)

    def writeDatabase(self, entries):
        for entry in entries:
            for key in ('file', 'directory', 'command', 'output'):
                if key in entry:
                    entry[key] = self.moved(entry[key])
            if 'arguments' in entry:
                entry['arguments'] = [self.moved(word) for word in entry['arguments']]
        os.makedirs(self.build, exist_ok=True)
        with open(os.path.join(self.build, 'compile_commands.json'), 'w',
                  encoding='utf-8', errors='surrogateescape') as stream:
            json.dump(entries, stream, indent=1)

    def unitOf(self, entry):
        file = sourceOf(entry)
        if not file.endswith(SOURCE_ENDS) or not self.isOurs(file):
            return None
        words = entry.get('arguments') or shlex.split(entry['command'])
        kept, skip = [], False
        for word in words[1:]:
            if skip:
                skip = False
            elif word in ('-o', '-MF', '-MT', '-MQ'):
                skip = True
            elif word not in ('-c', '-MD', '-MMD'):
                kept.append(word)
        return Unit(file, entry['directory'], kept)

    def isOurs(self, file):
        """Whether cotidy may report in `file`."""
        if not file.startswith(self.root + os.sep) or file.startswith(self.build + os.sep):
            return False
        return not set(self.relative(file).split(os.sep)[:-1]) & set(FOREIGN)

    def relative(self, file):
        return os.path.relpath(file, self.root)

    def run(self, unit, *flags):
        return subprocess.run([self.compiler, *unit.arguments, *flags], cwd=unit.directory,
                              capture_output=True, text=True, errors='replace')

    def compiles(self, unit):
        return self.run(unit, '-fsyntax-only', '-w').returncode == 0

    def inParallel(self, function, items):
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(function, items))

    def findReaders(self):
        """File to the units that read it, system headers left out."""
        readers = {}
        for unit, files in zip(self.units, self.inParallel(self.filesOf, self.units)):
            for file in files:
                readers.setdefault(file, []).append(unit)
        return readers

    def filesOf(self, unit):
        ran = self.run(unit, '-MM', '-MG')
        words = re.split(r'(?<!\\)\s+', ran.stdout.replace('\\\n', ' '))
        files = {os.path.realpath(os.path.join(unit.directory, word.replace('\\ ', ' ')))
                 for word in words[1:] if word}
        return sorted(file for file in files if self.isOurs(file) and os.path.isfile(file)
                      and not isGenerated(file))


def isGenerated(file):
    with open(file, encoding='utf-8', errors='surrogateescape') as stream:
        head = ''.join(line for _, line in zip(range(10), stream))
    return '@generated' in head or 'DO NOT EDIT' in head


def copyTree(source, target):
    def unwanted(_, names):
        return [name for name in names
                if name in SKIPPED or name.endswith(SKIPPED_ENDS)]
    shutil.copytree(source, target, symlinks=True, ignore=unwanted,
                    ignore_dangling_symlinks=True, dirs_exist_ok=True)
