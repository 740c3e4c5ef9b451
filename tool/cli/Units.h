//===- Units.h - the facts of many compile commands -------------*- C++ -*-===//
// Gets the facts of each unit: from the cache if nothing that it was made from
// has changed, else from a worker. The outcome depends on the commands and the
// files alone, not on how many workers there are or what was kept.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/Cache.h"
#include "cli/Commands.h"
#include "cli/Failures.h"
#include "cli/Workers.h"
#include "extract/Extract.h"

#include <functional>
#include <vector>

namespace cotidy::cli {

struct Reading {
  ExtractOptions Extract; ///< of all units; Target is filled in for each
  WorkerOptions Workers;
  Cache *Kept = nullptr;  ///< null: no cache
  /// Told after each unit: how many are done, of how many, and its name.
  std::function<void(size_t, size_t, llvm::StringRef)> Progress;
};

struct ReadUnits {
  std::vector<facts::Unit> Units; ///< also what is left of failed ones
  Failures Failed;
  unsigned Extracted = 0, Reused = 0;
  bool Interrupted = false;
};

/// `Commands` have neither Skipped nor Fault set.
ReadUnits readUnits(const std::vector<Normalised> &Commands, const Reading &R);

} // namespace cotidy::cli
