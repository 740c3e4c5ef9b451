//===- DroppedTasks.h - tasks that a body makes and lets go -----*- C++ -*-===//
// For one function: each task that it makes, or is given by value, and that on
// some way nobody awaits, starts or keeps, with that way. Which drops count,
// by the kind of the task's type (design 6), is decided here; how they are
// told is not.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Paths.h"
#include "program/Program.h"

namespace cotidy {

struct DroppedTask {
  enum How : uint8_t {
    Discarded,   ///< at the end of the expression that made it
    Voided,      ///< the same, by a cast to void or std::ignore
    Tested,      ///< used as a condition, then gone
    Destroyed,   ///< with the variable that held it
    Overwritten, ///< by another value for its variable
    Built,       ///< an awaitable that a constructor made, and nobody looked at
  } Way = Discarded;
  facts::FnId Callee = facts::FnId::None; ///< what made it; None: a callable, or a parameter
  facts::TypeId Type = facts::TypeId::None;
  Spot MadeAt; ///< the call; for a parameter the function
  Spot BeginsAt; ///< of the call's expression; nowhere in a macro
  facts::Place Kept; ///< the variable that held it in the end; none: a temporary
  Spot EndsAt;
  std::vector<flow::Turn> Turns;
  bool OnSomeWays = false; ///< on others it is used
  bool Lazy = true;
  bool LosesOwner = false; ///< eager, and its result owns something
  bool MayBeMeant = false; ///< it may be kept for as long as its scope lasts
};

std::vector<DroppedTask> droppedTasks(const Program::Impl &P, facts::FnId F);

} // namespace cotidy
