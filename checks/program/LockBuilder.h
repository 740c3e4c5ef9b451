//===- LockBuilder.h - one body's locks from its callees' -------*- C++ -*-===//
// Translates the facts of one body, and the summaries of its callees, into
// actions on locks; runs the flow over them; and collects what the body does
// under which locks. The fixpoint around it is in LockSummaries.cpp.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/LockSummaries.h"

namespace cotidy {

/// A library's object that holds one thing, or nothing: std::function and its
/// kin, smart pointers.
bool holdsOne(const facts::Unit &U, facts::TypeId T);
/// The call is an assignment to its receiver.
bool assigns(const facts::Unit &U, const facts::Fact &Call);

/// What held nothing is overwritten, reset, or ends: no destructor runs.
bool isOfNothing(const facts::Unit &U, const LockNames &Names, facts::FnId In,
                 const facts::Fact &X, const flow::LockState &State);

/// What the body made, and otherwise hands out, is destroyed because it was of no
/// use: nobody has got to know it.
bool isGivenUp(const facts::Unit &U, const facts::Function &F, const LocalDefs &Defs,
               flow::Point At);

bool isCall(const facts::Fact &X);
flow::LockAction action(flow::LockAction::Kind K, facts::Place What);

class LockBuilder {
public:
  LockBuilder(const LockSummaries &S, facts::FnId F);

  /// Called with each summary that was looked at.
  std::function<void(facts::FnId)> OnImport = [](facts::FnId) {};
  /// Called with each event under each lock.
  std::function<void(UnderLock)> OnUnder;
  /// Called with each function that is called, and the locks held for certain.
  std::function<void(facts::FnId, const std::vector<flow::HeldLock> &)> OnCall;

  LockSummary run();
  void walk(const std::function<void(flow::Point, const flow::LockState &)> &See);

private:
  struct Here {
    flow::Point At;
    const facts::Fact &X;
    const flow::LockState &State;
    std::vector<facts::Place> Passed = {}; ///< to the callable that a callee was given
  };
  /// An await of a task: the call that made it, and where its result goes.
  struct Awaited {
    const facts::Fact *Made = nullptr;
    facts::Place Result;
  };

  // LockActions.cpp: what facts do to locks.
  void buildActions();
  void actionsAt(flow::Point At, std::vector<flow::LockAction> &Out);
  void acquireActions(flow::Point At, std::vector<flow::LockAction> &Out);
  void callActions(const facts::Fact &X, std::vector<flow::LockAction> &Out);
  void libraryActions(const facts::Fact &X, std::vector<flow::LockAction> &Out);
  void swapActions(const facts::Fact &X, std::vector<flow::LockAction> &Out) const;
  void summaryActions(const facts::Fact &X, const Invocation &I, const facts::Place &Result,
                      std::vector<flow::LockAction> &Out);
  flow::LockAction releaseOf(facts::Place P) const;
  void endMovedArguments(const facts::Fact &X, std::vector<flow::LockAction> &Out) const;
  bool isAwaitedHere(const facts::Place &Task) const;
  std::optional<facts::Place> poppedBy(const facts::Fact &X) const;
  void callableActions(const facts::Fact &X, std::vector<flow::LockAction> &Out);
  bool isGivenAway(const facts::Fact &Call, size_t I) const;
  void awaitActions(flow::Point At, std::vector<flow::LockAction> &Out);
  bool isFrameCopy(const facts::Fact &X) const;
  bool holdsGuard(facts::TypeId T, unsigned Depth) const;
  bool isGuardClass(facts::TypeId T) const;
  bool isGivenGuard(facts::FnId Callee, const facts::Place &Lock) const;
  flow::LockState onEntry() const;
  bool isSettled(const facts::Place &P) const;

  // LockEvents.cpp: what happens under locks.
  void eventsAt(const Here &H);
  std::vector<facts::Place> givenTo(const Here &H, const facts::Fact &Made) const;
  void ownEvents(const Here &H);
  void callableEvents(const Here &H);
  std::vector<facts::FnId> destroyedWith(const facts::Place &P) const;
  struct Odds {
    Confidence AtMost = Confidence::Likely;
    bool Guess = false;
    unsigned Picks = 0;
    bool OwnThread = false;
  };
  void importAll(const Here &H, const Invocations &I, const std::vector<flow::HeldLock> &Held,
                 const std::vector<facts::Place> &Released, const Step *Prefix, unsigned Depth,
                 bool Direct, const Odds &Before);
  void import(const Here &H, const Invocation &I, const std::vector<flow::HeldLock> &Held,
              const std::vector<facts::Place> &Released, const Step *Prefix, unsigned Depth,
              bool Direct, Odds O);
  void happens(const Here &H, LockEvent E, const std::vector<flow::HeldLock> &Held);
  void under(UnderLock Found);
  facts::Place atCall(const Here &H, const Invocation &I, const facts::Place &P,
                      bool Direct) const;
  std::vector<facts::Place> passedTo(const facts::Fact &Call) const;
  facts::Place makerOf(facts::Place P) const;
  facts::Place makerFor(const LockEvent &E) const;
  void importPairs(const Here &H, const Invocation &I, const Step *Prefix, bool Direct, Odds O);
  bool possibleTogether(const flow::HeldLock &Held, uint32_t Block) const;
  std::optional<std::vector<ParamGuard>> imported(const Here &H,
                                                  const std::vector<ParamGuard> &Guards,
                                                  bool Direct) const;
  std::vector<ParamGuard> guardsAt(uint32_t Block) const;
  bool isByFlag(const Here &H, const facts::Place &Lock) const;
  void leftAtEnd();
  facts::Place forCallers(facts::Place P) const;

  /// A call that is nothing but the lock operation that the next fact tells.
  bool isLockOperation(flow::Point At) const;
  Awaited awaitedAt(flow::Point At) const;
  const Step *step(const Spot &At, facts::FnId Callee, Via How, facts::StrId Through,
                   const Step *Next) const;

  const LockSummaries &S;
  const facts::Unit &U;
  facts::FnId F;
  const facts::Function &Fn;
  const LocalDefs &Defs;
  flow::LockActions Actions;
  std::optional<flow::LockSets> Sets;
  std::vector<std::vector<flow::Guard>> Guards; ///< on entry to each block
  std::vector<flow::FlagTest> LastTests; ///< by block
  std::vector<flow::FlagTest> Tests; ///< of what does not change, by block
  std::vector<bool> Changed; ///< by parameter: not always what was passed
  LockSummary Out;
};

} // namespace cotidy
