//===- LockEvents.cpp - what happens under the locks of a body ------------===//
// The part of LockBuilder that looks at the flow's result: acquisitions,
// suspensions and waits of the body itself, each with the locks held then.
//===----------------------------------------------------------------------===//
#include "program/LockBuilder.h"
#include "program/Lowering.h"


#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::HeldLock;
using flow::LockState;
using flow::Point;

static constexpr size_t MaxGuards = 4, MaxEvents = 96, MaxGuesses = 24, MaxPairs = 16;
static constexpr ptrdiff_t MaxClasses = 12;

//===----------------------------------------------------------------------===//
// Tests that guard what happens
//===----------------------------------------------------------------------===//

std::vector<ParamGuard> LockBuilder::guardsAt(uint32_t Block) const {
  std::vector<ParamGuard> Out;
  for (const flow::Guard &G : Guards[Block])
    if (G.Where.Root == RootKind::Param && G.Where.Path.empty() && !Changed[G.Where.Index] &&
        (!G.With || isConstant(G.With)) && Out.size() < MaxGuards)
      Out.push_back({G.Where.Index, G.Test, G.Holds, G.With, {}});
  return Out;
}

/// False if the tests that led to the acquisition and to this block contradict.
bool LockBuilder::possibleTogether(const HeldLock &Held, uint32_t Block) const {
  for (const flow::Guard &A : Guards[Held.Block])
    for (const flow::Guard &B : Guards[Block])
      if (flow::contradict(A, B))
        return false;
  return true;
}

//===----------------------------------------------------------------------===//
// Events
//===----------------------------------------------------------------------===//

static bool better(const LockEvent &A, const LockEvent &B) {
  if (A.Sure != B.Sure)
    return A.Sure > B.Sure;
  if (A.ByFlag != B.ByFlag)
    return B.ByFlag;
  if (A.InMember != B.InMember)
    return B.InMember;
  if (A.OwnThread != B.OwnThread)
    return B.OwnThread;
  if (A.Picks != B.Picks)
    return A.Picks < B.Picks;
  if (A.Released.size() != B.Released.size())
    return A.Released.size() < B.Released.size();
  return A.Path->Length < B.Path->Length;
}

/// But for the tests that guard them.
static bool sameEvent(const LockEvent &A, const LockEvent &B) {
  return A.Is == B.Is && A.Lock == B.Lock && A.Class == B.Class && A.Mode == B.Mode &&
         A.Try == B.Try && A.Maker == B.Maker && A.OnlyOf == B.OnlyOf &&
         (A.Is != LockEvent::Wait || A.Released == B.Released);
}

/// Whenever `B` happens, `A` does, and it is as good to tell of. Guards are sorted.
static bool standsFor(const LockEvent &A, const LockEvent &B) {
  return sameEvent(A, B) && !better(B, A) && std::ranges::includes(B.Guards, A.Guards, before);
}

/// The best path for each event, for few classes of the function's object. Where
/// there are too many, what is told last is lost, not what comes last.
static void keepBest(std::vector<LockEvent> &Into, LockEvent E) {
  auto ofAnother = [&](const LockEvent &Old) {
    return Old.OnlyOf != TypeId::None && Old.OnlyOf != E.OnlyOf && Old.Is == E.Is &&
           Old.Lock == E.Lock && Old.Class == E.Class;
  };
  if (E.OnlyOf != TypeId::None && std::ranges::count_if(Into, ofAnother) >= MaxClasses)
    E.OnlyOf = TypeId::None;
  if (std::ranges::any_of(Into, [&](const LockEvent &Old) { return standsFor(Old, E); }))
    return;
  std::erase_if(Into, [&](const LockEvent &Old) { return standsFor(E, Old); });
  auto isGuess = [](const LockEvent &X) { return X.Sure == Confidence::Possible; };
  bool Full = Into.size() >= MaxEvents ||
              (isGuess(E) && size_t(std::ranges::count_if(Into, isGuess)) >= MaxGuesses);
  if (!Full) {
    Into.push_back(std::move(E));
    return;
  }
  auto Worst = std::ranges::max_element(Into, better);
  if (better(E, *Worst))
    *Worst = std::move(E);
}

/// A way that goes round in circles, along a list or down a chain of wrappers,
/// leads to some object of many.
static void cutCircles(std::vector<PathStep> &Path) {
  for (size_t I = 0; I < Path.size(); ++I) {
    if (Path[I].Kind != StepKind::Field)
      continue;
    size_t Last = Path.size() - 1;
    while (Last > I && !(Path[Last] == Path[I]))
      --Last;
    if (Last == I)
      continue;
    Path.erase(Path.begin() + long(I) + 1, Path.begin() + long(Last) + 1);
    if (I + 1 == Path.size() || Path[I + 1].Kind != StepKind::Element)
      Path.insert(Path.begin() + long(I) + 1, {StepKind::Element, StrId::Empty});
  }
}

/// A place as callers can understand it: what is the body's own is lost.
Place LockBuilder::forCallers(Place P) const {
  if (P.Root == RootKind::Local || P.Root == RootKind::Promise) {
    P.Root = RootKind::Unknown;
    P.Index = 0;
  }
  cutCircles(P.Path);
  if (P.Root == RootKind::Unknown) { // nothing but the member tells it from others
    auto Member = std::ranges::find(P.Path.rbegin(), P.Path.rend(), StepKind::Field, &PathStep::Kind);
    if (Member != P.Path.rend())
      P.Path.erase(P.Path.begin(), Member.base() - 1);
  }
  return P;
}

/// By one call, which sees to it that nobody waits while it holds the other.
static bool areTakenTogether(const HeldLock &L, const LockEvent &E) {
  return E.Is == LockEvent::Acquire && L.Taken && !L.Taken->Next && !E.Path->Next &&
         L.Taken->At == E.Path->At && !(L.Lock == E.Lock);
}

void LockBuilder::under(UnderLock Found) {
  auto isCallers = [&](const LockClass &C) { return C.Is == LockClass::Param; };
  bool Export = Found.What.Is == LockEvent::Acquire && !Found.What.Try &&
                !(Found.Held.Lock == Found.Held.Owner) &&
                (isCallers(Found.What.Class) || isCallers(S.Names.classOf(F, Found.Held.Lock)));
  bool Known = std::ranges::any_of(Out.Pairs, [&](const UnderLock &Old) {
    return Old.Held.Lock == Found.Held.Lock && Old.What.Lock == Found.What.Lock &&
           Old.Held.Mode == Found.Held.Mode && Old.What.Mode == Found.What.Mode;
  });
  if (Export && !Known && Out.Pairs.size() < MaxPairs)
    Out.Pairs.push_back(Found);
  if (OnUnder)
    OnUnder(std::move(Found));
}

/// A flag of the object, or of the body, tells whether to take the lock, and the
/// same flag whether to release it: as a rule, whether it is held already.
bool LockBuilder::isByFlag(const Here &H, const Place &Lock) const {
  const flow::FlagTest &Taken = Tests[H.At.Block];
  if (!Taken || Taken.Of.Root == RootKind::Param)
    return false;
  for (uint32_t B = 0; B < Actions.size(); ++B)
    if (B != H.At.Block && Tests[B] == Taken)
      for (const auto &All : Actions[B])
        for (const flow::LockAction &A : All)
          if (A.Do == flow::LockAction::Release && A.What == Lock)
            return true;
  return false;
}

/// `E` happens while `Held` is held; and the callers will want to know.
void LockBuilder::happens(const Here &H, LockEvent E, const std::vector<HeldLock> &Held) {
  E.ByFlag |= E.Is == LockEvent::Acquire && isByFlag(H, E.Lock);
  E.Retakes |= E.Is == LockEvent::Acquire && std::ranges::any_of(H.State.Released, [&](const Place &P) {
    return P == E.Lock || (E.Class && S.Names.classOf(F, P) == E.Class);
  });
  for (const HeldLock &L : Held) {
    bool Gone = std::ranges::any_of(E.Released, [&](const Place &P) {
      return L.isReleasedBy(P);
    });
    if (Gone || areTakenTogether(L, E) || !possibleTogether(L, H.At.Block))
      continue;
    UnderLock Found{F, H.At, L, {}, E};
    if (L.Stray)
      Found.What.Sure = Confidence::Possible;
    for (const HeldLock &Other : Held)
      if (&Other != &L && Other.Must && !(Other.Lock == L.Lock))
        Found.Others.push_back(Other);
    under(std::move(Found));
  }
  bool OwnLocal = E.Is == LockEvent::Acquire && E.Lock.Root == RootKind::Local && E.Lock.Path.empty();
  if (OwnLocal)
    return;
  for (const Place &P : H.State.Released)
    flow::addOnce(E.Released, P);
  std::erase_if(E.Released, [](const Place &P) {
    return P.Root == RootKind::Local || P.Root == RootKind::Unknown;
  });
  Place Maker = makerFor(E);
  E.Lock = forCallers(std::move(E.Lock));
  E.Maker = E.Lock.Root == RootKind::Unknown ? std::move(Maker) : Place();
  std::ranges::sort(E.Guards, before);
  keepBest(Out.Events, std::move(E));
}

/// The mutex or guard that a wait for a condition releases meanwhile.
static Value releasedByWait(const Unit &U, const Function &In, const Fact &Call) {
  for (const Value &A : Call.Args) {
    TypeId T = A.Where ? typeOf(U, In, A) : TypeId::None;
    if (T != TypeId::None && (U.type(T).is(TyGuard) || U.type(T).is(TyLock)))
      return A;
  }
  // The C interface: condition, mutex.
  std::string_view Name = U.text(U.fn(Call.Callee).Qualified);
  if (Call.Args.size() >= 2 && (Name.starts_with("pthread_cond") || Name.starts_with("cnd_")))
    return Call.Args[1];
  return {};
}

/// The locks that an awaited operation was given, by themselves or with their
/// guards: as a condition does, it may release them while it waits. Awaiting an
/// operation of the lock itself is a matter between the two.
std::vector<Place> LockBuilder::givenTo(const Here &H, const Fact &Made) const {
  std::vector<Place> Out;
  std::vector<Value> All = Made.Args;
  All.push_back(Made.Recv);
  for (const Value &A : All) {
    TypeId T = A.Where ? typeOf(U, Fn, A) : TypeId::None;
    if (T == TypeId::None || !(U.type(T).is(TyGuard) || U.type(T).is(TyLock)))
      continue;
    for (const flow::GuardedLock &G : H.State.locksOf(S.Names.normal(F, A))) {
      Out.push_back(G.Lock);
      Out.push_back(G.Guard);
    }
  }
  return Out;
}

void LockBuilder::ownEvents(const Here &H) {
  const Fact &X = H.X;
  LockEvent E;
  E.Guards = guardsAt(H.At.Block);
  if (X.Kind == FactKind::Acquire) {
    for (const flow::LockAction &A : Actions[H.At.Block][H.At.Fact]) {
      if (A.Do != flow::LockAction::Take)
        continue;
      for (const flow::GuardedLock &G : H.State.locksOf(A.What)) {
        E.Lock = G.Lock;
        E.Class = S.Names.classOf(F, G.Lock);
        E.Mode = G.Guard == G.Lock ? A.Mode : G.Mode;
        E.Try = !A.Must || U.text(X.Word).find("try") != std::string_view::npos;
        E.Async = A.Async;
        E.Path = A.Path;
        happens(H, E, H.State.Held);
      }
    }
    return;
  }
  if (X.Kind == FactKind::Suspend) {
    std::string_view Word = U.text(X.Word);
    if (!Word.starts_with("may") || Word.ends_with("initial") || Word.ends_with("final"))
      return;
    Awaited A = awaitedAt(H.At);
    bool Taken = A.Made && S.Async.takes(A.Made->Callee);
    bool KnownBody = false;
    if (A.Made && !Taken) {
      Invocations I = S.Targets.at(F, *A.Made, Hierarchy::OrAny);
      auto isCoroutine = [&](const Invocation &C) {
        return U.fn(C.Fn).is(FnCoroutine) && U.fn(C.Fn).Body == BodyState::Here;
      };
      KnownBody = !I.Known.empty() ? std::ranges::all_of(I.Known, isCoroutine)
                                   : !I.AnyOf.empty() && std::ranges::all_of(I.AnyOf, isCoroutine);
      if (KnownBody) {
        Here Call{H.At, *A.Made, H.State};
        importAll(Call, I, H.State.Held, {}, nullptr, 0, true, {});
      }
      TypeId Task = A.Made->Callee == FnId::None ? TypeId::None : U.fn(A.Made->Callee).Returns;
      KnownBody &= Task == TypeId::None || !U.type(Task).is(TyAffine);
    }
    if (!KnownBody) {
      E.Is = LockEvent::Suspend;
      if (A.Made)
        E.Released = givenTo(H, *A.Made);
      E.Path = step(X.At, X.Callee, Via::Direct, StrId::Empty, nullptr);
      happens(H, E, H.State.Held);
    }
    if (Taken)
      for (const flow::LockAction &Do : Actions[H.At.Block][H.At.Fact])
        if (Do.Do == flow::LockAction::Take) {
          E.Is = LockEvent::Acquire;
          E.Lock = Do.What;
          E.Class = S.Names.classOf(F, Do.What);
          E.Mode = Do.Mode;
          E.Async = true;
          E.Path = Do.Path;
          happens(H, E, H.State.Held);
        }
    return;
  }
  if (X.Kind == FactKind::Join && U.text(X.Word) == "thread") {
    E.Is = LockEvent::Join;
    E.Lock = S.Names.normal(F, X.From);
    E.Class = S.Names.classOf(F, E.Lock);
    E.Path = step(X.At, H.At.Fact ? Fn.Blocks[H.At.Block].Facts[H.At.Fact - 1].Callee : FnId::None,
                  Via::Direct, StrId::Empty, nullptr);
    return happens(H, E, H.State.Held);
  }
  if (X.Kind == FactKind::Call && X.Callee != FnId::None) {
    const model::FunctionModel *M = S.Models.of(X.Callee);
    if (!M || M->JoinsWhat != "condition")
      return;
    E.Is = LockEvent::Wait;
    E.Path = step(X.At, X.Callee, Via::Direct, StrId::Empty, nullptr);
    Value Own = releasedByWait(U, Fn, X);
    E.ReleasesSome = bool(Own);
    if (Own)
      for (const flow::GuardedLock &G : H.State.locksOf(S.Names.normal(F, Own))) {
        E.Released.push_back(G.Lock);
        if (!(G.Guard == G.Lock))
          E.Released.push_back(G.Guard);
      }
    happens(H, E, H.State.Held);
  }
}

} // namespace cotidy
