# tasks.py - mistakes with tasks: not awaited, awaited twice, outliving an argument.
#
# Two rewrite an await of the project: its co_await goes away, or its task goes
# into a variable that nobody looks at. The others bring task types of their own
# and plant what uses them, wrong or right. Asked for by `--shapes 'task-*'`;
# what cotidy knows is not looked at.
from .shapes import Planting, Shape, shape

PAUSE = ('struct {name} {{ bool await_ready() const noexcept {{ return false; }} '
         'void await_suspend(::std::coroutine_handle<> h) const noexcept {{ h.resume(); }} '
         'void await_resume() const noexcept {{}} }};')
DETACHED = ('struct {name} {{ struct promise_type {{ {name} get_return_object() {{ return {{}}; }} '
            '::std::suspend_never initial_suspend() noexcept {{ return {{}}; }} '
            '::std::suspend_never final_suspend() noexcept {{ return {{}}; }} '
            'void return_void() {{}} void unhandled_exception() {{}} }}; }};')
# How a task is awaited: itself an awaiter, by an operator, by one for rvalues only.
AWAITERS = (
    'bool await_ready() const noexcept {{ return false; }} '
    '::std::coroutine_handle<> await_suspend(::std::coroutine_handle<> h) const noexcept '
    '{{ frame.promise().next = h; return frame; }} void await_resume() const noexcept {{}}',
    'struct awaiter {{ handle frame; bool await_ready() const noexcept {{ return false; }} '
    '::std::coroutine_handle<> await_suspend(::std::coroutine_handle<> h) const noexcept '
    '{{ frame.promise().next = h; return frame; }} void await_resume() const noexcept {{}} }}; '
    'awaiter operator co_await() const noexcept {{ return {{frame}}; }}',
    'struct awaiter {{ handle frame; bool await_ready() const noexcept {{ return !frame; }} '
    '::std::coroutine_handle<> await_suspend(::std::coroutine_handle<> h) const noexcept '
    '{{ frame.promise().next = h; return frame; }} void await_resume() const noexcept {{}} }}; '
    'awaiter operator co_await() && noexcept {{ return {{frame}}; }}')
TASK = ('struct {name} {{ struct promise_type; using handle = ::std::coroutine_handle<promise_type>; '
        'struct promise_type {{ ::std::coroutine_handle<> next; '
        '{name} get_return_object() {{ return {name}(handle::from_promise(*this)); }} '
        '::std::suspend_always initial_suspend() noexcept {{ return {{}}; }} '
        'struct back {{ bool await_ready() noexcept {{ return false; }} '
        '::std::coroutine_handle<> await_suspend(handle h) noexcept '
        '{{ return h.promise().next ? h.promise().next : ::std::noop_coroutine(); }} '
        'void await_resume() noexcept {{}} }}; '
        'back final_suspend() noexcept {{ return {{}}; }} '
        'void return_void() {{}} void unhandled_exception() {{}} }}; '
        'explicit {name}(handle h) : frame(h) {{}} '
        '{name}({name} &&other) noexcept : frame(::std::exchange(other.frame, {{}})) {{}} '
        '~{name}() {{ if (frame) frame.destroy(); }} AWAITER handle frame; }};')
BORROWED = ('const ::std::string &', '::std::string_view ', '::std::string &&',
            'const ::std::vector<int> &')


class TaskShape(Shape):
    """Base: a mistake that one check of tasks is to find."""
    byDefault = False
    check = ''
    mistake = True

    def isMistake(self):
        return self.mistake

    def plant(self, words):
        planting = Planting(self.name, self.mistake, check=self.check)
        self.place(words, planting)
        return planting

    def place(self, words, planting):
        raise NotImplementedError

    def type(self, words, planting, text, **parts):
        name = words.name()
        planting.includes |= {'<coroutine>', '<string>', '<string_view>', '<utility>', '<vector>'}
        planting.helpers.append(text.format(name=name, **parts))
        return name

    def task(self, words, planting):
        """A lazy task type, and a coroutine that returns one: their names."""
        way = words.rng.randrange(len(AWAITERS))
        name = self.type(words, planting, TASK.replace('AWAITER', AWAITERS[way]))
        pause, made = self.type(words, planting, PAUSE), words.name()
        planting.helpers.append(f'{words.inline()}{name} {made}(int level) '
                                f'{{ co_await {pause}{{}}; (void)level; }}')
        for _ in range(words.rng.randrange(2)):
            inner, made = made, words.name()
            planting.helpers.append(f'{words.inline()}{name} {made}(int level) '
                                    f'{{ return {inner}(level + 1); }}')
        return name, f'{made}({words.rng.randrange(90)})', way == 2


@shape
class Removed(TaskShape):
    name = 'task-removed'
    summary = "an await of the project without its co_await"
    check = 'cotidy-unawaited-task'
    rewrites = True

    def place(self, words, planting):
        planting.instead = ''


@shape
class Stored(TaskShape):
    name = 'task-stored'
    summary = 'an await of the project that stores its task instead'
    check = 'cotidy-unawaited-task'
    rewrites = True

    def place(self, words, planting):
        planting.instead = f'auto {words.name()} = '


@shape
class Detached(TaskShape):
    name = 'task-detached'
    summary = 'a call with a temporary argument, detached'
    check = 'cotidy-dangling-reference'

    def place(self, words, planting):
        planting.inHelpers = True  # for T && it is the coroutine that must change
        fire, pause = (self.type(words, planting, text) for text in (DETACHED, PAUSE))
        body = f'{{ co_await {pause}{{}}; (void)text.size(); }}'
        made = words.name()
        if words.rng.randrange(4) == 0:
            planting.statement = [f'[text = ::std::string("{made}")]() -> {fire} {body}();']
            return
        kind = words.rng.choice(BORROWED)
        value = '::std::vector<int>(3)' if 'vector' in kind else f'::std::string("{made}")'
        planting.helpers.append(f'{words.inline()}{fire} {made}({kind}text) {body}')
        if words.rng.randrange(3) == 0:
            inner, made = made, words.name()
            given = 'static_cast<::std::string &&>(text)' if '&&' in kind else 'text'
            planting.helpers.append(f'{words.inline()}void {made}({kind}text) '
                                    f'{{ {inner}({given}); }}')
        if words.rng.randrange(3) == 0:
            local = words.name()
            given = f'::std::move({local})' if '&&' in kind else local
            planting.statement = [f'{{ auto {local} = {value}; {made}({given}); }}']
        else:
            planting.statement = [f'{made}({value});']


@shape
class Twice(TaskShape):
    name = 'task-twice'
    summary = 'a task awaited twice: in turn, in a loop, after a branch, after it was given away'
    check = 'cotidy-use-after-await'

    def place(self, words, planting):
        kind, call, rvalue = self.task(words, planting)
        local, other = words.name(), words.name()
        use = f'co_await ::std::move({local});' if rvalue else f'co_await {local};'
        form = words.rng.randrange(4)
        if form == 0:
            text = f'{use} {use}'
        elif form == 1:
            text = f'for (int {other} = 0; {other} < 2; ++{other}) {{ {use} }}'
        elif form == 2:
            planting.helpers.append(f'{words.inline()}bool {other}(int level) '
                                    f'{{ return level % 3 == 1; }}')
            text = f'if ({other}({words.rng.randrange(90)})) {{ {use} }} {use}'
        else:
            planting.helpers.append(f'{words.inline()}{kind} {other}({kind} given) '
                                    f'{{ co_await ::std::move(given); }}')
            text = f'co_await {other}(::std::move({local})); {use}'
        planting.statement = [f'{{ auto {local} = {call}; {text} }}']


@shape
class Right(TaskShape):
    name = 'task-right'
    summary = 'tasks awaited once, values given to detached ones: must not be reported'
    mistake = False

    def place(self, words, planting):
        kind, call, rvalue = self.task(words, planting)
        fire, pause = (self.type(words, planting, text) for text in (DETACHED, PAUSE))
        local, other, made = words.name(), words.name(), words.name()
        use = f'co_await ::std::move({local});' if rvalue else f'co_await {local};'
        planting.helpers.append(f'{words.inline()}{fire} {made}(::std::string text) '
                                f'{{ co_await {pause}{{}}; (void)text.size(); }}')
        form = words.rng.randrange(4)
        if form == 0:
            planting.statement = [f'{{ auto {local} = {call}; {use} }}']
        elif form == 1:
            planting.statement = [f'for (int {other} = 0; {other} < 2; ++{other}) '
                                  f'{{ auto {local} = {call}; {use} }}']
        elif form == 2:
            each = f'co_await ::std::move({other});' if rvalue else f'co_await {other};'
            planting.statement = [f'{{ ::std::vector<{kind}> {local}; {local}.push_back({call}); '
                                  f'for (auto &{other} : {local}) {each} }}']
        else:
            planting.statement = [f'{made}(::std::string("{other}"));']
