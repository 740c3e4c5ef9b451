//===- SelfDeadlock.cpp - cotidy-self-deadlock ----------------------------===//
// A lock that is not recursive, taken by the thread that holds it (design 5):
// the same object, or the same class behind a virtual call, a callback or a
// destructor, where it may be the same object.
//===----------------------------------------------------------------------===//
#include "program/LockOrder.h"
#include "program/LockWitness.h"
#include "program/PathTypes.h"
#include "program/Witness.h"
#include "rules/Rule.h"

#include <algorithm>
#include <map>

namespace cotidy {

using namespace facts;
using flow::LockMode;

static bool isRecursive(const Program::Impl &P, const LockClass &C) {
  TypeId T = P.Locks.names().typeOf(C);
  return T != TypeId::None && P.U.type(T).is(TyRecursiveLock);
}

/// The path runs a function of the user's straight out of itself: a decorator
/// that calls what it wraps, a node that destroys the next one. Another object.
static bool runsItself(const Program::Impl &P, const UnderLock &X) {
  FnId Before = X.In;
  for (const Step *S = X.What.Path->Next; S; S = S->Next) {
    if (S->In == Before)
      return true;
    if (P.U.fn(S->In).is(FnUser))
      Before = S->In;
  }
  return false;
}

/// Calls on the way that go where a variable or the class of an object says.
static unsigned indirections(const UnderLock &X) {
  unsigned N = 0;
  for (const Step *S = X.What.Path; S; S = S->Next)
    N += S->How != Via::Direct;
  return N;
}

enum class Same { No, Object, MayBe };

static Same sameLock(const Program::Impl &P, const UnderLock &X) {
  const LockNames &Names = P.Locks.names();
  const Place &A = X.Held.Lock, &B = X.What.Lock;
  if (!X.What.Class || Names.classOf(X.In, A) != X.What.Class)
    return Same::No;
  if (A == B)
    return Names.isOneObject(A) && !X.Held.Stale ? Same::Object : Same::No;
  // A lock in a function's frame is another one each time.
  bool Lasts = X.What.Class.Is == LockClass::Field || X.What.Class.Is == LockClass::Global;
  if (!X.What.Reentry || X.What.Retakes || !Lasts || Names.isRelative(A, B) ||
      runsItself(P, X) || Names.isBelow(X.In, X.What.Maker, A))
    return Same::No;
  return B.Root == RootKind::Unknown || Names.leadsBack(B) ? Same::MayBe : Same::No;
}

static std::string effectOf(const UnderLock &X) {
  bool Had = X.Held.Mode == LockMode::Shared, Wants = X.What.Mode == LockMode::Shared;
  if (Had && Wants)
    return "waits for ever if a writer queues in between";
  if (Had)
    return "waits for its own shared lock to be released";
  return "waits for itself";
}

//===----------------------------------------------------------------------===//
// Waiting for a thread that cannot end
//===----------------------------------------------------------------------===//

/// The joined thread needs the lock that is held while it is waited for.
static void findJoinUnderLock(const Program::Impl &P, const UnderLock &X, Drafts &Out) {
  LockClass Held = P.Locks.names().classOf(X.In, X.Held.Lock);
  if (!Held || X.Held.Mode == LockMode::Shared)
    return;
  for (FnId Worker : P.Threads.of(X.What.Class))
    for (const LockEvent &E : P.Locks.of(Worker).Events) {
      if (E.Is != LockEvent::Acquire || E.Try || E.Class != Held)
        continue;
      Draft D;
      D.What.Check = "cotidy-self-deadlock";
      D.What.Message = quoted(P.U, X.In) + " waits for a thread to end while it holds " +
                       quotedLock(P, X) + ", which that thread takes: neither can go on";
      D.What.Sure = std::min({X.What.Sure, E.Sure, Confidence::Likely});
      addUnderLock(P, X, "waits for the thread", D.What.Witness);
      addWay(P, E.Path, "takes " + quotedLock(P, X) + " on that thread", D.What.Witness);
      D.What.Cure = "release the lock before waiting for the thread";
      D.In = X.In;
      D.At = X.What.Path->At;
      D.First = X.What.Path->Callee;
      D.Leaf = leafOf(*X.What.Path);
      D.LeafAt = D.At;
      Out.push_back(std::move(D));
      return;
    }
}

/// A destructor joins a thread that may itself run the destructor.
static void findOwnJoin(const Program::Impl &P, FnId F, Drafts &Out) {
  if (!P.U.fn(F).is(FnDestructor))
    return;
  for (const LockEvent &Join : P.Locks.of(F).Events) {
    if (Join.Is != LockEvent::Join || Join.Path->Next)
      continue;
    for (FnId Worker : P.Threads.of(Join.Class))
      for (const LockEvent &E : P.Locks.of(Worker).Events) {
        if (E.Is != LockEvent::Join || E.Class != Join.Class || !E.Path->Next)
          continue;
        Draft D;
        D.What.Check = "cotidy-self-deadlock";
        D.What.Message = quoted(P.U, F) + " waits for a thread to end that may be running it: "
                                          "the thread waits for itself";
        D.What.Sure = std::min({E.Sure, Join.Sure, Confidence::Likely});
        addWay(P, E.Path, "waits for the thread it runs on", D.What.Witness);
        D.What.Cure = "let nothing that the thread runs or destroys own the object, "
                      "or destroy it elsewhere";
        D.In = F;
        D.At = Join.Path->At;
        D.First = Join.Path->Callee;
        D.Leaf = leafOf(*Join.Path);
        D.LeafAt = D.At;
        Out.push_back(std::move(D));
        return;
      }
  }
}

/// The last step on the way in a function whose callers all hold the lock: that
/// it takes it again is one mistake, however many call it.
static const Step *mistakeOf(const Program::Impl &P, const UnderLock &X) {
  const Step *Found = nullptr;
  for (const Step *S = X.What.Path->Next; S; S = S->Next)
    if (std::ranges::find(P.Locks.heldByCallers(S->In), X.What.Class) !=
        P.Locks.heldByCallers(S->In).end())
      Found = S;
  return Found;
}

static auto rank(const Program::Impl &P, const UnderLock &X) {
  return std::tuple(-int(X.What.Sure), X.What.Path->Length, locationOf(P.U, X.What.Path->At));
}

namespace {
/// Of those that make one mistake, the one with the shortest way to it.
class Mistakes {
public:
  explicit Mistakes(const Program::Impl &P) : P(P) {
    for (const UnderLock &X : P.Locks.underLocks())
      if (const Step *S = of(X))
        if (auto [It, New] = Best.try_emplace({S->In, S->At, X.What.Class}, &X);
            !New && rank(P, X) < rank(P, *It->second))
          It->second = &X;
  }
  bool isTold(const UnderLock &X) const {
    const Step *S = of(X);
    return !S || Best.at({S->In, S->At, X.What.Class}) == &X;
  }

private:
  const Step *of(const UnderLock &X) const {
    bool Again = X.What.Is == LockEvent::Acquire && !X.What.Try && X.Held.Must && !X.What.ByFlag &&
                 sameLock(P, X) == Same::Object;
    return Again ? mistakeOf(P, X) : nullptr;
  }
  const Program::Impl &P;
  std::map<std::tuple<FnId, Spot, LockClass>, const UnderLock *> Best;
};
} // namespace

void findSelfDeadlock(const Program::Impl &P, Drafts &Out) {
  Mistakes Told(P);
  for (uint32_t F = 0; F < P.U.Functions.size(); ++F)
    findOwnJoin(P, FnId(F), Out);
  for (const UnderLock &X : P.Locks.underLocks())
    if (X.What.Is == LockEvent::Join)
      findJoinUnderLock(P, X, Out);
  for (const UnderLock &X : P.Locks.underLocks()) {
    if (X.What.Is != LockEvent::Acquire || X.What.Try || !X.Held.Must || !Told.isTold(X))
      continue;
    Same S = sameLock(P, X);
    if (S == Same::No || isRecursive(P, X.What.Class) ||
        P.Locks.asynchronous().isCounting(X.What.Class))
      continue;
    if (X.Held.Mode == LockMode::Shared && X.What.Mode == LockMode::Shared &&
        !readersMayWait(P, X.What.Class, hasWriter(P, X.What.Class)))
      continue;
    Draft D;
    D.What.Check = "cotidy-self-deadlock";
    D.What.Message = quoted(P.U, X.In) + " takes " + quotedWanted(P, X) +
                     " while it holds it" + (S == Same::MayBe ? " (if it is the same object)" : "") +
                     ", and " + effectOf(X);
    bool Direct = S == Same::Object && !X.What.Path->Next && !X.Held.Taken->Next;
    D.What.Sure = std::min(X.What.Sure, Direct ? Confidence::Certain : Confidence::Likely);
    if (X.What.ByFlag || endsAnotherClass(P.U, *X.What.Path) || fillsResult(P.U, *X.What.Path))
      D.What.Sure = std::min(D.What.Sure, Confidence::Possible);
    // That it is the same object is a guess: with two more it is too many, or with
    // one about the thread, or far away.
    static constexpr uint32_t Far = 6;
    if (S == Same::MayBe && (X.What.OwnThread || X.What.Picks > 1 || X.What.Path->Length > Far ||
                             (X.What.Picks && indirections(X) > 1)))
      D.What.Sure = std::min(D.What.Sure, Confidence::Possible);
    addUnderLock(P, X, "takes " + quotedWanted(P, X) + " again", D.What.Witness);
    D.What.Cure = S == Same::MayBe
                      ? "release the lock before calling what may come back"
                      : "release the lock before, or call a variant that expects it to be held";
    D.In = X.In;
    D.At = X.What.Path->At;
    D.First = X.What.Path->Callee;
    D.Leaf = leafOf(*X.What.Path);
    D.LeafAt = D.At;
    Out.push_back(std::move(D));
  }
}

} // namespace cotidy
