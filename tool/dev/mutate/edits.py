# edits.py - plantings written into the text of files, and where they ended up.
#
# Keeps the original text, so that everything can be taken back, and maps lines
# of the mutated file to the original ones. It decides nothing.
from dataclasses import dataclass, field

from .places import Place
from .project import SOURCE_ENDS
from .shapes import Planting


@dataclass
class Mutant:
    """One mistake at one place, and what became of it."""
    number: int
    shape: str
    place: Place
    planting: Planting
    statementLines: range = range(0)
    helperLines: range = range(0)
    exits: tuple = ()       # lines where the planted local may be destroyed
    found: bool = False
    reason: str = ''

    def expects(self, line):
        """Whether a finding on `line` of its file is the wanted one."""
        return (line in self.statementLines
                or self.planting.toBlockEnd and line in self.exits
                or self.planting.inHelpers and line in self.helperLines)

    def touches(self, line):
        return line in self.statementLines or line in self.helperLines


@dataclass
class Insertion:
    offset: int
    rank: int               # of several at one offset
    text: str
    mutant: Mutant = None
    lines: range = range(0)  # of `text`, counted from 0: what counts of it
    skip: int = 0            # so much of the original text goes away


@dataclass
class Mutated:
    """A file with plantings in it."""
    text: str
    originalLine: dict = field(default_factory=dict)


def isHeader(file):
    return not file.endswith(SOURCE_ENDS)


def includes(mutants):
    wanted = sorted({name for mutant in mutants for name in mutant.planting.includes})
    return Insertion(0, 0, ''.join(f'#include {name}\n' for name in wanted))


def helpers(mutant):
    lines = list(mutant.planting.helpers)
    counted = range(1, 1 + len(lines))
    if not isHeader(mutant.place.file):
        lines = ['namespace {', *lines, '} // namespace']
        counted = range(2, 2 + len(mutant.planting.helpers))
    return Insertion(mutant.place.outer, 1, '\n' + '\n'.join(lines) + '\n', mutant, counted)


def statement(mutant, lines):
    text = '\n' + '\n'.join(lines) + ('' if mutant.place.ownLine else '\n')
    return Insertion(mutant.place.offset, 2, text, mutant, range(1, 1 + len(lines)))


def rewriting(mutant, text):
    begin, operand = mutant.place.operand
    lines = text.count('\n', operand, mutant.place.offset) + 1
    return Insertion(begin, 2, mutant.planting.instead, mutant, range(lines), operand - begin)


def write(text, mutants):
    """`text` with `mutants` in it; notes on each where its lines are."""
    insertions = [includes(mutants)]
    for mutant in mutants:
        if mutant.planting.instead is not None:
            insertions.append(rewriting(mutant, text))
        else:
            insertions.append(statement(mutant, mutant.planting.statement))
        if mutant.planting.helpers:
            insertions.append(helpers(mutant))
    return assemble(text, insertions, mutants)


def writeProbes(text, mutants, probe):
    """`text` with only probe(mutant), a line, where each statement would be."""
    insertions = [statement(mutant, [probe(mutant)]) for mutant in mutants]
    return assemble(text, insertions, []).text


def assemble(text, insertions, mutants):
    result, pieces, at, line, source = Mutated(''), [], 0, 1, 1
    for each in [*sorted(insertions, key=lambda each: (each.offset, each.rank)),
                 Insertion(len(text), 3, '')]:
        for number, part in enumerate(text[at:each.offset].split('\n')):
            line += number > 0
            source += number > 0
            if part:
                result.originalLine[line] = source
        pieces += [text[at:each.offset], each.text]
        at = each.offset + each.skip
        source += text.count('\n', each.offset, at)
        if each.mutant:
            lines = range(line + each.lines.start, line + each.lines.stop)
            if each.rank == 1:
                each.mutant.helperLines = lines
            else:
                each.mutant.statementLines = lines
        line += each.text.count('\n')
    result.text = ''.join(pieces)
    final = {old: new for new, old in result.originalLine.items()}
    for mutant in mutants:
        mutant.exits = tuple(final.get(line, 0) for line in mutant.place.exits)
    return result
