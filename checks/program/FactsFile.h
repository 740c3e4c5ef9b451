//===- FactsFile.h - a unit's facts as a file -------------------*- C++ -*-===//
// Writes a unit's facts to bytes and reads them back, checked: a damaged,
// truncated or foreign file is an error, never a crash or a wrong verdict.
// The format (FactsFile.fbs) is versioned and carries a checksum.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace cotidy {

/// Equal units give equal bytes. Fails if the result would pass 2 GiB.
llvm::Expected<std::string> writeFacts(const facts::Unit &U);

/// `Name` is the file's name, for the error: "<name>: <what is wrong>: <cure>".
llvm::Expected<facts::Unit> readFacts(llvm::StringRef Bytes, llvm::StringRef Name);

} // namespace cotidy
