# places_test.py - where mutate.py may plant: in which bodies, between which
# statements. In each text a line that ends with a comment `+` must be a place,
# and no other line may be one.
import sys
import unittest

sys.path.insert(0, sys.argv.pop(1))
sys.dont_write_bytecode = True
from mutate.places import placesIn  # noqa: E402


def marked(text):
    return [number for number, line in enumerate(text.split('\n'), 1) if line.endswith('// +')]


def lines(text, **wanted):
    return sorted({place.line for place in placesIn('x.cpp', text)
                   if all(getattr(place, key) == value for key, value in wanted.items())})


class Bodies(unittest.TestCase):
    def check(self, text, **wanted):
        self.assertEqual(lines(text, **wanted), marked(text))

    def test_coroutines_only(self):
        self.check('int f() {\n  return 1;\n}\n'
                   'task g() { // +\n  co_await f(); // +\n}\n')

    def test_body_of_a_lambda_is_its_own(self):
        self.check('void f() {\n  run([&]() -> task<> { // +\n    co_return;\n  });\n  g();\n}\n')

    def test_plain_lambda_in_a_coroutine(self):
        self.check('task f() { // +\n  auto g = [] {\n    h();\n  }; // +\n  co_await g(); // +\n}\n')

    def test_lambda_as_an_argument_in_a_coroutine(self):
        self.check('task f() { // +\n  co_await g([x = 1](int y) mutable noexcept {\n    h();\n'
                   '  }); // +\n}\n')

    def test_local_class(self):
        self.check('task f() { // +\n  struct A : B<int> {\n    int g() {\n      return 1;\n'
                   '    }\n  }; // +\n  co_await A(); // +\n}\n')

    def test_initializers_are_no_blocks(self):
        self.check('task f() { // +\n  A a{\n    1,\n    2};  // +\n  int b[] = {\n    1};  // +\n'
                   '  co_await g(B{\n    1}); // +\n}\n')

    def test_operator_co_await_is_no_await(self):
        self.check('auto f() {\n  return x.operator co_await();\n}\n'
                   'struct A {\n  auto operator co_await() {\n    return 1;\n  }\n};\n')

    def test_return_types(self):
        self.check('auto f() -> task<int> { // +\n  co_return 1;\n}\n'
                   'task<a<b>> g(int x) const noexcept { // +\n  co_return;\n}\n')

    def test_members_and_namespaces(self):
        self.check('namespace a::b {\nextern "C++" {\nstruct S final : T<decltype(f())> {\n'
                   '  task g() { // +\n    co_return;\n  }\n};\n}\n}\n')

    def test_after_an_enum_and_an_initialized_variable(self):
        self.check('enum class E : int { A };\nint x = f(B{1});\nA y{1};\n'
                   'task g() { // +\n  co_return;\n}\n')

    def test_macro_blocks(self):
        self.check('TEST("a", b) {\n  SECTION("c") {\n    x([]() -> task { // +\n'
                   '      CHECK(1) { // +\n        co_await y(); // +\n      } // +\n    }());\n  }\n}\n')

    def test_generators_are_left_out(self):
        self.check('generator<int> f() {\n  co_yield 1;\n  co_return;\n}\n'
                   'void g() {\n  [](int x) -> async_generator<int> {\n    co_await x;\n  };\n}\n'
                   'task<> h(generator<int> x) { // +\n  co_await x; // +\n}\n')

    def test_nothing_in_text_or_comments(self):
        self.check('// task f() { co_await x; }\nconst char *s = R"(\ntask f() {\n co_await x;\n})";\n')

    def test_templates(self):
        for head in ('template <class T> task f(T) {', 'task f(auto x) {', 'task f(C auto x) {',
                     'template <class T> requires requires(T t) { t.x(); } task f(T) {'):
            self.assertTrue(all(place.template for place in placesIn('x', head + '\nco_await x;\n}')))
            self.assertEqual(lines(head + '\nco_await x;\n}', template=True), [1, 2], head)
        inner = 'template <class T> struct A {\n  task f() { // +\n    co_return;\n  }\n};\n'
        self.check(inner, template=True)
        self.check('template <> task f<int>(int) { // +\n  co_return;\n}\n', template=False)
        self.check('auto f = [](auto x) -> task { // +\n  co_return;\n};\n', template=True)
        self.check('auto f = []<class T>(T x) -> task { // +\n  co_return;\n};\n', template=True)


class Boundaries(unittest.TestCase):
    def check(self, *body):
        text = 'task f() { // +\n' + '\n'.join(body) + '\n}\n'
        self.assertEqual(lines(text), marked(text))

    def test_nothing_after_a_way_out(self):
        for out in ('return;', 'co_return 1;', 'throw 1;'):
            self.check('co_await x; // +', out, 'y();', '{', 'z();', '}')

    def test_reached_again_after_a_branch(self):
        self.check('if (a) { // +', 'co_return;', '} // +', 'co_await x; // +')

    def test_both_branches_leave(self):
        self.check('if (a)', 'co_return;', 'else {  // +', 'co_return;', '}', 'x();')

    def test_unbraced_branches_stay_whole(self):
        self.check('if (a)', 'b();', 'else', 'c(); // +', 'for (;a;)', 'if (b)', 'co_await c(); // +')

    def test_else_if(self):
        self.check('if (a) { // +', 'b(); // +', '} else if (c) { // +', 'd(); // +', '} // +',
                   'co_await x; // +')

    def test_loops(self):
        self.check('for (int i = 0; i < 3; ++i) { // +', 'continue;', 'x();', '} // +',
                   'do { // +', 'co_await x; // +', '} while (a); // +')

    def test_endless_loops(self):
        self.check('while (true) { // +', 'co_await x; // +', '}', 'y();')
        self.check('for (;;) { // +', 'if (a)', 'break; // +', 'co_await x; // +', '} // +',
                   'y(); // +')

    def test_switch(self):
        self.check('switch (a) {', 'case 1: {  // +', 'x(); // +', 'break;', 'y();', '}',
                   'case A::B:', 'z(); // +', 'default:', 'co_return;', '} // +', 'x(); // +')

    def test_labels(self):
        self.check('goto end;', 'x();', 'end:', 'co_await y; // +')

    def test_if_constexpr(self):
        self.check('if constexpr (a) {', 'x();', '} else {', 'y();', '} // +', 'co_await z; // +')
        self.check('if consteval {', 'x();', '} // +', 'co_await z; // +')

    def test_handlers(self):
        self.check('try { // +', 'co_await x; // +', '} catch (A &) { // +', 'y(); // +',
                   '} catch (...) { // +', 'throw;', '} // +', 'z(); // +')

    def test_attributes(self):
        self.check('[[maybe_unused]] int x = 1; // +', 'if (a) [[likely]] { // +',
                   'co_await b; // +', '} // +')

    def test_several_on_a_line(self):
        found = placesIn('x', 'task f() { a(); co_await b; }')
        self.assertEqual([place.ownLine for place in found], [False] * 3)
        self.assertEqual([place.offset for place in found], [10, 15, 27])

    def test_ways_out_of_the_block(self):
        text = ('task f() {\n  if (a)\n    co_return;\n  g([] {\n    return 1;\n  });\n'
                '  {\n    co_await b;\n    throw 1;\n  }\n}\n')
        found = {place.line: place.exits for place in placesIn('x', text)}
        self.assertEqual(found, {1: (3, 9, 11), 3: (9, 11), 6: (9, 11), 7: (9, 10), 8: (9, 10)})

    def test_what_is_told_of_a_place(self):
        text = ('int a;\nnamespace n {\nstruct S {\n  task f() {\n    co_await x.schedule();\n'
                '    try {\n      y();\n    } catch (...) {\n    }\n  }\n};\n}\n')
        place = [each for each in placesIn('x', text) if each.line == 7][0]
        self.assertEqual(text[place.outer:place.outer + 8], 'struct S')
        self.assertEqual((place.owner, place.around, place.exits), ('f', ('try',), (8,)))
        self.assertEqual(place.awaited, ((5, 'co_await x.schedule();'),))


unittest.main()
