# places.py - where in a file a statement can be planted in a coroutine.
#
# A place is the end of a line between two statements of a coroutine's own body
# that control can reach as far as the text shows. Generators are left out, and
# templates unless asked for; nothing else is, however hard it is to analyse.
from dataclasses import dataclass

from .braces import CONTROL, Braces
from .tokens import Lines, tokenize

AWAITS = {'co_await', 'co_return', 'co_yield'}
LEAVES = {'return', 'co_return', 'throw', 'break', 'continue', 'goto'}


@dataclass
class Place:
    file: str
    offset: int        # the statement goes in here
    line: int          # of `offset`
    ownLine: bool      # nothing but the end of the line follows
    outer: int         # offset of the namespace-level declaration around it
    owner: str         # how the text names the coroutine
    body: int          # offset of the body's `{`: tells coroutines apart
    template: bool
    exits: tuple       # lines on which control leaves the enclosing block behind it
    around: tuple = () # enclosing statements, outermost first
    awaited: tuple = ()  # (line, text) of own awaits before the place
    operand: tuple = ()  # (offset of its co_await, of what it awaits), if the
                         # statement before the place awaits a call, and no more


def placesIn(file, text):
    """Every place of `text`, in order."""
    source = Source(file, text)
    found = []
    for brace in source.braces.all:
        if brace.isBody() and source.isCoroutine(brace) and not source.isGenerator(brace):
            found += source.placesOf(brace)
    return found


class Source:
    def __init__(self, file, text):
        self.file = file
        self.text = text
        self.tokens = tokenize(text)
        self.braces = Braces(self.tokens)
        self.lines = Lines(text)

    def value(self, i):
        return self.tokens[i].value if i < len(self.tokens) else ''

    def line(self, i):
        return self.lines.line(self.tokens[i].begin)

    # What the body is.

    def own(self, brace):
        """Indices of the tokens of a body, without nested bodies and classes."""
        inner = [child for child in self.braces.all if brace.begin < child.begin < brace.end
                 and (child.isBody() or child.kind == 'class')]
        i = brace.begin + 1
        for child in inner:
            if child.begin < i:
                continue
            yield from range(i, child.begin)
            i = child.end + 1
        yield from range(i, brace.end)

    def isCoroutine(self, brace):
        return any(self.value(i) in AWAITS and self.value(i - 1) != 'operator'
                   for i in self.own(brace))

    def isGenerator(self, brace):
        if brace.kind == 'function':
            name = self.nameIndex(brace)
            words = [*range(brace.head, name)]
            words += range(self.braces.partner.get(name + 1, name), brace.begin)
        else:
            words = range(self.braces.partner[brace.head], brace.begin)
            depth = [i for i in words if self.value(i) == '->']
            words = range(depth[-1], brace.begin) if depth else []
        return any('generator' in self.value(i).lower() for i in words)

    def nameIndex(self, brace):
        """The word before the parameter list of a function."""
        i = self.braces.skipTemplate(brace.head)
        while i < brace.begin:
            if (self.value(i) == '(' and i > brace.head
                    and self.value(i - 1) not in ('decltype', 'alignas', '__attribute__',
                                                  'explicit', 'requires', 'noexcept')):
                return i - 1
            if self.value(i) in ('(', '[') and i in self.braces.partner:
                i = self.braces.partner[i]
            i += 1
        return brace.head

    def owner(self, brace):
        parts = []
        for each in brace.outward():
            if each.kind == 'function':
                parts.append(self.value(self.nameIndex(each)))
            elif each.kind == 'lambda':
                parts.append(f'(lambda at line {self.line(each.head)})')
        return '::'.join(reversed(parts))

    def isTemplate(self, brace):
        return any(self.headIsTemplate(each) for each in brace.outward()
                   if each.isBody() or each.kind == 'class')

    def headIsTemplate(self, brace):
        begin = brace.head
        if brace.kind == 'lambda':
            begin = self.braces.partner[brace.head] + 1
            if self.value(begin) == '<':
                return True
        elif any(self.value(i) == 'template' and self.value(i + 1) == '<'
                 and self.value(i + 2) != '>' for i in range(begin, brace.begin)):
            return True
        # A parameter of type auto makes a template; a return type does not.
        i = begin
        while i < brace.begin:
            if self.value(i) == '(' and i in self.braces.partner:
                close = self.braces.partner[i]
                if brace.kind != 'class' and 'auto' in map(self.value, range(i, close)):
                    return True
                i = close
            i += 1
        return False

    # Where a statement fits.

    def placesOf(self, brace):
        outermost = brace
        for each in brace.outward():
            if each.kind != 'namespace':
                outermost = each
        awaits = [i for i in self.own(brace) if self.value(i) == 'co_await']
        template = self.isTemplate(brace)
        owner = self.owner(brace)
        places = []
        statements = Statements(self)
        for after, around, blockEnd in statements.boundaries(brace):
            offset, own = self.lineRest(after)
            places.append(Place(
                self.file, offset, self.lines.line(offset), own,
                self.tokens[outermost.head].begin, owner,
                self.tokens[brace.begin].begin, template,
                self.exits(brace, after, blockEnd), around,
                tuple((self.line(i), self.excerpt(i)) for i in awaits if i <= after),
                self.operand(statements.awaits.get(after))))
        return places

    def operand(self, at):
        return () if at is None else (self.tokens[at].begin, self.tokens[at + 1].begin)

    def lineRest(self, after):
        """Where to insert behind token `after`: its line's end if that is free."""
        end = self.tokens[after].end
        newline = self.text.find('\n', end)
        following = self.tokens[after + 1].begin
        if newline < 0 or following < newline or self.text.find('/*', end, newline) >= 0:
            return end, False
        if self.text[newline - 1] == '\\':
            return end, False
        return newline, True

    def exits(self, brace, after, blockEnd):
        """Lines between `after` and the end of the block that may leave it."""
        ways = [i for i in self.own(brace)
                if after < i < blockEnd and self.value(i) in LEAVES]
        return tuple(self.line(i) for i in [*ways, blockEnd])

    def excerpt(self, i):
        """The text of the await at `i`, cut short."""
        line = self.text[self.tokens[i].begin:].split('\n', 1)[0]
        return line.strip()[:60]


class Statements:
    """A small reader of statements: boundaries that control can reach."""

    def __init__(self, source):
        self.source = source
        self.value = source.value
        self.partner = source.braces.partner
        self.found = []
        self.awaits = {}  # from the `;` of an await that is a statement to its co_await

    def boundaries(self, brace):
        self.block(brace.begin, (), True)
        return self.found

    def block(self, begin, around, wanted, reached=True):
        """Reads `{ ... }`; tells whether control leaves it for good."""
        end = self.partner[begin]
        at = begin + 1
        self.note(begin, around, end, wanted and reached)
        while at < end:
            if self.value(at) in ('case', 'default') or (
                    self.source.tokens[at].kind == 'word' and self.value(at + 1) == ':'):
                reached = True
            after, leaves = self.statement(at, end, around, wanted and reached)
            if leaves:
                reached = False
            at = max(after, at + 1)
            self.note(at - 1, around, end, wanted and reached)
        return not reached

    def note(self, after, around, end, wanted):
        if not wanted or self.value(after) not in ('{', '}', ';'):
            return
        if self.value(after + 1) in (';', ')', ','):
            return
        self.found.append((after, around, end))

    def statement(self, at, end, around, wanted):
        """Reads one statement; gives the index after it and whether it leaves."""
        value = self.value(at)
        if value == '{':
            return self.partner[at] + 1, self.block(at, around, wanted)
        if value in ('case', 'default'):
            return self.label(at, end, around, wanted)
        if self.source.tokens[at].kind == 'word' and self.value(at + 1) == ':':
            return self.statement(at + 2, end, around, wanted)
        if value == 'if':
            return self.choice(at, end, around, wanted)
        if value in CONTROL:
            return self.loop(at, end, around, wanted)
        if value == 'do':
            after, _ = self.statement(at + 1, end, around + ('do',), wanted)
            return self.simple(after, end), False
        if value == 'try':
            return self.attempt(at, end, around, wanted)
        if value == '[' and self.value(at + 1) == '[' and at in self.partner:
            return self.statement(self.partner[at] + 1, end, around, wanted)
        macro = self.macroBlock(at)
        if macro:
            self.block(macro, around + (value,), wanted)
            return self.partner[macro] + 1, False
        after = self.simple(at, end)
        if value == 'co_await' and wanted and self.value(after - 2) == ')':
            self.awaits[after - 1] = at
        return after, value in LEAVES

    def macroBlock(self, at):
        if self.source.tokens[at].kind == 'word' and self.value(at + 1) == '(':
            close = self.partner.get(at + 1)
            if close and self.value(close + 1) == '{' and close + 1 in self.partner:
                return close + 1
        return None

    def label(self, at, end, around, wanted):
        while at < end and self.value(at) != ':':
            at = self.partner[at] if self.value(at) in ('(', '{') and at in self.partner else at
            at += 1
        if at + 1 >= end:
            return end, False
        return self.statement(at + 1, end, around, wanted)

    def condition(self, at):
        """The index after the parenthesis of the control word at `at`."""
        at += 1
        while self.value(at) in ('constexpr', 'consteval', 'co_await', '!'):
            at += 1
        return self.partner.get(at, at) + 1

    def choice(self, at, end, around, wanted):
        fixed = self.value(at + 1) in ('constexpr', 'consteval', '!')
        wanted = wanted and not fixed
        first = self.condition(at)
        if self.value(at + 1) == 'consteval' or self.value(at + 2) == 'consteval':
            first = at + 2 if self.value(at + 1) == 'consteval' else at + 3
        after, leaves = self.statement(first, end, around + ('if',), wanted)
        if self.value(after) != 'else':
            return after, False
        after, second = self.statement(after + 1, end, around + ('else',), wanted)
        return after, leaves and second

    def loop(self, at, end, around, wanted):
        after = self.condition(at)
        head = [self.value(k) for k in range(at, after)]
        forever = head in (['while', '(', 'true', ')'], ['while', '(', '1', ')'],
                           ['for', '(', ';', ';', ')'])
        if head[0] == 'switch' and self.value(after) == '{':
            # Nothing stands in front of the first case.
            self.block(after, around + ('switch',), wanted, reached=False)
            return self.partner[after] + 1, False
        done, _ = self.statement(after, end, around + (head[0],), wanted)
        # Without a break of its own, nothing behind an endless loop is reached.
        leaves = forever and not any(self.value(k) in ('break', 'goto')
                                     for k in range(after, done))
        return done, leaves

    def attempt(self, at, end, around, wanted):
        after, leaves = self.statement(at + 1, end, around + ('try',), wanted)
        while self.value(after) == 'catch':
            after, each = self.statement(self.condition(after), end, around + ('catch',), wanted)
            leaves = leaves and each
        return after, leaves

    def simple(self, at, end):
        """The index after the `;` of the simple statement at `at`."""
        while at < end:
            value = self.value(at)
            if value == ';':
                return at + 1
            if value in ('(', '[', '{') and at in self.partner:
                at = self.partner[at]
            at += 1
        return end
