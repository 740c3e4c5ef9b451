//===- Printer.h - facts as text --------------------------------*- C++ -*-===//
// The text form of facts: for `cotidy dump`, for tests, and for reading.
// Everything in a unit is printed; parsing the text gives an equal unit.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include "llvm/Support/raw_ostream.h"

namespace cotidy::facts {

struct PrintOptions {
  bool UserOnly = false; ///< leave out functions and types that are not user code
};

void print(const Unit &U, llvm::raw_ostream &OS, const PrintOptions &O = {});
void print(const Unit &U, const Function &F, llvm::raw_ostream &OS);
std::string toText(const Unit &U, const Place &P, const Function *In = nullptr);
std::string toText(const Unit &U, const Value &V, const Function *In = nullptr);

} // namespace cotidy::facts
