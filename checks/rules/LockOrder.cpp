//===- LockOrder.cpp - cotidy-lock-order ----------------------------------===//
// Cycles in the order of acquisitions (design 5): one report a cycle, at its
// smallest place. And two locks of one class taken in the order of arguments.
//===----------------------------------------------------------------------===//
#include "program/LockOrder.h"
#include "program/LockWitness.h"
#include "program/Witness.h"
#include "rules/Rule.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static constexpr const char *Name = "cotidy-lock-order";

static Spot placeOf(const UnderLock &X) { return X.What.Path->At; }

static void place(Draft &D, const UnderLock &X) {
  D.What.Check = Name;
  D.In = X.In;
  D.At = placeOf(X);
  D.First = X.What.Path->Callee;
  D.Leaf = leafOf(*X.What.Path);
  D.LeafAt = D.At;
}

/// The edge at which the cycle is told: one whose line suppresses it, so that
/// it is counted as such; else the smallest place in user code.
static size_t primaryOf(const Program::Impl &P, const OrderCycle &C) {
  size_t Best = 0;
  auto rank = [&](size_t I) {
    const UnderLock &X = *C.Edges[I]->Where;
    bool Allowed = P.Effects.suppressions().atPrimary(X.In, placeOf(X), Name, "");
    return std::tuple(!Allowed, !P.U.fn(X.In).is(FnUser), locationOf(P.U, placeOf(X)));
  };
  for (size_t I = 1; I < C.Edges.size(); ++I)
    if (rank(I) < rank(Best))
      Best = I;
  return Best;
}

static Draft draftOf(const Program::Impl &P, const OrderCycle &C) {
  const LockNames &Names = P.Locks.names();
  size_t First = primaryOf(P, C), N = C.Edges.size();
  const OrderEdge &Edge = *C.Edges[First], &Other = *C.Edges[(First + 1) % N];
  Draft D;
  place(D, *Edge.Where);
  D.What.Sure = C.Sure;
  D.What.Message = quoted(P.U, Edge.Where->In) + " takes " + Names.quoted(Edge.Second) +
                   " while it holds " + Names.quoted(Edge.First) + ", and " +
                   quoted(P.U, Other.Where->In) +
                   (N == 2 ? " takes them in the opposite order" : " closes the circle") +
                   ": " + (N == 2 ? "two" : std::to_string(N)) + " threads can deadlock";
  if (N > 2)
    D.What.Message = quoted(P.U, Edge.Where->In) + " takes " + Names.quoted(Edge.Second) +
                     " while it holds " + Names.quoted(Edge.First) + ", in a circle of " +
                     std::to_string(N) + " locks: " + std::to_string(N) + " threads can deadlock";
  for (size_t I = 0; I < N; ++I) {
    const OrderEdge &E = *C.Edges[(First + I) % N];
    addUnderLock(P, *E.Where, "takes " + Names.quoted(E.Second), D.What.Witness);
    addCaller(P, E.Where->In, D.What.Witness);
  }
  D.What.Cure = "take these locks in one order everywhere, or release the first before the second";
  return D;
}

//===----------------------------------------------------------------------===//
// The order of arguments
//===----------------------------------------------------------------------===//

static bool isCallersObject(const Place &P) {
  return P.Root == RootKind::Param || P.Root == RootKind::This;
}

static bool isRootedAt(const Place &P, const Place &Lock) {
  return P.Root == Lock.Root && P.Index == Lock.Index;
}

/// The body compares the two objects, by address or by a number of theirs.
static bool comparesThem(const Program::Impl &P, const UnderLock &X) {
  auto compares = [&](const Place &A, const Place &B) {
    return (isRootedAt(A, X.Held.Lock) && isRootedAt(B, X.What.Lock)) ||
           (isRootedAt(B, X.Held.Lock) && isRootedAt(A, X.What.Lock));
  };
  const LockNames &Names = P.Locks.names();
  for (const Block &B : P.U.fn(X.In).Blocks)
    for (const Fact &F : B.Facts) {
      if (F.Kind == FactKind::Branch && P.U.text(F.Word).starts_with("less") &&
          compares(Names.normal(X.In, F.From), Names.normal(X.In, F.Val)))
        return true;
      if (F.Kind == FactKind::Call && F.Args.size() == 2 &&
          compares(Names.normal(X.In, F.Args[0]), Names.normal(X.In, F.Args[1])))
        return true;
    }
  return false;
}

/// Two objects that the caller chooses, each locked in the order given.
static bool isByArguments(const Program::Impl &P, const UnderLock &X) {
  const Place &A = X.Held.Lock, &B = X.What.Lock;
  return X.What.Is == LockEvent::Acquire && !X.What.Try && X.What.Class && X.Held.Must &&
         P.Locks.names().classOf(X.In, A) == X.What.Class &&
         X.What.Class.Is == LockClass::Field && isCallersObject(A) && isCallersObject(B) &&
         !isRootedAt(A, B) && A.Path == B.Path && P.Locks.names().isOneObject(A) &&
         !P.U.fn(X.In).is(FnConstructor) && !P.U.fn(X.In).is(FnLambda) &&
         !P.Locks.asynchronous().isCounting(X.What.Class) && !comparesThem(P, X);
}

void findLockOrder(const Program::Impl &P, Drafts &Out) {
  LockOrder Order(P);
  for (const OrderCycle &C : Order.cycles())
    Out.push_back(draftOf(P, C));
  for (const UnderLock &X : P.Locks.underLocks()) {
    if (!isByArguments(P, X) ||
        (X.Held.Mode == flow::LockMode::Shared && X.What.Mode == flow::LockMode::Shared &&
         !readersMayWait(P, X.What.Class, hasWriter(P, X.What.Class))))
      continue;
    Draft D;
    place(D, X);
    D.What.Sure = std::min(X.What.Sure, Confidence::Likely);
    D.What.Message = quoted(P.U, X.In) + " takes " + quotedWanted(P, X) +
                     " of two objects in the order of its arguments: two threads that pass them"
                     " the other way round can deadlock";
    addUnderLock(P, X, "takes " + quotedWanted(P, X) + " of the other object", D.What.Witness);
    D.What.Cure = "take both at once with std::scoped_lock, or in the order of their addresses";
    Out.push_back(std::move(D));
  }
}

} // namespace cotidy
