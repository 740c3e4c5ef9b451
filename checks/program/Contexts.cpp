#include "program/Contexts.h"

#include "program/Deadlocks.h"
#include "program/Impl.h"

#include <algorithm>
#include <set>

namespace cotidy {

using namespace facts;

std::string Context::whose() const {
  switch (Kind) {
  case Coroutine:
    return "of its event loop";
  case PoolCallback:
    return "of the pool that runs it";
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

/// Code of the class itself, lambdas in it included.
static bool isCodeOf(const Unit &U, FnId F, TypeId Class) {
  for (; F != FnId::None; F = U.fn(F).Owner)
    if (U.fn(F).Class == Class)
      return true;
  return false;
}

/// A callback that a pool runs; the pool's own loop is none.
static bool runsOnPool(const Program::Impl &P, FnId F) {
  return std::ranges::any_of(P.Executors.runsOn(F), [&](const flow::Executor &E) {
    return E.Kind == flow::ExecutorKind::BlockingPool && E.Class != TypeId::None &&
           !isCodeOf(P.U, F, E.Class);
  });
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
    else if (runsOnPool(P, FnId(I)))
      Result.push_back({Context::PoolCallback, FnId(I)});
  }
  return Result;
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
  decltype(Judgement::Stuck) Stuck = Judgement::Free;
};
} // namespace

static Danger dangerAt(const Program::Impl &P, const std::vector<flow::Executor> &Where,
                       const Effect &E) {
  Danger D;
  std::set<flow::Executor> Needed = executorsNeeded(P, E);
  for (const flow::Executor &X : Where) {
    bool Own = std::ranges::any_of(
        Needed, [&](const flow::Executor &N) { return maySelfBlock(X, N); });
    bool OnPool = X.Kind == flow::ExecutorKind::BlockingPool || X.Kind == flow::ExecutorKind::Pool;
    if (Own)
      D.Stuck = OnPool ? Judgement::OnPool : Judgement::OnLoop;
    if (X.Kind == flow::ExecutorKind::Unknown)
      D.Unknown = true;
    else if (!mayBeBlocked(X.Kind) || Own)
      D.Sure = true;
    else
      D.Harmless = true;
  }
  return D;
}

/// A callback runs where it was handed to.
static std::optional<Judgement> judgeCallback(const Program::Impl &P, const Context &C,
                                              const Effect &E) {
  Danger D = dangerAt(P, P.Executors.runsOn(C.Fn), E);
  bool MayBlock = C.Kind == Context::PoolCallback;
  if (MayBlock && D.Stuck != Judgement::OnPool)
    return std::nullopt;
  return Judgement{MayBlock ? std::min(E.Sure, Confidence::Likely) : E.Sure, NoDefault, D.Stuck};
}

std::optional<Judgement> judge(const Program::Impl &P, const Context &C, const EffectAt &E) {
  Judgement J{E.What.Sure, NoDefault, Judgement::Free};
  if (C.Kind == Context::LoopCallback || C.Kind == Context::PoolCallback)
    return judgeCallback(P, C, E.What);
  if (C.Kind != Context::Coroutine)
    return J;
  flow::RunsOn R = P.Awaits.runsOn(C.Fn, E.At);
  if (!R.reached())
    return std::nullopt;
  if (isInHook(P, C, E.What))
    return J;
  Danger D = dangerAt(P, R.Where, E.What);
  if (!D.Sure && !D.Unknown)
    return std::nullopt;
  auto atMost = [&](Confidence Most) { J.Sure = std::min(J.Sure, Most); };
  if (!D.Sure)
    atMost(Confidence::Possible);
  if (D.Harmless || R.OnlyExceptional || R.RestsOn)
    atMost(Confidence::Likely);
  J.RestsOn = R.RestsOn;
  J.Stuck = D.Stuck;

  // Where it was started is a conclusion from absence: final in a closed
  // world, a doubt in an open one.
  bool OnlyOriginal = R.Where.size() == 1 && R.mayBe(flow::ExecutorKind::Original);
  if (OnlyOriginal && P.Starts.onlyWhereBlockingIsAllowed(C.Fn)) {
    const std::set<flow::Executor> &Pools = P.Starts.pools(C.Fn);
    if (dangerAt(P, {Pools.begin(), Pools.end()}, E.What).Stuck == Judgement::OnPool) {
      atMost(Confidence::Likely);
      J.Stuck = Judgement::OnPool;
      return J;
    }
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
