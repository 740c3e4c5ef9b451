#include "program/MustThrow.h"

#include "facts/Words.h"
#include "program/Impl.h"

#include <algorithm>
#include <set>

namespace cotidy {

using namespace facts;

namespace {
/// What follows one call in the body that makes it.
struct After {
  const Program::Impl &P;
  const Unit &U;
  const Function &F;
  /// Constants that the caller passes; empty if it is not known.
  const std::vector<Value> &Args;
  unsigned Depth;
  std::set<uint32_t> Open;

  bool ends(uint32_t Block, uint32_t FirstFact);
  std::optional<bool> decided(const Fact &Branch) const;
};
} // namespace

/// The call ends the program, given its constant arguments.
static bool endsProgram(const Program::Impl &P, const Fact &Call, unsigned Depth) {
  if (Call.Kind == FactKind::NoReturn)
    return true;
  if (Call.Kind != FactKind::Call || Call.Callee == FnId::None)
    return false;
  const Function &Callee = P.U.fn(Call.Callee);
  if (Callee.is(FnNoReturn))
    return true;
  if (Depth == 0 || Callee.Body != BodyState::Here || Callee.is(FnCoroutine))
    return false;
  return After{P, P.U, Callee, Call.Args, Depth - 1, {}}.ends(0, 0);
}

/// What a test of a parameter says, if the caller gave a constant.
std::optional<bool> After::decided(const Fact &Branch) const {
  const Place &Of = Branch.From;
  if (U.text(Branch.Word) != "bool" || Of.Root != RootKind::Param || !Of.Path.empty() ||
      Of.Index >= Args.size() || Args[Of.Index].Kind != ValueKind::Bool)
    return std::nullopt;
  return Args[Of.Index].Int != 0;
}

/// Every way from there that no exception leaves ends the program.
bool After::ends(uint32_t Id, uint32_t FirstFact) {
  if (FirstFact == 0 && !Open.insert(Id).second)
    return true; // a loop: its other ways decide
  const Block &B = F.Blocks[Id];
  for (uint32_t I = FirstFact; I < B.Facts.size(); ++I) {
    if (B.Facts[I].Kind == FactKind::Throw || endsProgram(P, B.Facts[I], Depth))
      return true;
  }
  if (B.Successors.empty())
    return false;
  bool Branches = !B.Facts.empty() && B.Facts.back().Kind == FactKind::Branch &&
                  B.Successors.size() == 2;
  std::optional<bool> Holds = Branches ? decided(B.Facts.back()) : std::nullopt;
  for (unsigned S = 0; S < B.Successors.size(); ++S) {
    bool Taken = !Holds || *Holds == (S == 0);
    if (Taken && B.Successors[S].Kind == EdgeKind::Normal && !ends(B.Successors[S].To, 0))
      return false;
  }
  return true;
}

/// What the block throws is caught in its function.
static bool isCaught(const Unit &U, const Function &F, uint32_t Block, unsigned Depth = 3) {
  auto begins = [&](auto &&Self, uint32_t B, unsigned Left) -> bool {
    for (const Fact &X : F.Blocks[B].Facts)
      if (X.Kind == FactKind::Try)
        return U.text(X.Word) == "handler";
    return Left > 0 && std::ranges::any_of(F.Blocks[B].Successors, [&](const Edge &E) {
             return Self(Self, E.To, Left - 1);
           });
  };
  return std::ranges::any_of(F.Blocks[Block].Successors, [&](const Edge &E) {
    return E.Kind == EdgeKind::Exceptional && begins(begins, E.To, Depth);
  });
}

bool mustThrow(const Program::Impl &P, FnId Lambda) {
  const Unit &U = P.U;
  if (Lambda == FnId::None || !U.fn(Lambda).is(FnLambda))
    return false;
  static const std::vector<Value> Nothing;
  bool Called = false;
  for (const Function &F : U.Functions)
    for (uint32_t B = 0; B < F.Blocks.size(); ++B)
      for (uint32_t I = 0; I < F.Blocks[B].Facts.size(); ++I) {
        const Fact &X = F.Blocks[B].Facts[I];
        if (X.Kind != FactKind::Call || X.Callee != Lambda)
          continue;
        Called = true;
        if (!isCaught(U, F, B) || !After{P, U, F, Nothing, 2, {}}.ends(B, I + 1))
          return false;
      }
  return Called;
}

} // namespace cotidy
