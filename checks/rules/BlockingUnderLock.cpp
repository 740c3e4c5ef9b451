//===- BlockingUnderLock.cpp - cotidy-blocking-under-lock -----------------===//
// Waiting, joining, sleeping while a lock is held that others can reach
// (design 5): whoever wants the lock waits as long. A wait for a condition
// releases its own lock, and only another one counts.
//===----------------------------------------------------------------------===//
#include "program/Contexts.h"
#include "program/LockWitness.h"
#include "program/LongHolds.h"
#include "program/NeverSet.h"
#include "program/OnceOnly.h"
#include "program/PathTypes.h"
#include "program/Witness.h"
#include "rules/Rule.h"

#include <algorithm>
#include <map>
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

/// A place that blocks is told once: where the last lock on the way to it is held.
/// Those who hold others around that wait no longer than for that lock.
static bool isToldBelow(const std::set<std::tuple<FnId, Spot, FnId>> &Told, const LongHold &H) {
  for (const Step *S = H.What.Path->Next; S; S = S->Next)
    if (Told.contains({S->In, S->At, H.What.Leaf}))
      return true;
  return false;
}

static const Step &lastOf(const Step &Path) {
  const Step *S = &Path;
  while (S->Next)
    S = S->Next;
  return *S;
}

/// The shortest way first.
static void sortByWay(const Program::Impl &P, std::vector<const LongHold *> &All) {
  std::ranges::stable_sort(All, {}, [&](const LongHold *H) {
    return std::tuple(H->What.Path->Length, locationOf(P.U, H->What.Path->At));
  });
}

namespace {
/// Those that are told of the holds that share a wait, the shortest way first. One
/// call that waits in several ways under a lock is told once; so is one place that
/// several calls of a function under one lock lead to; and a place far below once
/// at all.
class Shared {
public:
  Shared(const Program::Impl &P, std::vector<const LongHold *> All) {
    sortByWay(P, All);
    for (const LongHold *H : All) {
      const Step &First = *H->What.Path, &Last = lastOf(First);
      const Key Call{H->In, H->Class, H->In, First.At, H->What.Category};
      const Key Place{H->In, H->Class, Last.In, Last.At, {}};
      const Key Anywhere{FnId::None, LockClass(), Last.In, Last.At, {}};
      if (Known.contains(Call) || (First.Next && Known.contains(Place)) ||
          (First.Length > Far && Known.contains(Anywhere)))
        continue;
      Known.insert({Call, Place, Anywhere});
      Told.insert(H);
    }
  }
  bool isTold(const LongHold &H) const { return Told.contains(&H); }

private:
  static constexpr uint32_t Far = 6;
  using Key = std::tuple<FnId, LockClass, FnId, Spot, llvm::StringRef>;
  std::set<Key> Known;
  std::set<const LongHold *> Told;
};
} // namespace

/// What waits under many locks is a tool that everybody uses: one mistake, and
/// not theirs. It is told at the shortest ways to it.
static std::set<const LongHold *> toldOf(const Program::Impl &P,
                                         const std::vector<const LongHold *> &Shown) {
  static constexpr size_t Many = 6, Told = 3;
  std::map<std::pair<FnId, Spot>, std::vector<const LongHold *>> ByPlace;
  for (const LongHold *H : Shown)
    ByPlace[{lastOf(*H->What.Path).In, lastOf(*H->What.Path).At}].push_back(H);
  std::set<const LongHold *> Out;
  for (auto &[Place, All] : ByPlace) {
    sortByWay(P, All);
    size_t Kept = All.size() > Many ? Told : All.size();
    Out.insert(All.begin(), All.begin() + long(Kept));
  }
  return Out;
}

void findBlockingUnderLock(const Program::Impl &P, Drafts &Out) {
  const Reach Others(P);
  std::vector<LongHold> Holds = longHolds(P);
  std::erase_if(Holds, [&](const LongHold &H) { return H.Suspends || !Others.others(H.Class); });
  OnceOnly Once(P);
  NeverSet Options(P);
  auto isSure = [&](const LongHold &H) {
    bool Device = isForDevice(H.What.Category) && !Others.OnLoops.contains(H.Class);
    return !Device && H.What.Sure != Confidence::Possible && !Once.isOnce(*H.What.Path) &&
           !Options.isBehind(*H.What.Path);
  };
  std::set<std::tuple<FnId, Spot, FnId>> Told;
  for (const LongHold &H : Holds)
    if (isSure(H) && P.U.fn(H.In).is(FnUser))
      Told.insert({H.In, H.What.Path->At, H.What.Leaf});
  std::vector<const LongHold *> Sure, Shown;
  for (const LongHold &H : Holds)
    if (isSure(H) && !isToldBelow(Told, H) && !fillsResult(P.U, *H.What.Path))
      Sure.push_back(&H);
  const Shared One(P, Sure);
  std::ranges::copy_if(Sure, std::back_inserter(Shown),
                       [&](const LongHold *H) { return One.isTold(*H); });
  const std::set<const LongHold *> Best = toldOf(P, Shown);
  for (const LongHold &H : Holds)
    Out.push_back(draftOf(P, H.In, H.Held, H.What,
                          Best.contains(&H) ? Confidence::Likely : Confidence::Possible));
}

} // namespace cotidy
