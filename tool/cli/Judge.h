//===- Judge.h - from facts to the report -----------------------*- C++ -*-===//
// Links units, runs the rules, and keeps of the findings what the options and
// each folder's configuration want to see. Decides the exit status. The same
// for `check` and `link`.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/Plan.h"
#include "facts/Facts.h"
#include "report/Report.h"

#include "llvm/Support/Error.h"

namespace cotidy::cli {

/// `R` has its counts of units filled in already.
llvm::Error judge(std::vector<facts::Unit> Units, const Options &O, Plan &P,
                  report::Report &R);

/// Each failure on standard error, with the first of its units.
void printFailures(const report::Report &R);

/// `cotidy graph` as DOT, `cotidy models` as YAML; returns the exit status. `R`
/// has the counts and failures of units.
int printView(std::vector<facts::Unit> Units, const Options &O, const Plan &P,
              const report::Report &R);

/// Writes the report as asked for, and the summary; returns the exit status.
int present(const report::Report &R, const Options &O);

} // namespace cotidy::cli
