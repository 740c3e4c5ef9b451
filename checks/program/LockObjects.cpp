//===- LockObjects.cpp - the objects that calls are about -----------------===//
// The part of LockBuilder that names, in the terms of a body, what its callees
// speak of: places, arguments of a callable that was given, and the objects
// whose classes tell where virtual calls go. It collects nothing.
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

/// The object that a virtual call is made on; of a local one that a method of
/// another object makes, as its result or through its address, the latter.
Place LockBuilder::chooserOf(const Fact &Call) const {
  Place P = S.Names.normal(F, Call.Recv);
  for (unsigned Depth = 0; Depth < 3 && P.Root == RootKind::Local; ++Depth) {
    const Fact *Maker = nullptr;
    for (const Block &B : Fn.Blocks)
      for (const Fact &X : B.Facts) {
        bool Makes = isCall(X) && X.Recv && !gives(X.Recv, P.Index) &&
                     (X.To == Place{RootKind::Local, P.Index, StrId::Empty, {}} ||
                      std::ranges::any_of(X.Args, [&](const Value &A) { return gives(A, P.Index); }));
        if (Makes && !Maker)
          Maker = &X;
      }
    if (!Maker)
      break;
    P = S.Names.normal(F, Maker->Recv);
  }
  return P;
}

Place LockBuilder::chooserOf(const Here &H, const Invocation &I, const LockEvent &OfCallee,
                             bool Direct) const {
  if (OfCallee.Chooser)
    return atCall(H, I, OfCallee.Chooser, Direct);
  if (I.How == Via::Override && isCall(H.X))
    return chooserOf(H.X);
  Place Lost;
  Lost.Root = RootKind::Unknown;
  return I.How == Via::Stored ? Lost : Place();
}

} // namespace cotidy
