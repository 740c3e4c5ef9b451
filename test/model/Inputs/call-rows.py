#!/usr/bin/env python3
"""Writes a C++ file that calls every C function of a model file.

    call-rows.py HEADERS < NAMES-AND-CATEGORIES > SOURCE

Each is called with values that nobody knows: once by a coroutine, where the line
is marked with the finding to expect, and once by a plain function that a thread
runs, where nothing is to be found. Names with '::' are left out.
"""

import sys

OFF_BY_DEFAULT = {"console", "log"}

print(f'''#include "{sys.argv[1]}"
#include "task.h"
#include <thread>

template <class... A> struct List;
template <class F> struct Signature;
template <class R, class... A> struct Signature<R(A...)> {{ using Arguments = List<A...>; }};
template <class R, class... A> struct Signature<R(A...) noexcept> : Signature<R(A...)> {{}};
template <class R, class... A> struct Signature<R(A..., ...)> : Signature<R(A...)> {{}};
template <class R, class... A> struct Signature<R(A..., ...) noexcept> : Signature<R(A...)> {{}};
''')

for number, line in enumerate(sys.stdin):
    name, category = line.split()
    if "::" in name or "*" in name:
        continue
    marker = "" if category in OFF_BY_DEFAULT else f" // finds: {category}"
    print(f'''template <class L> struct Caller{number};
template <class... A> struct Caller{number}<List<A...>> {{
  static Task bad(A... Values) {{
    (::{name})(Values...);{marker}
    co_return;
  }}
  static void ok(A... Values) {{ (::{name})(Values...); }}
  static void start(A... Values) {{ std::thread(&Caller{number}::ok, Values...).detach(); }}
}};
template struct Caller{number}<Signature<decltype(::{name})>::Arguments>;
''')
