//===- OptionRules.h - what options mean together ---------------*- C++ -*-===//
// The part of reading a command line that no single option can see. Says what
// is wrong; reads no argument.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/Options.h"

namespace cotidy::cli {

/// A usage error: names the word and the cure.
llvm::Error failure(const llvm::Twine &Message);

/// Takes the word behind 'graph' or 'models' off the paths.
llvm::Error takeTopic(Options &O);

/// Options that exclude each other.
llvm::Error findContradiction(const Options &O);

} // namespace cotidy::cli
