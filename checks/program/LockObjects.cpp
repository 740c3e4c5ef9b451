//===- LockObjects.cpp - the objects that calls are about -----------------===//
// The part of LockBuilder that names, in the terms of a body, what its callees
// speak of: places, arguments of a callable that was given, and what made the
// objects that locks are in. It collects nothing.
//===----------------------------------------------------------------------===//
#include "program/LockBuilder.h"

#include "facts/Words.h"

namespace cotidy {

using namespace facts;

/// A place of a callee; of a callable that the callee was given, what it passes.
Place LockBuilder::atCall(const Here &H, const Invocation &I, const Place &P, bool Direct) const {
  bool Passed = !Direct && P.Root == RootKind::Param && P.Index < H.Passed.size();
  if (Passed && H.Passed[P.Index])
    return S.Names.within(F, H.Passed[P.Index], P.Path);
  return S.Names.atCall(F, H.X, I, P, Direct);
}

/// The arguments of a call through a place, in the order of the callable's own.
std::vector<Place> LockBuilder::passedTo(const Fact &Call) const {
  std::vector<Place> Out;
  bool Operator = Call.Callee != FnId::None &&
                  lastComponent(U.text(U.fn(Call.Callee).Qualified)) == "operator()";
  if (isCall(Call) && (Call.Callee == FnId::None || Operator))
    for (const Value &A : Call.Args)
      Out.push_back(S.Names.normal(F, A));
  return Out;
}

static bool gives(const Value &V, uint32_t Local) {
  return V.Kind == ValueKind::Address && V.Where.Root == RootKind::Local &&
         V.Where.Index == Local && V.Where.Path.empty();
}

static bool makes(const Fact &X, uint32_t Local) {
  return isCall(X) && X.Recv && !gives(X.Recv, Local) &&
         (X.To == Place{RootKind::Local, Local, StrId::Empty, {}} ||
          std::ranges::any_of(X.Args, [&](const Value &A) { return gives(A, Local); }));
}

/// Of what a local pointer refers to the object that has made it: by a method
/// that returns it, or is given the pointer's address. In a smart pointer's own
/// methods it is what the pointer holds. Else the place itself.
Place LockBuilder::makerOf(Place P) const {
  if (P.Root == RootKind::Local && holdsOne(U, Fn.Class))
    return {RootKind::This, 0, StrId::Empty, {}};
  for (unsigned Depth = 0; Depth < 3 && P.Root == RootKind::Local; ++Depth) {
    const Fact *Maker = nullptr;
    if (refersByName(U.text(Fn.Locals[P.Index].TypeName)))
      for (const Block &B : Fn.Blocks)
        for (const Fact &X : B.Facts)
          if (!Maker && makes(X, P.Index))
            Maker = &X;
    if (!Maker)
      break;
    P = S.Names.normal(F, Maker->Recv);
  }
  return P;
}

/// What made the object that an event's lock is in, where callers cannot name it
/// but through that. Only a member that is near can be what its owner decorates.
Place LockBuilder::makerFor(const LockEvent &E) const {
  static constexpr size_t MaxPath = 3;
  Place P = E.Maker;
  if (!P && E.Lock.Root == RootKind::Local)
    P = E.Lock;
  P = makerOf(std::move(P));
  bool Near = (P.Root == RootKind::This || P.Root == RootKind::Param) && P.Path.size() <= MaxPath;
  return Near ? P : Place{RootKind::Unknown, 0, StrId::Empty, {}};
}

} // namespace cotidy
