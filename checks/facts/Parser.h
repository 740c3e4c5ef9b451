//===- Parser.h - facts from text -------------------------------*- C++ -*-===//
// Reads the text form back, so that flow and program are tested on facts
// written by hand. Errors name line and column and what was expected; a text
// that parses is a unit in which findFault finds nothing.
//
//   unit "MAIN FILE" [target "T"] [standard "c++20"] [failed]
//   error "TEXT"
//   file 0 "PATH" [user] [generated] [system] [digest "HEX"]
//   unknown-node "KIND" COUNT
//   type "NAME" [template "T"] [at SPOT] [flags F,...] [tasks lazy|eager]
//       [promise "TYPE"] [result "TYPE"] [calls "FN"] [destructor "FN"]
//       [bases "TYPE", ...] [arguments "TYPE", ...]
//     field "CLASS::NAME" ["TYPE AS WRITTEN"] [type "TYPE"]
//   function "NAME" [qualified "Q"] [display "D"] [at SPOT]
//       [body here|unknown|skipped] [flags F,...] [class "TYPE"]
//       [returns "TYPE"] [promise "TYPE"] [initial lazy|eager] [owner "FN"]
//       [overrides "FN", ...]
//     param 0 ["NAME" ["TYPE AS WRITTEN"]] [value|reference|rvalue-reference|pointer]
//         [type "TYPE"]
//     local 0 ["NAME" ["TYPE AS WRITTEN"]] [type "TYPE"] [at SPOT] [reference]
//     block 0 [-> BLOCK [exceptional], ...]
//       KIND [SPOT] [SLOT CONTENT]...      kinds and their slots: Facts.def
//
// Slots: callee "FN" · recv VALUE · args (VALUE, ...) · to PLACE · from PLACE ·
// value VALUE · word "WORDS" · type "TYPE". SPOT is FILE:LINE:COLUMN.
// PLACE: p0, l0, this, global "NAME", promise or ?, then any of ."FIELD", [], *.
// VALUE: none, unknown, null, default, int N, bool true|false, string "S",
// enum "NAME" N, read PLACE, addr PLACE, moved PLACE, fn "FN",
// closure "FN"|none {"FIELD": VALUE, ...}.
//
// Only `unit` must be there. Left out, 'qualified' is the function's name,
// 'display' what follows its last "::", 'template' the type's name without
// arguments, and a body is 'here' if it has blocks, else 'unknown'. Facts
// before any block are a straight line: block 0, which goes to the exit 1. A
// text with spots and no file has one, the main file, which is user code.
// Every entity that is named has a line of its own, before or after; names are
// unique. One statement a line; it goes on inside brackets, after a comma and
// after a backslash. '#' and '//' begin comments.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace cotidy::facts {

/// `Name` stands in errors: "name:line:column: expected ...".
llvm::Expected<Unit> parse(llvm::StringRef Text, llvm::StringRef Name);

} // namespace cotidy::facts
