//===- Effects.h - what functions do to the thread they run on --*- C++ -*-===//
// For each function: which blocking calls it may reach, under which tests of
// its own parameters, by which shortest path; and which callables that it was
// given it calls. Computed over the call graph to a fixpoint. Coroutines keep
// their effects to themselves: the finding stands in the coroutine.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Confidence.h"
#include "flow/Guards.h"
#include "program/Conditions.h"
#include "program/DescriptorModes.h"
#include "program/Suppressions.h"
#include "program/Targets.h"

#include <deque>

namespace cotidy {

/// One step of a path: at `At`, `In` calls `Callee`. The last step's callee is
/// the leaf. Immutable and shared.
struct Step {
  Spot At;
  facts::FnId In = facts::FnId::None;
  facts::FnId Callee = facts::FnId::None; ///< None: a callable it was given
  Via How = Via::Direct;
  facts::StrId Through = facts::StrId::Empty;
  const Step *Next = nullptr;
  uint32_t Length = 1;
};

struct Effect {
  llvm::StringRef Category;
  facts::FnId Leaf = facts::FnId::None;
  std::vector<ParamGuard> Guards; ///< all hold; sorted
  const Step *Path = nullptr;
  Confidence Sure = Confidence::Certain;
  /// Some step went to one of several callables ever stored in its place. Two
  /// such guesses on one path are too many.
  bool Guessed = false;
  facts::TypeId OnlyOf = facts::TypeId::None; ///< the object's class, of its method's effects
  bool OnDescriptor = false; ///< blocks only if a descriptor is in blocking mode
  /// A loop in the leaf waits until another thread writes this. Empty: a call.
  std::string Spins;
};

/// "It calls this callable that it was given."
struct GivenCall {
  SymPlace Which;
  const Step *Path = nullptr;
};

struct Summary {
  std::vector<Effect> Effects;
  std::vector<GivenCall> Calls;
};

/// What happens at one fact of a body.
struct EffectAt {
  flow::Point At;
  Effect What;
};

class EffectSummaries {
public:
  EffectSummaries(const facts::Unit &U, const ModelUse &Models, const CallTargets &Targets);

  const Summary &of(facts::FnId F) const { return Summaries[raw(F)]; }

  /// The effects of a body that keeps them to itself, by place, callables that
  /// it was given resolved by what anybody ever gave it.
  std::vector<EffectAt> within(facts::FnId F) const;

  const SuppressedLines &suppressions() const { return Suppressed; }
  /// Blocks of a function that can only end in noreturn.
  std::vector<bool> doomed(facts::FnId F) const;
  /// An order in which callees come before callers where there is no recursion.
  std::vector<facts::FnId> calleesFirst() const;

private:
  friend class EffectBuilder;
  void solve();

  const facts::Unit &U;
  const ModelUse &Models;
  const CallTargets &Targets;
  DescriptorModes Modes;
  SuppressedLines Suppressed;
  std::vector<Summary> Summaries;
  mutable std::deque<Step> Steps;
  std::vector<std::vector<facts::FnId>> Users; ///< who imported a summary
};

/// `Prefix` ends in a call of a callable that a function was given: a copy that
/// says which one it is and goes on with `Tail`.
const Step *continued(std::deque<Step> &Steps, const Step *Prefix, const Invocation &I,
                      const Step *Tail);

/// True if nothing that the function's body does concerns its callers.
bool keepsEffects(const facts::Function &F);

} // namespace cotidy
