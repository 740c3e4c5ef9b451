//===- JudgeUnits.h - from facts to findings --------------------*- C++ -*-===//
// The one way from units to a verdict: link under the options, run the rules.
// Every driver takes it, so that none can judge otherwise. What of the verdict
// is shown, and where, is the drivers' business.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"
#include "model/ModelSet.h"
#include "rules/RunRules.h"
#include "settings/GlobalOptions.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace cotidy {

/// Findings of every confidence. `WholeDatabase`: nothing of the program is
/// missing from the units.
llvm::Expected<Verdict> judgeUnits(std::vector<facts::Unit> Units,
                                   const model::ModelSet &Models,
                                   const GlobalOptions &O, bool WholeDatabase,
                                   std::vector<std::string> Checks);

} // namespace cotidy
