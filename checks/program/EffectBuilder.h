//===- EffectBuilder.h - one body's effects from its callees' ---*- C++ -*-===//
// Walks one body and collects what its facts do: blocking leaves of its own,
// and what the summaries of its callees bring, with guards decided by the
// actuals. What destructions do is in Destructions.cpp, the fixpoint around it
// in Effects.cpp.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/BusyWaits.h"
#include "flow/Readiness.h"
#include "flow/Settled.h"
#include "program/Effects.h"

#include <functional>

namespace cotidy {

class EffectBuilder {
public:
  EffectBuilder(const EffectSummaries &S, facts::FnId F);

  /// Called with each summary that was looked at.
  std::function<void(facts::FnId)> OnImport = [](facts::FnId) {};
  /// Called with each effect and each call of a given callable, by place.
  std::function<void(flow::Point, Effect)> OnEffect;
  std::function<void(flow::Point, GivenCall)> OnGiven;

  /// The effects are wanted for findings in this very body: what is
  /// suppressed here is for the rules to drop, and to count.
  bool ForFindings = false;

  void run();
  /// A call of a given callable at `At`: as whatever anybody ever gave it.
  void resolveGiven(flow::Point At, const GivenCall &G);

private:
  struct Here {
    flow::Point At;
    const facts::Fact &X;
    const std::vector<ParamGuard> &Guards;
    const flow::Places &Ready; ///< what has been waited for already
    const std::vector<flow::Settlement> &Settled;
  };

  void runBlock(uint32_t B, std::vector<flow::Guard> Guards, const flow::Places *ReadyOnEntry,
                const std::vector<flow::Settlement> *SettledOnEntry);
  void visit(const Here &H);
  void leaf(const Here &H, facts::FnId Callee);
  void busyWait(const Here &H);
  void joiningHandle(const Here &H);
  bool wasSettled(const Here &H, facts::FnId Callee, const Effect &E) const;
  bool isSoleOwner(const facts::Place &P) const;
  bool isTakenOver(const facts::Place &P) const;
  bool wasGivenAway(const Here &H, const facts::Place &P) const;
  bool wasGivenAwayBefore(const Here &H) const;
  bool wasMovedOrJoined(const Here &H, const facts::Place &P) const;
  void addLeaf(const Here &H, facts::FnId Leaf, llvm::StringRef Category,
               std::vector<ParamGuard> Guards, Confidence Sure, bool OnDescriptor = false);
  void addAll(const Here &H, const Invocations &I, const Step *Prefix, unsigned Depth,
              bool ActualsKnown);
  void addAnyOf(const Here &H, const std::vector<Invocation> &All, const Step *Prefix,
                unsigned Depth, bool ActualsKnown);
  /// How sure it is that an invocation is the one that happens.
  struct Odds {
    Confidence AtMost = Confidence::Likely;
    bool Guess = false;
  };
  void add(const Here &H, const Invocation &I, const Step *Prefix, unsigned Depth,
           bool ActualsKnown, Odds O);
  void addGiven(const Here &H, const Invocation &I, const GivenCall &G, const Step *Prefix,
                unsigned Depth, bool ActualsKnown);
  std::optional<Effect> imported(const Here &H, const Effect &E, const Invocation &I,
                                 bool ActualsKnown) const;
  bool keepsReadyGuard(const Here &H, const ParamGuard &G, const facts::Value &Actual,
                       Effect &Into) const;
  void report(const Here &H, Effect E);
  void findChangedParams();
  std::vector<ParamGuard> ofParams(const std::vector<flow::Guard> &All) const;
  /// A decision may rest on a parameter only while it is as it was passed.
  void forgetChanged(Decision &D) const {
    if (D.Is == Answer::Depends && Changed[D.OnlyIf.Param])
      D.Is = Answer::Unknown;
  }

  const Step *step(const Here &H, facts::FnId Callee, Via How, facts::StrId Through,
                   const Step *Next) const;

  const EffectSummaries &S;
  const facts::Unit &U;
  facts::FnId F;
  const facts::Function &Fn;
  const LocalDefs &Defs;
  bool Logger = false;      ///< what happens here is logging, whatever it is
  bool Nonblocking = false; ///< the body is written for non-blocking descriptors
  std::vector<flow::BusyWait> BusyWaits;
  std::vector<bool> Changed; ///< by parameter: not always what was passed
};

} // namespace cotidy
