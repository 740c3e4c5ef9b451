//===- LockOuts.cpp - locks that are handed out through parameters --------===//
// The part of LockNames that tells what a local pointer to a lock refers to
// once a function was given its address: what the function stores there. Of
// locks alone: other objects are many, and would all have the one name.
//===----------------------------------------------------------------------===//
#include "program/LockNames.h"

namespace cotidy {

using namespace facts;

namespace {
/// One place that all ways lead to, if they do.
class OnePlace {
public:
  void add(const Place &P) {
    Several |= !P || (Only && *Only != P);
    Only = P;
  }
  std::optional<Place> get() const { return Several ? std::nullopt : Only; }

private:
  std::optional<Place> Only;
  bool Several = false;
};
} // namespace

static bool isFixed(const Place &P) {
  return P.Root == RootKind::This || P.Root == RootKind::Param || P.Root == RootKind::Global;
}

/// `*p` of a pointer that was given, `p` of a reference.
static bool isTarget(const Function &F, const Place &To, uint32_t Param) {
  if (To.Root != RootKind::Param || To.Index != Param || To.Path.size() > 1)
    return false;
  return To.Path.empty() ? F.Params[Param].Mode == PassMode::Reference
                         : To.Path[0].Kind == StepKind::Pointee;
}

/// What the callee stores through the argument that is this pointer.
std::optional<Place> LockNames::givenThrough(FnId In, const Fact &Call,
                                             const Place &Pointer) const {
  bool Calls = Call.Kind == FactKind::Call && Call.Callee != FnId::None;
  if (!Calls || !U.fn(Call.Callee).is(FnUser))
    return std::nullopt;
  for (uint32_t I = 0; I < Call.Args.size() && I < U.fn(Call.Callee).Params.size(); ++I)
    if (Call.Args[I].Where == Pointer)
      if (std::optional<Place> P = storedThrough(Call.Callee, I))
        return atCall(In, Call, {Call.Callee, Call.Recv ? &Call.Recv : nullptr}, *P, true);
  return std::nullopt;
}

std::optional<Place> LockNames::storedThrough(FnId F, uint32_t Param) const {
  auto [It, New] = Stored.try_emplace({F, Param}); // nothing ends recursion
  const Function &Fn = U.fn(F);
  if (!New || Fn.Body != BodyState::Here)
    return It->second;
  OnePlace Found;
  Place Pointer;
  Pointer.Root = RootKind::Param;
  Pointer.Index = Param;
  for (const Block &B : Fn.Blocks)
    for (const Fact &X : B.Facts) {
      if (std::optional<Place> P = givenThrough(F, X, Pointer))
        Found.add(*P);
      if (!isTarget(Fn, X.To, Param) || X.Val.Kind == ValueKind::Null)
        continue;
      Place P = X.From ? normal(F, X.From) : normal(F, X.Val);
      Found.add(isFixed(P) ? P : Place());
    }
  return Stored[{F, Param}] = Found.get();
}

std::optional<Place> LockNames::handedOut(FnId In, uint32_t Local) const {
  const Function &F = U.fn(In);
  if (!isLock(F.Locals[Local].Type))
    return std::nullopt;
  OnePlace Found;
  Place Pointer;
  Pointer.Root = RootKind::Local;
  Pointer.Index = Local;
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts)
      if (std::optional<Place> P = givenThrough(In, X, Pointer))
        Found.add(*P);
  return Found.get();
}

} // namespace cotidy
