//===- Baseline.h - findings that are known already -------------*- C++ -*-===//
// A file of fingerprints of findings that a project has decided to live with:
// they are counted, not shown, and do not fail a run. Fingerprints hold no line
// numbers, so the file outlives edits. Decides nothing about findings.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Finding.h"

#include "llvm/Support/Error.h"

#include <set>
#include <string>
#include <vector>

namespace cotidy::cli {

/// The fingerprints of a baseline's findings. A file that is none is an error.
llvm::Expected<std::set<std::string>> readBaseline(const std::string &File);

/// What the file of a baseline holds for these findings: equal findings give
/// equal bytes, whatever their order.
std::string baselineOf(const std::vector<Finding> &Findings);

} // namespace cotidy::cli
