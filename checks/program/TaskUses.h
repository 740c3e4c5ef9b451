//===- TaskUses.h - what a body uses after it was given away ----*- C++ -*-===//
// For one function: each single-use task that is consumed on some way although
// it was consumed before on it, and each object that is used after it was
// moved into a call that is awaited; with that way. How it is told is not
// decided here.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Paths.h"
#include "program/Program.h"

namespace cotidy {

struct SecondUse {
  enum How : uint8_t {
    Awaited,  ///< by co_await
    Moved,    ///< out of its place
    Taken,    ///< by a callee
    Emptied,  ///< by a member function of its own
    Read,     ///< used in any other way (objects that are no tasks)
  };
  facts::Place What;
  bool IsTask = true;
  How First = Awaited, Second = Awaited;
  facts::FnId FirstBy = facts::FnId::None, SecondBy = facts::FnId::None; ///< Taken, Emptied
  Spot FirstAt, SecondAt;
  std::vector<flow::Turn> Turns;
  bool Loops = false; ///< the second time is the first one, a round later
};

std::vector<SecondUse> secondUses(const Program::Impl &P, facts::FnId F);

} // namespace cotidy
