//===- Deadlocks.h - waiting for one's own executor -------------*- C++ -*-===//
// Says which executors must run the work that a wait is for: work handed over
// by somebody on the path to the wait, or a task waited for that is resumed
// there. Whether the waiting code runs on one of them is for Contexts to say.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Effects.h"
#include "program/Program.h"

#include <set>

namespace cotidy {

/// The executors without which what the effect waits for cannot end. Empty for
/// effects that wait for no work.
std::set<flow::Executor> executorsNeeded(const Program::Impl &P, const Effect &E);

/// True if a wait on `Own` for work that needs `Needed` may never end.
bool maySelfBlock(const flow::Executor &Own, const flow::Executor &Needed);

} // namespace cotidy
