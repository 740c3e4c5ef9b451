# findings.py - one run of cotidy over the copy, and what it said.
#
# Reads the JSON that `cotidy check` writes; a finding is told from another by
# its fingerprint. All confidences are asked for, so that a miss can be told
# from a doubt. It must not know what was planted.
import collections
import json
import os
import subprocess
from dataclasses import dataclass

from .project import Unusable

SHOWN = ('certain', 'likely')


@dataclass(frozen=True)
class Finding:
    check: str
    fingerprint: str
    file: str       # relative to the root
    line: int
    column: int
    message: str
    confidence: str
    function: str
    leaf: str
    path: tuple     # (file, line) of every step of the witness

    def isShown(self):
        return self.confidence in SHOWN

    def places(self):
        return {(self.file, self.line), *self.path}

    def kin(self):
        """What its fingerprint has beside an ordinal."""
        return self.check, self.function, self.leaf

    def where(self):
        return f'{self.file}:{self.line}'


@dataclass
class Run:
    findings: list
    failed: dict    # unit to the cause of its failure
    analysed: int

    def shown(self):
        return [each for each in self.findings if each.isShown()]

    def counts(self):
        return collections.Counter(each.fingerprint for each in self.shown())


class Tool:
    """cotidy, run on one project again and again with one cache."""

    def __init__(self, binary, project, scratch):
        self.binary = binary
        self.project = project
        self.scratch = scratch

    def check(self):
        output = os.path.join(self.scratch, 'findings.json')
        if os.path.exists(output):
            os.remove(output)
        command = [self.binary, 'check', '-p', self.project.build,
                   '--root=' + self.project.root, '--format=json', '--output=' + output,
                   '--min-confidence=possible', '--checks=cotidy-*', '--quiet',
                   '--cache-dir=' + os.path.join(self.scratch, 'cache'),
                   '-j', str(self.project.jobs)]
        try:
            ran = subprocess.run(command, cwd=self.project.root, capture_output=True,
                                 text=True, errors='replace')
        except OSError as error:
            raise Unusable(f"cannot run '{self.binary}': {error.strerror}")
        if ran.returncode not in (0, 1, 2) or not os.path.exists(output):
            raise Unusable(f"'{' '.join(command)}' ended with status {ran.returncode}:\n"
                           + ran.stderr.strip())
        with open(output, encoding='utf-8') as stream:
            return readRun(json.load(stream), self.project.root)


def readRun(report, root):
    def relative(file):
        return os.path.relpath(file, root) if os.path.isabs(file) else file

    findings = [
        Finding(each['check'], each['fingerprint'], relative(each['file']), each['line'],
                each.get('column', 0), each['message'], each.get('confidence', 'likely'),
                each.get('function', ''), each.get('leaf', ''),
                tuple((relative(step['file']), step['line'])
                      for step in each.get('witness', ()) if step.get('file')))
        for each in report['findings']]
    summary = report.get('summary', {})
    failed = {relative(unit): cause.get('cause', '')
              for cause in summary.get('failures', ()) for unit in cause['units']}
    return Run(findings, failed, summary.get('analysed', 0))
