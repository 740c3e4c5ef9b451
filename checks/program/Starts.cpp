#include "program/Starts.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::Executor;
using flow::ExecutorKind;
using flow::Point;

/// The least fixpoint: a function is allowed only if a start shows it.
CoroutineStarts::CoroutineStarts(const Unit &U, const AwaitOutcomes &Awaits,
                                 const ExecutorKinds &Executors)
    : U(U), Awaits(Awaits), Executors(Executors), Callers(U.Functions.size()),
      Allowed(U.Functions.size()) {
  for (uint32_t F = 0; F < U.Functions.size(); ++F)
    for (uint32_t B = 0; B < U.Functions[F].Blocks.size(); ++B) {
      const auto &Facts = U.Functions[F].Blocks[B].Facts;
      for (uint32_t I = 0; I < Facts.size(); ++I)
        if (Facts[I].Kind == FactKind::Call && Facts[I].Callee != FnId::None)
          Callers[raw(Facts[I].Callee)].push_back({FnId(F), {B, I}});
    }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (uint32_t F = 0; F < U.Functions.size(); ++F)
      if (!Allowed[F] && U.Functions[F].is(FnUser) && allAllowed(FnId(F)))
        Allowed[F] = Changed = true;
  }
}

bool CoroutineStarts::allAllowed(FnId F) const {
  std::vector<Executor> On = Executors.runsOn(F);
  if (std::ranges::any_of(On, [](const Executor &E) { return !mayBeBlocked(E.Kind); }))
    return false;
  const auto &Sites = Callers[raw(F)];
  return (!On.empty() || !Sites.empty()) && !U.fn(F).is(FnMain) &&
         std::ranges::all_of(Sites, [&](const CallSite &S) { return isAllowed(S); });
}

bool CoroutineStarts::isAllowed(const CallSite &S) const {
  if (!U.fn(S.In).is(FnCoroutine))
    return Allowed[raw(S.In)];
  flow::RunsOn Where = Awaits.runsOn(S.In, S.At);
  return std::ranges::all_of(Where.Where, [&](const Executor &E) {
    return mayBeBlocked(E.Kind) ||
           (E.Kind == ExecutorKind::Original && Allowed[raw(S.In)]);
  });
}

} // namespace cotidy
