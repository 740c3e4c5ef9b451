#include "program/LongHolds.h"

#include "program/Impl.h"
#include "program/LockBuilder.h"
#include "program/PathTypes.h"
#include "program/Witness.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::HeldLock;

static bool isForCondition(const Program::Impl &P, FnId Leaf) {
  const model::FunctionModel *M = P.Models.of(Leaf);
  return M && M->JoinsWhat == "condition";
}

/// A member that refers to a lock, of which nobody in sight tells which.
static bool refersSomewhere(const Program::Impl &P, const LockClass &C) {
  return C.Is == LockClass::Field && std::ranges::any_of(P.U.Types, [&](const Type &T) {
           return std::ranges::any_of(T.Fields, [&](const Field &F) {
             return F.Name == C.Name && refersByName(P.U.text(F.TypeName));
           });
         });
}

/// The lock that the wait itself releases, as far as that can be told.
static bool mayBeItsOwn(const Program::Impl &P, const UnderLock &X, const LockClass &Held) {
  if (!X.What.ReleasesSome)
    return false;
  bool Told = false;
  for (const Place &R : X.What.Released) {
    LockClass C = P.Locks.names().classOf(X.In, R);
    if (C == Held)
      return true;
    Told |= C && C.Is != LockClass::Param && C.Is != LockClass::Local && !refersSomewhere(P, C);
  }
  return !Told;
}

/// Some function on the path gives up the lock, or its guard, before.
static bool isReleasedOnTheWay(const Program::Impl &P, const flow::LockState &State,
                               const HeldLock &L, const Step &Path) {
  return std::ranges::any_of(P.Locks.releasedOnTheWay(Path), [&](const Place &R) {
    return std::ranges::any_of(State.locksOf(R), [&](const flow::GuardedLock &G) {
      return L.isReleasedBy(G.Lock) || L.isReleasedBy(G.Guard);
    });
  });
}

static void addWaitsAndSuspensions(const Program::Impl &P, std::vector<LongHold> &Out) {
  for (const UnderLock &X : P.Locks.underLocks()) {
    bool Waits = X.What.Is == LockEvent::Wait, Suspends = X.What.Is == LockEvent::Suspend;
    if ((!Waits && !Suspends) || !X.Held.Must || X.Held.Async)
      continue;
    LongHold H{X.In, X.Held, P.Locks.names().classOf(X.In, X.Held.Lock), {}, Suspends};
    if (Waits && mayBeItsOwn(P, X, H.Class))
      continue;
    H.What.Path = X.What.Path;
    H.What.Sure = X.What.Sure;
    if (Waits) {
      H.What.Category = "wait";
      H.What.Leaf = leafOf(*X.What.Path);
    }
    Out.push_back(std::move(H));
  }
}

static void addEffects(const Program::Impl &P, FnId F, std::vector<LongHold> &Out) {
  std::vector<EffectAt> Effects = P.Effects.within(F);
  std::erase_if(Effects, [&](const EffectAt &E) { return isForCondition(P, E.What.Leaf); });
  if (Effects.empty())
    return;
  P.Locks.walk(F, [&](flow::Point At, const flow::LockState &State) {
    if (isOfNothing(P.U, P.Locks.names(), F, P.U.fn(F).Blocks[At.Block].Facts[At.Fact], State))
      return;
    for (const EffectAt &E : Effects)
      for (const HeldLock &L : State.Held)
        if (E.At == At && L.Must && !L.Async && L.Taken &&
            !isReleasedOnTheWay(P, State, L, *E.What.Path))
          Out.push_back({F, L, P.Locks.names().classOf(F, L.Lock), E.What, false});
  });
}

std::vector<LongHold> longHolds(const Program::Impl &P) {
  std::vector<LongHold> Out;
  addWaitsAndSuspensions(P, Out);
  for (FnId F : P.Locks.holders())
    if (P.U.fn(F).is(FnUser))
      addEffects(P, F, Out);
  for (LongHold &H : Out)
    if (endsAnotherClass(P.U, *H.What.Path))
      H.What.Sure = Confidence::Possible;
  return Out;
}

} // namespace cotidy
