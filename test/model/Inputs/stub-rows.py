#!/usr/bin/env python3
"""Writes a program that calls every function of model rows, and what it must find.

    stub-rows.py FOLDER < ROWS

ROWS come from 'model-rows --calls': one JSON object a row. FOLDER/stubs/rows.h
gets declarations of the names alone, in the shape that a name tells, and
FOLDER/rows.cpp calls each of them in a coroutine (found, with the row's
category), in a thread's body (silent), and, where the row has conditions, so
that one of them holds (silent).
"""

import json
import os
import re
import sys

OFF_BY_DEFAULT = {"console", "log"}

PROLOGUE = """#pragma once
namespace std {
template <class R, class... A> struct coroutine_traits { using promise_type = typename R::promise_type; };
template <class P = void> struct coroutine_handle {
  static coroutine_handle from_address(void *) noexcept;
};
template <> struct coroutine_handle<void> {
  template <class P> coroutine_handle(coroutine_handle<P>) noexcept;
};
struct suspend_never {
  bool await_ready() const noexcept { return true; }
  void await_suspend(coroutine_handle<>) const noexcept {}
  void await_resume() const noexcept {}
};
}
struct Anything { template <class T> operator T() const; };
Anything anything();
"""

TASK = """#include <rows.h>
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
"""


class Scope:
    """A class, or what looks like one by its name: its parts, and its members."""

    def __init__(self):
        self.inner = {}
        self.members = set()

    def at(self, path):
        scope = self
        for part in path:
            scope = scope.inner.setdefault(part, Scope())
        return scope


def split(name):
    """'a::b::operator()' into ['a', 'b', 'operator()']; globs become a name."""
    owner, operator, symbol = name.partition("operator")
    if operator and re.match(r"[^\w:]", symbol + " "):
        return owner.rstrip(":").split("::") + [operator + symbol]
    return name.replace("*", "Any").split("::")


def declare(name, scope, depth):
    pad = "  " * depth
    lines = [f"{pad}struct {name} {{"]
    special = {"~" + name, name}
    for member in sorted(scope.members):
        if member == "~" + name:
            lines.append(f"{pad}  ~{name}();")
        elif member == name:
            lines.append(f"{pad}  template <class F, class... A> explicit {name}(F &&, A &&...);")
        elif member.startswith("operator") and not re.match(r"operator\w", member):
            arguments = "" if member == "operator->" else "class... A"
            lines.append(f"{pad}  template <{arguments}> Anything {member}(A &&...);" if arguments
                         else f"{pad}  Anything *{member}();")
        else:
            lines.append(f"{pad}  template <class... A> Anything {member}(A &&...);")
    if name in scope.members:
        lines.append(f"{pad}  {name}();")
    for inner, one in sorted(scope.inner.items()):
        lines += declare(inner, one, depth + 1)
    lines.append(f"{pad}}};")
    return lines


def call(row, arguments):
    """A statement that calls the row's function, and whether the finding stands at
    the end of the scope."""
    parts = split(row["name"])
    owner, member = parts[:-1], parts[-1]
    actual = ", ".join(arguments)
    if not owner:
        return f"::{member}({actual});", False
    where = "::".join(owner)
    if member == owner[-1]:
        return f"{where} Object({actual or 'anything()'});", False
    if member == "~" + owner[-1]:
        return f"{where} Object;", True
    return f"static {where} Object; Object.{member}({actual});", False


def argumentsOf(row, holds=None):
    """Arguments of which nothing is known, but for the conditions' own."""
    given = {}
    count = row["arguments"]
    for condition in row["unless"]:
        if condition["is"] == "not":
            given[condition["arg"]] = str(condition["number"])
    if holds:
        given.pop(holds["arg"], None)
        kind = holds["is"]
        if kind == "equals":
            given[holds["arg"]] = str(holds["number"])
        elif kind == "flag":
            given[holds["arg"]] = str(holds["number"])
        elif kind in ("zero", "null"):
            given[holds["arg"]] = "nullptr" if kind == "null" else "0"
        elif kind == "true":
            given[holds["arg"]] = "true"
        elif kind == "not":
            given[holds["arg"]] = "anything()"
        else:
            return None
    last = given.pop("last", None)
    numbers = [n for n in given if isinstance(n, int)]
    count = max([count] + [n + 1 for n in numbers])
    values = [given.get(n, "anything()") for n in range(count)]
    if last is not None:
        values.append(last)
    return values


def main():
    folder = sys.argv[1]
    rows = [json.loads(line) for line in sys.stdin]
    root = Scope()
    functions = set()
    for row in rows:
        parts = split(row["name"])
        if len(parts) == 1:
            functions.add(parts[0])
        else:
            root.at(parts[:-1]).members.add(parts[-1])
    header = [PROLOGUE]
    header += [f'extern "C" Anything *{name}(...);' for name in sorted(functions)]
    standard = root.inner.pop("std", Scope())
    thread = standard.at(["thread"])
    thread.members |= {"thread", "~thread", "detach"}
    header.append("namespace std {")
    header += [f"template <class... A> Anything {name}(A &&...);" for name in sorted(standard.members)]
    for name, scope in sorted(standard.inner.items()):
        header += declare(name, scope, 0)
    header.append("}")
    for name, scope in sorted(root.inner.items()):
        header += declare(name, scope, 0)

    program = [TASK]
    for number, row in enumerate(rows):
        category = row["category"]
        found = "" if category in OFF_BY_DEFAULT else f" // finds: {category}"
        arguments = argumentsOf(row)
        if row["name"].startswith("std::") and row["name"].count("::") == 1:
            statement, atEnd = f"::{row['name']}({', '.join(arguments)});", False
        else:
            statement, atEnd = call(row, arguments)
        program.append(f"// {row['origin']}")
        program.append(f"Task bad{number}() {{\n  {statement}{'' if atEnd else found}\n"
                       f"  co_return;{found if atEnd else ''}\n}}")
        program.append(f"static void body{number}() {{ {statement} }}")
        program.append(f"void start{number}() {{ std::thread(&body{number}).detach(); }}")
        for which, condition in enumerate(row["unless"]):
            quiet = argumentsOf(row, condition)
            if quiet is None or atEnd or statement.startswith("::std"):
                continue
            program.append(f"Task ok{number}_{which}() {{\n  {call(row, quiet)[0]}\n  co_return;\n}}")
    os.makedirs(os.path.join(folder, "stubs"), exist_ok=True)
    with open(os.path.join(folder, "stubs", "rows.h"), "w") as text:
        text.write("\n".join(header) + "\n")
    with open(os.path.join(folder, "rows.cpp"), "w") as text:
        text.write("\n".join(program) + "\n")


main()
