//===- LockSummaries.h - what functions do to locks -------------*- C++ -*-===//
// For each function: the locks it may take, the suspensions and waits it may
// reach, with which of the caller's locks were released before; the locks it
// leaves held or released; the callables it calls under locks. Computed over
// the call graph to a fixpoint. Then: every lock taken, and every suspension
// reached, while another lock is held. It does not judge them.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/LockSets.h"
#include "program/AsyncLocks.h"
#include "program/Effects.h"
#include "program/LockNames.h"
#include "program/OwnThread.h"

#include <deque>

namespace cotidy {

/// Something that a function may do. Places are in its own terms.
struct LockEvent {
  enum Kind : uint8_t {
    Acquire, ///< takes Lock
    Suspend, ///< of the coroutine itself or of one that it awaits
    Wait,    ///< for a condition, while Released are released
    Join,    ///< waits for the thread of the handle Lock to end
  } Is = Acquire;
  facts::Place Lock;
  LockClass Class; ///< of Lock, where the function itself knows it
  flow::LockMode Mode = flow::LockMode::Exclusive;
  bool Try = false;     ///< does not wait, or not for long
  bool Async = false;
  bool Reentry = false; ///< behind a virtual call, a callback, a destructor
  bool Guessed = false; ///< through one of several stored callables
  bool ByFlag = false;   ///< the function asks a flag whether to take it
  bool Retakes = false;  ///< a body on the way had released one of that class, of its callers'
  bool InMember = false; ///< a destructor ends what a member may refer to
  facts::TypeId OnlyOf = facts::TypeId::None; ///< the class of the function's object
  uint8_t Picks = 0; ///< calls on the way that go to one of several targets
  bool OwnThread = false; ///< only if this is a certain thread: a test asks
  bool ReleasesSome = false; ///< Wait: a lock, even if it is not in Released
  Confidence Sure = Confidence::Certain;
  /// If Lock is of an unknown root, what made the object it is in, as far as it
  /// is known: nothing, or a place of an unknown root, if it is not.
  facts::Place Maker;
  std::vector<facts::Place> Released; ///< of the caller's, before it happens
  std::vector<ParamGuard> Guards;     ///< all hold
  const Step *Path = nullptr;
};

/// A lock that is held when the function returns.
struct LeftHeld {
  facts::Place Lock;
  facts::Place Owner;    ///< the guard that owns it, in the function's terms
  bool InResult = false; ///< the guard is the result, or Owner's path in it
  std::optional<bool> If; ///< only if the function returns this
  flow::LockMode Mode = flow::LockMode::Exclusive;
  bool Must = true;
  bool Async = false;
  const Step *Taken = nullptr;
};

/// "It calls this callable that it was given, while it holds these."
struct GivenUnderLocks {
  SymPlace Which;
  std::vector<flow::HeldLock> Held;
  std::vector<facts::Place> Released;
  std::vector<facts::Place> Passed; ///< to the callable, in the function's terms
  const Step *Path = nullptr;
  unsigned Picks = 0;     ///< as of events
  bool OwnThread = false;
};

/// While `Held` is held in the body of `In`, `What` happens at `At`. Both are
/// in the terms of `In`.
struct UnderLock {
  facts::FnId In = facts::FnId::None;
  flow::Point At;
  flow::HeldLock Held;
  std::vector<flow::HeldLock> Others; ///< what else must be held then
  LockEvent What;
};

struct LockSummary {
  std::vector<LockEvent> Events;
  std::vector<LeftHeld> AtEnd;
  std::vector<facts::Place> Releases;
  std::vector<GivenUnderLocks> Calls;
  std::vector<UnderLock> Pairs; ///< of locks that only a caller can name
};

class LockSummaries {
public:
  LockSummaries(const facts::Unit &U, const ModelUse &Models, const HeldValues &Held,
                const CallTargets &Targets, const EffectSummaries &Effects);

  const LockSummary &of(facts::FnId F) const { return Summaries[raw(F)]; }
  const LockNames &names() const { return Names; }
  const AsyncLocks &asynchronous() const { return Async; }

  /// Every acquisition, suspension and wait under a lock of the program.
  const std::vector<UnderLock> &underLocks() const { return Under; }
  /// Functions in which some lock may be held at some point.
  const std::vector<facts::FnId> &holders() const { return Holders; }
  /// Calls `See` with the locks held just before each fact of a body.
  void walk(facts::FnId F,
            const std::function<void(flow::Point, const flow::LockState &)> &See) const;

  /// Locks and guards of the first step's function that may have been released
  /// when the last step of the path is reached.
  std::vector<facts::Place> releasedOnTheWay(const Step &Path) const;

  /// What a body may have released of its callers' when it gets to a place.
  std::vector<facts::Place> releasedBefore(facts::FnId F, const Spot &At) const;

  /// Locks that everybody who calls the function holds exclusively.
  const std::vector<LockClass> &heldByCallers(facts::FnId F) const { return Gates[raw(F)]; }

private:
  friend class LockBuilder;
  void solve();
  void collect();

  const facts::Unit &U;
  const ModelUse &Models;
  const HeldValues &Held;
  const CallTargets &Targets;
  const EffectSummaries &Effects;
  LockNames Names;
  AsyncLocks Async;
  OwnThread Threads;
  std::vector<LockSummary> Summaries;
  mutable std::deque<Step> Steps;
  std::vector<std::vector<facts::FnId>> Users; ///< who imported a summary
  std::vector<UnderLock> Under;
  std::vector<facts::FnId> Holders;
  std::vector<std::vector<LockClass>> Gates;
  mutable std::map<facts::FnId, std::map<Spot, std::vector<facts::Place>>> ReleasedAt;
};

} // namespace cotidy
