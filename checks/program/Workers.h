//===- Workers.h - which thread runs what -----------------------*- C++ -*-===//
// The callables that threads are started with, by where the thread's handle is
// kept: a field, a variable, a container in one. What they do is for others.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/LockNames.h"

namespace cotidy {

class Workers {
public:
  Workers(const facts::Unit &U, const CallTargets &Targets, const LockNames &Names);

  /// Sorted; empty if the handle is not known.
  const std::vector<facts::FnId> &of(const LockClass &Handle) const;

private:
  void add(facts::FnId In, const facts::Place &Handle, const facts::Value &Callable);
  void addStart(facts::FnId In, const facts::Fact &X);

  const facts::Unit &U;
  const CallTargets &Targets;
  const LockNames &Names;
  std::map<LockClass, std::vector<facts::FnId>> ByHandle;
};

} // namespace cotidy
