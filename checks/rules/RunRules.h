//===- RunRules.h - every enabled rule over a program -----------*- C++ -*-===//
// Runs the rules, then what all findings share: suppression, confidence,
// grouping, fingerprints, order. Every driver calls this and nothing else.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Finding.h"
#include "program/Program.h"

#include <string>
#include <vector>

namespace cotidy {

struct RuleOptions {
  std::vector<std::string> Checks; ///< names of the enabled checks
  Confidence MinConfidence = Confidence::Likely;
};

struct Verdict {
  std::vector<Finding> Findings; ///< at or above MinConfidence, in report order
  unsigned Hidden = 0;           ///< below MinConfidence
  std::vector<Note> UnusedSuppressions; ///< of the checks that ran, by place
  unsigned Suppressed = 0;       ///< by NOLINT, annotations
};

Verdict runRules(const Program &P, const RuleOptions &O);

} // namespace cotidy
