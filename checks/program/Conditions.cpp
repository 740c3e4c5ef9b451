#include "program/Conditions.h"

#include <algorithm>
#include <tuple>

namespace cotidy {

using namespace facts;
using flow::GuardTest;

static auto key(const ParamGuard &G) {
  return std::tuple(G.Param, G.Captures, G.Test, G.Holds, G.With.Kind, G.With.Int,
                    raw(G.With.Text));
}

bool before(const ParamGuard &A, const ParamGuard &B) { return key(A) < key(B); }

static constexpr size_t MaxCaptures = 4;

std::optional<ParamGuard> guardOn(const Place &P, const Function &In, GuardTest Test,
                                  bool Holds, std::vector<StrId> Captures) {
  if (P.Root == RootKind::Param && P.Path.empty())
    return ParamGuard{P.Index, Test, Holds, {}, std::move(Captures)};
  bool Captured = P.Root == RootKind::This && In.is(FnLambda) && P.Path.size() == 1 &&
                  P.Path[0].Kind == StepKind::Field && Captures.size() < MaxCaptures;
  if (!Captured)
    return std::nullopt;
  Captures.insert(Captures.begin(), P.Path[0].Name);
  return ParamGuard{ParamGuard::OwnClosure, Test, Holds, {}, std::move(Captures)};
}

/// The one closure that a local is given, or null.
static const Value *closureIn(const Place &P, const LocalDefs &Defs) {
  if (P.Root != RootKind::Local || !P.Path.empty() || P.Index >= Defs.size() ||
      Defs.of(P.Index).size() != 1)
    return nullptr;
  const Fact *Def = Defs.of(P.Index).front();
  return Def->Kind == FactKind::Store && Def->Val.Kind == ValueKind::Closure ? &Def->Val : nullptr;
}

Value followed(const Value &Closure, std::vector<StrId> &Captures, const LocalDefs &Defs) {
  const Value *V = &Closure;
  while (!Captures.empty()) {
    if (const Value *C = closureIn(V->Where, Defs))
      V = C;
    auto It = std::ranges::find(V->Captures, Captures.front(), &Capture::Field);
    if (It == V->Captures.end())
      break;
    V = &It->What;
    Captures.erase(Captures.begin());
  }
  return *V;
}

bool contradict(const ParamGuard &A, const ParamGuard &B) {
  if (A.Captures != B.Captures)
    return false;
  auto wide = [](const ParamGuard &G) {
    flow::Guard W;
    W.Where.Root = RootKind::Param;
    W.Where.Index = G.Param;
    W.Test = G.Test;
    W.Holds = G.Holds;
    W.With = G.With;
    return W;
  };
  return flow::contradict(wide(A), wide(B));
}

Value actualOf(const Fact &Call, const model::Actual &A) {
  switch (A.Kind) {
  case model::Actual::Argument:
    return A.Number < Call.Args.size() ? Call.Args[A.Number] : Value();
  case model::Actual::Last:
    return Call.Args.empty() ? Value() : Call.Args.back();
  case model::Actual::Receiver:
    return objectOf(Call);
  case model::Actual::Result: {
    Value V;
    if (Call.To) {
      V.Kind = ValueKind::Read;
      V.Where = Call.To;
    }
    return V;
  }
  case model::Actual::AnyCallable:
    return {};
  }
  return {};
}

/// Numbers of constants; a default-constructed object counts as zero.
static std::optional<int64_t> numberOf(const Value &V) {
  switch (V.Kind) {
  case ValueKind::Integer:
  case ValueKind::Bool:
  case ValueKind::Enumerator:
    return V.Int;
  case ValueKind::Null:
  case ValueKind::Default:
    return 0;
  default:
    return std::nullopt;
  }
}

static bool isObject(const Value &V) {
  return V.Kind == ValueKind::Address || V.Kind == ValueKind::Closure ||
         V.Kind == ValueKind::Function || V.Kind == ValueKind::String;
}

/// Nullopt: the constant does not decide the test.
static std::optional<bool> holds(GuardTest T, const Value &V, const Value &With) {
  std::optional<int64_t> N = numberOf(V), W = numberOf(With);
  switch (T) {
  case GuardTest::Null:
    if (isObject(V))
      return false;
    return N ? std::optional(*N == 0) : std::nullopt;
  case GuardTest::Zero:
    if (V.Kind == ValueKind::String)
      return false;
    return N ? std::optional(*N == 0) : std::nullopt;
  case GuardTest::Bool:
    return N ? std::optional(*N != 0) : std::nullopt;
  case GuardTest::Owns:
    if (V.Kind == ValueKind::Null || V.Kind == ValueKind::Default)
      return false;
    return std::nullopt;
  case GuardTest::Empty:
    if (V.Kind == ValueKind::Default)
      return true;
    return std::nullopt;
  case GuardTest::Equals:
    if (V.Kind == ValueKind::String && With.Kind == ValueKind::String)
      return V.Text == With.Text;
    return N && W ? std::optional(*N == *W) : std::nullopt;
  case GuardTest::Less:
    return N && W ? std::optional(*N < *W) : std::nullopt;
  case GuardTest::LessEqual:
    return N && W ? std::optional(*N <= *W) : std::nullopt;
  case GuardTest::Flag:
    return N && W ? std::optional((*N & *W) == *W) : std::nullopt;
  case GuardTest::Ready:
    return std::nullopt;
  }
  return std::nullopt;
}

/// Whether an optional or smart pointer that was made for this call holds
/// something: by the constructor that made it.
static std::optional<bool> madeOwning(const Unit &U, const Value &Actual,
                                      const LocalDefs &Defs) {
  if (Actual.Where.Root != RootKind::Local || !Actual.Where.Path.empty() ||
      Actual.Where.Index >= Defs.size() || Defs.of(Actual.Where.Index).size() != 1)
    return std::nullopt;
  const Fact &Made = *Defs.of(Actual.Where.Index).front();
  if (Made.Kind != FactKind::Call || Made.Callee == FnId::None ||
      !U.text(U.fn(Made.Callee).Qualified).ends_with("::optional::optional"))
    return std::nullopt;
  const Function &Constructor = U.fn(Made.Callee);
  if (Made.Args.empty() || Constructor.Params.empty())
    return false;
  std::string_view First = U.text(Constructor.Params[0].TypeName);
  if (First.find("nullopt_t") != First.npos)
    return false;
  // From another optional: whatever that one holds.
  if (First.find("optional<") != First.npos)
    return std::nullopt;
  return true;
}

Decision decide(const Unit &U, const ParamGuard &G, const Value &Actual,
                const LocalDefs &Defs) {
  if (G.Test == GuardTest::Owns)
    if (std::optional<bool> Owns = madeOwning(U, Actual, Defs))
      return {*Owns == G.Holds ? Answer::Yes : Answer::No, {}};
  // The address of a local says that it is not null, and its content may
  // still decide any other test (a duration passed by reference).
  if (G.Test == GuardTest::Null && isObject(Actual))
    return {G.Holds ? Answer::No : Answer::Yes, {}};
  if (std::optional<Value> C = constantOf(U, Actual, Defs)) {
    std::optional<bool> H = holds(G.Test, *C, G.With);
    if (!H)
      return {};
    return {*H == G.Holds ? Answer::Yes : Answer::No, {}};
  }
  if (std::optional<uint32_t> P = parameterOf(Actual, Defs)) {
    ParamGuard Mine = G;
    Mine.Param = *P;
    return {Answer::Depends, Mine};
  }
  return {};
}

static bool isNamed(const Unit &U, const Value &V, llvm::StringRef Name) {
  if (V.Kind == ValueKind::Enumerator)
    return U.text(V.Text) == std::string_view(Name);
  return V.Where.Root == RootKind::Global && U.text(V.Where.Name) == std::string_view(Name);
}

Decision decide(const Unit &U, const Fact &Call, const model::Condition &C,
                const LocalDefs &Defs) {
  Value Actual = actualOf(Call, C.What);
  if (C.Is == model::Condition::Absent)
    return {Actual ? Answer::No : Answer::Yes, {}};
  if (!Actual)
    return {Answer::No, {}};
  if (C.Is == model::Condition::Named)
    return {isNamed(U, Actual, C.Name) ? Answer::Yes : Answer::No, {}};
  if (C.Is == model::Condition::PointsToZero && Actual.Kind == ValueKind::Null)
    return {Answer::No, {}};
  ParamGuard G;
  switch (C.Is) {
  case model::Condition::Equals:
  case model::Condition::NotEquals:
  case model::Condition::Flag:
    G.Test = C.Is == model::Condition::Flag ? GuardTest::Flag : GuardTest::Equals;
    G.Holds = C.Is != model::Condition::NotEquals;
    G.With.Kind = ValueKind::Integer;
    G.With.Int = C.Number;
    break;
  case model::Condition::Null:
    G.Test = GuardTest::Null;
    break;
  case model::Condition::Zero:
  case model::Condition::PointsToZero:
    G.Test = GuardTest::Zero;
    break;
  default:
    break;
  }
  Decision D = decide(U, G, Actual, Defs);
  if (D.Is == Answer::Unknown && C.Is == model::Condition::NotEquals)
    D.Is = Answer::Yes;
  return D;
}

} // namespace cotidy
