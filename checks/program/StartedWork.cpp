#include "program/StartedWork.h"

#include "facts/Words.h"
#include "program/Impl.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

/// How far down work may be handed over.
static constexpr unsigned MaxDepth = 3;

static bool startsHere(const Program::Impl &P, const Fact &X, unsigned Depth);

static bool starts(const Program::Impl &P, FnId Id, unsigned Depth) {
  const Function &F = P.U.fn(Id);
  const model::FunctionModel *Row = P.Models.of(Id);
  if (F.is(FnSpawnAttr) || (Row && Row->Spawns))
    return true;
  if (Row || F.is(FnCoroutine) || F.Body != BodyState::Here || Depth == 0)
    return false;
  return std::ranges::any_of(F.Blocks, [&](const Block &B) {
    return std::ranges::any_of(B.Facts,
                               [&](const Fact &X) { return startsHere(P, X, Depth - 1); });
  });
}

static bool startsHere(const Program::Impl &P, const Fact &X, unsigned Depth) {
  if (X.Kind == FactKind::Start || X.Kind == FactKind::Spawn)
    return true;
  if (X.Kind != FactKind::Call || X.Callee == FnId::None)
    return false;
  const Function &Callee = P.U.fn(X.Callee);
  std::string_view Name = P.U.text(Callee.Qualified);
  if (isResume(Name) ||
      (Callee.is(FnCoroutine) && Callee.Initial == Start::Eager))
    return true;
  if (Callee.is(FnConstructor) && isVoidCallable(P.U, Callee.Class) && !X.Args.empty() &&
      X.Args.front().Kind == ValueKind::Closure)
    return true; // a callable for somebody to run
  return starts(P, X.Callee, Depth);
}

bool startsWork(const Program::Impl &P, FnId F) {
  return F != FnId::None && starts(P, F, MaxDepth);
}

} // namespace cotidy
