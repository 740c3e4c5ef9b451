#include "flow/Guards.h"

#include "flow/Solver.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

namespace cotidy::flow {

using namespace facts;

const GuardTest *guardTestNamed(std::string_view Word) {
  static const std::map<std::string_view, GuardTest> Tests = {
      {"null", GuardTest::Null},     {"bool", GuardTest::Bool},
      {"owns", GuardTest::Owns},     {"ready", GuardTest::Ready},
      {"empty", GuardTest::Empty},   {"equals", GuardTest::Equals},
      {"less", GuardTest::Less},     {"less-equal", GuardTest::LessEqual}};
  auto It = Tests.find(Word);
  return It == Tests.end() ? nullptr : &It->second;
}

static bool isGuardable(const Place &P) {
  return P.Root == RootKind::Param || (P.Root == RootKind::This && !P.Path.empty());
}

static bool isPrefix(const Place &A, const Place &B) {
  return A.Root == B.Root && A.Index == B.Index && A.Name == B.Name &&
         A.Path.size() <= B.Path.size() &&
         std::equal(A.Path.begin(), A.Path.end(), B.Path.begin());
}

/// A call may write through the address of a place, or move out of it.
static bool hands(const Value &V, const Place &Where) {
  return (V.Kind == ValueKind::Address || V.Kind == ValueKind::Moved) &&
         isPrefix(V.Where, Where);
}

bool mayChange(const Fact &X, const Place &Where) {
  if (X.To && isPrefix(X.To, Where))
    return true;
  if (X.Kind == FactKind::Move && isPrefix(X.From, Where))
    return true;
  if (X.Kind != FactKind::Call && X.Kind != FactKind::VirtualCall)
    return false;
  // Any member function may change a field of this; an object whose address
  // is given away may change too.
  if (Where.Root == RootKind::This)
    return true;
  return hands(X.Recv, Where) ||
         std::ranges::any_of(X.Args, [&](const Value &V) { return hands(V, Where); });
}

bool contradict(const Guard &A, const Guard &B) {
  if (A.Where != B.Where)
    return false;
  if (A.Test == B.Test && A.With == B.With)
    return A.Holds != B.Holds;
  // Two different constants cannot both be equal to it.
  return A.Test == GuardTest::Equals && B.Test == GuardTest::Equals && A.Holds &&
         B.Holds && A.With.Kind == B.With.Kind && !(A.With == B.With);
}

namespace {
/// Unset: not reached yet, which is neutral for the meet.
using GuardSet = std::optional<std::vector<Guard>>;

struct GuardProblem {
  using State = GuardSet;
  const Unit &U;
  const Function &F;

  State boundary() const { return std::vector<Guard>(); }
  State unreached() const { return std::nullopt; }

  bool join(State &Into, const State &From) const {
    if (!From)
      return false;
    if (!Into) {
      Into = From;
      return true;
    }
    return std::erase_if(*Into, [&](const Guard &G) {
             return std::ranges::find(*From, G) == From->end();
           }) != 0;
  }

  State transfer(uint32_t B, const State &In) const {
    State Out = In;
    if (Out && !Out->empty())
      for (const Fact &X : F.Blocks[B].Facts)
        std::erase_if(*Out, [&](const Guard &G) { return mayChange(X, G.Where); });
    return Out;
  }

  State along(uint32_t B, const Edge &E, unsigned Successor, const State &Out) const {
    const auto &Facts = F.Blocks[B].Facts;
    if (!Out || Facts.empty() || Facts.back().Kind != FactKind::Branch ||
        E.Kind != EdgeKind::Normal || F.Blocks[B].Successors.size() != 2)
      return Out;
    const Fact &Test = Facts.back();
    const GuardTest *T = guardTestNamed(U.text(Test.Word));
    if (!T || !isGuardable(Test.From))
      return Out;
    State S = Out;
    Guard G{Test.From, *T, Successor == 0, Test.Val};
    if (std::ranges::find(*S, G) == S->end())
      S->push_back(std::move(G));
    return S;
  }
};
} // namespace

std::vector<std::vector<Guard>> guardsOnEntry(const Unit &U, const Function &F) {
  bool Any = std::ranges::any_of(F.Blocks, [](const Block &B) {
    return !B.Facts.empty() && B.Facts.back().Kind == FactKind::Branch &&
           isGuardable(B.Facts.back().From);
  });
  std::vector<std::vector<Guard>> Result(F.Blocks.size());
  if (!Any)
    return Result;
  auto States = solveForward(F, GuardProblem{U, F});
  for (size_t B = 0; B < States.size(); ++B)
    if (States[B])
      Result[B] = std::move(*States[B]);
  return Result;
}

} // namespace cotidy::flow
