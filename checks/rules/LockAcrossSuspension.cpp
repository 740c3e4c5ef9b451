//===- LockAcrossSuspension.cpp - cotidy-lock-across-suspension -----------===//
// A lock that belongs to a thread, held where the coroutine may suspend
// (design 5). One finding a lock and place where it was taken; its notes list
// every suspension that it is held over.
//===----------------------------------------------------------------------===//
#include "program/LockWitness.h"
#include "program/Witness.h"
#include "rules/Rule.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static bool isThreadLock(const Program::Impl &P, const UnderLock &X) {
  LockClass C = P.Locks.names().classOf(X.In, X.Held.Lock);
  return !X.Held.Async && !P.Locks.asynchronous().isAsynchronous(P.Locks.names().typeOf(C));
}

static std::string lockName(const Program::Impl &P, const UnderLock &X) {
  std::string Name = quotedLock(P, X);
  return X.Held.Lock == X.Held.Owner ? "the lock of " + Name : Name;
}

static Draft draftOf(const Program::Impl &P, std::vector<const UnderLock *> All) {
  std::ranges::stable_sort(All, {}, [](const UnderLock *X) {
    return std::tuple(X->What.Path->At, -int(X->What.Sure), X->What.Path->Length);
  });
  const UnderLock &X = *All.front();
  const Step *Path = X.What.Path;
  Draft D;
  D.What.Check = "cotidy-lock-across-suspension";
  D.What.Message = quoted(P.U, X.In) + " may be suspended while it holds " + lockName(P, X) +
                   ": the lock stays taken meanwhile, and may be released on another thread";
  bool Direct = X.Held.Must && !Path->Next && X.Held.Taken && !X.Held.Taken->Next;
  D.What.Sure = std::min(X.What.Sure, Direct ? Confidence::Certain : Confidence::Likely);
  if (X.What.Sure == Confidence::Likely && !Path->Next)
    D.What.RestsOn = UnseenBodyKeepsExecutor;
  if (X.Held.Lock == X.Held.Owner)
    D.What.Witness.push_back({locationOf(P.U, P.U.fn(X.In).At), "the caller passes it in here"});
  else
    addWay(P, X.Held.Taken, "takes " + lockName(P, X), D.What.Witness);
  Spot Last;
  for (const UnderLock *One : All) {
    if (One->What.Path->At == Last)
      continue;
    Last = One->What.Path->At;
    addWay(P, One->What.Path, "may be suspended", D.What.Witness);
  }
  D.What.Cure = "release the lock before the 'co_await', or use a lock of the coroutine library";
  D.In = X.In;
  D.At = Path->At;
  D.First = Path->Callee;
  D.LeafAt = X.Held.Taken ? X.Held.Taken->At : D.At;
  return D;
}

void findLockAcrossSuspension(const Program::Impl &P, Drafts &Out) {
  std::map<std::tuple<FnId, Spot, std::string>, std::vector<const UnderLock *>> ByLock;
  for (const UnderLock &X : P.Locks.underLocks())
    if (X.What.Is == LockEvent::Suspend && isThreadLock(P, X))
      ByLock[{X.In, X.Held.Taken ? X.Held.Taken->At : Spot(), lockName(P, X)}].push_back(&X);
  for (auto &[Key, All] : ByLock)
    Out.push_back(draftOf(P, std::move(All)));
}

} // namespace cotidy
