# main.py - the command line of mutate.py, and what it prints.
#
# Turns options into a trial and its outcome into a table, a list of misses and
# an exit status. It measures nothing itself.
import argparse
import fnmatch
import os
import random
import shutil
import subprocess
import sys
import tempfile

from .findings import Tool
from .places import placesIn
from .project import Project, Unusable
from . import locks, tasks, ways  # noqa: F401 - register their shapes
from .shapes import SHAPES
from .trial import Trial

DESCRIPTION = """\
Plants mistakes in a copy of the project of a compilation database, one in each
of several coroutines at a time, and measures how many of them cotidy finds.
Places are picked from the source text, without cotidy. A mutant counts if the
compiler accepts it. It is found if a new finding stands at the planted
statement. A finding that appears or vanishes away from the planted lines, or a
report of a harmless control, is disturbed. Exit status: 0 if enough were found
and nothing was disturbed, 1 if not, 3 if the trial could not be made."""


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog='mutate.py', description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('build', metavar='BUILD', help='folder with compile_commands.json')
    add('--seed', type=int, required=True, help='fixes places, shapes and names')
    add('--count', type=int, help='mutants in all (default: --least a shape)')
    add('--least', type=int, default=5, help='fewest mutants of each shape (default: 5)')
    add('--shapes', help='globs of shapes, separated by commas (--list names them; '
                         'default: all but way-*, lock-* and task-*)')
    add('--cotidy', default='cotidy', help='the cotidy to judge')
    add('--bar', type=float, default=0.9, help='share that must be found (default: 0.9)')
    add('--root', help="the project's root, if it is not what holds BUILD")
    add('--templates', action='store_true', help='plant in instantiated templates too')
    add('--keep', metavar='DIR', help='keep the copy and what cotidy said here')
    add('--together', type=int, default=10, help='mutants in one run (default: 10)')
    add('--clang', help='compiler that decides what counts (default: clang++ of LLVM 22)')
    add('-j', dest='jobs', type=int, default=os.cpu_count() or 1, help='jobs at a time')
    add('--list', action=ListShapes, nargs=0, help='name the shapes and end')
    options = parser.parse_args(arguments)
    globs = (options.shapes or '*').split(',')
    options.shapes = [name for name, each in SHAPES.items()
                      if any(fnmatch.fnmatchcase(name, glob) for glob in globs)
                      and (options.shapes or each.byDefault)]
    if not options.shapes:
        parser.error(f"no shape matches '{','.join(globs)}'; --list names them")
    if options.least < 1 or options.together < 1 or options.jobs < 1:
        parser.error('--least, --together and -j want a number above 0')
    # Enough rounds up: every shape gets its share.
    share = -(-(options.count or 0) // len(options.shapes))
    options.each = lambda name: max(options.least, share)
    options.probes = 8  # units asked whether they instantiate a template
    return options


class ListShapes(argparse.Action):
    def __call__(self, parser, *_):
        for shape in SHAPES.values():
            print(f'{shape.name:14} {shape.summary}')
        parser.exit()


def findClang(wanted):
    """The compiler asked for, else the one beside llvm-config-22."""
    if wanted:
        return wanted
    config = shutil.which('llvm-config-22')
    if config:
        folder = subprocess.run([config, '--bindir'], capture_output=True, text=True).stdout
        compiler = os.path.join(folder.strip(), 'clang++')
        if os.path.exists(compiler):
            return compiler
    compiler = shutil.which('clang++-22')
    if not compiler:
        raise Unusable("no clang++ of LLVM 22: install 'clang-22' or give --clang")
    return compiler


def findCotidy(name):
    path = shutil.which(name)
    if not path:
        raise Unusable(f"no cotidy '{name}': build it, or give --cotidy=PATH")
    return os.path.realpath(path)


def main(arguments=None):
    options = parse(arguments)
    scratch = options.keep or tempfile.mkdtemp(prefix='cotidy-mutate-')
    try:
        if options.keep:
            emptied(options.keep)
        cotidy = findCotidy(options.cotidy)
        project = Project(options.build, options.root, scratch, findClang(options.clang),
                          options.jobs)
        trial = Trial(project, Tool(cotidy, project, scratch), random.Random(options.seed),
                      options)
        outcome = trial.run(placesIn)
    except Unusable as error:
        print(f'mutate.py: {error}', file=sys.stderr)
        return 3
    finally:
        if not options.keep:
            shutil.rmtree(scratch, ignore_errors=True)
    return show(options, project, trial, outcome)


def emptied(folder):
    """A folder to keep things in must be new or a former one of ours."""
    copy = os.path.join(folder, 'project')
    if os.path.isdir(folder) and os.listdir(folder) and not os.path.isdir(copy):
        raise Unusable(f"'{folder}' holds other files: give --keep a folder of its own")
    shutil.rmtree(copy, ignore_errors=True)
    os.makedirs(folder, exist_ok=True)


def show(options, project, trial, outcome):
    before = trial.before
    print(f'seed {options.seed}: {len(project.units)} units, {before.analysed} analysed, '
          f'{len(before.failed)} failed, {len(before.shown())} findings before; '
          f'{len(trial.bodies)} coroutines to plant in, {outcome.rounds} runs')
    print(f'\n{"shape":16}{"planted":>8}{"compiled":>9}{"found":>7}')
    for name, tally in outcome.tallies.items():
        print(f'{name:16}{tally.planted:8}{tally.compiled:9}{tally.found:7}')
    mistakes = [tally for name, tally in outcome.tallies.items() if SHAPES[name].isMistake()]
    compiled = sum(tally.compiled for tally in mistakes)
    found = sum(tally.found for tally in mistakes)
    print(f'{"mistakes":16}{sum(each.planted for each in mistakes):8}{compiled:9}{found:7}')
    showEach('missed', outcome.misses, project)
    showEach('not counted', outcome.rejected, project)
    if outcome.disturbed:
        print(f'\ndisturbed: {len(outcome.disturbed)}')
        for line in outcome.disturbed:
            print('  ' + line)
    return verdict(options, outcome, compiled, found)


def showEach(title, mutants, project):
    if not mutants:
        return
    print(f'\n{title}: {len(mutants)}')
    for mutant in mutants:
        place = mutant.place
        print(f"  {project.relative(place.file)}:{place.line}: {mutant.shape}, "
              f"'{mutant.planting.leaf}', in '{place.owner}': {mutant.reason}")


def verdict(options, outcome, compiled, found):
    short = [name for name, tally in outcome.tallies.items() if tally.compiled < options.least]
    failures = []
    if short:
        failures.append(f'fewer than {options.least} mutants of {", ".join(short)}')
    if found < options.bar * compiled or (not compiled and not short):
        failures.append(f'{found} of {compiled} found, {options.bar:.0%} wanted')
    if outcome.disturbed:
        failures.append(f'{len(outcome.disturbed)} disturbed')
    print(f'\n{"failed: " + "; ".join(failures) if failures else "passed"}: '
          f'{found} of {compiled} mistakes found')
    return 1 if failures else 0
