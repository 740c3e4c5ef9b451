# verdict.py - compares a run on mutants with the run before them.
#
# Says of each mutant whether it was found and, if not, what the outcome and
# the text tell about why; and of every other difference whether it has to do
# with a planted line. It must not excuse anything: a person reads the misses.
import collections
import re

# Words in an await that may lead to a thread on which blocking is allowed.
SWITCH = re.compile(r'schedule|resume_on|transfer|switch|pool|executor|dispatch|via|yield', re.I)


class Comparison:
    """What appeared, vanished or changed its fingerprint between two runs."""

    def __init__(self, before, after, written):
        self.before = before.shown()
        self.after = after.shown()
        self.written = written       # file to its Mutated
        self.surplus = after.counts() - before.counts()
        self.pairs = []              # (finding before, finding after)
        self.appeared = list(self.after)
        self.vanished = list(self.before)
        self.pairUp(lambda old: (self.spot(old), old.fingerprint),
                    lambda new: (self.originally(new), new.fingerprint))
        self.pairUp(self.spot, self.originally)
        self.pairUp(lambda old: old.fingerprint, lambda new: new.fingerprint)

    def spot(self, finding):
        return finding.check, finding.file, finding.line, finding.message

    def originally(self, finding):
        """The spot that a finding of the later run had before."""
        line = finding.line
        if finding.file in self.written:
            line = self.written[finding.file].originalLine.get(line, 0)
        return finding.check, finding.file, line, finding.message

    def pairUp(self, keyBefore, keyAfter):
        waiting = collections.defaultdict(list)
        for old in self.vanished:
            waiting[keyBefore(old)].append(old)
        left = []
        for new in self.appeared:
            if waiting[keyAfter(new)]:
                self.pairs.append((waiting[keyAfter(new)].pop(0), new))
            else:
                left.append(new)
        self.appeared = left
        self.vanished = [old for olds in waiting.values() for old in olds]

    def renumbered(self):
        """Findings that stayed and have another fingerprint."""
        return [new for old, new in self.pairs if old.fingerprint != new.fingerprint]

    def isNew(self, finding):
        """Whether its fingerprint is new, or it took the ordinal of an equal
        finding behind it in the same function, whose fingerprint is new then."""
        return self.surplus[finding.fingerprint] > 0 or any(
            self.surplus[each.fingerprint] > 0 and each.kin() == finding.kin()
            for each in self.renumbered())


class Verdict:
    def __init__(self, project, mutants, written, before, after):
        self.project = project
        self.mutants = mutants
        self.after = after
        self.comparison = Comparison(before, after, written)
        self.disturbed = []
        self.place()
        for mutant in mutants:
            if mutant.planting.expected and not mutant.found:
                mutant.reason = self.reason(mutant)

    def fileOf(self, mutant):
        return self.project.relative(mutant.place.file)

    def mutantAt(self, finding):
        for mutant in self.mutants:
            if (self.fileOf(mutant) == finding.file and mutant.expects(finding.line)
                    and mutant.planting.check in ('', finding.check)):
                return mutant
        return None

    def isOfAnotherCheck(self, finding):
        """What a second check says of a planted mistake is no disturbance."""
        return any(self.fileOf(mutant) == finding.file and mutant.touches(finding.line)
                   and mutant.planting.expected and mutant.planting.check
                   and mutant.planting.check != finding.check for mutant in self.mutants)

    def mutantsOn(self, places):
        return [mutant for mutant in self.mutants
                if any(file == self.fileOf(mutant) and mutant.touches(line)
                       for file, line in places)]

    def disturb(self, what, finding):
        self.disturbed.append(f'{what}: {finding.where()}: {finding.message} '
                              f'[{finding.check}, {finding.confidence}]')

    def place(self):
        kin = set()
        for finding in self.comparison.appeared:
            self.assign(finding, kin)
        for finding in self.comparison.vanished:
            self.disturb('vanished', finding)
        for finding in self.comparison.renumbered():
            if finding.kin() not in kin:
                self.disturb('changed its fingerprint', finding)

    def assign(self, finding, kin):
        mutant = self.mutantAt(finding)
        primary = [(finding.file, finding.line)]
        if mutant and mutant.planting.expected:
            kin.add(finding.kin())
            mutant.found = mutant.found or self.comparison.isNew(finding)
        elif mutant:
            mutant.found = True
            self.disturb(f"control '{mutant.planting.leaf}' reported", finding)
        elif self.isOfAnotherCheck(finding):
            pass
        elif self.mutantsOn(primary):
            self.disturb('reported in a helper that is no coroutine', finding)
        else:
            passed = self.mutantsOn(finding.places())
            if not passed or not all(each.planting.expected for each in passed):
                self.disturb('appeared', finding)

    def reason(self, mutant):
        """Why a mutant may have been missed, as far as can be told."""
        reasons = []
        readers = {self.project.relative(unit.file)
                   for unit in self.project.readers[mutant.place.file]}
        for unit in sorted(readers & set(self.after.failed)):
            reasons.append(f"'{unit}' failed: {self.after.failed[unit]}")
        for finding in self.after.findings:
            if mutant not in self.mutantsOn(finding.places()):
                continue
            if not finding.isShown():
                reasons.append(f"only '{finding.confidence}' at {finding.where()}: "
                               f'{finding.message}')
            elif self.mutantAt(finding) is mutant:
                reasons.append('its fingerprint is not new')
            else:
                reasons.append(f'reported at {finding.where()} instead: {finding.message}')
        if not reasons:
            reasons.append('nothing on its path was reported')
        for line, text in mutant.place.awaited:
            if SWITCH.search(text):
                reasons.append(f"after '{text}' on line {line}: it may run where blocking "
                               'is allowed')
        if 'catch' in mutant.place.around:
            reasons.append('in an exception handler')
        return '; '.join(reasons)
