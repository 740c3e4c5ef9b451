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
    bool Hook = F.is(FnAwaiterPart) || F.is(FnPromisePart);
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

std::optional<Judgement> judge(const Program::Impl &P, const Context &C, const EffectAt &E) {
  return Judgement{E.What.Sure, NoDefault};
}

} // namespace cotidy
