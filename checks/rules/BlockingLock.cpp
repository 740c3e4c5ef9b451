//===- BlockingLock.cpp - locks that block a coroutine's thread -----------===//
// The part of cotidy-blocking-call about locks (design 5): taking one blocks
// only if some holder elsewhere in the program keeps it while it sleeps, waits,
// joins, or is suspended. A short critical section is none.
//===----------------------------------------------------------------------===//
#include "program/Contexts.h"
#include "program/LockWitness.h"
#include "program/LongHolds.h"
#include "program/Witness.h"
#include "rules/Rule.h"

#include <algorithm>
#include <map>

namespace cotidy {

using namespace facts;

/// Log files and answers of devices are short waits for a lock's purposes.
static bool takesLong(const LongHold &H) {
  llvm::StringRef C = H.What.Category;
  return H.Suspends || C == "sleep" || C == "wait" || C == "sync-wait" || C == "process";
}

/// Functions that threads of their own, or code that nobody in sight calls, get
/// to without a non-blocking context between.
static std::vector<bool> reachedElsewhere(const Program::Impl &P,
                                          const std::vector<Context> &Contexts) {
  const Unit &U = P.U;
  std::vector<bool> OnLoops(U.Functions.size()), Called(U.Functions.size()),
      Out(U.Functions.size());
  for (const Context &C : Contexts)
    OnLoops[raw(C.Fn)] = true;
  std::vector<std::vector<FnId>> Callees(U.Functions.size());
  std::vector<FnId> Work;
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    for (const Block &B : U.Functions[I].Blocks)
      for (const Fact &X : B.Facts) {
        if (X.Kind == FactKind::Start || X.Kind == FactKind::Spawn)
          for (const Invocation &Started : P.Targets.resolve(FnId(I), X.Val, {}).Known)
            Work.push_back(Started.Fn);
        if (X.Kind != FactKind::Call && X.Kind != FactKind::VirtualCall &&
            X.Kind != FactKind::RunNow)
          continue;
        for (const Invocation &C : P.Targets.at(FnId(I), X, Hierarchy::OrAny).Known) {
          Callees[I].push_back(C.Fn);
          Called[raw(C.Fn)] = true;
        }
      }
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    if (!Called[I] && U.Functions[I].is(FnUser) && !U.Functions[I].is(FnLambda))
      Work.push_back(FnId(I));
  while (!Work.empty()) {
    FnId F = Work.back();
    Work.pop_back();
    if (Out[raw(F)] || OnLoops[raw(F)])
      continue;
    Out[raw(F)] = true;
    Work.insert(Work.end(), Callees[raw(F)].begin(), Callees[raw(F)].end());
  }
  return Out;
}

/// The first fact of the body at that place.
static std::optional<flow::Point> pointOf(const Function &F, const Spot &At) {
  for (uint32_t B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Facts.size(); ++I)
      if (F.Blocks[B].Facts[I].At == At)
        return flow::Point{B, I};
  return std::nullopt;
}

static bool excludes(const LockEvent &Wanted, const LongHold &H) {
  return Wanted.Is == LockEvent::Acquire && !Wanted.Try && !Wanted.Async && Wanted.Class &&
         Wanted.Class == H.Class &&
         (Wanted.Mode == flow::LockMode::Exclusive || H.Held.Mode == flow::LockMode::Exclusive);
}

static void report(const Program::Impl &P, const Context &C, const LockEvent &E,
                   const LongHold &H, Drafts &Out) {
  std::optional<flow::Point> At = pointOf(P.U.fn(C.Fn), E.Path->At);
  if (!At)
    return;
  EffectAt Taken{*At, {}};
  Taken.What.Category = "lock";
  Taken.What.Leaf = leafOf(*E.Path);
  Taken.What.Path = E.Path;
  Taken.What.Sure = std::min({E.Sure, H.What.Sure, Confidence::Likely});
  std::optional<Judgement> J = judge(P, C, Taken);
  if (!J)
    return;
  const std::string Lock = P.Locks.names().quoted(H.Class), Holder = quoted(P.U, H.In);
  const std::string While =
      H.Suspends ? "it is suspended" : quoted(P.U, H.What.Leaf) + " " + whatHappens(P.U, H.What);
  Draft D;
  D.What.Check = "cotidy-blocking-call";
  D.What.Message = quoted(P.U, C.Fn) + " blocks the thread " + C.whose() + ": it waits for " +
                   Lock + ", which " + Holder + " keeps while " + While;
  D.What.Sure = J->Sure;
  D.What.RestsOn = J->RestsOn;
  D.What.Category = "lock";
  addWay(P, E.Path, "takes " + Lock, D.What.Witness);
  addWay(P, H.Held.Taken, "takes " + Lock, D.What.Witness);
  addWay(P, H.What.Path, H.Suspends ? "may be suspended" : "keeps it while " + While,
         D.What.Witness);
  D.What.Cure = "instead: do what takes long without the lock, or await an asynchronous lock";
  D.In = C.Fn;
  D.At = E.Path->At;
  D.First = E.Path->Callee;
  D.Leaf = H.In;
  D.LeafAt = H.What.Path->At;
  Out.push_back(std::move(D));
}

void addBlockingLocks(const Program::Impl &P, Drafts &Out) {
  if (P.Models.isSwitchedOff("lock"))
    return;
  std::map<LockClass, LongHold> Kept; // the first of each lock, the surest way to hold it
  const std::vector<Context> Contexts = nonBlockingContexts(P);
  std::vector<bool> Elsewhere;
  for (LongHold &H : longHolds(P)) {
    bool Shared = H.Class.Is == LockClass::Field || H.Class.Is == LockClass::Global;
    if (!Shared || !takesLong(H) || H.What.Sure < Confidence::Likely)
      continue;
    if (Elsewhere.empty())
      Elsewhere = reachedElsewhere(P, Contexts);
    if (H.Suspends || Elsewhere[raw(H.In)])
      Kept.try_emplace(H.Class, std::move(H));
  }
  if (Kept.empty())
    return;
  for (const Context &C : Contexts)
    for (const LockEvent &E : P.Locks.of(C.Fn).Events) {
      auto It = Kept.find(E.Class);
      if (It != Kept.end() && It->second.In != C.Fn && excludes(E, It->second) &&
          E.Sure >= Confidence::Likely)
        report(P, C, E, It->second, Out);
    }
}

} // namespace cotidy
