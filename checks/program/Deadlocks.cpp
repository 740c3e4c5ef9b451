#include "program/Deadlocks.h"

#include "program/Impl.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::Executor;
using flow::ExecutorKind;

static constexpr unsigned MaxDepth = 4;

namespace {
class Needs {
public:
  explicit Needs(const Program::Impl &P) : P(P), U(P.U) {}

  std::set<Executor> All;

  void ofBody(FnId F);
  void ofStep(const Step &S);

private:
  void ofTask(FnId Coroutine, unsigned Depth);
  void add(FnId In, const Place &Object, std::string_view Word);
  bool isCallable(FnId In, const Value &V) const;

  const Program::Impl &P;
  const Unit &U;
  std::set<FnId> Seen;
};
} // namespace

void Needs::add(FnId In, const Place &Object, std::string_view Word) {
  TypeId Class = typeOf(U, U.fn(In), Object);
  std::optional<ExecutorKind> K = P.Executors.ofClass(Class);
  All.insert({K ? *K : executorNamed(Word), Class});
}

bool Needs::isCallable(FnId In, const Value &V) const {
  return V.Kind == ValueKind::Closure || V.Kind == ValueKind::Function ||
         !P.Held.at(In, V.Where, TokenKind::Callable).empty();
}

/// What a body on the path hands to executors.
void Needs::ofBody(FnId F) {
  for (const Block &B : U.fn(F).Blocks)
    for (const Fact &X : B.Facts) {
      if (X.Kind == FactKind::Start)
        add(F, X.From, U.text(X.Word));
      if (X.Kind != FactKind::Call || X.Callee == FnId::None)
        continue;
      TypeId Class = U.fn(X.Callee).Class;
      std::optional<ExecutorKind> K = P.Executors.ofClass(Class);
      if (K && std::ranges::any_of(X.Args, [&](const Value &V) { return isCallable(F, V); }))
        All.insert({*K, Class});
    }
}

/// The executors that resume a coroutine, and the ones it awaits.
void Needs::ofTask(FnId Coroutine, unsigned Depth) {
  if (Depth == 0 || !Seen.insert(Coroutine).second)
    return;
  for (const Block &B : U.fn(Coroutine).Blocks)
    for (const Fact &X : B.Facts) {
      if (X.Kind == FactKind::SwitchExecutor)
        add(Coroutine, X.From, U.text(X.Word));
      if (X.Kind != FactKind::Suspend || X.Callee == FnId::None)
        continue;
      for (const Executor &E : P.Executors.resumedBy(X.Callee).On)
        All.insert(E);
      for (FnId Awaited : P.Held.at(Coroutine, X.From, TokenKind::Task))
        ofTask(Awaited, Depth - 1);
    }
}

/// A task that is passed to the call at this step of the path.
void Needs::ofStep(const Step &S) {
  for (const Block &B : U.fn(S.In).Blocks)
    for (const Fact &X : B.Facts)
      if (X.Kind == FactKind::Call && X.At == S.At && X.Callee == S.Callee)
        for (const Value &A : X.Args)
          for (FnId Task : P.Held.at(S.In, A.Where, TokenKind::Task))
            ofTask(Task, MaxDepth);
}

/// A thread or process that is joined needs no executor of ours.
static bool waitsForWork(const Program::Impl &P, const Effect &E) {
  if (E.Category != "wait" && E.Category != "sync-wait")
    return false;
  const model::FunctionModel *M = P.Models.of(E.Leaf);
  return M && (M->JoinsWhat == "future" || M->JoinsWhat == "condition" || M->JoinsWhat == "task");
}

std::set<Executor> executorsNeeded(const Program::Impl &P, const Effect &E) {
  if (!waitsForWork(P, E))
    return {};
  Needs N(P);
  for (const Step *S = E.Path; S; S = S->Next) {
    N.ofBody(S->In);
    N.ofStep(*S);
  }
  return std::move(N.All);
}

bool maySelfBlock(const Executor &Own, const Executor &Needed) {
  // Where a coroutine was started is an event loop as far as anybody knows.
  if (Own.Kind == ExecutorKind::Original)
    return Needed.Kind == ExecutorKind::Loop;
  if (Own.Kind != Needed.Kind)
    return false;
  if (Own.Kind == ExecutorKind::Loop)
    return Own.Class == Needed.Class || Own.Class == TypeId::None || Needed.Class == TypeId::None;
  return Own.Class != TypeId::None && Own.Class == Needed.Class &&
         (Own.Kind == ExecutorKind::Pool || Own.Kind == ExecutorKind::BlockingPool);
}

} // namespace cotidy
