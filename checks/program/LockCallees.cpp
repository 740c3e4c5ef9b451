//===- LockCallees.cpp - what callees do under the locks of a body --------===//
// The part of LockBuilder that brings in the summaries of callees: their
// events as this call names and guards them, callables they are given, and the
// destructors of what a callable had captured.
//===----------------------------------------------------------------------===//
#include "program/LockBuilder.h"

#include "facts/Words.h"
#include "program/Lowering.h"
#include "program/PathTypes.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::HeldLock;

static constexpr unsigned MaxNesting = 5, MaxPicks = 3;
static constexpr size_t MaxGuards = 4, MaxCalls = 24;

/// The callee's guards as this call sees them; nothing if an actual rules the
/// effect out.
std::optional<std::vector<ParamGuard>>
LockBuilder::imported(const Here &H, const std::vector<ParamGuard> &All, bool Direct) const {
  std::vector<ParamGuard> Out = guardsAt(H.At.Block);
  for (const ParamGuard &G : All) {
    if (!Direct || G.Param >= H.X.Args.size())
      continue;
    Decision D = decide(U, G, H.X.Args[G.Param], Defs);
    if (D.Is == Answer::No)
      return std::nullopt;
    if (D.Is == Answer::Depends && D.OnlyIf.Param < Changed.size() &&
        !Changed[D.OnlyIf.Param] && Out.size() < MaxGuards)
      Out.push_back(std::move(D.OnlyIf));
  }
  std::ranges::sort(Out, before);
  auto Same = std::ranges::unique(Out);
  Out.erase(Same.begin(), Same.end());
  for (const ParamGuard &A : Out)
    for (const ParamGuard &B : Out)
      if (contradict(A, B))
        return std::nullopt;
  return Out;
}

/// Nothing that is held has an unknown root: such a place releases nothing.
static void addReleased(std::vector<Place> &Into, const Place &P) {
  if (P.Root != RootKind::Unknown)
    flow::addOnce(Into, P);
}

void LockBuilder::import(const Here &H, const Invocation &I, const std::vector<HeldLock> &Held,
                         const std::vector<Place> &Released, const Step *Prefix, unsigned Depth,
                         bool Direct, Odds O) {
  OnImport(I.Fn);
  if (OnCall)
    OnCall(I.Fn, Held);
  const LockSummary &Sum = S.of(I.Fn);
  auto path = [&](const Step *Tail) {
    return Prefix ? continued(S.Steps, Prefix, I, Tail) : step(H.X.At, I.Fn, I.How, I.Through, Tail);
  };
  auto here = [&](const Place &P) { return atCall(H, I, P, Direct); };
  if (isGivenUp(U, Fn, Defs, H.At))
    O.AtMost = Confidence::Possible;
  bool Reenters = I.How != Via::Direct || U.fn(I.Fn).is(FnDestructor);
  for (const LockEvent &Callee : Sum.Events) {
    std::optional<std::vector<ParamGuard>> Under = imported(H, Callee.Guards, Direct);
    std::optional<TypeId> OnlyOf = Prefix ? TypeId::None : narrowed(U, Fn, H.X, I, Callee.OnlyOf);
    if (!Under || !OnlyOf)
      continue;
    LockEvent E = Callee;
    E.OnlyOf = *OnlyOf;
    E.Guards = std::move(*Under);
    E.Released = Released;
    for (const Place &P : Callee.Released)
      for (const flow::GuardedLock &G : H.State.locksOf(here(P))) {
        addReleased(E.Released, G.Lock);
        addReleased(E.Released, G.Guard);
      }
    E.Path = path(Callee.Path);
    E.Sure = std::min({E.Sure, O.Guess && E.Guessed ? Confidence::Possible : O.AtMost});
    E.Guessed |= O.Guess;
    E.Picks = uint8_t(std::min<unsigned>(E.Picks + O.Picks, MaxPicks));
    E.OwnThread |= O.OwnThread;
    E.Reentry |= Reenters;
    if (E.Maker)
      E.Maker = makerOf(here(E.Maker));
    bool Ends = H.X.Kind == FactKind::Destroy, Holder = Ends && holdsOne(U, typeOf(U, Fn, H.X.From));
    E.InMember |= Holder && Fn.is(FnDestructor);
    if (Ends && !Holder && E.InMember)
      E.Picks = MaxPicks; // a scope ends, and with it what is empty as a rule
    if (E.Is == LockEvent::Suspend || E.Is == LockEvent::Wait) {
      happens(H, std::move(E), Held);
      continue;
    }
    Place Lock = here(Callee.Lock);
    for (const flow::GuardedLock &G : H.State.locksOf(Lock)) {
      LockEvent One = E;
      One.Lock = G.Lock;
      LockClass C = S.Names.classOf(F, G.Lock);
      if (C && (C.Is != LockClass::Param || !One.Class || One.Class.Is == LockClass::Param))
        One.Class = C;
      happens(H, std::move(One), Held);
    }
  }
  importPairs(H, I, Prefix, Direct, O);
  if (Depth >= MaxNesting)
    return;
  for (const GivenUnderLocks &G : Sum.Calls) {
    const Step *Tail = path(G.Path);
    Invocations Found;
    if (G.Which.OfThis)
      Found = I.Self ? S.Targets.resolve(F, *I.Self, G.Which.Captures)
                     : S.Targets.resolve(I.Fn, G.Which);
    else if (Direct && G.Which.Param < H.X.Args.size())
      Found = S.Targets.resolve(F, H.X.Args[G.Which.Param], G.Which.Captures);
    else
      Found = S.Targets.resolve(I.Fn, G.Which);
    std::vector<HeldLock> All = Held;
    for (HeldLock L : G.Held) {
      L.Lock = here(L.Lock);
      L.Owner = {};
      L.Only = {};
      L.Taken = path(L.Taken);
      L.Block = H.At.Block;
      All.push_back(std::move(L));
    }
    std::vector<Place> Gone = Released;
    for (const Place &P : G.Released)
      addReleased(Gone, here(P));
    Here Inner = H;
    Inner.Passed.clear();
    for (const Place &P : G.Passed)
      Inner.Passed.push_back(here(P));
    importAll(Inner, Found, All, Gone, Tail, Depth + 1, false,
              {Confidence::Likely, O.Guess, O.Picks + G.Picks, O.OwnThread || G.OwnThread});
  }
}

/// Pairs of the callee's parameters, as this call names them.
void LockBuilder::importPairs(const Here &H, const Invocation &I, const Step *Prefix,
                              bool Direct, Odds O) {
  auto path = [&](const Step *Tail) {
    return Prefix ? continued(S.Steps, Prefix, I, Tail) : step(H.X.At, I.Fn, I.How, I.Through, Tail);
  };
  auto here = [&](HeldLock L) {
    L.Lock = atCall(H, I, L.Lock, Direct);
    L.Owner = {};
    L.Block = H.At.Block;
    L.Taken = path(L.Taken);
    return L;
  };
  for (const UnderLock &Pair : S.of(I.Fn).Pairs) {
    auto Under = imported(H, Pair.What.Guards, Direct);
    if (!Under)
      continue;
    UnderLock Found{F, H.At, here(Pair.Held), {}, Pair.What};
    for (const HeldLock &Other : Pair.Others)
      Found.Others.push_back(here(Other));
    for (const HeldLock &Other : H.State.Held)
      if (Other.Must)
        Found.Others.push_back(Other);
    LockEvent &E = Found.What;
    E.Guards = std::move(*Under);
    E.Lock = atCall(H, I, E.Lock, Direct);
    if (LockClass C = S.Names.classOf(F, E.Lock))
      E.Class = C;
    E.Path = path(E.Path);
    E.Sure = std::min(E.Sure, O.AtMost);
    under(std::move(Found));
  }
}

void LockBuilder::importAll(const Here &H, const Invocations &I, const std::vector<HeldLock> &Held,
                            const std::vector<Place> &Released, const Step *Prefix,
                            unsigned Depth, bool Direct, const Odds &Before) {
  for (const Invocation &K : I.Known)
    import(H, K, Held, Released, Prefix, Depth, Direct, Before);
  for (const SymPlace &P : I.Symbolic) {
    if (Out.Calls.size() >= MaxCalls)
      break;
    GivenUnderLocks G{P, Held, H.State.Released, Prefix ? H.Passed : passedTo(H.X), nullptr,
                      std::min(Before.Picks, MaxPicks), Before.OwnThread};
    for (Place &A : G.Passed)
      A = forCallers(std::move(A));
    for (const Place &P : Released)
      addReleased(G.Released, P);
    G.Path = Prefix ? Prefix : step(H.X.At, FnId::None, Via::Given, StrId::Empty, nullptr);
    for (HeldLock &L : G.Held)
      L.Lock = forCallers(std::move(L.Lock));
    Out.Calls.push_back(std::move(G));
  }
  size_t With = 0;
  bool Stored = false;
  for (const Invocation &A : I.AnyOf) {
    Stored |= A.How != Via::Override;
    With += std::ranges::any_of(S.of(A.Fn).Events, [](const LockEvent &E) {
      return !E.Guessed && E.Sure != Confidence::Possible;
    });
  }
  Odds O;
  bool Pick = I.AnyOf.size() > 1;
  O.Picks = Before.Picks + Pick;
  O.OwnThread = Before.OwnThread;
  O.Guess = Before.Guess || (Stored && Pick);
  if ((I.AnyOf.size() > 4 && 2 * With < I.AnyOf.size()) || (Before.Guess && Stored && Pick))
    O.AtMost = Confidence::Possible;
  for (const Invocation &A : I.AnyOf)
    import(H, A, Held, Released, Prefix, Depth, Direct, O);
}

void LockBuilder::eventsAt(const Here &H) {
  ownEvents(H);
  callableEvents(H);
  if (H.X.Kind == FactKind::Suspend || isLockOperation(H.At))
    return;
  if (isOfNothing(U, S.Names, F, H.X, H.State))
    return;
  if (std::optional<Place> Popped = poppedBy(H.X); Popped && H.State.isEmpty(*Popped))
    return; // moved out before
  Invocations I = S.Targets.at(F, H.X, Hierarchy::OrAny);
  // A coroutine's body counts where it is awaited. One that nobody awaits here
  // runs to its first suspension at least.
  auto isAwaited = [&](const Invocation &C) { return U.fn(C.Fn).is(FnCoroutine); };
  std::erase_if(I.Known, isAwaited);
  std::erase_if(I.AnyOf, isAwaited);
  if (H.X.Callee != FnId::None && S.Async.takes(H.X.Callee))
    return;
  Odds O;
  O.OwnThread = S.Threads.isAskedBy(LastTests[H.At.Block], Defs);
  importAll(H, I, H.State.Held, {}, nullptr, 0,
            H.X.Kind == FactKind::Call || H.X.Kind == FactKind::VirtualCall, O);
}

} // namespace cotidy
