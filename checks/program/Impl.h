//===- Impl.h - the parts of a linked program -------------------*- C++ -*-===//
// What Program holds, for the files of this folder and for the rules: the
// merged facts with models applied, and the analyses over them. Everything is
// computed at link and constant afterwards.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Effects.h"
#include "program/Held.h"
#include "program/Hierarchy.h"
#include "program/LinkTargets.h"
#include "program/LockSummaries.h"
#include "program/Program.h"
#include "program/Starts.h"
#include "program/TaskFates.h"
#include "program/Workers.h"
#include "program/TaskTypes.h"

namespace cotidy {

struct Program::Impl {
  Impl(facts::Unit Merged, const LinkOptions &O)
      : U(std::move(Merged)), Models(U, O), Classes(U), Held(U, Models, Classes),
        Targets(U, Models, Classes, Held), Effects(U, Models, Targets),
        Locks(U, Models, Held, Targets, Effects), Threads(U, Targets, Locks.names()),
        Executors(U, Models, Held, Targets), Awaits(U, Models, Held, Executors),
        Starts(U, Awaits, Executors), Tasks(U, Models), Fates(U, Models, Tasks) {}

  facts::Unit U;
  ModelUse Models;
  Hierarchy Classes;
  HeldValues Held;
  CallTargets Targets;
  EffectSummaries Effects;
  LockSummaries Locks;
  Workers Threads;
  ExecutorKinds Executors;
  AwaitOutcomes Awaits;
  CoroutineStarts Starts;
  TaskTypes Tasks;
  TaskFates Fates;
  LinkTargets Together;
  bool ClosedWorld = false;
};

} // namespace cotidy
