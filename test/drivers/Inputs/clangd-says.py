#!/usr/bin/env python3
# clangd-says.py - what an editor would show of a file.
#
#   clangd-says.py CLANGD [--text OTHER]... [--actions LINE:COLUMN] FILE...
#
# Opens the files at once and prints the diagnostics of each as clang-tidy would,
# sorted by file, fixes as 'fix: TITLE: EDITS'. Each --text then takes the place of
# the text of the first file. --actions lists the code actions at a place of it.
import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Inputs", "verdict"))
import lsp


def print_all(path, diagnostics):
    print(f"== {os.path.basename(path)}")
    for d in diagnostics:
        def place(at, name):
            return f"{name}:{at['start']['line'] + 1}:{at['start']['character'] + 1}"
        kind = {1: "error", 2: "warning"}.get(d.get("severity"), "hint")
        print(f"{place(d['range'], os.path.basename(path))}: {kind}: {d['message']} [{d.get('code', '')}]")
        for note in d.get("relatedInformation", []):
            where = note["location"]
            print(f"{place(where['range'], os.path.basename(where['uri']))}: note: {note['message']}")
        for action in d.get("codeActions", []):
            edits = [f"{place(e['range'], '')[1:]} '{e['newText']}'"
                     for es in action["edit"]["changes"].values() for e in es]
            print(f"fix: {action['title']}: {', '.join(edits)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("clangd")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--text", action="append", default=[])
    parser.add_argument("--actions")
    options = parser.parse_args()
    files = [os.path.realpath(f) for f in options.files]
    folder = os.path.dirname(files[0])
    session = lsp.Session([options.clangd, "--background-index=0", "--log=error"], folder)

    def read(path):
        with open(path, encoding="utf-8") as text:
            return text.read()

    for file in files:
        session.open(file, read(file))
    said = {}
    while not said.keys() >= set(files):
        message = session.next(1800)
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            said[params["uri"].removeprefix("file://")] = params["diagnostics"]
    for file in sorted(said):
        print_all(file, said[file])
    for version, text in enumerate(options.text, 2):
        session.change(files[0], read(text), version)
        print_all(files[0], session.diagnostics(files[0], version))
    if options.actions:
        line, column = (int(n) - 1 for n in options.actions.split(":"))
        at = {"line": line, "character": column}
        for action in session.request("textDocument/codeAction", {
                "textDocument": {"uri": "file://" + files[0]}, "range": {"start": at, "end": at},
                "context": {"diagnostics": []}}) or []:
            print(f"action: {action['title']}")
    return session.end()


if __name__ == "__main__":
    sys.exit(main())
