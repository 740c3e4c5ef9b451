//===- SelfKept.h - work that goes on with a raw 'this' ---------*- C++ -*-===//
// Detached coroutines and handlers that use an object which the program may
// destroy meanwhile, with no strong reference in the frame, or which is being
// destroyed; handlers that can be unregistered while their coroutine is
// suspended. How it is said is the rule's business.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Borrows.h"
#include "program/Owners.h"

namespace cotidy {

struct SelfFinding {
  enum Shape : uint8_t {
    Detached,     ///< work goes on with `this`
    Unregistered, ///< the closure lies in a container that is erased from
    Unchecked,    ///< `this` after a suspension, before the weak reference is asked
    Dying,        ///< the destructor itself hands over work with `this`
  } What = Detached;
  facts::FnId In = facts::FnId::None;    ///< where the work is handed over
  facts::FnId Frame = facts::FnId::None; ///< what uses the object
  facts::TypeId Class = facts::TypeId::None;
  Spot At;   ///< where it is handed over, called, or the weak reference is made
  Spot Use;
  KeepKind How = KeepKind::Spawned;
  Owners::Evidence Because;
};

std::vector<SelfFinding> selfFindings(const Borrows &All);

} // namespace cotidy
