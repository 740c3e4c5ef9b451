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

/// Of its own: the object, a parameter's copy, a local.
static bool isOwn(const Function &F, const Place &P) {
  switch (P.Root) {
  case RootKind::This:
  case RootKind::Local:
    return std::ranges::none_of(
        P.Path, [](const PathStep &S) { return S.Kind == StepKind::Pointee; });
  case RootKind::Param:
    return P.Path.empty() && F.Params[P.Index].Mode == PassMode::Value;
  default:
    return !P;
  }
}

static bool doesMore(const Program::Impl &P, FnId Id, unsigned Depth) {
  const Function &F = P.U.fn(Id);
  if (!F.is(FnUser))
    return false; // a library's objects tell nobody
  if (F.Body != BodyState::Here || Depth == 0)
    return !F.is(FnTrivialBody) && !F.is(FnImplicit);
  auto isMore = [&](const Fact &X) {
    switch (X.Kind) {
    case FactKind::Call: {
      if (X.Callee == FnId::None)
        return true;
      bool Tells = std::ranges::any_of(X.Args, [](const Value &A) {
        return A.Kind == ValueKind::Address && A.Where.Root == RootKind::This;
      });
      return Tells || !isOwn(F, X.Recv.Where) || doesMore(P, X.Callee, Depth - 1);
    }
    case FactKind::Store:
    case FactKind::Copy:
    case FactKind::Borrow:
      return !isOwn(F, X.To);
    case FactKind::Move:
    case FactKind::Load:
    case FactKind::Branch:
    case FactKind::Return:
    case FactKind::Destroy:
      return false;
    default:
      return true;
    }
  };
  return std::ranges::any_of(
      F.Blocks, [&](const Block &B) { return std::ranges::any_of(B.Facts, isMore); });
}

bool doesMoreThanFill(const Program::Impl &P, FnId F) { return doesMore(P, F, MaxDepth); }

bool startsWork(const Program::Impl &P, FnId F) {
  return F != FnId::None && starts(P, F, MaxDepth);
}

} // namespace cotidy
