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

/// Calls that leave the object as it is: const members, and those that only look
/// through it at what it holds.
static bool leavesObject(const Unit &U, FnId Callee) {
  if (Callee == FnId::None)
    return false;
  if (U.fn(Callee).is(FnConst))
    return true;
  std::string_view Name = U.text(U.fn(Callee).Qualified);
  return !U.fn(Callee).is(FnUser) &&
         (Name.ends_with("::operator->") || Name.ends_with("::operator*") ||
          Name.ends_with("::value") || Name.ends_with("::get"));
}

/// A parameter through which a callee cannot change what it refers to.
static bool isReadOnly(const Unit &U, FnId Callee, size_t I) {
  if (Callee == FnId::None || I >= U.fn(Callee).Params.size())
    return false;
  const Param &P = U.fn(Callee).Params[I];
  return P.Mode == PassMode::Reference && U.text(P.TypeName).starts_with("const ");
}

bool mayChange(const Unit &U, const Fact &X, const Place &Where) {
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
  if (hands(X.Recv, Where) && !leavesObject(U, X.Callee))
    return true;
  for (size_t I = 0; I < X.Args.size(); ++I)
    if (hands(X.Args[I], Where) && !isReadOnly(U, X.Callee, I))
      return true;
  return false;
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

using Way = std::vector<Guard>;

/// Whoever takes the way `A` has passed all tests of `B`.
static bool passes(const Way &A, const Way &B) {
  return std::ranges::all_of(
      B, [&](const Guard &G) { return std::ranges::find(A, G) != A.end(); });
}

/// Adds a way unless one with fewer tests stands for it. True if that changed
/// anything.
static bool addWay(std::vector<Way> &Ways, const Way &W) {
  if (std::ranges::any_of(Ways, [&](const Way &Old) { return passes(W, Old); }))
    return false;
  std::erase_if(Ways, [&](const Way &Old) { return passes(Old, W); });
  Ways.push_back(W);
  return true;
}

static Way meetOf(const std::vector<Way> &Ways) {
  Way Common;
  for (const Guard &G : Ways.front())
    if (std::ranges::all_of(
            Ways, [&](const Way &W) { return std::ranges::find(W, G) != W.end(); }))
      Common.push_back(G);
  return Common;
}

namespace {
/// Unset: not reached yet, which is neutral. Too many ways become what they
/// have in common, so that a state can only grow weaker.
struct GuardProblem {
  using State = std::optional<std::vector<Way>>;
  const Unit &U;
  const Function &F;
  size_t MostWays;
  bool (*IsGuardable)(const Place &);

  State boundary() const { return std::vector<Way>(1); }
  State unreached() const { return std::nullopt; }

  bool join(State &Into, const State &From) const {
    if (!From)
      return false;
    if (!Into) {
      Into = From;
      return true;
    }
    bool Changed = false;
    for (const Way &W : *From)
      Changed |= addWay(*Into, W);
    if (Into->size() > MostWays)
      Into = std::vector<Way>{meetOf(*Into)};
    return Changed;
  }

  State transfer(uint32_t B, const State &In) const {
    if (!In)
      return In;
    std::vector<Way> Out;
    for (Way W : *In) {
      for (const Fact &X : F.Blocks[B].Facts)
        if (!W.empty())
          std::erase_if(W, [&](const Guard &G) { return mayChange(U, X, G.Where); });
      addWay(Out, W);
    }
    return Out;
  }

  State along(uint32_t B, const Edge &E, unsigned Successor, const State &Out) const {
    const auto &Facts = F.Blocks[B].Facts;
    if (!Out || Facts.empty() || Facts.back().Kind != FactKind::Branch ||
        E.Kind != EdgeKind::Normal || Successor > 1)
      return Out;
    const Fact &Test = Facts.back();
    const GuardTest *T = guardTestNamed(U.text(Test.Word));
    if (!T || !IsGuardable(Test.From))
      return Out;
    const Guard G{Test.From, *T, Successor == 0, Test.Val};
    std::vector<Way> S;
    for (Way W : *Out) {
      // Nobody takes a way on which a test both holds and does not.
      if (std::ranges::any_of(W, [&](const Guard &Old) { return contradict(Old, G); }))
        continue;
      if (std::ranges::find(W, G) == W.end())
        W.push_back(G);
      addWay(S, W);
    }
    return S.empty() ? unreached() : State(std::move(S));
  }
};
} // namespace

static bool anyBranchOn(const Function &F, bool (*IsGuardable)(const Place &)) {
  return std::ranges::any_of(F.Blocks, [&](const Block &B) {
    return !B.Facts.empty() && B.Facts.back().Kind == FactKind::Branch &&
           IsGuardable(B.Facts.back().From);
  });
}

std::vector<std::vector<Guard>> guardsOnEntry(const Unit &U, const Function &F) {
  std::vector<std::vector<Guard>> Result(F.Blocks.size());
  if (!anyBranchOn(F, isGuardable))
    return Result;
  auto States = solveForward(F, GuardProblem{U, F, 1, isGuardable});
  for (size_t B = 0; B < States.size(); ++B)
    if (States[B])
      Result[B] = std::move(States[B]->front());
  return Result;
}

std::vector<std::vector<Way>> waysOnEntry(const Unit &U, const Function &F) {
  static constexpr size_t MostWays = 6;
  static constexpr auto isWholeParameter = [](const Place &P) {
    return P.Root == RootKind::Param && P.Path.empty();
  };
  std::vector<std::vector<Way>> Result(F.Blocks.size(), std::vector<Way>(1));
  if (!anyBranchOn(F, isWholeParameter))
    return Result;
  auto States = solveForward(F, GuardProblem{U, F, MostWays, isWholeParameter});
  for (size_t B = 0; B < States.size(); ++B)
    Result[B] = States[B] ? std::move(*States[B]) : std::vector<Way>();
  return Result;
}

} // namespace cotidy::flow
