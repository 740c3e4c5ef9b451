//===- TaskFates.h - what functions do with tasks given to them -*- C++ -*-===//
// For each function and each of its parameters that carries a task, and for
// the object of a task's member functions: is it ignored, looked at, passed
// around or consumed. Also whether a call makes a new task or hands out one
// that existed before. By the whole body, without regard to its ways.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/TaskStates.h"
#include "program/TaskTypes.h"

namespace cotidy {

class TaskFates final : public flow::TaskCallees {
public:
  TaskFates(const facts::Unit &U, const ModelUse &Models, const TaskTypes &Types);

  bool carries(const facts::Function &In, const facts::Place &P) const override;
  bool mayBeThePart(const facts::Function &In, const facts::Place &P) const override;
  flow::Fate ofArgument(const facts::Fact &Call, uint32_t Arg) const override;
  flow::Fate ofObject(const facts::Fact &Call) const override;

  /// The task that a call of it returns has not been awaited by anybody.
  bool makesFresh(facts::FnId F) const { return Fresh[raw(F)]; }

private:
  void solveFates();
  void solveFresh();
  bool returnsFresh(const facts::Function &F) const;
  bool isRead(facts::FnId F) const;
  flow::Fate known(facts::FnId F, uint32_t Which) const;

  const facts::Unit &U;
  const ModelUse &Models;
  const TaskTypes &Types;
  /// By function: of each parameter, then of the object. Empty if its body is
  /// not looked at.
  std::vector<std::vector<flow::Fate>> Fates;
  std::vector<bool> Fresh;
};

} // namespace cotidy
