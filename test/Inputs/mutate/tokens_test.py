# tokens_test.py - what the tokenizer of mutate.py must not fall for.
import sys
import unittest

sys.path.insert(0, sys.argv.pop(1))
sys.dont_write_bytecode = True
from mutate.tokens import Lines, tokenize  # noqa: E402


def values(text):
    return [token.value for token in tokenize(text)]


class Tokens(unittest.TestCase):
    def test_comments_hold_no_code(self):
        self.assertEqual(values('a /* { " */ b // } co_await\nc'), ['a', 'b', 'c'])

    def test_spliced_line_comment_goes_on(self):
        self.assertEqual(values('a // x \\\n b {\nc'), ['a', 'c'])

    def test_strings_hold_no_code(self):
        self.assertEqual(values(r'f("a{\"}", u8"{", L"}")'),
                         ['f', '(', r'"a{\"}"', ',', 'u8"{"', ',', 'L"}"', ')'])

    def test_comment_marks_in_strings(self):
        self.assertEqual(values('"/*" x "*/" "//" y'), ['"/*"', 'x', '"*/"', '"//"', 'y'])

    def test_raw_string_ends_at_its_delimiter(self):
        self.assertEqual(values('a R"x({ )" \n )x" b'), ['a', 'R"x({ )" \n )x"', 'b'])

    def test_raw_string_with_prefix(self):
        self.assertEqual(values('u8R"({)" LR"(})" b')[-1], 'b')
        self.assertEqual(len(values('u8R"({)" LR"(})" b')), 3)

    def test_characters(self):
        self.assertEqual(values(r"'{' '\'' '\\' x"), ["'{'", r"'\''", r"'\\'", 'x'])

    def test_digit_separators_open_no_character(self):
        self.assertEqual(values("1'000'000 { 0x1p-3 }"), ["1'000'000", '{', '0x1p-3', '}'])

    def test_macro_definitions_hold_no_code(self):
        self.assertEqual(values('a\n#define X { \\\n  { \\\n  {\nb'), ['a', 'b'])

    def test_comment_carries_a_directive_over_its_line(self):
        self.assertEqual(values('#define X /* \n { \n */ {\nb'), ['b'])

    def test_hash_inside_a_line_is_no_directive(self):
        self.assertEqual(values('a # b\nc'), ['a', '#', 'b', 'c'])

    def test_dead_code(self):
        self.assertEqual(values("#if 0\n{ don't\n#else\na\n#endif\nb"), ['a', 'b'])

    def test_the_first_branch_stands_for_the_group(self):
        self.assertEqual(values('#ifdef A\nx {\n#elif B\ny {\n#else\nz {\n#endif\n}'),
                         ['x', '{', '}'])

    def test_groups_nest(self):
        self.assertEqual(values('#if 0\n#if 1\na\n#else\nb\n#endif\nc\n#endif\nd'), ['d'])

    def test_closing_angles_stay_apart(self):
        self.assertEqual(values('A<B<C>>x->y'), ['A', '<', 'B', '<', 'C', '>', '>', 'x', '->', 'y'])

    def test_unterminated_text_ends(self):
        for text in ('"abc\nx', "'", '/* x', 'R"(x', '#if 1', '#'):
            tokenize(text)

    def test_offsets_are_of_the_text(self):
        text = '/**/ ab\n "c" // d\n e1'
        for token in tokenize(text):
            self.assertEqual(text[token.begin:token.end], token.value)

    def test_lines(self):
        lines = Lines('a\nbc\n\nd')
        self.assertEqual([lines.line(n) for n in (0, 1, 2, 4, 5, 6)], [1, 1, 2, 2, 3, 4])


unittest.main()
