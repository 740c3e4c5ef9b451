# clangd-verdict.py - clangd says what the command says, of many tests' files.
#
#   clangd-verdict.py COTIDY CLANGD SCRATCH FILE...
#
# One session for all files. Each run of the command in a file's RUN lines becomes
# a document in a folder of its own, with a .clang-tidy that asks for the same.
# Wants the same findings, places, notes and fixes (as code actions), and no
# diagnostic besides; the compiler's warnings are off.
import json
import os
import re
import shutil
import sys

import inline
import lsp
import runs
import verdicts

NOT_SEEN = "// not in clangd: "
AT_ONCE = 4  # documents open at a time: clangd reads them in parallel


class Document:
    def __init__(self, run, scratch, number):
        self.run, self.whole = run, inline.Inlined(run.path, run.flags)
        folder = os.path.join(scratch, str(number))
        os.makedirs(folder)
        self.path = os.path.join(folder, os.path.basename(run.path))
        with open(os.path.join(folder, ".clang-tidy"), "w", encoding="utf-8") as config:
            config.write(run.config(folder))
        with open(self.path, "w", encoding="utf-8") as source:
            source.write(self.whole.text)

    def command(self):
        return {"directory": os.path.dirname(self.path), "file": self.path,
                "arguments": ["clang++", *self.run.flags, "-w", "-c", self.path]}

    def place(self, uri, position):
        if uri != "file://" + self.path:
            return uri.removeprefix("file://"), position["line"] + 1, position["character"] + 1
        return (*self.whole.origin(position["line"]), position["character"] + 1)

    def moved(self, note):
        file, line, column, text = verdicts.at_its_place(note, os.path.dirname(self.path))
        return (*self.whole.origin(line - 1), column, text) if file == self.path else note

    def findings(self, diagnostics):
        found = []
        for d in diagnostics:
            place = self.place("file://" + self.path, d["range"]["start"])
            notes = [self.moved((*self.place(n["location"]["uri"], n["location"]["range"]["start"]),
                                 n["message"])) for n in d.get("relatedInformation", [])]
            fixes = []
            for action in d.get("codeActions", []):
                # clangd shows a note with a fix as the fix alone.
                if not action["title"].startswith(("change ", "insert ", "remove ")):
                    notes.append((*place, action["title"]))
                edits = []
                for uri, changes in action["edit"]["changes"].items():
                    for change in changes:
                        begin = self.place(uri, change["range"]["start"])
                        end = self.place(uri, change["range"]["end"])
                        edits.append((*begin, *end[1:], change["newText"]))
                fixes.append(tuple(sorted(edits)))
            message = re.sub(r" \(fix(es)? available\)$", "", d["message"])
            found.append((*place, d.get("code", ""), message, tuple(notes), tuple(sorted(fixes))))
        return sorted(set(found))


def low(text):
    return text[:1].lower() + text[1:]


def plain(finding):
    """clangd begins a text with a capital."""
    *place, check, message, notes, fixes = finding
    return (*place, check, low(message), tuple((*n[:3], low(n[3])) for n in notes), fixes)


def is_seen(finding):
    """Whether clangd can find it: what is reached through a header's body it cannot,
    and the line then says so."""
    with open(finding[0], encoding="utf-8") as source:
        return NOT_SEEN not in source.read().split("\n")[finding[1] - 1]


def main():
    cotidy, clangd, scratch, *files = sys.argv[1:]
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(os.path.join(scratch, "clangd"))
    scratch = os.path.realpath(scratch)
    documents = [Document(run, scratch, n)
                 for n, run in enumerate(r for f in files for r in runs.runs_of(f))]
    with open(os.path.join(scratch, "compile_commands.json"), "w", encoding="utf-8") as database:
        json.dump([d.command() for d in documents], database)
    with open(os.path.join(scratch, "clangd", "config.yaml"), "w", encoding="utf-8") as config:
        config.write("Diagnostics: {UnusedIncludes: None, MissingIncludes: None}\n")
    session = lsp.Session([clangd, "--background-index=0", "--pch-storage=memory", "-j=2",
                           "--log=error", f"--compile-commands-dir={scratch}"], scratch,
                          {"XDG_CONFIG_HOME": scratch, "XDG_CACHE_HOME": scratch})
    wrong = []
    for start in range(0, len(documents), AT_ONCE):
        batch = documents[start:start + AT_ONCE]
        for d in batch:
            session.open(d.path, d.whole.text)
        waiting = {"file://" + d.path: d for d in batch}
        while waiting:
            message = session.next(1800)
            if message.get("method") != "textDocument/publishDiagnostics":
                continue
            d = waiting.pop(message["params"]["uri"], None)
            if d is None:
                continue
            said = [plain(f) for f in d.findings(message["params"]["diagnostics"])]
            command = [plain(f) for f in verdicts.of_command(cotidy, d.run)
                       if is_seen(f)]
            wrong += verdicts.difference(command, said, "clangd")
            session.close(d.path)
    session.end()
    if wrong:
        wrong.append(f"(what is reached through the body of a header's function clangd cannot "
                     f"see: such a line says '{NOT_SEEN}WHY')")
    print("\n".join(wrong) or f"{len(documents)} documents, the same verdict")
    return 1 if wrong or not documents else 0


if __name__ == "__main__":
    sys.exit(main())
