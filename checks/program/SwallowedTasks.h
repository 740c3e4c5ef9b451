//===- SwallowedTasks.h - callables whose task is dropped -------*- C++ -*-===//
// A callable that returns a lazy task and is turned into one that returns void,
// or given to a function that calls it and drops what it returns: its body
// never runs. Found where the callable is handed over, through templates that
// only pass it on.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Program.h"

namespace cotidy {

struct SwallowedTask {
  facts::FnId In = facts::FnId::None;
  Spot At;
  facts::FnId Callable = facts::FnId::None;
  /// What it is given to; None: it becomes a void callable on the spot.
  facts::FnId By = facts::FnId::None;
};

/// Of all user functions, in their order.
std::vector<SwallowedTask> swallowedTasks(const Program::Impl &P);

} // namespace cotidy
