# shapes.py - how a planted mistake is reached from the coroutine.
#
# One small class a shape, registered by name: later kinds of mistake are added
# here or in a file beside it. A shape writes text; it must neither look at the
# place it will stand at nor decide whether it was found.
from dataclasses import dataclass, field

from .leaves import BLOCKING, HARMLESS

SHAPES = {}

STEMS = ('load refresh update store fetch prepare check close flush resolve sync apply visit '
         'measure commit renew collect format locate verify').split()
THINGS = ('settings index cache entry session record quota profile table batch report key '
          'limit route host volume state segment ledger label').split()


def shape(cls):
    SHAPES[cls.name] = cls()
    return cls


@dataclass
class Planting:
    """Text of one mistake: in front of the coroutine, and in its body."""
    leaf: str
    expected: bool = True        # a finding is wanted; not for a control
    includes: set = field(default_factory=set)
    helpers: list = field(default_factory=list)
    statement: list = field(default_factory=list)
    toBlockEnd: bool = False     # its effect shows where control leaves the block
    check: str = ''              # the check that is to find it; empty: any
    inHelpers: bool = False      # a finding in its helpers is as good
    instead: str = None          # stands for the co_await of the statement before the place


class Words:
    """Fresh names, and what else is random about one planting."""

    def __init__(self, rng, number, header):
        self.rng = rng
        self.number = number
        self.header = header  # helpers must be inline, not in a nameless namespace
        self.count = 0

    def name(self):
        self.count += 1
        pair = self.rng.choice(STEMS) + '_' + self.rng.choice(THINGS)
        return f'{pair}_{self.number}_{self.count}'

    def inline(self):
        return 'inline ' if self.header else ''

    def body(self, leaf):
        return leaf.text.format(a=self.name(), b=self.name(), c=self.name())


class Shape:
    """Base: picks a leaf, and can put helper functions in front of it."""
    name = ''
    summary = ''
    leaves = BLOCKING
    byDefault = True  # else only when --shapes names it
    rewrites = False  # changes the await before the place instead of adding one

    def isMistake(self):
        return self.leaves is not HARMLESS

    def plant(self, words):
        leaf = words.rng.choice(self.leaves)
        planting = Planting(leaf.name, self.isMistake(), set(leaf.includes))
        self.write(words, planting, words.body(leaf))
        return planting

    def write(self, words, planting, text):
        raise NotImplementedError

    def chain(self, words, planting, text, depth):
        """`depth` helper functions around `text`; gives the outermost call."""
        for _ in range(depth):
            text = self.helper(words, planting, text)
        return text

    def helper(self, words, planting, text):
        name, form = words.name(), words.rng.randrange(4)
        if form == 0:
            planting.helpers.append(f'{words.inline()}void {name}() {{ {text} }}')
            return f'{name}();'
        if form == 1:
            planting.helpers.append(
                f'{words.inline()}int {name}(int level) {{ {text} return level + 1; }}')
            return f'(void){name}({words.rng.randrange(90)});'
        member = words.name()
        if form == 2:
            planting.helpers.append(f'struct {name} {{ static void {member}() {{ {text} }} }};')
            return f'{name}::{member}();'
        local = words.name()
        planting.helpers.append(
            f'struct {name} {{ int level = 0; void {member}() {{ ++level; {text} }} }};')
        return f'{name} {local}; {local}.{member}();'


class Straight(Shape):
    depth = 0

    def write(self, words, planting, text):
        call = self.chain(words, planting, text, self.depth)
        planting.statement = ['{ ' + call + ' }']


def straight(count):
    words = ('no', 'one', 'two', 'three', 'four')
    plural = '' if count == 1 else 's'
    shape(type(f'Straight{count}', (Straight,), {
        'name': f'straight-{count}', 'depth': count,
        'summary': f'a blocking call behind {words[count]} helper function{plural}'}))


for each in range(5):
    straight(each)


@shape
class Constructor(Shape):
    name = 'constructor'
    summary = 'a local object whose constructor blocks'

    def write(self, words, planting, text):
        call = self.chain(words, planting, text, words.rng.randrange(3))
        name, local = words.name(), words.name()
        planting.helpers.append(
            f'struct {name} {{ explicit {name}(int first) : level(first) {{ {call} }} '
            f'int level; }};')
        planting.statement = [f'{name} {local}({words.rng.randrange(90)}); (void){local};']


@shape
class Destructor(Shape):
    name = 'destructor'
    summary = 'a local object whose destructor blocks'

    def write(self, words, planting, text):
        call = self.chain(words, planting, text, words.rng.randrange(3))
        name, local = words.name(), words.name()
        planting.helpers.append(
            f'struct {name} {{ {name}() {{}} ~{name}() {{ {call} }} int level = 0; }};')
        declared = f'{name} {local}; {local}.level = {words.rng.randrange(90)};'
        if words.rng.randrange(2):
            planting.statement = ['{ ' + declared + ' }']
        else:
            planting.statement = [declared]
            planting.toBlockEnd = True


@shape
class Override(Shape):
    name = 'override'
    summary = 'a virtual function called through a reference to its base'

    def write(self, words, planting, text):
        call = self.chain(words, planting, text, words.rng.randrange(2))
        base, derived, member, user = (words.name() for _ in range(4))
        planting.helpers += [
            f'struct {base} {{ virtual ~{base}() = default; virtual void {member}() = 0; }};',
            f'struct {derived} final : {base} {{ void {member}() override {{ {call} }} }};',
            f'{words.inline()}void {user}({base} &target) {{ target.{member}(); }}']
        local = words.name()
        planting.statement = [f'{derived} {local}; {user}({local});']
        if words.rng.randrange(2):
            planting.helpers.pop()
            planting.statement = [f'{derived} {local}; {base} &{user} = {local}; {user}.{member}();']


@shape
class LambdaCalled(Shape):
    name = 'lambda-called'
    summary = 'a lambda that is called where it is written'

    def write(self, words, planting, text):
        call = self.chain(words, planting, text, words.rng.randrange(3))
        planting.statement = ['[] { ' + call + ' }();']


@shape
class LambdaStored(Shape):
    name = 'lambda-stored'
    summary = 'a lambda that is kept in a variable and called from there'

    def write(self, words, planting, text):
        call = self.chain(words, planting, text, words.rng.randrange(3))
        local = words.name()
        planting.statement = [f'auto {local} = [](int level) {{ {call} return level; }};',
                              f'(void){local}({words.rng.randrange(90)});']


@shape
class Control(Shape):
    name = 'control'
    summary = 'the same without any waiting: must not be reported'
    leaves = HARMLESS

    def write(self, words, planting, text):
        wanted = [each for each in SHAPES.values() if each.isMistake() and each.byDefault]
        words.rng.choice(wanted).write(words, planting, text)
