//===- LateTasks.h - lazy tasks returned out of what they need --*- C++ -*-===//
// `return inner();` of an ordinary function makes a task and leaves: the body
// of `inner` runs later, when the try block around the call has been left and
// the lock that was taken for it is free again. Finds such returns.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Confidence.h"
#include "program/Program.h"

namespace cotidy {

struct LateTask {
  facts::FnId Callee = facts::FnId::None;
  Spot MadeAt;
  bool FromTry = false; ///< else: from under a lock
  Spot ScopeAt;         ///< where the try block or the lock begins
  facts::Place Lock;
  Confidence Sure = Confidence::Likely;
};

std::vector<LateTask> lateTasks(const Program::Impl &P, facts::FnId F);

} // namespace cotidy
