//===- Parser.h - facts from text -------------------------------*- C++ -*-===//
// Reads the text form back, so that flow and program are tested on facts
// written by hand. Errors name line and column and what was expected.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace cotidy::facts {

/// `Name` stands in errors: "name:line:column: expected ...".
llvm::Expected<Unit> parse(llvm::StringRef Text, llvm::StringRef Name);

} // namespace cotidy::facts
