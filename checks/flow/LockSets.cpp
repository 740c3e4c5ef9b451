#include "flow/LockSets.h"

#include "flow/FlagTests.h"
#include "flow/Solver.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace cotidy::flow {

using namespace facts;

bool isWithin(const Place &Inner, const Place &Outer) {
  return Outer && Inner.Root == Outer.Root && Inner.Index == Outer.Index &&
         Inner.Name == Outer.Name && Outer.Path.size() <= Inner.Path.size() &&
         std::equal(Outer.Path.begin(), Outer.Path.end(), Inner.Path.begin());
}

static Place rebased(const Place &P, const Place &From, const Place &To) {
  Place Out = To;
  Out.Path.insert(Out.Path.end(), P.Path.begin() + long(From.Path.size()), P.Path.end());
  return Out;
}

std::vector<GuardedLock> LockState::locksOf(const Place &P) const {
  std::vector<GuardedLock> Out;
  for (const GuardedLock &G : Guards)
    if (G.Guard == P)
      Out.push_back(G);
  if (Out.empty())
    Out.push_back({P, P, LockMode::Exclusive});
  return Out;
}

bool LockState::isEmpty(const Place &P) const { return std::ranges::find(Empty, P) != Empty.end(); }

//===----------------------------------------------------------------------===//
// One action
//===----------------------------------------------------------------------===//

static bool sameEntry(const HeldLock &A, const HeldLock &B) {
  return A.Lock == B.Lock && A.Owner == B.Owner && A.Mode == B.Mode;
}

/// Of one lock on either of two ways.
static HeldLock joined(HeldLock A, const HeldLock &B) {
  A.Must &= B.Must;
  A.Stale |= B.Stale;
  A.Async |= B.Async;
  A.Callers |= B.Callers;
  // Held for certain on one way, and if a test says so on the other.
  if (!(A.Only == B.Only) || A.IfZero != B.IfZero) {
    A.Only = {};
    A.IfZero = false;
  }
  A.Stray |= B.Stray;
  A.Behind = A.Behind == B.Behind ? A.Behind : FlagTest();
  return A;
}

/// A change of owners can make one entry of two.
static void unite(std::vector<HeldLock> &Held) {
  for (size_t I = 0; I < Held.size(); ++I)
    for (size_t J = Held.size(); --J > I;)
      if (sameEntry(Held[I], Held[J])) {
        bool Must = Held[I].Must || Held[J].Must;
        Held[I] = joined(std::move(Held[I]), Held[J]);
        Held[I].Must = Must;
        Held.erase(Held.begin() + long(J));
      }
}

void addOnce(std::vector<Place> &Into, const Place &P) {
  if (std::ranges::find(Into, P) == Into.end())
    Into.push_back(P);
}

static bool isCallers(const Place &P) {
  return P.Root == RootKind::Param || P.Root == RootKind::This || P.Root == RootKind::Global;
}

static bool sameLastStep(const Place &A, const Place &B) {
  return !A.Path.empty() && !B.Path.empty() && A.Path.back() == B.Path.back() &&
         A.Path.back().Kind == StepKind::Field;
}

/// The one guard that has a lock and so gives it up, even if it was released and
/// taken back behind the guard's back.
static Place guardOf(const LockState &S, const Place &Lock, LockMode Mode) {
  Place Found;
  for (const GuardedLock &G : S.Guards)
    if (G.Lock == Lock && G.Mode == Mode) {
      if (Found)
        return {};
      Found = G.Guard;
    }
  return Found;
}

static void take(LockState &S, const LockAction &A, uint32_t Block) {
  for (const GuardedLock &G : S.locksOf(A.What)) {
    HeldLock H;
    H.Lock = G.Lock;
    bool ByGuard = !(G.Guard == G.Lock);
    H.Owner = A.To ? A.To : ByGuard ? G.Guard : guardOf(S, G.Lock, A.Mode);
    H.Only = A.Only;
    H.IfZero = A.IfZero;
    H.Mode = ByGuard ? G.Mode : A.Mode;
    H.Must = A.Must && !A.Only;
    H.Async = A.Async;
    H.Stray = A.Stray;
    H.Behind = A.Behind;
    H.Taken = A.Path;
    H.Block = Block;
    H.Callers = std::erase_if(S.Released, [&](const Place &P) {
      return P == G.Lock || P == G.Guard;
    }) != 0;
    std::erase_if(S.Held, [&](const HeldLock &Old) {
      return Old.Lock == H.Lock && Old.Owner == H.Owner && Old.Mode == H.Mode;
    });
    S.Held.push_back(std::move(H));
    GuardedLock Has{A.To, G.Lock, A.Mode};
    if (A.To && std::ranges::find(S.Guards, Has) == S.Guards.end())
      S.Guards.push_back(std::move(Has));
  }
}

/// The lock itself; a guard, or what holds one; the pointer in a guard.
bool HeldLock::isReleasedBy(const Place &P) const {
  return Lock == P || (Was && Was == P) || (Owner && (isWithin(Owner, P) || isWithin(P, Owner)));
}

static StrId lastField(const Place &P) {
  auto It = std::ranges::find(P.Path.rbegin(), P.Path.rend(), StepKind::Field, &PathStep::Kind);
  return It == P.Path.rend() ? StrId::Empty : It->Name;
}

static void release(LockState &S, const Place &P, StrId Member) {
  bool Certain = false;
  size_t Gone = std::erase_if(S.Held, [&](const HeldLock &H) {
    bool Gives = H.isReleasedBy(P);
    Certain |= Gives && H.Must;
    if (Gives && H.Callers)
      addOnce(S.Released, H.Lock);
    return Gives;
  });
  // Another name of the same lock, one hopes: a lock that only seems to stay
  // taken would be held ever after.
  if (!Gone)
    Gone = std::erase_if(S.Held, [&](const HeldLock &H) {
      bool Gives = !H.Owner &&
                   (H.Stale || H.Lock.Root == RootKind::Local || P.Root == RootKind::Local ||
                    P.Root == RootKind::Unknown) &&
                   (sameLastStep(H.Lock, P) ||
                    (Member != StrId::Empty && lastField(H.Lock) == Member));
      Certain |= Gives && H.Must;
      return Gives;
    });
  // Taken on some ways only: on the others it is the caller's.
  bool Own = std::ranges::any_of(S.Guards, [&](const GuardedLock &G) { return G.Guard == P; });
  if (!Certain && isCallers(P) && (Gone || !Own))
    addOnce(S.Released, P);
}

static void moveOwner(LockState &S, const Place &From, const Place &To) {
  for (HeldLock &H : S.Held)
    if (H.Owner && isWithin(H.Owner, From)) {
      H.Owner = rebased(H.Owner, From, To);
      if (H.Only)
        H.Only = H.Owner;
    }
  unite(S.Held);
  std::erase_if(S.Guards, [&](const GuardedLock &G) { return isWithin(G.Guard, To); });
  for (GuardedLock &G : S.Guards)
    if (isWithin(G.Guard, From))
      G.Guard = rebased(G.Guard, From, To);
}

/// A pointer on the way to the lock points elsewhere.
static void redefine(LockState &S, const Place &P) {
  for (HeldLock &H : S.Held)
    if (!(H.Lock == P) && isWithin(H.Lock, P))
      H.Stale = true;
}

static void adopt(LockState &S, const LockAction &A, uint32_t Block) {
  GuardedLock Has{A.To, A.What, A.Mode};
  for (HeldLock &H : S.Held)
    if (H.Lock == A.What && !H.Owner && H.Mode == A.Mode) {
      H.Owner = A.To;
      H.Callers |= !H.Must; // where it is not held here, it is the caller's
      H.Must |= A.Must;     // who adopts a lock holds it
      H.Only = {};
      H.IfZero = false;
      H.Behind = {};
      if (std::ranges::find(S.Guards, Has) == S.Guards.end())
        S.Guards.push_back(std::move(Has));
      return unite(S.Held);
    }
  take(S, A, Block);
  for (HeldLock &H : S.Held)
    if (H.Lock == A.What && H.Owner == A.To && H.Mode == A.Mode) {
      H.Callers = true;
      H.Behind = {};
    }
}

/// The guards in an object release what they own.
static void end(LockState &S, const Place &P) {
  std::erase_if(S.Held, [&](const HeldLock &H) {
    if (!H.Owner || !isWithin(H.Owner, P))
      return false;
    if (H.Callers)
      addOnce(S.Released, H.Lock);
    return true;
  });
  std::erase_if(S.Guards, [&](const GuardedLock &G) { return isWithin(G.Guard, P); });
  std::erase_if(S.Empty, [&](const Place &E) { return isWithin(E, P); });
}

void apply(LockState &S, const LockAction &A, uint32_t Block) {
  switch (A.Do) {
  case LockAction::Take:
    return take(S, A, Block);
  case LockAction::Adopt:
    return adopt(S, A, Block);
  case LockAction::Associate:
    std::erase_if(S.Guards, [&](const GuardedLock &G) { return G.Guard == A.To; });
    S.Guards.push_back({A.To, A.What, A.Mode});
    return;
  case LockAction::Release:
    return release(S, A.What, A.Member);
  case LockAction::End:
    return end(S, A.What);
  case LockAction::Move:
    return moveOwner(S, A.What, A.To);
  case LockAction::Disown:
    for (HeldLock &H : S.Held)
      if (H.Owner && isWithin(H.Owner, A.What))
        H.Was = std::exchange(H.Owner, {});
    unite(S.Held);
    std::erase_if(S.Guards, [&](const GuardedLock &G) { return isWithin(G.Guard, A.What); });
    return;
  case LockAction::Redefine:
    return redefine(S, A.What);
  case LockAction::Fill:
    std::erase_if(S.Empty, [&](const Place &P) { return P == A.What || isWithin(A.What, P); });
    return;
  case LockAction::Drain:
    return addOnce(S.Empty, A.What);
  }
}

//===----------------------------------------------------------------------===//
// The problem
//===----------------------------------------------------------------------===//

/// May: the union. Must: what both have for certain.
static bool joinHeld(std::vector<HeldLock> &Into, const std::vector<HeldLock> &From) {
  auto find = [](auto &All, const HeldLock &H) {
    return std::ranges::find_if(All, [&](const HeldLock &X) { return sameEntry(X, H); });
  };
  bool Changed = false;
  for (HeldLock &H : Into) {
    HeldLock Both = H;
    if (auto Other = find(From, H); Other != From.end())
      Both = joined(std::move(Both), *Other);
    else
      Both.Must = false;
    Changed |= !(Both == H);
    H = std::move(Both);
  }
  for (const HeldLock &H : From)
    if (find(Into, H) == Into.end() && Into.size() < 64) {
      Into.push_back(H);
      Into.back().Must = false;
      Changed = true;
    }
  return Changed;
}

template <class T> static bool joinUnion(std::vector<T> &Into, const std::vector<T> &From) {
  bool Changed = false;
  for (const T &X : From)
    if (std::ranges::find(Into, X) == Into.end() && Into.size() < 64) {
      Into.push_back(X);
      Changed = true;
    }
  return Changed;
}

bool join(LockState &Into, const LockState &From) {
  if (!From.Reached)
    return false;
  if (!Into.Reached) {
    Into = From;
    return true;
  }
  bool Changed = joinHeld(Into.Held, From.Held);
  Changed |= joinUnion(Into.Guards, From.Guards);
  Changed |= joinUnion(Into.Released, From.Released);
  Changed |= std::erase_if(Into.Empty, [&](const Place &P) { return !From.isEmpty(P); }) != 0;
  return Changed;
}

/// Which of its two ways a test sends control along when the lock is held.
static std::optional<bool> heldOn(const Unit &U, const Fact &Test, const HeldLock &H) {
  std::string_view Word = U.text(Test.Word);
  if (H.Only && Test.From == H.Only) {
    if (Word == "equals" && Test.Val.Kind == ValueKind::Integer && Test.Val.Int == 0)
      return H.IfZero;
    if (Word == "bool" || Word == "owns" || Word == "null")
      return (Word != "null") != H.IfZero;
    return std::nullopt;
  }
  if (H.Owner && Test.From == H.Owner && (Word == "owns" || Word == "bool"))
    return true;
  return std::nullopt;
}

namespace {
struct LockProblem {
  using State = LockState;
  const Unit &U;
  const Function &F;
  const LockActions &Actions;
  const LockState &OnEntry;

  State boundary() const { return OnEntry; }
  State unreached() const { return {}; }

  bool join(State &Into, const State &From) const { return flow::join(Into, From); }

  State transfer(uint32_t B, const State &In) const {
    State Out = In;
    if (!Out.Reached)
      return Out;
    for (const std::vector<LockAction> &All : Actions[B])
      for (const LockAction &A : All)
        apply(Out, A, B);
    return Out;
  }

  State along(uint32_t B, const Edge &E, unsigned Successor, const State &Out) const {
    if (!Out.Reached)
      return Out;
    const auto &Facts = F.Blocks[B].Facts;
    if (E.Kind == EdgeKind::Exceptional) {
      // Locals are gone, and nothing rests on an exceptional exit.
      State S = Out;
      if (E.To + 1 == F.Blocks.size())
        S.Reached = false;
      std::erase_if(S.Held, [](const HeldLock &H) { return H.Owner.Root == RootKind::Local; });
      for (HeldLock &H : S.Held)
        H.Must = false;
      S.Empty.clear();
      return S;
    }
    if (Facts.empty() || Facts.back().Kind != FactKind::Branch ||
        F.Blocks[B].Successors.size() != 2)
      return Out;
    const Fact &Test = Facts.back();
    FlagTest Other = flagTestAt(U, F.Blocks[B]);
    Other.Passed = Successor != 0;
    State S = Out;
    std::erase_if(S.Held, [&](HeldLock &H) {
      if (H.Behind && H.Behind == Other)
        return true; // nobody who took it comes this way
      std::optional<bool> On = heldOn(U, Test, H);
      if (!On)
        return false;
      if (*On != (Successor == 0))
        return true;
      H.Must = true;
      H.Only = {};
      return false;
    });
    return S;
  }
};
} // namespace

LockSets::LockSets(const Unit &U, const Function &F, const LockActions &Actions, LockState OnEntry)
    : U(U), F(F), Actions(Actions) {
  OnEntry.Reached = true;
  Entry = solveForward(F, LockProblem{U, F, Actions, OnEntry});
}

void LockSets::walk(const std::function<void(Point, const LockState &)> &See) const {
  for (uint32_t B = 0; B < F.Blocks.size(); ++B) {
    if (!Entry[B].Reached)
      continue;
    LockState S = Entry[B];
    for (uint32_t I = 0; I < F.Blocks[B].Facts.size(); ++I) {
      See({B, I}, S);
      for (const LockAction &A : Actions[B][I])
        apply(S, A, B);
    }
  }
}

LockState LockSets::after(uint32_t Block) const {
  return LockProblem{U, F, Actions, Entry.front()}.transfer(Block, Entry[Block]);
}

} // namespace cotidy::flow
