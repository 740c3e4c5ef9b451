//===- Executors.h - which classes run things, and how ----------*- C++ -*-===//
// Classifies the program's own executors by shape: a class whose threads run
// what is taken from its own queue is a blocking pool unless it also waits for
// I/O or timers; one that runs its queue otherwise is a loop. Model rows come
// first. Says on which executors a suspended coroutine is resumed.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Callees.h"
#include "program/Targets.h"

#include <map>
#include <set>

namespace cotidy {

class ExecutorKinds {
public:
  ExecutorKinds(const facts::Unit &U, const ModelUse &Models, const HeldValues &Held,
                const CallTargets &Targets);

  /// Of a class; nothing if it is no executor.
  std::optional<flow::ExecutorKind> ofClass(facts::TypeId T) const;

  /// Where a coroutine that was handed to this await_suspend is resumed.
  struct Resumption {
    std::vector<flow::Executor> On; ///< sorted
    bool Elsewhere = false; ///< also by code that belongs to no executor
  };
  Resumption resumedBy(facts::FnId AwaitSuspend) const;

  /// Where the body of a closure or callback runs, as far as it is known.
  std::vector<flow::Executor> runsOn(facts::FnId Callable) const;

  /// Something in the program runs where blocking is allowed.
  bool anyMayBeBlocked() const;

private:
  void findOwners();
  void findRunners();
  void findThreadEntries();
  void findStarts();
  void classify();
  std::set<facts::FnId> reachOf(facts::FnId F, unsigned Depth) const;
  bool waitsForEvents(const std::set<facts::FnId> &Fns) const;
  facts::TypeId classAround(facts::FnId F) const;

  const facts::Unit &U;
  const ModelUse &Models;
  const HeldValues &Held;
  const CallTargets &Targets;

  std::map<facts::StrId, facts::TypeId> Owner;     ///< of fields
  std::map<facts::FnId, std::vector<facts::StrId>> KeptIn; ///< callables in fields
  /// Functions that run what they take from fields, and those fields.
  std::map<facts::FnId, std::set<facts::StrId>> Runners;
  std::map<facts::FnId, std::set<facts::FnId>> Resumers; ///< by await_suspend
  std::map<facts::TypeId, std::set<facts::FnId>> Entries; ///< of a class's threads
  std::map<facts::FnId, std::set<flow::Executor>> Started;
  std::map<facts::TypeId, flow::ExecutorKind> Shapes;
  std::map<facts::FnId, flow::Executor> OnThreadOf; ///< reached from a pool's threads
};

/// True if nobody minds when a thread of this executor is blocked.
bool mayBeBlocked(flow::ExecutorKind K);

/// The kind that a word of a fact or of a model row names.
flow::ExecutorKind executorNamed(std::string_view Word);

} // namespace cotidy
