#include "program/Awaits.h"

#include "base/Confidence.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::AwaitOutcome;
using flow::Executor;
using flow::ExecutorKind;
using flow::Point;

AwaitOutcomes::AwaitOutcomes(const Unit &U, const ModelUse &Models, const HeldValues &Held,
                             const ExecutorKinds &Executors)
    : U(U), Models(Models), Held(Held), Executors(Executors) {
  solve();
}

bool AwaitOutcomes::endsThread(const Fact &X) const { return X.Kind == FactKind::NoReturn; }

/// Where each coroutine ends, from where the coroutines that it awaits end.
void AwaitOutcomes::solve() {
  std::vector<FnId> Coroutines;
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    if (U.Functions[I].is(FnCoroutine) && U.Functions[I].Body == BodyState::Here)
      Coroutines.push_back(FnId(I));
  unsigned Rounds = 0;
  for (bool Changed = true; Changed && ++Rounds < 64;) {
    Changed = false;
    for (FnId F : Coroutines) {
      flow::RunsOn End = flow::ThreadContexts(U.fn(F), *this).atEnd();
      End.OnlyExceptional = false;
      auto [It, New] = Ends.try_emplace(F, End);
      if (New || It->second == End) {
        Changed |= New && End.reached();
        continue;
      }
      It->second = std::move(End);
      Changed = true;
    }
  }
  Solved = true;
}

static AwaitOutcome moved(std::vector<Executor> To) {
  AwaitOutcome O;
  O.Stays = false;
  O.MovesTo = std::move(To);
  return O;
}

AwaitOutcome AwaitOutcomes::ofTasks(const std::vector<FnId> &Tasks) const {
  AwaitOutcome O;
  O.Stays = false;
  std::set<Executor> To;
  for (FnId C : Tasks) {
    auto It = Ends.find(C);
    if (It == Ends.end() && U.fn(C).Body == BodyState::Here) {
      // Not yet computed; or a forwarder of alternatives.
      O.Stays |= Solved || !U.fn(C).is(FnCoroutine);
      continue;
    }
    if (It == Ends.end()) {
      O.Stays = true;
      if (!Models.of(C))
        O.RestsOn |= UnseenBodyKeepsExecutor;
      continue;
    }
    // One that never ends: what follows it is for exceptions only.
    if (!It->second.reached())
      O.Stays |= Solved;
    for (const Executor &E : It->second.Where) {
      if (E.Kind == ExecutorKind::Original)
        O.Stays = true;
      else
        To.insert(E);
    }
    O.RestsOn |= It->second.RestsOn;
  }
  O.MovesTo.assign(To.begin(), To.end());
  return O;
}

/// True if the body calls something that is not seen and not of the standard
/// library, and that may have been given the handle.
bool AwaitOutcomes::handsToUnseen(FnId F) const {
  for (const Block &B : U.fn(F).Blocks)
    for (const Fact &X : B.Facts) {
      bool Call = X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
      if (!Call || X.Callee == FnId::None || X.Args.empty())
        continue;
      const Function &Callee = U.fn(X.Callee);
      if (Callee.Body != BodyState::Here && !Models.of(X.Callee) &&
          !U.text(Callee.Qualified).starts_with("std::"))
        return true;
    }
  return false;
}

/// True if the handle, or something made of it, goes to a call or into a store.
bool AwaitOutcomes::givesHandleAway(FnId AwaitSuspend) const {
  auto isHandle = [](const Value &V) {
    return V.Where.Root == RootKind::Param && V.Where.Index == 0;
  };
  auto holdsHandle = [&](const Value &V) {
    return isHandle(V) || std::ranges::any_of(V.Captures, [&](const Capture &C) {
             return isHandle(C.What);
           });
  };
  for (const Block &B : U.fn(AwaitSuspend).Blocks)
    for (const Fact &X : B.Facts) {
      bool Call = X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
      if (Call && std::ranges::any_of(X.Args, holdsHandle))
        return true;
    }
  return false;
}

AwaitOutcome AwaitOutcomes::ofAwaiter(const Fact &Suspend) const {
  AwaitOutcome O;
  FnId A = Suspend.Callee;
  if (A == FnId::None)
    return O;
  const Function &Fn = U.fn(A);
  if (Fn.Body != BodyState::Here) {
    bool Known = Models.of(A) || Models.of(Fn.Class) ||
                 U.text(Fn.Qualified).starts_with("std::");
    if (!Known)
      O.RestsOn |= UnseenBodyKeepsExecutor;
    return O;
  }
  ExecutorKinds::Resumption R = Executors.resumedBy(A);
  if (R.On.empty()) {
    // Before its first statement, a handle that is given away is scheduled on
    // something that the program does not show.
    if (U.text(Suspend.Word).ends_with("initial") && givesHandleAway(A))
      return moved({{ExecutorKind::Unknown, TypeId::None}});
    if (!R.Elsewhere && handsToUnseen(A))
      O.RestsOn |= UnseenBodyKeepsExecutor;
    return O;
  }
  // Behind an interface of executors, some may be blocked and some not: which
  // one it is nobody can say here.
  auto free = [](const Executor &E) { return mayBeBlocked(E.Kind); };
  if (std::ranges::any_of(R.On, free) && !std::ranges::all_of(R.On, free))
    return moved({{ExecutorKind::Unknown, TypeId::None}});
  O = moved(std::move(R.On));
  O.Stays = R.Elsewhere;
  return O;
}

AwaitOutcome AwaitOutcomes::compute(FnId F, Point At) const {
  const Function &Fn = U.fn(F);
  const Fact &X = Fn.Blocks[At.Block].Facts[At.Fact];
  std::string_view Word = U.text(X.Word);
  if (X.Kind == FactKind::SwitchExecutor) {
    TypeId Class = typeOf(U, Fn, X.From);
    std::optional<ExecutorKind> K = Executors.ofClass(Class);
    return moved({{K ? *K : executorNamed(Word), Class}});
  }
  if (Word.starts_with("never"))
    return {};
  TypeId Awaited = typeOf(U, Fn, X.From);
  const model::TypeModel *M = Models.of(Awaited);
  bool Affine = (Awaited != TypeId::None && U.type(Awaited).is(TyAffine)) ||
                (M && M->Affine && *M->Affine);
  if (Affine)
    return {};
  auto held = [&](TokenKind K) {
    std::vector<FnId> R = Held.at(F, X.From, K);
    for (FnId More : Held.at(F, X.Recv.Where, K))
      if (std::ranges::find(R, More) == R.end())
        R.push_back(More);
    return R;
  };
  std::set<Executor> To;
  for (FnId S : held(TokenKind::Switch))
    To.insert({executorNamed(Models.of(S)->SwitchKind), TypeId::None});
  if (!To.empty())
    return moved({To.begin(), To.end()});
  if (std::vector<FnId> Tasks = held(TokenKind::Task); !Tasks.empty() &&
                                                      Word.ends_with("await"))
    return ofTasks(Tasks);
  return ofAwaiter(X);
}

AwaitOutcome AwaitOutcomes::afterAwait(const Function &F, Point At) const {
  return compute(FnId(&F - U.Functions.data()), At);
}

flow::RunsOn AwaitOutcomes::runsOn(FnId F, Point At) const {
  auto It = Contexts.find(F);
  if (It == Contexts.end())
    It = Contexts.try_emplace(F, U.fn(F), *this).first;
  return It->second.before(At);
}

} // namespace cotidy
