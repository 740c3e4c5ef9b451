# trial.py - plants mutants in rounds and measures what happens to each.
#
# A mutant counts if the compiler accepts it and sees it. It is found if a new
# finding stands at its statement; whatever else appears or vanishes without
# passing through planted lines is disturbed. Nothing here writes to the user.
import collections
from dataclasses import dataclass, field

from . import edits
from .edits import Mutant
from .shapes import SHAPES, Words
from .verdict import Verdict


@dataclass
class Tally:
    planted: int = 0
    compiled: int = 0
    found: int = 0


@dataclass
class Outcome:
    tallies: dict
    misses: list = field(default_factory=list)
    disturbed: list = field(default_factory=list)
    rejected: list = field(default_factory=list)
    rounds: int = 0


class Trial:
    def __init__(self, project, tool, rng, options):
        self.project = project
        self.tool = tool
        self.rng = rng
        self.options = options
        self.texts = {}
        self.number = 0
        self.outcome = Outcome({name: Tally() for name in options.shapes})

    # Choosing.

    def gather(self, placesIn):
        """Reads every file; coroutines with their places, in a fixed order."""
        bodies = collections.defaultdict(list)
        for file in sorted(self.project.readers):
            with open(file, encoding='utf-8', errors='surrogateescape', newline='') as stream:
                self.texts[file] = stream.read()
            for place in placesIn(file, self.texts[file]):
                if self.options.templates or not place.template:
                    bodies[file, place.body].append(place)
        self.bodies = [bodies[key] for key in sorted(bodies)]
        return self.bodies

    def wanted(self):
        """The shapes that still lack mutants, those that lack most first."""
        lack = {name: self.options.each(name) - tally.compiled
                for name, tally in self.outcome.tallies.items()}
        names = [name for name in lack for _ in range(lack[name])]
        names.sort(key=lambda name: -lack[name])
        return names

    def nextRound(self):
        """Mutants for one run: each in a declaration of its own."""
        names = self.wanted()[:self.options.together]
        bodies = [body for body in self.bodies if body]
        self.rng.shuffle(bodies)
        taken, mutants = set(), []
        for body in bodies:
            if len(mutants) == len(names):
                break
            declaration = body[0].file, body[0].outer
            if declaration in taken:
                continue
            fitting = self.fitting(names[len(mutants)], body)
            if not fitting:
                continue
            taken.add(declaration)
            place = fitting[self.rng.randrange(len(fitting))]
            body.remove(place)
            mutants.append(self.make(names[len(mutants)], place))
        return mutants

    def fitting(self, name, body):
        """Places of a body where such a mutant can stand."""
        return [place for place in body if place.operand or not SHAPES[name].rewrites]

    def make(self, name, place):
        self.number += 1
        words = Words(self.rng, self.number, edits.isHeader(place.file))
        self.outcome.tallies[name].planted += 1
        return Mutant(self.number, name, place, SHAPES[name].plant(words))

    # Writing.

    def put(self, file, text):
        with open(file, 'w', encoding='utf-8', errors='surrogateescape', newline='') as stream:
            stream.write(text)

    def byFile(self, mutants):
        groups = collections.defaultdict(list)
        for mutant in mutants:
            groups[mutant.place.file].append(mutant)
        return dict(sorted(groups.items()))

    def reject(self, mutant, reason):
        mutant.reason = reason
        self.outcome.rejected.append(mutant)

    def acceptedIn(self, item):
        """The mutants of one file that the compiler sees and accepts."""
        file, mutants = item
        unit = self.project.readers[file][0]
        seen = self.seenBy(unit, file, mutants)
        kept = []
        if seen:
            self.put(file, edits.write(self.texts[file], seen).text)
            if self.project.compiles(unit):
                kept = seen
            elif len(seen) > 1:
                for mutant in seen:
                    self.put(file, edits.write(self.texts[file], kept + [mutant]).text)
                    if self.project.compiles(unit):
                        kept.append(mutant)
        self.put(file, self.texts[file])
        return seen, kept

    def seenBy(self, unit, file, mutants):
        """Those whose place is compiled at all: not in the dead arm of an #if,
        nor in a template that nobody instantiates."""
        plain = [each for each in mutants if not each.place.template]
        self.put(file, edits.writeProbes(self.texts[file], plain, self.mark))
        text = self.project.run(unit, '-E').stdout
        seen = [each for each in plain if self.mark(each) in text]
        for mutant in mutants:
            if mutant.place.template and self.isInstantiated(file, mutant):
                seen.append(mutant)
        self.put(file, self.texts[file])
        return seen

    def mark(self, mutant):
        return f'cotidy_probe_{mutant.number}_end;'

    def isInstantiated(self, file, mutant):
        # An assertion that always fails is an error only where it is instantiated.
        mark = f'cotidy_probe_{mutant.number}_end'
        self.put(file, edits.writeProbes(self.texts[file], [mutant],
                                         lambda _: f'static_assert(false, "{mark}");'))
        return any(mark in self.project.run(unit, '-fsyntax-only').stderr
                   for unit in self.project.readers[file][:self.options.probes])

    def sift(self, mutants):
        """Rejects what does not count; gives the rest by file."""
        groups = self.byFile(mutants)
        # Files are checked at the same time only if no unit reads two of them.
        serial = any(edits.isHeader(file) for file in groups)
        answers = ([self.acceptedIn(item) for item in groups.items()] if serial
                   else self.project.inParallel(self.acceptedIn, groups.items()))
        left = {}
        for (file, planted), (seen, kept) in zip(groups.items(), answers):
            for mutant in planted:
                if mutant not in seen:
                    self.reject(mutant, 'the place is not compiled')
                elif mutant not in kept:
                    self.reject(mutant, 'does not compile')
            if kept:
                left[file] = kept
        return left

    # Measuring.

    def run(self, placesIn):
        self.gather(placesIn)
        self.before = self.tool.check()
        while self.wanted():
            mutants = self.nextRound()
            if not mutants:
                break
            groups = self.sift(mutants)
            if groups:
                self.measure(groups)
        return self.outcome

    def measure(self, groups):
        self.outcome.rounds += 1
        written = {}
        for file, mutants in groups.items():
            written[self.project.relative(file)] = edits.write(self.texts[file], mutants)
            self.put(file, written[self.project.relative(file)].text)
        try:
            after = self.tool.check()
        finally:
            for file in groups:
                self.put(file, self.texts[file])
        self.count([each for mutants in groups.values() for each in mutants], written, after)

    def count(self, mutants, written, after):
        verdict = Verdict(self.project, mutants, written, self.before, after)
        self.outcome.disturbed += verdict.disturbed
        for mutant in mutants:
            tally = self.outcome.tallies[mutant.shape]
            tally.compiled += 1
            tally.found += mutant.found
            if mutant.planting.expected and not mutant.found:
                self.outcome.misses.append(mutant)
