#include "program/Contexts.h"

#include "program/Impl.h"

#include <algorithm>
#include <set>

namespace cotidy {

using namespace facts;

std::string Context::whose() const {
  switch (Kind) {
  case Coroutine:
    return "of its event loop";
  case LoopCallback:
    return "of the event loop that runs it";
  case Marked:
    return "although it is marked as nonblocking";
  case AwaiterPart:
    return "of whoever awaits it";
  }
  return "";
}

/// A synchronous generator: its consumer runs it, like any function.
static bool isGenerator(const Unit &U, const Function &F) {
  bool CannotAwait = F.is(FnNoAwaitAllowed) ||
                     (F.Returns != TypeId::None && !U.type(F.Returns).is(TyAwaitable));
  return CannotAwait && F.is(FnYields) && !F.is(FnAwaits);
}

/// Functions that user coroutines call directly: awaiter and promise hooks
/// among them are judged there.
static std::set<FnId> calledByCoroutines(const Unit &U) {
  std::set<FnId> Called;
  for (const Function &F : U.Functions)
    if (F.is(FnCoroutine) && F.is(FnUser))
      for (const Block &B : F.Blocks)
        for (const Fact &X : B.Facts)
          if (X.Callee != FnId::None)
            Called.insert(X.Callee);
  return Called;
}

static std::set<FnId> startedOnLoops(const Program::Impl &P) {
  std::set<FnId> Started;
  auto add = [&](const Invocations &I) {
    for (const Invocation &K : I.Known)
      Started.insert(K.Fn);
    for (const Invocation &A : I.AnyOf)
      Started.insert(A.Fn);
  };
  for (uint32_t I = 0; I < P.U.Functions.size(); ++I)
    for (const Block &B : P.U.Functions[I].Blocks)
      for (const Fact &X : B.Facts) {
        if (X.Kind != FactKind::Start || P.U.text(X.Word) != "loop")
          continue;
        Invocations Found = P.Targets.resolve(FnId(I), X.Val, {});
        add(Found);
        for (const SymPlace &S : Found.Symbolic)
          add(P.Targets.resolve(FnId(I), S));
      }
  return Started;
}

std::vector<Context> nonBlockingContexts(const Program::Impl &P) {
  const Unit &U = P.U;
  std::set<FnId> Claimed = calledByCoroutines(U), OnLoops = startedOnLoops(P);
  std::vector<Context> Result;
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    if (!F.is(FnUser) || F.Body != BodyState::Here || P.Models.speaksFor(U, FnId(I)))
      continue;
    // What only an exception reaches carries no finding by itself.
    bool OnlyThrown = U.text(F.Qualified).ends_with("::unhandled_exception");
    bool Hook = (F.is(FnAwaiterPart) || F.is(FnPromisePart)) && !OnlyThrown;
    if (F.is(FnCoroutine) && !isGenerator(U, F))
      Result.push_back({Context::Coroutine, FnId(I)});
    else if (F.is(FnNonblockingAttr))
      Result.push_back({Context::Marked, FnId(I)});
    else if (F.is(FnCoroutine))
      continue;
    else if (OnLoops.count(FnId(I)))
      Result.push_back({Context::LoopCallback, FnId(I)});
    else if (Hook && !Claimed.count(FnId(I)))
      Result.push_back({Context::AwaiterPart, FnId(I)});
  }
  return Result;
}

/// On a pool whose threads may block, only work that needs a thread of the
/// same pool is in danger: somebody on the path hands it such work.
static bool needsSamePool(const Program::Impl &P, const Effect &E, TypeId Pool) {
  if (Pool == TypeId::None || (E.Category != "wait" && E.Category != "sync-wait"))
    return false;
  for (const Step *S = E.Path; S; S = S->Next)
    if (P.Executors.feeds(S->In, Pool))
      return true;
  return false;
}

/// Code of awaiters and promises must not block wherever it runs.
static bool isInHook(const Program::Impl &P, const Context &C, const Effect &E) {
  FnId First = E.Path->Callee;
  if (C.Kind == Context::AwaiterPart)
    return true;
  return First != FnId::None && E.Path->Next &&
         (P.U.fn(First).is(FnAwaiterPart) || P.U.fn(First).is(FnPromisePart));
}

namespace {
/// What the executors at a point say together.
struct Danger {
  bool Sure = false;     ///< on one that must not be blocked
  bool Unknown = false;  ///< on one that nothing classifies
  bool Harmless = false; ///< on one that may be blocked
  bool SamePool = false;
};
} // namespace

static Danger dangerAt(const Program::Impl &P, const flow::RunsOn &R, const Effect &E) {
  Danger D;
  for (const flow::Executor &X : R.Where) {
    if (X.Kind == flow::ExecutorKind::Unknown)
      D.Unknown = true;
    else if (!mayBeBlocked(X.Kind))
      D.Sure = true;
    else if (X.Kind == flow::ExecutorKind::BlockingPool && needsSamePool(P, E, X.Class))
      D.Sure = D.SamePool = true;
    else
      D.Harmless = true;
  }
  return D;
}

std::optional<Judgement> judge(const Program::Impl &P, const Context &C, const EffectAt &E) {
  Judgement J{E.What.Sure, NoDefault, false};
  if (C.Kind != Context::Coroutine)
    return J;
  flow::RunsOn R = P.Awaits.runsOn(C.Fn, E.At);
  if (!R.reached())
    return std::nullopt;
  if (isInHook(P, C, E.What))
    return J;
  Danger D = dangerAt(P, R, E.What);
  if (!D.Sure && !D.Unknown)
    return std::nullopt;
  auto atMost = [&](Confidence Most) { J.Sure = std::min(J.Sure, Most); };
  if (!D.Sure)
    atMost(Confidence::Possible);
  if (D.Harmless || R.OnlyExceptional || R.RestsOn)
    atMost(Confidence::Likely);
  J.RestsOn = R.RestsOn;
  J.SamePool = D.SamePool;

  // Where it was started is a conclusion from absence: final in a closed
  // world, a doubt in an open one.
  bool OnlyOriginal = R.Where.size() == 1 && R.mayBe(flow::ExecutorKind::Original);
  if (OnlyOriginal && P.Starts.onlyWhereBlockingIsAllowed(C.Fn)) {
    if (P.ClosedWorld)
      return std::nullopt;
    atMost(Confidence::Possible);
  }
  // Somebody who was not read may start it where blocking is allowed.
  if (!P.ClosedWorld && P.Executors.anyMayBeBlocked() && !P.Starts.isStarted(C.Fn) && !P.U.fn(C.Fn).is(FnInternal))
    J.RestsOn |= UnseenCallersHoldNothing;
  return J;
}

} // namespace cotidy
