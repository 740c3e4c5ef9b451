#!/usr/bin/env python3
# new-check.py - begins a check.
#
#   tool/dev/new-check.py NAME "SUMMARY" [ROOT]
#
# Writes the manifest's line, a rule, a page and a test, which build and pass as
# they are, and brings the docs' tables in step. What is to be filled in is marked
# in a way that tool/dev/style.py does not let through.
import os
import re
import subprocess
import sys

MARK = "FILL" + "-IN"
PREFIX = "cotidy-"

RULE = '''//===- {rule}.cpp - {name} {dashes}===//
// {mark}: what it finds, where a finding stands, and what it leaves alone.
// What it needs to know it asks of the program; it reads no file.
//===----------------------------------------------------------------------===//
#include "program/Witness.h"
#include "rules/Rule.h"

namespace cotidy {{

using namespace facts;

/// {mark}: the question that decides.
static bool isMistake(const Program::Impl &P, const Fact &X) {{ return false; }}

void find{rule}(const Program::Impl &P, Drafts &Out) {{
  for (uint32_t I = 0; I < P.U.Functions.size(); ++I)
    for (const Block &B : P.U.Functions[I].Blocks)
      for (const Fact &X : B.Facts) {{
        if (!isMistake(P, X))
          continue;
        Draft D;
        D.What.Check = "{name}";
        D.What.Message = quoted(P.U, FnId(I)) + " {mark}: what happens when it runs";
        D.What.Cure = "{mark}: what to write instead";
        D.In = FnId(I);
        D.At = X.At;
        Out.push_back(std::move(D));
      }}
}}

}} // namespace cotidy
'''

PAGE = '''# {name}

{Summary}.

{mark}: what goes wrong when the program runs, and why no test shows it.

## Example

```cpp bad
{mark}
```

```cpp good
{mark}
```

The first gives

```
{mark}
```

## What it finds

## What to do instead

## Where it is silent on purpose

## Limits

## Suppressing

`// NOLINT({name})` at the reported line suppresses the finding.
'''

TEST = '''// {Summary}. {mark}: which shapes this file is about.
//
// RUN: %cotidy check %s --root=%S --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: --allow-empty < %t
#include <coroutine>

struct task {{
  struct promise_type {{
    task get_return_object() {{ return {{}}; }}
    std::suspend_never initial_suspend() noexcept {{ return {{}}; }}
    std::suspend_never final_suspend() noexcept {{ return {{}}; }}
    void return_void() {{}}
    void unhandled_exception() {{}}
  }};
}};

task ok_nothing() {{ co_return; }}
'''


def write(root, file, text):
    path = os.path.join(root, file)
    if os.path.exists(path):
        sys.exit(f"new-check.py: there is a file '{file}' already")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    print(file)


def add_line(root, name, rule, summary):
    path = os.path.join(root, "checks", "Checks.def")
    with open(path, encoding="utf-8") as text:
        lines = text.read().split("\n")
    last = max(n for n, line in enumerate(lines) if line.startswith("CHECK("))
    lines.insert(last + 1, f'CHECK({rule}, "{name}", "{summary}")')
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(lines))
    print(os.path.join("checks", "Checks.def"))


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit('usage: tool/dev/new-check.py NAME "SUMMARY" [ROOT]')
    name, summary = sys.argv[1], sys.argv[2].rstrip(".")
    tools = os.path.dirname(os.path.abspath(__file__))
    root = os.path.normpath(sys.argv[3] if len(sys.argv) == 4 else os.path.join(tools, "..", ".."))
    name = name if name.startswith(PREFIX) else PREFIX + name
    if not re.fullmatch(r"cotidy(-[a-z][a-z0-9]*)+", name):
        sys.exit(f"new-check.py: '{name}' is no name of a check: lower case, words joined by '-'")
    if not summary or summary[0].isupper() or '"' in summary:
        sys.exit("new-check.py: the summary is one sentence, in lower case, without quotes")
    rule = "".join(word.capitalize() for word in name.removeprefix(PREFIX).split("-"))
    words = {"name": name, "rule": rule, "mark": MARK, "Summary": summary[0].upper() + summary[1:],
             "dashes": "-" * max(2, 80 - len(f"//===- {rule}.cpp - {name} ===//"))}
    write(root, os.path.join("checks", "rules", f"{rule}.cpp"), RULE.format(**words))
    write(root, os.path.join("docs", "checks", f"{name}.md"), PAGE.format(**words))
    write(root, os.path.join("test", "checks", f"{name}.cpp"), TEST.format(**words))
    add_line(root, name, rule, summary)
    return subprocess.run([sys.executable, os.path.join(tools, "sync.py"), root]).returncode


if __name__ == "__main__":
    sys.exit(main())
