#include "program/EffectBuilder.h"

#include "program/Descriptors.h"
#include "program/Loggers.h"
#include "program/PathTypes.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::Point;

static constexpr unsigned MaxNesting = 6;
static constexpr size_t MaxGuards = 4;
static constexpr llvm::StringRef CheckName = "cotidy-blocking-call";

EffectBuilder::EffectBuilder(const EffectSummaries &S, FnId F)
    : S(S), U(S.U), F(F), Fn(S.U.fn(F)), Defs(S.Targets.defsOf(F)) {
  findChangedParams();
  Nonblocking = expectsWouldBlock(U, Fn);
  Logger = Fn.is(FnUser) && isLogger(U.text(Fn.Qualified));
  if (Fn.is(FnUser) && S.Models.counts("wait"))
    BusyWaits = flow::busyWaits(U, Fn);
}

/// Parameters that the body writes to, somewhere: a test of one says nothing
/// about the actual.
void EffectBuilder::findChangedParams() {
  Changed.resize(Fn.Params.size());
  Place P;
  P.Root = RootKind::Param;
  for (const Block &B : Fn.Blocks)
    for (const Fact &X : B.Facts)
      for (P.Index = 0; P.Index < Changed.size(); ++P.Index)
        if (!Changed[P.Index] && flow::mayChange(U, X, P))
          Changed[P.Index] = true;
}

//===----------------------------------------------------------------------===//
// Paths
//===----------------------------------------------------------------------===//

const Step *EffectBuilder::step(const Here &H, FnId Callee, Via How, StrId Through,
                                const Step *Next) const {
  S.Steps.push_back(
      {H.X.At, F, Callee, How, Through, Next, Next ? Next->Length + 1 : 1});
  return &S.Steps.back();
}

//===----------------------------------------------------------------------===//
// Leaves
//===----------------------------------------------------------------------===//

/// The path goes through library code into a destructor: an emplace or an
/// assignment that may replace a value.
static bool replacesValue(const Unit &U, const Step *Path) {
  if (U.fn(Path->Callee).is(FnUser))
    return false;
  const Step *S = Path->Next;
  while (S && !U.fn(S->In).is(FnUser))
    S = S->Next;
  return S && U.fn(S->In).is(FnDestructor);
}

void EffectBuilder::report(const Here &H, Effect E) {
  // A promise's storage is filled once: there is no value to replace.
  if (Fn.is(FnPromisePart) && E.Path->Callee != FnId::None && replacesValue(U, E.Path))
    return;
  if ((E.OnDescriptor || isTls(U, E.Leaf)) && Nonblocking)
    return;
  if (Logger && !ForFindings) {
    if (!S.Models.counts("log"))
      return;
    E.Category = "log";
  }
  std::ranges::sort(E.Guards, before);
  auto Same = std::ranges::unique(E.Guards);
  E.Guards.erase(Same.begin(), Same.end());
  for (const ParamGuard &A : E.Guards)
    for (const ParamGuard &B : E.Guards)
      if (contradict(A, B))
        return;
  if (E.Guards.size() > MaxGuards)
    E.Guards.resize(MaxGuards);
  if (!ForFindings && S.Suppressed.atStep(F, H.X.At, CheckName, E.Category))
    return;
  OnEffect(H.At, std::move(E));
}

void EffectBuilder::addLeaf(const Here &H, FnId Leaf, llvm::StringRef Category,
                            std::vector<ParamGuard> Guards, Confidence Sure,
                            bool OnDescriptor) {
  Effect E;
  E.Category = Category;
  E.Leaf = Leaf;
  E.Guards = std::move(Guards);
  E.Guards.insert(E.Guards.end(), H.Guards.begin(), H.Guards.end());
  E.Path = step(H, Leaf, Via::Direct, StrId::Empty, nullptr);
  E.Sure = Sure;
  E.OnDescriptor = OnDescriptor;
  report(H, std::move(E));
}

/// A loop that only another thread can end. Its leaf is this function itself.
void EffectBuilder::busyWait(const Here &H) {
  auto It = std::ranges::find(BusyWaits, H.At, &flow::BusyWait::At);
  if (It == BusyWaits.end())
    return;
  Effect E;
  E.Category = "wait";
  E.Leaf = F;
  E.Guards = H.Guards;
  E.Path = step(H, F, Via::Direct, StrId::Empty, nullptr);
  E.Sure = Confidence::Likely;
  E.Spins = It->Reads;
  report(H, std::move(E));
}

/// The blocking that models and attributes say of the callee. In code outside
/// user code it does not count.
void EffectBuilder::leaf(const Here &H, FnId Callee) {
  if (Callee == FnId::None || !Fn.is(FnUser))
    return;
  const model::FunctionModel *M = S.Models.of(Callee);
  if (!M) {
    if (U.fn(Callee).is(FnBlockingAttr) && S.Models.counts("wait"))
      addLeaf(H, Callee, "wait", {}, Confidence::Certain);
    return;
  }
  if (!S.Models.counts(M->Blocks))
    return;
  if (H.X.Kind == FactKind::Destroy && wasMovedOrJoined(H, H.X.From))
    return;
  std::vector<ParamGuard> Guards;
  if (M->Joins) {
    Value Waited = actualOf(H.X, *M->Joins);
    if (flow::isReady(H.Ready, Waited.Where))
      return;
    // Whether what was passed is ready is for the caller to know.
    if (auto G = guardOn(Waited.Where, Fn, flow::GuardTest::Ready, false))
      Guards.push_back(std::move(*G));
  }
  std::vector<Decision> Unless;
  for (const model::Condition &C : M->Unless)
    Unless.push_back(decide(U, H.X, C, Defs));
  if (std::optional<Decision> D = isWakeUp(U, H.X, Defs))
    Unless.push_back(std::move(*D));
  for (Decision &D : Unless) {
    forgetChanged(D);
    if (D.Is == Answer::Yes)
      return;
    if (D.Is != Answer::Depends)
      continue;
    D.OnlyIf.Holds = !D.OnlyIf.Holds;
    Guards.push_back(std::move(D.OnlyIf));
  }
  Confidence Sure = Confidence::Certain;
  if (M->Descriptor) {
    if (S.Modes.isNonblocking(F, actualOf(H.X, *M->Descriptor)))
      return;
    Sure = Confidence::Likely;
  }
  addLeaf(H, Callee, M->Blocks, std::move(Guards), Sure, M->Descriptor.has_value());
}

//===----------------------------------------------------------------------===//
// Callees
//===----------------------------------------------------------------------===//

/// What the guard speaks of, as this body knows it; null if it does not.
static const Value *actualFor(const ParamGuard &G, const Fact &Call, const Invocation &I,
                              bool ActualsKnown) {
  if (G.Param == ParamGuard::OwnClosure)
    return I.Self;
  return ActualsKnown && G.Param < Call.Args.size() ? &Call.Args[G.Param] : nullptr;
}

/// False if what the effect waits for is ready here; else the guard goes on to
/// callers as far as they may know.
bool EffectBuilder::keepsReadyGuard(const Here &H, const ParamGuard &G, const Value &Actual,
                                    Effect &Into) const {
  std::vector<StrId> Captures = G.Captures;
  Place Waited = followed(Actual, Captures, Defs).Where;
  if (!G.Holds && Captures.empty() && flow::isReady(H.Ready, Waited))
    return false;
  if (auto Mine = guardOn(Waited, Fn, G.Test, G.Holds, std::move(Captures)))
    Into.Guards.push_back(std::move(*Mine));
  return true;
}

/// The effect as it is at this call: dropped if an actual rules it out.
std::optional<Effect> EffectBuilder::imported(const Here &H, const Effect &E,
                                              const Invocation &I, bool ActualsKnown) const {
  Effect R = E;
  R.Guards.clear();
  for (const ParamGuard &G : E.Guards) {
    const Value *Actual = actualFor(G, H.X, I, ActualsKnown);
    if (!Actual)
      continue;
    if (G.Test == flow::GuardTest::Ready) {
      if (!keepsReadyGuard(H, G, *Actual, R))
        return std::nullopt;
      continue;
    }
    Decision D = decide(U, G, *Actual, Defs);
    forgetChanged(D);
    if (D.Is == Answer::No)
      return std::nullopt;
    if (D.Is == Answer::Depends)
      R.Guards.push_back(std::move(D.OnlyIf));
  }
  R.Guards.insert(R.Guards.end(), H.Guards.begin(), H.Guards.end());
  R.Sure = std::min(R.Sure, Confidence::Likely);
  return R;
}

void EffectBuilder::add(const Here &H, const Invocation &I, const Step *Prefix,
                        unsigned Depth, bool ActualsKnown, Odds O) {
  OnImport(I.Fn);
  if (keepsEffects(U.fn(I.Fn)))
    return;
  const Summary &Sum = S.of(I.Fn);
  auto path = [&](const Step *Tail) {
    return Prefix ? continued(S.Steps, Prefix, I, Tail) : step(H, I.Fn, I.How, I.Through, Tail);
  };
  for (const Effect &E : Sum.Effects) {
    std::optional<Effect> R = imported(H, E, I, ActualsKnown);
    std::optional<TypeId> OnlyOf = Prefix ? TypeId::None : narrowed(U, Fn, H.X, I, E.OnlyOf);
    if (!R || !OnlyOf || wasSettled(H, I.Fn, E))
      continue;
    R->OnlyOf = *OnlyOf;
    R->Path = path(E.Path);
    R->Sure = std::min(R->Sure, O.Guess && E.Guessed ? Confidence::Possible : O.AtMost);
    R->Guessed |= O.Guess;
    report(H, std::move(*R));
  }
  if (Depth < MaxNesting)
    for (const GivenCall &G : Sum.Calls)
      addGiven(H, I, G, path(G.Path), Depth, ActualsKnown);
}

/// The callee calls a callable that this body may have given it.
void EffectBuilder::addGiven(const Here &H, const Invocation &I, const GivenCall &G,
                             const Step *Path, unsigned Depth, bool ActualsKnown) {
  Invocations Found;
  if (G.Which.OfThis) {
    if (I.Self)
      Found = S.Targets.resolve(F, *I.Self, G.Which.Captures);
    else
      Found = S.Targets.resolve(I.Fn, G.Which);
  } else if (ActualsKnown && G.Which.Param < H.X.Args.size()) {
    Found = S.Targets.resolve(F, H.X.Args[G.Which.Param], G.Which.Captures);
  } else {
    Found = S.Targets.resolve(I.Fn, G.Which);
  }
  addAll(H, Found, Path, Depth + 1, false);
}

void EffectBuilder::addAll(const Here &H, const Invocations &I, const Step *Prefix,
                           unsigned Depth, bool ActualsKnown) {
  for (const Invocation &K : I.Known)
    add(H, K, Prefix, Depth, ActualsKnown, Odds());
  for (const SymPlace &P : I.Symbolic)
    OnGiven(H.At, {P, Prefix ? Prefix : step(H, FnId::None, Via::Given, StrId::Empty, nullptr)});
  addAnyOf(H, I.AnyOf, Prefix, Depth, ActualsKnown);
}

/// One of several: likely if they are few or at least half of them have an
/// effect that does not itself rest on such a guess (else, where callbacks
/// call callbacks, each would vouch for all others). Of a visitor's overloads, if
/// all have: which alternatives there ever are is not known.
void EffectBuilder::addAnyOf(const Here &H, const std::vector<Invocation> &All,
                             const Step *Prefix, unsigned Depth, bool ActualsKnown) {
  size_t With = 0;
  bool Stored = false, Chosen = false;
  for (const Invocation &A : All) {
    Stored |= A.How != Via::Override;
    Chosen |= A.Chosen;
    With += !keepsEffects(U.fn(A.Fn)) &&
            std::ranges::any_of(S.of(A.Fn).Effects, [](const Effect &E) {
              return !E.Guessed && E.Sure != Confidence::Possible;
            });
  }
  Odds O;
  O.Guess = Stored && All.size() > 1;
  if (Chosen ? With < All.size() : All.size() > 4 && 2 * With < All.size())
    O.AtMost = Confidence::Possible;
  for (const Invocation &A : All)
    add(H, A, Prefix, Depth, ActualsKnown, O);
}

void EffectBuilder::visit(const Here &H) {
  const Fact &X = H.X;
  if (!BusyWaits.empty())
    busyWait(H);
  if (X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall ||
      X.Kind == FactKind::Destroy)
    leaf(H, X.Callee);
  if (X.Kind == FactKind::Destroy) {
    joiningHandle(H);
    bool Ends = U.text(X.Word) == "scope" || U.text(X.Word) == "frame";
    bool Temporary = U.text(X.Word) == "temporary";
    if ((Ends && wasMovedOrJoined(H, X.From)) ||
        (Temporary && (wasGivenAway(H, X.From) || isTakenOver(X.From))))
      return;
  }
  if (wasGivenAwayBefore(H))
    return;
  Invocations I = S.Targets.at(F, X);
  if (X.Kind == FactKind::MayDestroy) {
    I.AnyOf.insert(I.AnyOf.end(), I.Known.begin(), I.Known.end());
    I.Known.clear();
    Confidence Sure = isSoleOwner(X.From) ? Confidence::Likely : Confidence::Possible;
    for (const Invocation &A : I.AnyOf)
      add(H, A, nullptr, 0, false, {Sure, false});
    return;
  }
  bool Actuals = X.Kind != FactKind::Destroy;
  addAll(H, I, nullptr, 0, Actuals);
}

void EffectBuilder::resolveGiven(Point At, const GivenCall &G) {
  const std::vector<ParamGuard> None;
  const flow::Places Nothing;
  const std::vector<flow::Settlement> NotSettled;
  const Here H{At, Fn.Blocks[At.Block].Facts[At.Fact], None, Nothing, NotSettled};
  addAll(H, S.Targets.resolve(F, G.Which), G.Path, 1, false);
}

std::vector<ParamGuard> EffectBuilder::ofParams(const std::vector<flow::Guard> &All) const {
  std::vector<ParamGuard> R;
  for (const flow::Guard &G : All)
    if (G.Where.Root == RootKind::Param && G.Where.Path.empty() &&
        !Changed[G.Where.Index] && (!G.With || isConstant(G.With)))
      R.push_back({G.Where.Index, G.Test, G.Holds, G.With, {}});
  return R;
}

void EffectBuilder::run() {
  std::vector<bool> Doomed = S.doomed(F);
  auto Ways = flow::waysOnEntry(U, Fn);
  auto ReadyOnEntry = flow::readyOnEntry(U, Fn);
  auto SettledOnEntry = flow::settledOnEntry(U, Fn);
  for (uint32_t B = 0; B < Fn.Blocks.size(); ++B)
    if (!Doomed[B])
      for (std::vector<flow::Guard> &Way : Ways[B])
        runBlock(B, std::move(Way), ReadyOnEntry.empty() ? nullptr : &ReadyOnEntry[B],
                 SettledOnEntry.empty() ? nullptr : &SettledOnEntry[B]);
}

void EffectBuilder::runBlock(uint32_t B, std::vector<flow::Guard> Guards,
                             const flow::Places *ReadyOnEntry,
                             const std::vector<flow::Settlement> *SettledOnEntry) {
  std::vector<ParamGuard> Mine = ofParams(Guards);
  flow::Places Ready;
  if (ReadyOnEntry)
    Ready = *ReadyOnEntry;
  std::vector<flow::Settlement> Settled;
  if (SettledOnEntry)
    Settled = *SettledOnEntry;
  for (uint32_t I = 0; I < Fn.Blocks[B].Facts.size(); ++I) {
    const Fact &X = Fn.Blocks[B].Facts[I];
    visit({{B, I}, X, Mine, Ready, Settled});
    if (ReadyOnEntry)
      flow::noteReady(U, Fn, Fn.Blocks[B], I, Ready);
    if (SettledOnEntry)
      flow::noteSettled(U, Fn.Blocks[B], I, Settled);
    if (std::erase_if(Guards, [&](const flow::Guard &G) {
          return flow::mayChange(U, X, G.Where);
        }))
      Mine = ofParams(Guards);
  }
}

} // namespace cotidy
