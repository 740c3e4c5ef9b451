//===- BlockingUnderLock.cpp - cotidy-blocking-under-lock -----------------===//
// Waiting, joining, sleeping while a lock is held that others can reach
// (design 5): whoever wants the lock waits as long. A wait for a condition
// releases its own lock, and only another one counts.
//===----------------------------------------------------------------------===//
#include "program/Contexts.h"
#include "program/LockWitness.h"
#include "program/Witness.h"
#include "rules/Rule.h"

#include <algorithm>
#include <set>

namespace cotidy {

using namespace facts;
using flow::HeldLock;

namespace {
/// Which locks of a program others wait for.
struct Reach {
  std::map<LockClass, unsigned> Takers; ///< functions that take it themselves
  std::set<LockClass> OnLoops;          ///< taken where nothing may block

  explicit Reach(const Program::Impl &P) {
    for (uint32_t F = 0; F < P.U.Functions.size(); ++F) {
      std::set<LockClass> Own;
      for (const LockEvent &E : P.Locks.of(FnId(F)).Events)
        if (E.Is == LockEvent::Acquire && E.Class && !E.Path->Next)
          Own.insert(E.Class);
      for (const LockClass &C : Own)
        ++Takers[C];
    }
    for (const Context &C : nonBlockingContexts(P))
      for (const LockEvent &E : P.Locks.of(C.Fn).Events)
        if (E.Is == LockEvent::Acquire && !E.Try && !E.Async)
          OnLoops.insert(E.Class);
  }

  bool others(const LockClass &C) const {
    auto It = Takers.find(C);
    bool Shared = C.Is == LockClass::Field || C.Is == LockClass::Global;
    return Shared && It != Takers.end() && It->second > 1;
  }
};
} // namespace

/// Waits that end by themselves when the device answers.
static bool isForDevice(llvm::StringRef Category) {
  return Category == "file" || Category == "socket" || Category == "database" ||
         Category == "dns" || Category == "cpu";
}

static bool isForCondition(const Program::Impl &P, FnId Leaf) {
  const model::FunctionModel *M = P.Models.of(Leaf);
  return M && M->JoinsWhat == "condition";
}

static Draft draftOf(const Program::Impl &P, FnId In, const HeldLock &Held, const Effect &E,
                     Confidence Sure) {
  UnderLock X{In, {}, Held, {}, {}};
  Draft D;
  D.What.Check = "cotidy-blocking-under-lock";
  D.What.Message = quoted(P.U, In) + " holds " + quotedLock(P, X) + " while " +
                   quoted(P.U, E.Leaf) + " " + whatHappens(P.U, E) +
                   ": whoever needs the lock waits as long";
  D.What.Sure = std::min({E.Sure, Sure, Confidence::Likely});
  D.What.Category = E.Category.str();
  addWay(P, Held.Taken, "takes " + quotedLock(P, X), D.What.Witness);
  addWay(P, E.Path, "calls " + quoted(P.U, E.Leaf) + ", which " + whatHappens(P.U, E),
         D.What.Witness);
  D.What.Cure = "release the lock before, or do what takes long without it";
  D.In = In;
  D.At = E.Path->At;
  D.First = E.Path->Callee;
  D.Leaf = E.Leaf;
  D.LeafAt = D.At;
  return D;
}

/// The lock that the wait itself releases, as far as that can be told.
static bool mayBeItsOwn(const Program::Impl &P, const UnderLock &X) {
  if (!X.What.ReleasesSome)
    return false;
  const LockNames &Names = P.Locks.names();
  LockClass Held = Names.classOf(X.In, X.Held.Lock);
  bool Told = false;
  for (const Place &R : X.What.Released) {
    LockClass C = Names.classOf(X.In, R);
    if (C == Held)
      return true;
    Told |= C && C.Is != LockClass::Param && C.Is != LockClass::Local;
  }
  return !Told;
}

static void findWaits(const Program::Impl &P, const Reach &Others, Drafts &Out) {
  for (const UnderLock &X : P.Locks.underLocks()) {
    LockClass C = P.Locks.names().classOf(X.In, X.Held.Lock);
    if (X.What.Is != LockEvent::Wait || !X.Held.Must || X.Held.Async || !Others.others(C) ||
        mayBeItsOwn(P, X))
      continue;
    Effect E;
    E.Category = "wait";
    E.Leaf = leafOf(*X.What.Path);
    E.Path = X.What.Path;
    E.Sure = X.What.Sure;
    Out.push_back(draftOf(P, X.In, X.Held, E, Confidence::Likely));
  }
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

void findBlockingUnderLock(const Program::Impl &P, Drafts &Out) {
  const Reach Others(P);
  findWaits(P, Others, Out);
  for (FnId F : P.Locks.holders()) {
    if (!P.U.fn(F).is(FnUser))
      continue;
    std::vector<EffectAt> Effects = P.Effects.within(F);
    std::erase_if(Effects, [&](const EffectAt &E) { return isForCondition(P, E.What.Leaf); });
    if (Effects.empty())
      continue;
    P.Locks.walk(F, [&](flow::Point At, const flow::LockState &State) {
      for (const EffectAt &E : Effects) {
        if (E.At != At)
          continue;
        for (const HeldLock &L : State.Held) {
          LockClass C = P.Locks.names().classOf(F, L.Lock);
          if (!L.Must || L.Async || !L.Taken || !Others.others(C) ||
              isReleasedOnTheWay(P, State, L, *E.What.Path))
            continue;
          bool Device = isForDevice(E.What.Category) && !Others.OnLoops.contains(C);
          Out.push_back(draftOf(P, F, L, E.What,
                                Device ? Confidence::Possible : Confidence::Likely));
        }
      }
    });
  }
}

} // namespace cotidy
