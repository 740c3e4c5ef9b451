#include "program/Executors.h"

#include "facts/Words.h"
#include "program/Conditions.h"
#include "program/Lowering.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::Executor;
using flow::ExecutorKind;

bool mayBeBlocked(ExecutorKind K) {
  return K == ExecutorKind::BlockingPool || K == ExecutorKind::Thread;
}

ExecutorKind executorNamed(std::string_view Word) {
  return llvm::StringSwitch<ExecutorKind>(Word)
      .Case("loop", ExecutorKind::Loop)
      .Case("pool", ExecutorKind::Pool)
      .Case("blocking-pool", ExecutorKind::BlockingPool)
      .Case("thread", ExecutorKind::Thread)
      .Default(ExecutorKind::Unknown);
}

/// Waiting for descriptors or timers is what makes an executor a loop.
static bool isEventWait(std::string_view Name) {
  static constexpr std::string_view Names[] = {
      "epoll_wait",   "epoll_pwait", "epoll_pwait2",
      "poll",         "ppoll",       "select",
      "pselect",      "kevent",      "GetQueuedCompletionStatus",
      "std::condition_variable::wait_until", "std::condition_variable::wait_for",
      "std::condition_variable_any::wait_until", "std::condition_variable_any::wait_for"};
  return std::ranges::find(Names, Name) != std::end(Names) || Name.starts_with("io_uring_");
}

ExecutorKinds::ExecutorKinds(const Unit &U, const ModelUse &Models, const HeldValues &Held,
                             const CallTargets &Targets)
    : U(U), Models(Models), Held(Held), Targets(Targets) {
  findOwners();
  findRunners();
  findThreadEntries();
  classify();
  findStarts();
}

void ExecutorKinds::findOwners() {
  for (uint32_t I = 0; I < U.Types.size(); ++I) {
    if (U.Types[I].is(TyLambda))
      continue;
    for (const Field &F : U.Types[I].Fields) {
      Owner.emplace(F.Name, TypeId(I));
      for (FnId Fn : Held.inField(F.Name, TokenKind::Callable))
        KeptIn[Fn].push_back(F.Name);
    }
  }
}

/// The class in whose member functions (and their lambdas) this code stands.
TypeId ExecutorKinds::classAround(FnId F) const {
  for (unsigned Depth = 0; Depth < 8 && F != FnId::None; ++Depth) {
    const Function &Fn = U.fn(F);
    if (Fn.Class != TypeId::None && !U.type(Fn.Class).is(TyLambda))
      return Fn.Class;
    F = Fn.Owner;
  }
  return TypeId::None;
}

void ExecutorKinds::findRunners() {
  auto runs = [&](FnId F, const Place &P) {
    std::set<StrId> Fields = Held.fieldsFeeding(F, P);
    if (!Fields.empty())
      Runners[F].insert(Fields.begin(), Fields.end());
  };
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    if (Models.speaksFor(U, FnId(I)))
      continue;
    for (const Block &B : U.Functions[I].Blocks)
      for (const Fact &X : B.Facts) {
        if (X.Kind != FactKind::Call)
          continue;
        if (X.Callee == FnId::None) {
          if (X.From && U.Functions[I].is(FnUser))
            runs(FnId(I), X.From);
          continue;
        }
        const model::FunctionModel *M = Models.of(X.Callee);
        if (M && M->CallsStored && U.Functions[I].is(FnUser))
          runs(FnId(I), actualOf(X, *M->CallsStored).Where);
        if (!isResume(U.text(U.fn(X.Callee).Qualified)) || !X.Recv.Where)
          continue;
        runs(FnId(I), X.Recv.Where);
        for (FnId A : Held.at(FnId(I), X.Recv.Where, TokenKind::Handle))
          Resumers[A].insert(FnId(I));
      }
  }
}

/// A closure that runs on a thread belongs to the class whose code made it.
void ExecutorKinds::findThreadEntries() {
  auto entry = [&](FnId E) {
    if (TypeId C = classAround(E); C != TypeId::None)
      Entries[C].insert(E);
  };
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    for (const Block &B : U.Functions[I].Blocks)
      for (const Fact &X : B.Facts) {
        if (X.Kind != FactKind::Start || U.text(X.Word) != "thread")
          continue;
        if (X.Val.Fn != FnId::None)
          entry(X.Val.Fn);
        for (FnId E : Held.at(FnId(I), X.Val.Where, TokenKind::Callable))
          entry(E);
      }
  // A container of threads was given the closure.
  for (const Type &T : U.Types)
    for (const Field &F : T.Fields)
      if (U.text(F.TypeName).find("thread") != std::string_view::npos)
        for (FnId E : Held.inField(F.Name, TokenKind::Callable))
          entry(E);
}

std::set<FnId> ExecutorKinds::reachOf(FnId F, unsigned Depth) const {
  std::set<FnId> Seen{F};
  std::vector<FnId> Level{F};
  while (Depth-- > 0 && !Level.empty()) {
    std::vector<FnId> Next;
    for (FnId G : Level)
      for (const Block &B : U.fn(G).Blocks)
        for (const Fact &X : B.Facts)
          for (const Invocation &K : Targets.at(G, X).Known)
            if (!Models.speaksFor(U, K.Fn) && Seen.insert(K.Fn).second)
              Next.push_back(K.Fn);
    Level = std::move(Next);
  }
  return Seen;
}

bool ExecutorKinds::waitsForEvents(const std::set<FnId> &Fns) const {
  for (FnId F : Fns)
    for (const Block &B : U.fn(F).Blocks)
      for (const Fact &X : B.Facts)
        if (X.Kind == FactKind::Call && X.Callee != FnId::None &&
            isEventWait(U.text(U.fn(X.Callee).Qualified)))
          return true;
  return false;
}

void ExecutorKinds::classify() {
  std::map<TypeId, std::set<FnId>> Methods;
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    if (U.Functions[I].is(FnUser))
      if (TypeId C = classAround(FnId(I)); C != TypeId::None)
        Methods[C].insert(FnId(I));
  auto ownFields = [&](TypeId C, FnId Runner) {
    auto It = Runners.find(Runner);
    return It != Runners.end() && std::ranges::any_of(It->second, [&](StrId F) {
             auto O = Owner.find(F);
             return O != Owner.end() && O->second == C;
           });
  };
  for (auto &[C, Fns] : Entries) {
    std::set<FnId> Reach;
    for (FnId E : Fns)
      Reach.merge(reachOf(E, 4));
    if (std::ranges::none_of(Reach, [&](FnId R) { return ownFields(C, R); }))
      continue;
    std::set<FnId> All = Reach;
    All.insert(Methods[C].begin(), Methods[C].end());
    ExecutorKind K = waitsForEvents(All) ? ExecutorKind::Loop : ExecutorKind::BlockingPool;
    Shapes[C] = K;
    for (FnId R : Reach)
      if (ownFields(C, R))
        OnThreadOf.emplace(R, Executor{K, C});
  }
  for (auto &[C, Fns] : Methods)
    for (FnId M : Fns)
      if (!Shapes.count(C) && ownFields(C, M) && classAround(M) == C &&
          !U.fn(M).is(FnAwaiterPart) && !U.fn(M).is(FnPromisePart)) {
        Shapes[C] = ExecutorKind::Loop;
        OnThreadOf.emplace(M, Executor{ExecutorKind::Loop, C});
      }
}

std::optional<ExecutorKind> ExecutorKinds::ofClass(TypeId T) const {
  if (T == TypeId::None)
    return std::nullopt;
  if (const model::TypeModel *M = Models.of(T); M && !M->Executor.empty())
    return executorNamed(M->Executor);
  auto It = Shapes.find(T);
  if (It == Shapes.end())
    return std::nullopt;
  return It->second;
}

void ExecutorKinds::findStarts() {
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    for (const Block &B : U.Functions[I].Blocks)
      for (const Fact &X : B.Facts) {
        if (X.Kind != FactKind::Start)
          continue;
        TypeId Class = typeOf(U, U.Functions[I], X.From);
        std::optional<ExecutorKind> Known = ofClass(Class);
        Executor E{Known ? *Known : executorNamed(U.text(X.Word)), Class};
        if (X.Val.Fn != FnId::None)
          Started[X.Val.Fn].insert(E);
        for (FnId F : Held.at(FnId(I), X.Val.Where, TokenKind::Callable))
          Started[F].insert(E);
      }
}

std::vector<Executor> ExecutorKinds::runsOn(FnId F) const {
  std::set<Executor> R;
  if (auto It = Started.find(F); It != Started.end())
    R.insert(It->second.begin(), It->second.end());
  if (auto It = KeptIn.find(F); It != KeptIn.end())
    for (StrId Field : It->second)
      if (auto O = Owner.find(Field); O != Owner.end())
        if (std::optional<ExecutorKind> K = ofClass(O->second))
          R.insert({*K, O->second});
  if (auto It = OnThreadOf.find(F); It != OnThreadOf.end())
    R.insert(It->second);
  return {R.begin(), R.end()};
}

ExecutorKinds::Resumption ExecutorKinds::resumedBy(FnId AwaitSuspend) const {
  Resumption R;
  auto It = Resumers.find(AwaitSuspend);
  if (It == Resumers.end())
    return R;
  std::set<Executor> On;
  for (FnId F : It->second) {
    std::vector<Executor> Here = runsOn(F);
    On.insert(Here.begin(), Here.end());
    R.Elsewhere |= Here.empty();
  }
  R.On.assign(On.begin(), On.end());
  return R;
}

bool ExecutorKinds::anyMayBeBlocked() const {
  for (const auto &[Class, Kind] : Shapes)
    if (mayBeBlocked(Kind))
      return true;
  for (const auto &[F, On] : Started)
    if (U.fn(F).is(FnUser) &&
        std::ranges::any_of(On, [](const Executor &E) { return mayBeBlocked(E.Kind); }))
      return true;
  return false;
}

} // namespace cotidy
