//===- Suggest.h - "did you mean" -------------------------------*- C++ -*-===//
// Finds what a mistyped word was probably meant to be. Words that are not
// near enough give no suggestion: a wrong one is worse than none.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace cotidy {

/// The nearest of the words, or an empty string if none is near.
std::string nearest(llvm::StringRef Word, llvm::ArrayRef<std::string> Words);

/// "; did you mean 'X'", or an empty string.
std::string didYouMean(llvm::StringRef Word, llvm::ArrayRef<std::string> Words);

} // namespace cotidy
