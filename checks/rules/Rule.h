//===- Rule.h - what a rule is ----------------------------------*- C++ -*-===//
// One function a check: it asks the program and appends findings, with the
// effect they rest on. Suppression, confidence filter, grouping, fingerprints
// and order are not its business.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Finding.h"
#include "program/Impl.h"

namespace cotidy {

/// A finding and what RunRules needs to complete it.
struct Draft {
  Finding What;
  facts::FnId In = facts::FnId::None; ///< function of the primary place
  Spot At;                     ///< the primary place
  facts::FnId First = facts::FnId::None; ///< what is called there
  facts::FnId Leaf = facts::FnId::None;
  Spot LeafAt;                 ///< the call that findings of a group share
};

using Drafts = std::vector<Draft>;

#define CHECK(RuleName, Name, Summary) void find##RuleName(const Program::Impl &P, Drafts &Out);
#include "Checks.def"

/// The part of cotidy-blocking-call about locks.
void addBlockingLocks(const Program::Impl &P, Drafts &Out);

} // namespace cotidy
