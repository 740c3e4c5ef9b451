//===- FactsFileFormat.h - what writer and reader agree on ------*- C++ -*-===//
// The few things about facts files that the schema (FactsFile.fbs) cannot say.
// For the writer, the reader and their tests; others include FactsFile.h.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace cotidy::store {

/// An id that refers to nothing.
inline constexpr uint32_t Absent = ~0u;

/// Of the payload in the file: a value's row holds 64-bit numbers.
inline constexpr size_t PayloadAlignment = 8;

/// Differs if Facts.def, the flags or the format do.
uint64_t languageDigest();
uint64_t checksumOf(llvm::ArrayRef<uint8_t> Payload);

} // namespace cotidy::store
