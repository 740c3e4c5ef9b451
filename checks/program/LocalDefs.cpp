#include "program/LocalDefs.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static bool isWhole(const Place &P) {
  return std::ranges::none_of(P.Path,
                              [](const PathStep &S) { return S.Kind == StepKind::Field; });
}

Value objectOf(const Fact &Call) {
  Value V = Call.Recv;
  if (!V && Call.To) {
    V.Kind = ValueKind::Address;
    V.Where = Call.To;
  }
  return V;
}

Place resultOf(const Unit &U, const Fact &Call) {
  if (Call.To)
    return Call.To;
  if (Call.Kind == FactKind::Call && Call.Callee != FnId::None &&
      U.fn(Call.Callee).is(FnConstructor) && Call.Recv.Kind == ValueKind::Address)
    return Call.Recv.Where;
  return {};
}

/// A copy or move constructor's call stands before the fact that says what is
/// copied or moved; only the latter is the definition.
static bool saidByNext(const Block &B, size_t I, const Place &To) {
  if (B.Facts[I].Kind != FactKind::Call || I + 1 == B.Facts.size())
    return false;
  const Fact &Next = B.Facts[I + 1];
  return Next.To == To && (Next.Kind == FactKind::Move || Next.Kind == FactKind::Copy ||
                           Next.Kind == FactKind::Store);
}

LocalDefs::LocalDefs(const Unit &U, const Function &F)
    : ByLocal(F.Locals.size()), Parts(F.Locals.size()) {
  for (const Block &B : F.Blocks)
    for (size_t I = 0; I < B.Facts.size(); ++I) {
      const Fact &X = B.Facts[I];
      Place To = resultOf(U, X);
      if (To.Root != RootKind::Local || To.Index >= ByLocal.size())
        continue;
      if (!isWhole(To))
        Parts[To.Index].push_back(&X);
      else if (X.Kind != FactKind::CreateTask && !saidByNext(B, I, To))
        ByLocal[To.Index].push_back(&X);
    }
}

bool isConstant(const Value &V) {
  switch (V.Kind) {
  case ValueKind::Integer:
  case ValueKind::Bool:
  case ValueKind::Null:
  case ValueKind::String:
  case ValueKind::Enumerator:
  case ValueKind::Default:
    return true;
  default:
    return false;
  }
}

static bool readsLocal(const Value &V) {
  return (V.Kind == ValueKind::Read || V.Kind == ValueKind::Moved ||
          V.Kind == ValueKind::Address) &&
         V.Where.Root == RootKind::Local && V.Where.Path.empty();
}

static Value readOf(const Place &P) {
  Value V;
  V.Kind = ValueKind::Read;
  V.Where = P;
  return V;
}

/// What the only definition of a local says it is; an absent value if it is
/// not of a kind that passes a value on.
static Value passedOn(const Unit &U, const Fact &Def) {
  switch (Def.Kind) {
  case FactKind::Store:
    return Def.Val;
  case FactKind::Move:
  case FactKind::Copy:
    return readOf(Def.From);
  case FactKind::Call: {
    if (Def.Callee == FnId::None || !U.fn(Def.Callee).is(FnConstructor))
      return {};
    if (Def.Args.size() == 1)
      return Def.Args[0];
    Value V;
    if (Def.Args.empty())
      V.Kind = ValueKind::Default;
    return V;
  }
  default:
    return {};
  }
}

/// A structure filled field by field: zero if all fields are, else some
/// number that is not zero.
static std::optional<Value> fromParts(const std::vector<const Fact *> &Parts) {
  if (Parts.empty())
    return std::nullopt;
  Value V;
  V.Kind = ValueKind::Integer;
  for (const Fact *X : Parts) {
    if (X->Kind != FactKind::Store || !isConstant(X->Val) ||
        X->Val.Kind == ValueKind::String)
      return std::nullopt;
    if (X->Val.Int != 0)
      V.Int = 1;
  }
  return V;
}

static std::optional<Value> constantAt(const Unit &U, const Value &V,
                                       const LocalDefs &Defs, unsigned Depth) {
  if (isConstant(V))
    return V;
  if (!readsLocal(V) || Depth == 0 || V.Where.Index >= Defs.size())
    return std::nullopt;
  const auto &All = Defs.of(V.Where.Index);
  if (All.empty())
    return fromParts(Defs.partsOf(V.Where.Index));
  if (All.size() != 1 || !Defs.partsOf(V.Where.Index).empty())
    return std::nullopt;
  return constantAt(U, passedOn(U, *All[0]), Defs, Depth - 1);
}

std::optional<Value> constantOf(const Unit &U, const Value &V, const LocalDefs &Defs) {
  return constantAt(U, V, Defs, 6);
}

std::optional<uint32_t> parameterOf(const Value &V, const LocalDefs &Defs) {
  Value Now = V;
  for (unsigned Depth = 0; Depth < 4; ++Depth) {
    bool Reads = Now.Kind == ValueKind::Read || Now.Kind == ValueKind::Moved ||
                 Now.Kind == ValueKind::Address;
    if (!Reads || !Now.Where.Path.empty())
      return std::nullopt;
    if (Now.Where.Root == RootKind::Param)
      return Now.Where.Index;
    if (Now.Where.Root != RootKind::Local || Now.Where.Index >= Defs.size())
      return std::nullopt;
    const auto &All = Defs.of(Now.Where.Index);
    if (All.size() != 1)
      return std::nullopt;
    const Fact &Def = *All[0];
    if (Def.Kind == FactKind::Store)
      Now = Def.Val;
    else if (Def.Kind == FactKind::Move || Def.Kind == FactKind::Copy ||
             Def.Kind == FactKind::Borrow)
      Now = readOf(Def.From);
    else
      return std::nullopt;
  }
  return std::nullopt;
}

} // namespace cotidy
