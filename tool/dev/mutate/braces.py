# braces.py - what each `{` of a file opens: a function, a lambda, a class ...
#
# Works on tokens alone, from the outside in, because the same words mean other
# things inside a body than outside. An unsure brace counts as an initializer,
# in which nothing is planted; it must not fail on text it does not understand.
from dataclasses import dataclass, field

PAIRS = {'(': ')', '[': ']', '{': '}'}
CONTROL = {'if', 'for', 'while', 'switch', 'catch'}
CLASS_WORDS = {'class', 'struct', 'union', 'enum'}
LAMBDA_WORDS = {'mutable', 'constexpr', 'consteval', 'static', 'noexcept', 'const'}
# A `[` after one of these words still opens a lambda, after a name it indexes.
BEFORE_VALUE = {'return', 'co_return', 'co_await', 'co_yield', 'case', 'else',
                'do', 'throw', 'in', 'and', 'or', 'not'}


@dataclass
class Brace:
    kind: str    # namespace, class, function, lambda, block, init
    begin: int   # index of the `{` token
    end: int     # index of its `}` token
    head: int    # index of the first token of what the brace belongs to
    parent: 'Brace' = None
    children: list = field(default_factory=list)

    def isBody(self):
        return self.kind in ('function', 'lambda')

    def outward(self):
        brace = self
        while brace is not None:
            yield brace
            brace = brace.parent


def matchBrackets(tokens):
    """Index of the partner of each bracket token; unpaired ones are left out."""
    partner, stack = {}, []
    for i, token in enumerate(tokens):
        if token.kind != 'mark':
            continue
        if token.value in PAIRS:
            stack.append(i)
        elif token.value in PAIRS.values():
            # A brace closes what was left open inside it.
            while stack and PAIRS[tokens[stack[-1]].value] != token.value:
                if token.value != '}':
                    break
                stack.pop()
            if stack and PAIRS[tokens[stack[-1]].value] == token.value:
                partner[stack[-1]] = i
                partner[i] = stack.pop()
    return partner


def skipAngles(tokens, partner, i):
    """The index after the `>` that closes the `<` at `i`, or None."""
    depth = 0
    while i < len(tokens):
        value = tokens[i].value
        if tokens[i].kind == 'mark':
            if value == '<':
                depth += 1
            elif value == '>':
                depth -= 1
                if depth == 0:
                    return i + 1
            elif value in (';', '}'):
                return None
            elif value in PAIRS:
                if i not in partner:
                    return None
                i = partner[i]
        i += 1
    return None


class Braces:
    """All paired braces of a file, each with its kind, in order."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.partner = matchBrackets(tokens)
        self.all = []
        stack = []
        for i, token in enumerate(tokens):
            while stack and i > stack[-1].end:
                stack.pop()
            if token.kind == 'mark' and token.value == '{' and i in self.partner:
                parent = stack[-1] if stack else None
                brace = self.classify(i, parent)
                self.all.append(brace)
                if parent:
                    parent.children.append(brace)
                stack.append(brace)

    def value(self, i):
        return self.tokens[i].value

    def headStart(self, i):
        """Where the declaration or statement that ends before `i` starts."""
        j = i - 1
        while j >= 0:
            value = self.value(j)
            if self.tokens[j].kind == 'mark':
                if value in (')', ']') and j in self.partner:
                    j = self.partner[j]
                elif value == '}' and self.endsRequires(j):
                    j = self.partner[j]
                elif value in ('(', '[', ';', '{', '}'):
                    return j + 1
            j -= 1
        return 0

    def endsRequires(self, j):
        """Whether the `}` at `j` ends a requires expression."""
        k = self.partner.get(j, 0) - 1
        if k > 0 and self.value(k) == ')' and k in self.partner:
            k = self.partner[k] - 1
        return k > 0 and self.value(k) == 'requires'

    def enclosedBy(self, head):
        """The bracket that stands right before `head`, if it is ( or [."""
        return head > 0 and self.value(head - 1) in ('(', '[')

    def classify(self, i, parent):
        head = self.headStart(i)
        end = self.partner[i]

        def made(kind, start=head):
            return Brace(kind, i, end, start, parent)

        start = self.lambdaStart(head, i)
        if start is not None:
            return made('lambda', start)
        if self.enclosedBy(head):
            return made('init')
        if parent is None or parent.kind in ('namespace', 'class'):
            return made(self.declarationKind(head, i, parent))
        if parent.kind == 'init':
            return made('init')
        return made(self.statementKind(head, i))

    def lambdaStart(self, head, i):
        """The `[` of the lambda whose body opens at `i`, or None."""
        j = i - 1
        while j >= head:
            if self.value(j) == ']' and j in self.partner:
                opening = self.partner[j]
                if self.isLambda(opening, j, i):
                    return opening
                j = opening
            elif self.value(j) == ')' and j in self.partner:
                j = self.partner[j]
            j -= 1
        return None

    def isLambda(self, opening, closing, i):
        before = self.tokens[opening - 1] if opening else None
        if before and (before.kind in ('text', 'number') or before.value in (')', ']', '[')
                       or before.kind == 'word' and before.value not in BEFORE_VALUE):
            return False
        if self.value(opening + 1) == '[':
            return False
        j = closing + 1
        if self.value(j) == '<':
            j = skipAngles(self.tokens, self.partner, j)
            if j is None:
                return False
        if self.value(j) == '(' and j in self.partner:
            j = self.partner[j] + 1
        while j < i:
            value = self.value(j)
            if value == '->' or value == 'requires':
                return not any(self.value(k) in ('=', ',') and self.tokens[k].kind == 'mark'
                               and not self.inAngles(j, k) for k in range(j, i))
            if value in ('(', '[') and j in self.partner:
                j = self.partner[j]
            elif value not in LAMBDA_WORDS and not value.startswith('__attribute'):
                return False
            j += 1
        return True

    def inAngles(self, begin, at):
        depth = 0
        for k in range(begin, at):
            depth += {'<': 1, '>': -1}.get(self.value(k), 0)
        return depth > 0

    def skipTemplate(self, head):
        """Past `template <...>`, requires clauses left in place, and attributes."""
        while head < len(self.tokens):
            value = self.value(head)
            if value == 'template' and self.value(head + 1) == '<':
                after = skipAngles(self.tokens, self.partner, head + 1)
                if after is None:
                    return head
                head = after
            elif value == '[' and self.value(head + 1) == '[' and head in self.partner:
                head = self.partner[head] + 1
            elif value in ('export', 'public', 'private', 'protected', ':'):
                head += 1
            else:
                return head
        return head

    def declarationKind(self, head, i, parent):
        first = self.skipTemplate(head)
        words = [self.value(k) for k in range(first, i)]
        if not words:
            return 'init'
        if 'namespace' in words[:2]:
            return 'namespace'
        if words[0] == 'extern' and self.tokens[i - 1].kind == 'text':
            return 'namespace'
        if any(word in CLASS_WORDS for word in words[:3]) and words[-1] != ')':
            if '=' not in words:
                return 'class'
        return 'function' if self.looksLikeFunction(first, i) else 'init'

    def looksLikeFunction(self, first, i):
        k = first
        while k < i:
            value = self.value(k)
            if value == '(' and k in self.partner:
                before = self.tokens[k - 1] if k > first else None
                if before and (before.kind == 'word' or before.value in (')', ']', '>')
                               or self.value(k - 2) == 'operator'):
                    return True
                k = self.partner[k]
            elif value == '=' and (k == first or self.value(k - 1) != 'operator'):
                return False
            k += 1
        return False

    def statementKind(self, head, i):
        """For a brace directly inside a body or block."""
        k = head
        while k < i:
            value = self.value(k)
            if value in CONTROL:
                k += 1
                while k < i and self.value(k) in ('constexpr', 'consteval', 'co_await', '!'):
                    k += 1
                if k < i and self.value(k) == '(' and k in self.partner:
                    k = self.partner[k] + 1
            elif value in ('else', 'do', 'try'):
                k += 1
            elif value == '[' and k + 1 < i and self.value(k + 1) == '[' and k in self.partner:
                k = self.partner[k] + 1
            else:
                break
        if k >= i:
            return 'block'
        words = [self.value(j) for j in range(k, i)]
        if words[-1] == ':':
            return 'block'
        if words[0] in CLASS_WORDS and '=' not in words and words[-1] != ')':
            return 'class'
        # NAME(...) { ... }: a block that a macro opens.
        if (self.tokens[k].kind == 'word' and len(words) > 1 and words[1] == '('
                and self.partner.get(k + 1) == i - 1):
            return 'block'
        return 'init'
