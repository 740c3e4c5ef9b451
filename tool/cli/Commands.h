//===- Commands.h - compile commands made fit for clang ---------*- C++ -*-===//
// Turns a command as a build wrote it into one that clang can parse: launchers
// and response files resolved, outputs and foreign flags left out, precompiled
// headers replaced by what they hold. Reads response files, runs nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/Database.h"
#include "extract/Extract.h"

#include <string>
#include <vector>

namespace cotidy::cli {

struct Normalised {
  UnitCommand Command;
  std::string Target;   ///< link target, from the object's path
  std::string Standard; ///< as given by -std=, may be empty
  bool Cxx = true;
  std::vector<std::string> Dropped; ///< flags that clang does not know
  std::string Skipped; ///< why the unit is none for us: "assembler"
  std::string Fault;   ///< why it cannot be parsed: "have a command without a compiler"
};

Normalised normalise(const RawCommand &C);

/// True if the standard is C++, named, and older than C++20.
bool isBelowCxx20(llvm::StringRef Standard);

/// The folder of clang's own headers: of the clang that was built against, or
/// of the one that is installed now. Empty if there is none.
const std::string &resourceDir();

} // namespace cotidy::cli
