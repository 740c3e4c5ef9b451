//===- BusyWaits.h - loops that only another thread can end -----*- C++ -*-===//
// Finds the loops of one body that do nothing but read what another thread
// has to write: `while (!Ready.load()) std::this_thread::yield();`. Loops that
// count, work, await, or retry an atomic exchange of their own (spin locks) are
// none. Whether anybody minds is for the rules.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Callees.h"

#include <string>
#include <vector>

namespace cotidy::flow {

struct BusyWait {
  Point At;          ///< of the fact that reads
  std::string Reads; ///< what the other thread must write, as a reader knows it
};

/// In the order of the blocks.
std::vector<BusyWait> busyWaits(const facts::Unit &U, const facts::Function &F);

/// Control may come to this block again.
bool isInLoop(const facts::Function &F, uint32_t Block);

} // namespace cotidy::flow
