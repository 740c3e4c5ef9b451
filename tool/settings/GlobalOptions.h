//===- GlobalOptions.h - the options of the manifest, checked ---*- C++ -*-===//
// What `cotidy.Models` and the rest say, for every driver alike. Decides what
// a value means and which keys there are; where settings come from and which
// of two wins is the drivers' business.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Confidence.h"
#include "settings/TidyFile.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace cotidy {

struct GlobalOptions {
  std::string Root;                 ///< absolute, or empty
  std::vector<std::string> Exclude; ///< globs
  std::vector<std::string> Models;  ///< absolute names of files
  Confidence MinConfidence = Confidence::Likely;
  std::vector<std::string> CategoriesOn, CategoriesOff;
};

/// What holds if nobody says anything.
GlobalOptions defaultOptions();

/// One setting over what holds. The error names the place, the key, and what
/// was probably meant.
llvm::Error applyOption(const OptionSetting &S, GlobalOptions &G);

} // namespace cotidy
