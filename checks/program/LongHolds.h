//===- LongHolds.h - locks kept while something takes long ------*- C++ -*-===//
// Every place where a lock is held while its holder sleeps, waits, joins, or is
// suspended. Which of them matter to whom is the business of rules.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Effects.h"
#include "program/LockSummaries.h"

namespace cotidy {

struct LongHold {
  facts::FnId In = facts::FnId::None;
  flow::HeldLock Held; ///< in the terms of `In`; held for certain, no asynchronous one
  LockClass Class;
  Effect What;         ///< what takes long; of a suspension only Path
  bool Suspends = false;
};

/// In the order of the program. A wait for a condition that releases the lock
/// itself is none, nor is what happens after a callee has released it.
std::vector<LongHold> longHolds(const Program::Impl &P);

} // namespace cotidy
