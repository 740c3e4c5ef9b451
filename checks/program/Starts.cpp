#include "program/Starts.h"

#include "program/Lowering.h"

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
      Allowed(U.Functions.size()), GivenTo(U.Functions.size()) {
  for (uint32_t F = 0; F < U.Functions.size(); ++F)
    for (uint32_t B = 0; B < U.Functions[F].Blocks.size(); ++B) {
      const auto &Facts = U.Functions[F].Blocks[B].Facts;
      for (uint32_t I = 0; I < Facts.size(); ++I)
        if (Facts[I].Kind == FactKind::Call && Facts[I].Callee != FnId::None)
          Callers[raw(Facts[I].Callee)].push_back({FnId(F), {B, I}});
    }
  for (uint32_t F = 0; F < U.Functions.size(); ++F)
    for (const CallSite &S : Callers[F])
      if (std::optional<Executor> Pool = poolGivenTo(S))
        GivenTo[F].insert(*Pool);
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

namespace {
/// The places of one body that hold a task, or what its member functions
/// returned (its coroutine's handle).
class TaskPlaces {
public:
  TaskPlaces(const Function &F, Place Task) : All{std::move(Task)} {
    for (bool Grew = true; Grew;) {
      Grew = false;
      for (const Block &B : F.Blocks)
        for (const Fact &X : B.Facts)
          if (X.To && X.To.Root == RootKind::Local && comesFromTask(X) && !isOne(X.To)) {
            All.push_back(X.To);
            Grew = true;
          }
    }
  }

  bool isOne(const Place &P) const {
    return std::ranges::any_of(All, [&](const Place &T) {
      return P.Root == T.Root && P.Index == T.Index && P.Path.size() >= T.Path.size() &&
             std::equal(T.Path.begin(), T.Path.end(), P.Path.begin());
    });
  }

private:
  bool comesFromTask(const Fact &X) const {
    if (X.Kind == FactKind::Call)
      return X.Recv && isOne(X.Recv.Where);
    bool Passes = X.Kind == FactKind::Move || X.Kind == FactKind::Copy ||
                  X.Kind == FactKind::Store || X.Kind == FactKind::Load;
    return Passes && (isOne(X.From) || (X.Val && isOne(X.Val.Where)));
  }

  std::vector<Place> All;
};
} // namespace

/// `pool.spawn(f())`, `pool.resume(task.handle())`: a lazy task, or its handle,
/// is given to a member function of a pool that may be blocked, or by a model
/// runs on one: `co_spawn(pool, f(), ...)`, `f().scheduleOn(&pool)`.
std::optional<Executor> CoroutineStarts::poolGivenTo(const CallSite &S) const {
  const Function &In = U.fn(S.In);
  const Fact &Made = In.Blocks[S.At.Block].Facts[S.At.Fact];
  if (!Made.To || U.fn(Made.Callee).Initial == Start::Eager)
    return std::nullopt;
  TaskPlaces Task(In, Made.To);
  for (const Block &B : In.Blocks)
    for (const Fact &X : B.Facts) {
      std::optional<ExecutorKind> K;
      TypeId Class = TypeId::None;
      bool Call = X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
      if (X.Kind == FactKind::Start && Task.isOne(X.Val.Where)) {
        Class = typeOf(U, In, X.From);
        K = Executors.ofClass(Class);
        if (!K)
          K = executorNamed(U.text(X.Word));
      } else if (Call && X.Callee != FnId::None &&
                 std::ranges::any_of(X.Args, [&](const Value &V) { return Task.isOne(V.Where); })) {
        Class = U.fn(X.Callee).Class;
        K = Executors.ofClass(Class);
      }
      if (K && mayBeBlocked(*K))
        return Executor{*K, Class};
    }
  return std::nullopt;
}

bool CoroutineStarts::isAllowed(const CallSite &S) const {
  if (poolGivenTo(S))
    return true;
  if (!U.fn(S.In).is(FnCoroutine))
    return Allowed[raw(S.In)];
  flow::RunsOn Where = Awaits.runsOn(S.In, S.At);
  return std::ranges::all_of(Where.Where, [&](const Executor &E) {
    return mayBeBlocked(E.Kind) ||
           (E.Kind == ExecutorKind::Original && Allowed[raw(S.In)]);
  });
}

} // namespace cotidy
