# locks.py - mistakes with locks, planted like those that block.
#
# Each has locks of its own, so that it changes no order of the project's: two
# nested acquisitions swapped in one of two functions, a guard widened over an
# await, a lock taken again in a helper, a wait under a lock, and the same done
# right. Asked for by `--shapes 'lock-*'`; what cotidy knows is not looked at.
from .leaves import BLOCKING
from .shapes import Planting, Shape, shape

GUARDS = ('::std::lock_guard<::std::mutex> {guard}({lock});',
          '::std::unique_lock<::std::mutex> {guard}({lock});',
          '::std::scoped_lock {guard}({lock});',
          '::std::unique_lock<::std::mutex> {guard}({lock}, ::std::defer_lock); {guard}.lock();')
PAUSE = ('struct {name} {{ bool await_ready() const noexcept {{ return false; }} '
         'void await_suspend(::std::coroutine_handle<>) const noexcept {{}} '
         'void await_resume() const noexcept {{}} }};')
# Waits that end by another's doing, as this check counts them.
WAITS = tuple(leaf for leaf in BLOCKING if leaf.name in ('usleep', 'sleep_for', 'waitpid', 'future'))


class LockShape(Shape):
    """Base: a struct with two locks, an object of it, and guards for them."""
    byDefault = False
    check = ''
    mistake = True

    def isMistake(self):
        return self.mistake

    def plant(self, words):
        planting = Planting(self.name, self.mistake, {'<mutex>'}, check=self.check)
        owner, thing = words.name(), words.name()
        first, second = words.name(), words.name()
        planting.helpers += [
            f'struct {owner} {{ ::std::mutex {first}; ::std::mutex {second}; int level = 0; }};',
            f'{words.inline() or "static "}{owner} {thing};']
        self.place(words, planting, owner, thing, (first, second))
        return planting

    def guard(self, words, lock):
        return words.rng.choice(GUARDS).format(guard=words.name(), lock=lock)

    def under(self, words, thing, lock, rest):
        """A statement: takes a lock of the thing, and does the rest under it."""
        return [f'{{ {self.guard(words, f"{thing}.{lock}")} {rest} }}']

    def taking(self, words, planting, owner, lock):
        """A helper, or a chain of them, that takes the lock: gives its name."""
        name = words.name()
        planting.helpers.append(f'{words.inline()}int {name}({owner} &it) '
                                f'{{ {self.guard(words, "it." + lock)} return ++it.level; }}')
        for _ in range(words.rng.randrange(3)):
            inner, name = name, words.name()
            planting.helpers.append(f'{words.inline()}int {name}({owner} &it) '
                                    f'{{ return {inner}(it) + 1; }}')
        return name

    def place(self, words, planting, owner, thing, locks):
        raise NotImplementedError


@shape
class Swapped(LockShape):
    name = 'lock-swapped'
    summary = 'two nested acquisitions, swapped in one of two functions'
    check = 'cotidy-lock-order'

    def place(self, words, planting, owner, thing, locks):
        planting.inHelpers = True  # either way of the cycle is as good
        inner = self.taking(words, planting, owner, locks[1])
        planting.helpers.append(
            f'{words.inline()}int {words.name()}({owner} &it) '
            f'{{ {self.guard(words, "it." + locks[0])} return {inner}(it); }}')
        again = self.taking(words, planting, owner, locks[0])
        planting.statement = self.under(words, thing, locks[1], f'(void){again}({thing});')


@shape
class OverAwait(LockShape):
    name = 'lock-await'
    summary = 'a guard widened over an await'
    check = 'cotidy-lock-across-suspension'

    def place(self, words, planting, owner, thing, locks):
        planting.includes.add('<coroutine>')
        pause = words.name()
        planting.helpers.append(PAUSE.format(name=pause))
        planting.statement = self.under(words, thing, locks[0],
                                        f'co_await {pause}{{}}; ++{thing}.level;')


@shape
class Again(LockShape):
    name = 'lock-again'
    summary = 'a lock taken again in a helper'
    check = 'cotidy-self-deadlock'

    def place(self, words, planting, owner, thing, locks):
        again = self.taking(words, planting, owner, locks[0])
        planting.statement = self.under(words, thing, locks[0], f'(void){again}({thing});')


@shape
class WaitUnder(LockShape):
    name = 'lock-wait'
    summary = 'a wait under a lock that others take'
    check = 'cotidy-blocking-under-lock'

    def place(self, words, planting, owner, thing, locks):
        leaf = words.rng.choice(WAITS)
        planting.leaf = leaf.name
        planting.includes |= set(leaf.includes)
        self.taking(words, planting, owner, locks[0])
        self.taking(words, planting, owner, locks[0])
        call = self.chain(words, planting, words.body(leaf), words.rng.randrange(3))
        planting.statement = self.under(words, thing, locks[0], call)


@shape
class Right(LockShape):
    name = 'lock-right'
    summary = 'the same done right: must not be reported'
    mistake = False

    def place(self, words, planting, owner, thing, locks):
        inner = self.taking(words, planting, owner, locks[1])
        planting.statement = [
            f'{{ {{ {self.guard(words, f"{thing}.{locks[1]}")} ++{thing}.level; }} '
            f'{self.guard(words, f"{thing}.{locks[0]}")} (void){inner}({thing}); }}']
