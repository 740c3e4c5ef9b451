//===- LockEvents.cpp - what happens under the locks of a body ------------===//
// The half of LockBuilder that looks at the flow's result: acquisitions,
// suspensions and waits, of the body and of its callees, each with the locks
// held then; and what the body's callers must know of all that.
//===----------------------------------------------------------------------===//
#include "program/LockBuilder.h"
#include "program/Lowering.h"

#include "facts/Words.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::HeldLock;
using flow::LockState;
using flow::Point;

static constexpr unsigned MaxNesting = 5;
static constexpr size_t MaxGuards = 4, MaxEvents = 96, MaxCalls = 24, MaxPairs = 16;

const Step *LockBuilder::continued(const Step *Prefix, const Invocation &I,
                                   const Step *Tail) const {
  Step Copy = *Prefix;
  if (Prefix->Next) {
    Copy.Next = continued(Prefix->Next, I, Tail);
  } else {
    Copy.Callee = I.Fn;
    Copy.How = I.How;
    Copy.Through = I.Through;
    Copy.Next = Tail;
  }
  Copy.Length = Copy.Next ? Copy.Next->Length + 1 : 1;
  S.Steps.push_back(Copy);
  return &S.Steps.back();
}

//===----------------------------------------------------------------------===//
// Tests that guard what happens
//===----------------------------------------------------------------------===//

std::vector<ParamGuard> LockBuilder::guardsAt(uint32_t Block) const {
  std::vector<ParamGuard> Out;
  for (const flow::Guard &G : Guards[Block])
    if (G.Where.Root == RootKind::Param && G.Where.Path.empty() && !Changed[G.Where.Index] &&
        (!G.With || isConstant(G.With)) && Out.size() < MaxGuards)
      Out.push_back({G.Where.Index, G.Test, G.Holds, G.With});
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
    if (D.Is == Answer::Depends && !Changed[D.OnlyIf.Param] && Out.size() < MaxGuards)
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

//===----------------------------------------------------------------------===//
// Events
//===----------------------------------------------------------------------===//

static bool better(const LockEvent &A, const LockEvent &B) {
  if (A.Sure != B.Sure)
    return A.Sure > B.Sure;
  if (A.Released.size() != B.Released.size())
    return A.Released.size() < B.Released.size();
  return A.Path->Length < B.Path->Length;
}

static bool sameEvent(const LockEvent &A, const LockEvent &B) {
  return A.Is == B.Is && A.Lock == B.Lock && A.Class == B.Class && A.Mode == B.Mode &&
         A.Try == B.Try && A.Guards == B.Guards &&
         (A.Is != LockEvent::Wait || A.Released == B.Released);
}

/// The best path for each event.
static void keepBest(std::vector<LockEvent> &Into, LockEvent E) {
  for (LockEvent &Old : Into)
    if (sameEvent(Old, E)) {
      if (better(E, Old))
        Old = std::move(E);
      return;
    }
  if (Into.size() < MaxEvents)
    Into.push_back(std::move(E));
}

/// A place as callers can understand it: what is the body's own is lost.
Place LockBuilder::forCallers(Place P) const {
  if (P.Root == RootKind::Local || P.Root == RootKind::Promise) {
    P.Root = RootKind::Unknown;
    P.Index = 0;
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

/// `E` happens while `Held` is held; and the callers will want to know.
void LockBuilder::happens(const Here &H, LockEvent E, const std::vector<HeldLock> &Held) {
  for (const HeldLock &L : Held) {
    bool Gone = std::ranges::any_of(E.Released, [&](const Place &P) {
      return P == L.Lock || (L.Owner && flow::isWithin(L.Owner, P));
    });
    if (Gone || areTakenTogether(L, E) || !possibleTogether(L, H.At.Block))
      continue;
    UnderLock Found{F, H.At, L, {}, E};
    for (const HeldLock &Other : Held)
      if (&Other != &L && Other.Must && !(Other.Lock == L.Lock))
        Found.Others.push_back(Other);
    under(std::move(Found));
  }
  bool OwnLocal = E.Is == LockEvent::Acquire && E.Lock.Root == RootKind::Local && E.Lock.Path.empty();
  if (OwnLocal)
    return;
  for (const Place &P : H.State.Released)
    if (std::ranges::find(E.Released, P) == E.Released.end())
      E.Released.push_back(P);
  std::erase_if(E.Released, [](const Place &P) {
    return P.Root == RootKind::Local || P.Root == RootKind::Unknown;
  });
  E.Lock = forCallers(std::move(E.Lock));
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
        importAll(Call, I, H.State.Held, {}, nullptr, 0, true);
      }
      TypeId Task = A.Made->Callee == FnId::None ? TypeId::None : U.fn(A.Made->Callee).Returns;
      KnownBody &= Task == TypeId::None || !U.type(Task).is(TyAffine);
    }
    if (!KnownBody) {
      E.Is = LockEvent::Suspend;
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

//===----------------------------------------------------------------------===//
// Callees
//===----------------------------------------------------------------------===//

void LockBuilder::import(const Here &H, const Invocation &I, const std::vector<HeldLock> &Held,
                         const std::vector<Place> &Released, const Step *Prefix, unsigned Depth,
                         bool Direct, Odds O) {
  OnImport(I.Fn);
  if (OnCall)
    OnCall(I.Fn, Held);
  const LockSummary &Sum = S.of(I.Fn);
  auto path = [&](const Step *Tail) {
    return Prefix ? continued(Prefix, I, Tail) : step(H.X.At, I.Fn, I.How, I.Through, Tail);
  };
  auto here = [&](const Place &P) { return S.Names.atCall(F, H.X, I, P, Direct); };
  bool Reenters = I.How != Via::Direct || U.fn(I.Fn).is(FnDestructor);
  for (const LockEvent &Callee : Sum.Events) {
    std::optional<std::vector<ParamGuard>> Under = imported(H, Callee.Guards, Direct);
    if (!Under)
      continue;
    LockEvent E = Callee;
    E.Guards = std::move(*Under);
    E.Released = Released;
    for (const Place &P : Callee.Released)
      for (const flow::GuardedLock &G : H.State.locksOf(here(P))) {
        E.Released.push_back(G.Lock);
        E.Released.push_back(G.Guard);
      }
    E.Path = path(Callee.Path);
    E.Sure = std::min({E.Sure, O.Guess && E.Guessed ? Confidence::Possible : O.AtMost});
    E.Guessed |= O.Guess;
    E.Reentry |= Reenters;
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
      Gone.push_back(here(P));
    importAll(H, Found, All, Gone, Tail, Depth + 1, false);
  }
}

/// Pairs of the callee's parameters, as this call names them.
void LockBuilder::importPairs(const Here &H, const Invocation &I, const Step *Prefix,
                              bool Direct, Odds O) {
  auto path = [&](const Step *Tail) {
    return Prefix ? continued(Prefix, I, Tail) : step(H.X.At, I.Fn, I.How, I.Through, Tail);
  };
  auto here = [&](HeldLock L) {
    L.Lock = S.Names.atCall(F, H.X, I, L.Lock, Direct);
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
    E.Lock = S.Names.atCall(F, H.X, I, E.Lock, Direct);
    if (LockClass C = S.Names.classOf(F, E.Lock))
      E.Class = C;
    E.Path = path(E.Path);
    E.Sure = std::min(E.Sure, O.AtMost);
    under(std::move(Found));
  }
}

void LockBuilder::importAll(const Here &H, const Invocations &I, const std::vector<HeldLock> &Held,
                            const std::vector<Place> &Released, const Step *Prefix,
                            unsigned Depth, bool Direct) {
  for (const Invocation &K : I.Known)
    import(H, K, Held, Released, Prefix, Depth, Direct, Odds());
  for (const SymPlace &P : I.Symbolic) {
    if (Out.Calls.size() >= MaxCalls)
      break;
    GivenUnderLocks G{P, Held, H.State.Released, nullptr};
    G.Released.insert(G.Released.end(), Released.begin(), Released.end());
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
  O.Guess = Stored && I.AnyOf.size() > 1;
  if (I.AnyOf.size() > 4 && 2 * With < I.AnyOf.size())
    O.AtMost = Confidence::Possible;
  for (const Invocation &A : I.AnyOf)
    import(H, A, Held, Released, Prefix, Depth, Direct, O);
}

/// The destructors that run when the callable in a place is destroyed: of what
/// any closure that may be there has captured.
std::vector<FnId> LockBuilder::destroyedWith(const Place &P) const {
  std::vector<FnId> Out;
  for (FnId Callable : S.Held.at(F, P, TokenKind::Callable)) {
    TypeId Closure = U.fn(Callable).Class;
    if (Closure == TypeId::None || !U.type(Closure).is(TyLambda))
      continue;
    for (const Field &Captured : U.type(Closure).Fields) {
      std::string_view Name = U.text(Captured.TypeName);
      if (Captured.Type == TypeId::None || Name.ends_with('&') || Name.ends_with('*') ||
          Name == "this")
        continue;
      const Type &T = U.type(Captured.Type);
      std::string_view Kind = lastComponent(U.text(T.Template));
      bool Owns = Kind == "shared_ptr" || Kind == "unique_ptr";
      TypeId Object = Owns && !T.Arguments.empty() ? T.Arguments[0] : Captured.Type;
      if (FnId D = U.type(Object).Destructor; D != FnId::None && (Owns || U.type(Object).is(TyUser)))
        Out.push_back(D);
    }
  }
  std::ranges::sort(Out);
  auto Same = std::ranges::unique(Out);
  Out.erase(Same.begin(), Same.end());
  return Out;
}

/// A callable is overwritten, or dies with its scope.
void LockBuilder::callableEvents(const Here &H) {
  const Fact &X = H.X;
  Place P = X.Kind == FactKind::Destroy ? X.From
            : assigns(U, X)             ? X.Recv.Where
                                        : Place();
  if (!P || !holdsOne(U, typeOf(U, Fn, P)) ||
      H.State.isEmpty(S.Names.normal(F, P)))
    return;
  Invocations I;
  for (FnId D : destroyedWith(P))
    I.AnyOf.push_back({D, nullptr, Via::Stored, P.Path.empty() ? StrId::Empty : P.Path.back().Name});
  importAll(H, I, H.State.Held, {}, nullptr, 0, false);
}

void LockBuilder::eventsAt(const Here &H) {
  ownEvents(H);
  callableEvents(H);
  if (H.X.Kind == FactKind::Suspend || isLockOperation(H.At))
    return;
  if (assigns(U, H.X) && H.State.isEmpty(S.Names.normal(F, H.X.Recv)))
    return; // nothing is overwritten
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
  importAll(H, I, H.State.Held, {}, nullptr, 0,
            H.X.Kind == FactKind::Call || H.X.Kind == FactKind::VirtualCall);
}

//===----------------------------------------------------------------------===//
// What callers find afterwards
//===----------------------------------------------------------------------===//

/// The constant that a block returns, if it is true or false.
static std::optional<bool> returnedBool(const Block &B) {
  for (const Fact &X : B.Facts)
    if (X.Kind == FactKind::Return && X.Val.Kind == ValueKind::Bool)
      return X.Val.Int != 0;
  return std::nullopt;
}

void LockBuilder::leftAtEnd() {
  // Where each lock is held at the end: of returns of true, of false, of others.
  struct Seen {
    LeftHeld What;
    unsigned True = 0, False = 0, Other = 0;
  };
  std::vector<Seen> All;
  unsigned True = 0, False = 0, Other = 0;
  for (uint32_t B = 0; B + 1 < Fn.Blocks.size(); ++B) {
    const Block &Bl = Fn.Blocks[B];
    bool Returns = std::ranges::any_of(Bl.Facts, [](const Fact &X) {
      return X.Kind == FactKind::Return;
    });
    bool ToEnd = std::ranges::any_of(Bl.Successors, [&](const Edge &E) {
      return E.Kind == EdgeKind::Normal && E.To + 1 == Fn.Blocks.size();
    });
    if (Fn.is(FnCoroutine) ? !Returns : !ToEnd)
      continue;
    flow::LockState End = Sets->after(B);
    if (!End.Reached)
      continue;
    std::optional<bool> Result = returnedBool(Bl);
    (Result ? *Result ? True : False : Other)++;
    Place Returned;
    for (const Fact &X : Bl.Facts)
      if (X.Kind == FactKind::Return &&
          (X.Val.Kind != ValueKind::Address ||
           (Fn.is(FnCoroutine) && X.Val.Where.Root == RootKind::Local)))
        Returned = S.Names.normal(F, X.Val);
    for (const Place &P : End.Released)
      if (std::ranges::find(Out.Releases, P) == Out.Releases.end())
        Out.Releases.push_back(P);
    for (const HeldLock &H : End.Held) {
      LeftHeld L;
      L.Lock = H.Lock;
      L.Owner = H.Owner;
      L.Mode = H.Mode;
      L.Must = H.Must;
      L.Async = H.Async;
      L.Taken = H.Taken;
      if (Returned && H.Owner && flow::isWithin(H.Owner, Returned)) {
        L.InResult = true;
        L.Owner = {};
        L.Owner.Path.assign(H.Owner.Path.begin() + long(Returned.Path.size()), H.Owner.Path.end());
      } else if (H.Owner.Root == RootKind::Local || H.Lock == H.Owner) {
        continue;
      } else if (H.Owner.Root == RootKind::Param && H.Owner.Path.empty() &&
                 Fn.Params[H.Owner.Index].Mode == PassMode::Value) {
        continue;
      } else if (H.Only && Returned == H.Only) {
        L.If = !H.IfZero;
      }
      if (H.Lock.Root == RootKind::Local || (H.Only && !L.If && !H.Owner))
        continue;
      auto It = std::ranges::find_if(All, [&](const Seen &X) {
        return X.What.Lock == L.Lock && X.What.Owner == L.Owner && X.What.InResult == L.InResult;
      });
      if (It == All.end())
        It = All.insert(All.end(), Seen{L});
      It->What.Must &= L.Must;
      (Result ? *Result ? It->True : It->False : It->Other)++;
    }
  }
  FnId Destructor = Fn.is(FnConstructor) && Fn.Class != TypeId::None
                        ? U.type(Fn.Class).Destructor
                        : FnId::None;
  bool IsGuard = Destructor != FnId::None &&
                 std::ranges::any_of(S.of(Destructor).Releases, [](const Place &P) {
                   return P.Root == RootKind::This;
                 });
  if (Destructor != FnId::None)
    OnImport(Destructor);
  for (Seen &X : All) {
    if (True && False && !Other && !X.What.If) {
      if (X.True == True && !X.False)
        X.What.If = true;
      else if (X.False == False && !X.True)
        X.What.If = false;
    }
    if (X.True + X.False + X.Other < True + False + Other && !X.What.If)
      X.What.Must = false;
    if (IsGuard && !X.What.Owner)
      X.What.Owner.Root = RootKind::This;
    Out.AtEnd.push_back(std::move(X.What));
  }
}

LockSummary LockBuilder::run() {
  buildActions();
  std::vector<bool> Doomed = S.Effects.doomed(F);
  Sets->walk([&](Point At, const LockState &State) {
    if (!Doomed[At.Block])
      eventsAt({At, Fn.Blocks[At.Block].Facts[At.Fact], State});
  });
  leftAtEnd();
  return std::move(Out);
}

} // namespace cotidy
