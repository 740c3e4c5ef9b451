#include "flow/ThreadContexts.h"

#include "flow/Solver.h"

#include <algorithm>

namespace cotidy::flow {

using namespace facts;

bool RunsOn::mayBe(ExecutorKind K) const {
  return std::ranges::any_of(Where, [K](const Executor &E) { return E.Kind == K; });
}

static void apply(RunsOn &S, const AwaitOutcome &O) {
  if (!S.reached())
    return;
  if (!O.Stays) {
    S.Where.clear();
    S.RestsOn = 0;
  } else {
    S.RestsOn |= O.RestsOn;
  }
  for (const Executor &E : O.MovesTo) {
    auto It = std::ranges::lower_bound(S.Where, E);
    if (It == S.Where.end() || *It != E)
      S.Where.insert(It, E);
  }
}

static bool moves(const Fact &X) {
  return X.Kind == FactKind::Suspend || X.Kind == FactKind::SwitchExecutor;
}

namespace {
struct ContextProblem {
  using State = RunsOn;
  const Function &F;
  const Callees &C;

  State boundary() const { return {{Executor()}, 0, false}; }
  State unreached() const { return {}; }

  bool join(State &Into, const State &From) const {
    if (!From.reached())
      return false;
    if (!Into.reached()) {
      Into = From;
      return true;
    }
    State Old = Into;
    Into.Where.clear();
    std::ranges::set_union(Old.Where, From.Where, std::back_inserter(Into.Where));
    Into.RestsOn |= From.RestsOn;
    Into.OnlyExceptional &= From.OnlyExceptional;
    return Into != Old;
  }

  State transfer(uint32_t B, const State &In) const {
    State S = In;
    const auto &Facts = F.Blocks[B].Facts;
    for (uint32_t I = 0; I < Facts.size() && S.reached(); ++I)
      if (moves(Facts[I]))
        apply(S, C.afterAwait(F, {B, I}));
    return S;
  }

  State along(uint32_t, const Edge &E, unsigned, const State &Out) const {
    State S = Out;
    if (E.Kind == EdgeKind::Exceptional)
      S.OnlyExceptional = true;
    return S;
  }
};
} // namespace

ThreadContexts::ThreadContexts(const Function &F, const Callees &C) : F(F), C(C) {
  Entry = solveForward(F, ContextProblem{F, C});
  if (Entry.empty())
    Entry.emplace_back();
}

RunsOn ThreadContexts::before(Point At) const {
  if (At.Block >= Entry.size())
    return {};
  RunsOn S = Entry[At.Block];
  for (uint32_t I = 0; I < At.Fact && S.reached(); ++I)
    if (moves(F.Blocks[At.Block].Facts[I]))
      apply(S, C.afterAwait(F, {At.Block, I}));
  return S;
}

} // namespace cotidy::flow
