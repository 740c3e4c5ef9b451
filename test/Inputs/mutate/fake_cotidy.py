#!/usr/bin/env python3
# fake_cotidy.py - stands in for cotidy where mutate.py itself is tested.
#
# Its behaviour is the value of FAKE_COTIDY; it reads source text only, and so
# knows planted text by the names that mutate.py makes up.
import hashlib
import json
import os
import re
import sys

mode = os.environ['FAKE_COTIDY']
option = dict(word[2:].split('=', 1) for word in sys.argv if word.startswith('--') and '=' in word)
root = option['root']
PLANTED = re.compile(r'\w+_(\d+)_\d+\b|::(usleep|poll|system|fsync|waitpid)\(|::std::')
CONTROL = re.compile(r'volatile|= \[\] \{ ::usleep|WNOHANG|detach|nullptr, 0, 0')


def finding(file, line, text, step=None, confidence='likely', extra=''):
    mark = hashlib.sha1(f'{file} {text} {extra}'.encode()).hexdigest()
    return {'check': 'cotidy-blocking-call', 'file': file, 'line': line, 'column': 1,
            'message': 'it blocks', 'confidence': confidence, 'function': 'f', 'leaf': text,
            'fingerprint': mark,
            'witness': [{'file': file, 'line': step or line, 'column': 1, 'text': 'here'}]}


def sources():
    for folder, _, names in os.walk(os.path.join(root, 'src')):
        for name in sorted(names):
            path = os.path.join(folder, name)
            with open(path) as stream:
                yield os.path.relpath(path, root), stream.read().split('\n')


def planted(lines):
    """Planted statements, helpers left out: line, text, whether it is a control."""
    helper = False
    for number, line in enumerate(lines, 1):
        helper = (helper or line == 'namespace {') and line != '} // namespace'
        match = PLANTED.search(line)
        if match and not helper and not line.startswith(('struct ', 'inline ', '#')):
            every = '_%s_' % match.group(1)
            around = [each for each in lines if every in each or each is line]
            yield number, line, any(map(CONTROL.search, around))


findings = []
for file, lines in sources():
    own = [(n, line) for n, line in enumerate(lines, 1) if 'waitForInput();' in line]
    news = list(planted(lines))
    if mode == 'everything':
        findings += [finding(file, n, line, extra=n) for n, line in enumerate(lines, 1)]
    elif mode == 'every-line-once':
        findings += [finding(file, n, line) for n, line in enumerate(lines, 1)]
    elif mode != 'nothing':
        findings += [finding(file, n, line) for n, line in own
                     if mode != 'forgetful' or not news]
        for n, line, control in news:
            if mode == 'doubtful':
                findings.append(finding(file, n, line, confidence='possible'))
            elif mode == 'elsewhere':
                findings.append(finding(file, 1, line, step=n))
            elif not control or mode == 'alarmed':
                findings.append(finding(file, n, line))
            if mode == 'nervous':
                findings.append(finding(file, 2, line, step=3))

if mode == 'fails':
    print('cotidy: no such check', file=sys.stderr)
    sys.exit(3)
failures = [{'cause': 'crashed', 'cure': '', 'units': ['src/server.cpp', 'src/clients.cpp']}]
with open(option['output'], 'w') as stream:
    json.dump({'findings': findings,
               'summary': {'analysed': 2, 'failed': 0,
                           'failures': failures if mode == 'nothing' else []}}, stream)
sys.exit(1 if findings else 0)
