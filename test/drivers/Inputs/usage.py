#!/usr/bin/env python3
# Runs the command with wrong arguments: each must end with status 3 and one
# line on standard error that says what is wrong. usage.py COTIDY
import subprocess
import sys

WRONG = [
    (["--formt=json"], "unknown option '--formt'; did you mean '--format'?"),
    (["check", "--nonsense-at-all"], "unknown option '--nonsense-at-all'; 'cotidy check --help' lists them"),
    (["check", "-std=c++20"], "unknown option '-std=c++20'; compiler flags stand after '--'"),
    (["dump", "-j", "2"], "the command 'dump' has no option '-j'"),
    (["--format"], "option '--format' needs a value: --format=FORMAT"),
    (["--format=xml"], "option '--format': 'xml' is not a format (text, json, sarif)"),
    (["--format=jsn"], "option '--format': 'jsn' is not a format; did you mean 'json'? (text, json, sarif)"),
    (["--format=html"], "option '--format': 'html' is not a format (text, json, sarif)"),
    (["--format=json", "--format=sarif"], "only one '--format' can go to standard output; give the others an '--output=FILE'"),
    (["--format=json", "--output=x", "--format=sarif", "--output=x"], "two formats go to the file 'x'"),
    (["--output=x", "--output=y"], "option '--output': a '--format' has one file; 'x' is given already"),
    (["-j", "many"], "option '-j': 'many' is not a number"),
    (["-j"], "option '-j' needs a value: -j N"),
    (["--quiet=yes"], "option '--quiet' takes no value"),
    (["--min-confidence=sure"], "option '--min-confidence': 'sure' is not a confidence; use certain, likely or possible"),
    (["--fail-on=always"], "option '--fail-on': 'always' is not a confidence; use certain, likely or possible"),
    (["--cache-size=lots"], "option '--cache-size': 'lots' is not a size; write 500M or 2G"),
    (["-p", "x", "a.cpp", "--", "-DX"], "'-p' and '-- FLAGS' exclude each other"),
    (["chekc"], "there is no file or folder 'chekc'; did you mean 'check'?"),
    (["no-such-file.cpp", "--", "-std=c++20"], "there is no file or folder 'no-such-file.cpp'"),
    (["--", "-std=c++20"], "no source file is named; write 'cotidy check FILE... -- FLAGS'"),
    (["--root=/no/such/folder", sys.argv[0], "--"], "the project root '/no/such/folder' is no folder"),
    (["--checks=cotidy-blocking-cal", sys.argv[0], "--"], "option '--checks': 'cotidy-blocking-cal' names no check; did you mean 'cotidy-blocking-call'?"),
    (["--header-filter=[", sys.argv[0], "--"], "option '--header-filter': '[' is not a regular expression"),
    # Options of the design that are not built yet are not accepted in silence.
    (["--fix"], "unknown option '--fix'"),
    (["--diff"], "unknown option '--diff'"),
    (["--baseline"], "option '--baseline' needs a value: --baseline=FILE"),
    (["--index=x"], "unknown option '--index'"),
    (["graph"], "'cotidy graph' draws 'locks': 'cotidy graph locks ...'"),
    (["graph", "calls"], "'cotidy graph' draws 'locks': 'cotidy graph locks ...'"),
    (["models"], "'cotidy models' can 'suggest' them: 'cotidy models suggest ...'"),
    (["dump"], "one file is wanted"),
    (["explain"], "one check is wanted"),
    (["explain", "blocking-cal"], "there is no check 'blocking-cal'; did you mean 'cotidy-blocking-call'?"),
    (["link"], "no facts file is named"),
    (["link", "no-such.facts"], "cannot read 'no-such.facts'"),
    (["extract", "--", "g++", "-c", "a.cpp"], "'cotidy extract -o FILE -- COMMAND' is wanted"),
    (["extract", "-o", "x", "--", "g++", "-c"], "the command has 0 input files; one is wanted"),
    (["list-checks", "--format=sarif"], "option '--format': 'sarif' is not a format; use text or json"),
]

wrong = 0
for arguments, message in WRONG:
    run = subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True)
    line = "cotidy: error: " + message
    if run.returncode != 3 or not run.stderr.startswith(line) or run.stderr.count("\n") != 1 or run.stdout:
        print(f"{arguments}: status {run.returncode}, said {run.stderr!r}, expected {line!r}")
        wrong += 1
sys.exit(1 if wrong else 0)
