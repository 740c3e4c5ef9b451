# ways.py - ways to a blocking call that no name at the call gives away.
#
# Operators, conversions, default arguments, static objects, callables behind
# pointers and in fields and containers, iterators and awaiters: one shape each,
# for the groups that `straight` and its kin leave out. They write text, as all
# shapes do; whether it is found is not theirs to say. Asked for by `way-*`.
from .shapes import Shape, shape

AWAITER = ('struct {name} {{ bool await_ready() {{ {ready} return {at}; }} '
           'void await_suspend(::std::coroutine_handle<> h) {{ {suspend} h.resume(); }} '
           'void await_resume() {{ {resume} }} }};')


class WayShape(Shape):
    """Base: up to two helper functions, then the way of the shape."""
    byDefault = False

    def write(self, words, planting, text):
        self.lead(words, planting, self.chain(words, planting, text, words.rng.randrange(3)))

    def lead(self, words, planting, call):
        raise NotImplementedError


@shape
class Operator(WayShape):
    name = 'way-operator'
    summary = 'an overloaded operator that blocks'

    def lead(self, words, planting, call):
        kind, local = words.name(), words.name()
        sign, use = words.rng.choice((('operator+(int)', '{} + 3'), ('operator++()', '++{}'),
                                      ('operator[](int)', '{}[3]'), ('operator*()', '*{}'),
                                      ('operator()(int)', '{}(3)'), ('operator<<(int)', '{} << 3')))
        planting.helpers.append(
            f'struct {kind} {{ int level = 0; int {sign} {{ {call} return ++level; }} }};')
        planting.statement = [f'{kind} {local}; (void)({use.format(local)});']


@shape
class Conversion(WayShape):
    name = 'way-conversion'
    summary = 'a conversion that blocks'

    def lead(self, words, planting, call):
        kind, local, user = words.name(), words.name(), words.name()
        planting.helpers.append(
            f'struct {kind} {{ int level = 0; operator int() {{ {call} return level; }} }};')
        planting.statement = [f'{kind} {local}; int {user} = {local}; (void){user};']


@shape
class DefaultArgument(WayShape):
    name = 'way-default'
    summary = 'a default argument that blocks'

    def lead(self, words, planting, call):
        made, used = words.name(), words.name()
        planting.helpers += [f'{words.inline()}int {made}() {{ {call} return 7; }}',
                             f'{words.inline()}int {used}(int level = {made}()) {{ return level; }}']
        planting.statement = [f'(void){used}();']


@shape
class StaticObject(WayShape):
    name = 'way-static-object'
    summary = 'a static object of a function whose constructor blocks'

    def lead(self, words, planting, call):
        kind, used = words.name(), words.name()
        planting.helpers += [
            f'struct {kind} {{ int level; {kind}() : level(1) {{ {call} }} }};',
            f'{words.inline()}int {used}() {{ static {kind} one; return one.level; }}']
        planting.statement = [f'(void){used}();']


@shape
class MadeUnique(WayShape):
    name = 'way-made-unique'
    summary = 'a constructor that blocks, behind make_unique or make_shared'

    def lead(self, words, planting, call):
        kind, local = words.name(), words.name()
        planting.includes.add('<memory>')
        planting.helpers.append(f'struct {kind} {{ int level; explicit {kind}(int first) '
                                f': level(first) {{ {call} }} }};')
        make = words.rng.choice(('make_unique', 'make_shared'))
        planting.statement = [f'auto {local} = ::std::{make}<{kind}>(3); (void){local};']


@shape
class Pointer(WayShape):
    name = 'way-pointer'
    summary = 'a function called through a pointer, in a variable or a table'

    def lead(self, words, planting, call):
        made, table = words.name(), words.name()
        planting.helpers.append(f'{words.inline()}int {made}(int level) {{ {call} return level; }}')
        if words.rng.randrange(2):
            planting.statement = [f'int (*{table})(int) = {made}; (void){table}(3);']
        else:
            planting.helpers.append(f'inline int (*const {table}[])(int) = {{{made}}};')
            planting.statement = [f'(void){table}[0](3);']


@shape
class Field(WayShape):
    name = 'way-field'
    summary = 'a callable kept in a field'

    def lead(self, words, planting, call):
        kind, local = words.name(), words.name()
        planting.includes |= {'<functional>', '<utility>'}
        planting.helpers.append(
            f'struct {kind} {{ ::std::function<void(int)> action; '
            f'explicit {kind}(::std::function<void(int)> given) : action(::std::move(given)) {{}} '
            f'void run() {{ action(3); }} }};')
        planting.statement = [f'{kind} {local}([](int level) {{ (void)level; {call} }}); '
                              f'{local}.run();']


@shape
class Container(WayShape):
    name = 'way-container'
    summary = 'callables kept in a vector and called from there'

    def lead(self, words, planting, call):
        local, each = words.name(), words.name()
        planting.includes |= {'<functional>', '<vector>'}
        planting.statement = [f'::std::vector<::std::function<void()>> {local}; '
                              f'{local}.push_back([] {{ {call} }}); '
                              f'for (auto &{each} : {local}) {each}();']


@shape
class Passed(WayShape):
    name = 'way-passed'
    summary = 'a callable passed to a function that calls it'

    def lead(self, words, planting, call):
        taker, local = words.name(), words.name()
        if words.rng.randrange(2):
            planting.includes |= {'<algorithm>', '<vector>'}
            planting.statement = [f'::std::vector<int> {local}(3); '
                                  f'::std::for_each({local}.begin(), {local}.end(), '
                                  f'[](int level) {{ (void)level; {call} }});']
            return
        planting.helpers.append(f'template <class F> void {taker}(F &&given) {{ given(3); }}')
        planting.statement = [f'{taker}([](int level) {{ (void)level; {call} }});']


@shape
class RangeFor(WayShape):
    name = 'way-range-for'
    summary = 'a range whose iterator blocks'

    def lead(self, words, planting, call):
        kind, step, local, each = (words.name() for _ in range(4))
        planting.helpers += [
            f'struct {step} {{ int level; int operator*() const {{ return level; }} '
            f'{step} &operator++() {{ {call} ++level; return *this; }} '
            f'bool operator!=(const {step} &other) const {{ return level != other.level; }} }};',
            f'struct {kind} {{ {step} begin() const {{ return {{0}}; }} '
            f'{step} end() const {{ return {{3}}; }} }};']
        planting.statement = [f'{kind} {local}; for (int {each} : {local}) (void){each};']


@shape
class Awaiter(WayShape):
    name = 'way-awaiter'
    summary = 'an awaiter that blocks in one of its three functions'

    def lead(self, words, planting, call):
        name, local = words.name(), words.name()
        planting.includes.add('<coroutine>')
        planting.inHelpers = True  # an awaiter is told by itself, too
        part = words.rng.choice(('ready', 'suspend', 'resume'))
        texts = {each: call if each == part else '' for each in ('ready', 'suspend', 'resume')}
        planting.helpers.append(AWAITER.format(
            name=name, at='false' if part == 'suspend' else 'true', **texts))
        planting.statement = [f'{name} {local}; co_await {local};']
