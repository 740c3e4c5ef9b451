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

/// The offsets of the format have 31 bits.
inline constexpr uint64_t LargestFactsFile = (uint64_t(1) << 31) - (1 << 16);

/// `U` must be one in which findFault finds nothing. Equal units give equal
/// bytes. Fails if the result would take more than `Limit` bytes.
llvm::Expected<std::string> writeFacts(const facts::Unit &U,
                                       uint64_t Limit = LargestFactsFile);

/// `Name` is the file's name, for the error: "<name>: <what is wrong>: <cure>".
llvm::Expected<facts::Unit> readFacts(llvm::StringRef Bytes, llvm::StringRef Name);

} // namespace cotidy
