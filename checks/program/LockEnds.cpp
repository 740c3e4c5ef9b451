//===- LockEnds.cpp - what callers find afterwards ------------------------===//
// The part of LockBuilder that tells which locks a body leaves held and which
// released: always, or if it returns true; owned by its result, by an argument,
// by the object that it constructs.
//===----------------------------------------------------------------------===//
#include "program/LockBuilder.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::HeldLock;
using flow::Point;

/// The constant that a block returns, if it is true or false.
static std::optional<bool> returnedBool(const Block &B) {
  for (const Fact &X : B.Facts)
    if (X.Kind == FactKind::Return && X.Val.Kind == ValueKind::Bool)
      return X.Val.Int != 0;
  return std::nullopt;
}

void LockBuilder::leftAtEnd() {
  // Where each lock is held at the end: of returns of true, of false, of others.
  struct Seen {
    LeftHeld What;
    unsigned True = 0, False = 0, Other = 0;
  };
  std::vector<Seen> All;
  unsigned True = 0, False = 0, Other = 0;
  for (uint32_t B = 0; B + 1 < Fn.Blocks.size(); ++B) {
    const Block &Bl = Fn.Blocks[B];
    bool Returns = std::ranges::any_of(Bl.Facts, [](const Fact &X) {
      return X.Kind == FactKind::Return;
    });
    bool ToEnd = std::ranges::any_of(Bl.Successors, [&](const Edge &E) {
      return E.Kind == EdgeKind::Normal && E.To + 1 == Fn.Blocks.size();
    });
    if (Fn.is(FnCoroutine) ? !Returns : !ToEnd)
      continue;
    flow::LockState End = Sets->after(B);
    if (!End.Reached)
      continue;
    std::optional<bool> Result = returnedBool(Bl);
    (Result ? *Result ? True : False : Other)++;
    Place Returned;
    for (const Fact &X : Bl.Facts)
      if (X.Kind == FactKind::Return && Fn.is(FnCoroutine))
        Returned.Root = RootKind::Promise;
      else if (X.Kind == FactKind::Return && X.Val.Kind != ValueKind::Address)
        Returned = S.Names.normal(F, X.Val);
    for (const Place &P : End.Released)
      flow::addOnce(Out.Releases, P);
    for (const HeldLock &H : End.Held) {
      if (H.Callers)
        continue; // as it was before
      LeftHeld L;
      L.Lock = H.Lock;
      L.Owner = H.Owner;
      L.Mode = H.Mode;
      L.Must = H.Must;
      L.Async = H.Async;
      L.Taken = H.Taken;
      if (Returned && H.Owner && flow::isWithin(H.Owner, Returned)) {
        L.InResult = true;
        L.Owner = {};
        L.Owner.Path.assign(H.Owner.Path.begin() + long(Returned.Path.size()), H.Owner.Path.end());
      } else if (H.Owner.Root == RootKind::Local || H.Lock == H.Owner) {
        continue;
      } else if (H.Owner.Root == RootKind::Param && H.Owner.Path.empty() &&
                 Fn.Params[H.Owner.Index].Mode == PassMode::Value) {
        continue;
      } else if (H.Only && Returned == H.Only) {
        L.If = !H.IfZero;
      }
      if (H.Lock.Root == RootKind::Local || (H.Only && !L.If && !H.Owner))
        continue;
      auto It = std::ranges::find_if(All, [&](const Seen &X) {
        return X.What.Lock == L.Lock && X.What.Owner == L.Owner && X.What.InResult == L.InResult;
      });
      if (It == All.end())
        It = All.insert(All.end(), Seen{L});
      It->What.Must &= L.Must;
      (Result ? *Result ? It->True : It->False : It->Other)++;
    }
  }
  FnId Destructor = Fn.is(FnConstructor) && Fn.Class != TypeId::None
                        ? U.type(Fn.Class).Destructor
                        : FnId::None;
  bool IsGuard = Destructor != FnId::None &&
                 std::ranges::any_of(S.of(Destructor).Releases, [](const Place &P) {
                   return P.Root == RootKind::This;
                 });
  if (Destructor != FnId::None)
    OnImport(Destructor);
  for (Seen &X : All) {
    if (True && False && !Other && !X.What.If) {
      if (X.True == True && !X.False)
        X.What.If = true;
      else if (X.False == False && !X.True)
        X.What.If = false;
    }
    if (X.True + X.False + X.Other < True + False + Other && !X.What.If)
      X.What.Must = false;
    if (IsGuard && !X.What.Owner)
      X.What.Owner.Root = RootKind::This;
    Out.AtEnd.push_back(std::move(X.What));
  }
}

LockSummary LockBuilder::run() {
  buildActions();
  std::vector<bool> Doomed = S.Effects.doomed(F);
  Sets->walk([&](Point At, const flow::LockState &State) {
    if (!Doomed[At.Block])
      eventsAt({At, Fn.Blocks[At.Block].Facts[At.Fact], State});
  });
  leftAtEnd();
  return std::move(Out);
}

} // namespace cotidy
