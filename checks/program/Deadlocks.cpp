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

  void ofStep(const Step &S);

private:
  void ofFact(FnId In, const Fact &X);
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

/// What a fact of a body on the path hands to executors.
void Needs::ofFact(FnId In, const Fact &X) {
  if (X.Kind == FactKind::Start)
    add(In, X.From, U.text(X.Word));
  if (X.Kind != FactKind::Call || X.Callee == FnId::None)
    return;
  TypeId Class = U.fn(X.Callee).Class;
  std::optional<ExecutorKind> K = P.Executors.ofClass(Class);
  if (K && std::ranges::any_of(X.Args, [&](const Value &V) { return isCallable(In, V); }))
    All.insert({*K, Class});
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

static std::vector<std::vector<uint32_t>> predecessors(const Function &F) {
  std::vector<std::vector<uint32_t>> Result(F.Blocks.size());
  for (uint32_t B = 0; B < F.Blocks.size(); ++B)
    for (const Edge &E : F.Blocks[B].Successors)
      Result[E.To].push_back(B);
  return Result;
}

/// A task that is passed to the call at this step of the path, and what was
/// handed on before it with no suspension between: the executor had its chance
/// to do the rest.
void Needs::ofStep(const Step &S) {
  const std::vector<Block> &Blocks = U.fn(S.In).Blocks;
  std::vector<uint32_t> Open; // to be read from their ends
  std::vector<bool> Seen(Blocks.size());
  auto Before = predecessors(U.fn(S.In));
  auto upTo = [&](uint32_t B, size_t End) {
    for (size_t I = End; I-- > 0;) {
      if (Blocks[B].Facts[I].Kind == FactKind::Suspend)
        return;
      ofFact(S.In, Blocks[B].Facts[I]);
    }
    for (uint32_t From : Before[B])
      if (!Seen[From]) {
        Seen[From] = true;
        Open.push_back(From);
      }
  };
  for (uint32_t B = 0; B < Blocks.size(); ++B)
    for (size_t I = 0; I < Blocks[B].Facts.size(); ++I) {
      const Fact &X = Blocks[B].Facts[I];
      if (X.Kind != FactKind::Call || X.At != S.At || X.Callee != S.Callee)
        continue;
      for (const Value &A : X.Args)
        for (FnId Task : P.Held.at(S.In, A.Where, TokenKind::Task))
          ofTask(Task, MaxDepth);
      upTo(B, I);
    }
  while (!Open.empty()) {
    uint32_t B = Open.back();
    Open.pop_back();
    upTo(B, Blocks[B].Facts.size());
  }
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
  for (const Step *S = E.Path; S; S = S->Next)
    N.ofStep(*S);
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
