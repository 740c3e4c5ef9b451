//===- Printer.h - facts as text --------------------------------*- C++ -*-===//
// The text form of facts: for `cotidy dump`, for tests, and for reading.
// Everything in a unit is printed; parsing the text gives an equal unit, up to
// the numbering of its strings (renumberStrings). Parser.h has the grammar.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include "llvm/Support/raw_ostream.h"

namespace cotidy::facts {

struct PrintOptions {
  /// Leave out files, functions and types that are not user code. Such text is
  /// for reading: what is left may name what is left out.
  bool UserOnly = false;
};

void print(const Unit &U, llvm::raw_ostream &OS, const PrintOptions &O = {});
void print(const Unit &U, const Function &F, llvm::raw_ostream &OS);
/// With `In`, its parameters and locals stand by their names in the source.
std::string toText(const Unit &U, const Place &P, const Function *In = nullptr);
std::string toText(const Unit &U, const Value &V, const Function *In = nullptr);

} // namespace cotidy::facts
