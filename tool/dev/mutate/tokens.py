# tokens.py - C++ text to tokens, enough to find function bodies in it.
#
# Comments, literals and preprocessor lines are told from code; the first
# branch of a conditional group stands for the group, `#if 0` is dead. It
# decides nothing about meaning and must not need a compiler.
import bisect
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Token:
    kind: str   # 'word', 'number', 'text' (string or character), 'mark'
    value: str  # literals keep their source text
    begin: int
    end: int


SPLICE = re.compile(r'\\[ \t]*\r?\n')
SPACE = re.compile(r'(?:[ \t\r\f\v]|\\[ \t]*\r?\n)+')
WORD = re.compile(r'[A-Za-z_$\x80-\U0010ffff][\w$\x80-\U0010ffff]*')
NUMBER = re.compile(r"\.?[0-9](?:[eEpP][+-]|'[0-9A-Za-z_]|[0-9A-Za-z_.])*")
RAW = re.compile(r'(?:u8|u|U|L)?R"([^()\\\s]{0,16})\(')
QUOTED = re.compile(r'(?:u8|u|U|L)?(?:"(?:[^"\\\n]|\\(?:\r?\n|.))*"'
                    r"|'(?:[^'\\\n]|\\(?:\r?\n|.))*')", re.S)
MARK = re.compile(r'->\*|<=>|\.\.\.|::|->|\+\+|--|&&|\|\||[-+*/%&|^=!<]=|.', re.S)
DIRECTIVE = re.compile(r'#[ \t]*(\w*)[ \t]*(.*)', re.S)


def tokenize(text):
    """The tokens of the live code of `text`, in order."""
    return Reader(text).read()


class Lines:
    """Offsets to line numbers, counted from 1."""

    def __init__(self, text):
        self.starts = [0] + [m.end() for m in re.finditer('\n', text)]

    def line(self, offset):
        return bisect.bisect_right(self.starts, offset)


class Reader:
    def __init__(self, text):
        self.text = text
        self.at = 0
        self.tokens = []
        self.groups = []  # one [live now, some branch was live] a conditional

    def read(self):
        fresh = True  # only white space so far on this line
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == '\n':
                self.at += 1
                fresh = True
            elif (space := SPACE.match(self.text, self.at)):
                self.at = space.end()
            elif self.skipComment():
                pass
            elif here == '#' and fresh:
                self.directive()
            else:
                fresh = False
                self.token()
        return self.tokens

    def live(self):
        return all(group[0] for group in self.groups)

    def skipComment(self):
        if self.text.startswith('/*', self.at):
            close = self.text.find('*/', self.at + 2)
            self.at = len(self.text) if close < 0 else close + 2
            return True
        if self.text.startswith('//', self.at):
            self.at = self.lineEnd(self.at)
            return True
        return False

    def lineEnd(self, at):
        """The newline that ends the line at `at`, past spliced ones."""
        while True:
            newline = self.text.find('\n', at)
            if newline < 0:
                return len(self.text)
            if not SPLICE.search(self.text, self.text.rfind('\n', 0, newline) + 1,
                                 newline + 1):
                return newline
            at = newline + 1

    def directive(self):
        begin = self.at
        end = self.lineEnd(begin)
        # A block comment that starts on the line may carry it past its end.
        probe = begin
        while True:
            opening = self.text.find('/*', probe, end)
            line = self.text.find('//', probe, end)
            if opening < 0 or 0 <= line < opening:
                break
            closing = self.text.find('*/', opening + 2)
            if closing < 0:
                end = len(self.text)
                break
            probe = closing + 2
            end = max(end, self.lineEnd(probe))
        self.at = end
        name, rest = DIRECTIVE.match(self.text[begin:end]).groups()
        self.branch(name, rest.strip())

    def branch(self, name, condition):
        if name in ('if', 'ifdef', 'ifndef'):
            dead = name == 'if' and re.match(r'(0|false)\b', condition)
            self.groups.append([not dead, not dead])
        elif name in ('else', 'elif', 'elifdef', 'elifndef') and self.groups:
            group = self.groups[-1]
            group[0] = not group[1]
            group[1] = True
        elif name == 'endif' and self.groups:
            self.groups.pop()

    def token(self):
        for kind, pattern in (('text', RAW), ('text', QUOTED), ('word', WORD),
                              ('number', NUMBER), ('mark', MARK)):
            match = pattern.match(self.text, self.at)
            if match:
                break
        end = match.end()
        if pattern is RAW:
            close = self.text.find(')' + match.group(1) + '"', end)
            end = len(self.text) if close < 0 else close + len(match.group(1)) + 2
        if self.live():
            self.tokens.append(Token(kind, self.text[self.at:end], self.at, end))
        self.at = end
