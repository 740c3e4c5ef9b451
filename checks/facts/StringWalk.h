//===- StringWalk.h - every string id of a unit -----------------*- C++ -*-===//
// Visits the string ids of a unit, a type or a function in one fixed order, to
// renumber them. A string id added to Facts.h is added here, or renumbering
// would leave it behind. It visits no other id.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

namespace cotidy::facts {

/// Calls `Visit` with every string id of a unit, in one fixed order.
template <class Visitor> class StringWalk {
public:
  explicit StringWalk(Visitor &Visit) : Visit(Visit) {}

  void walk(Unit &U) {
    for (Type &T : U.Types)
      walk(T);
    for (Function &F : U.Functions)
      walk(F);
  }

  void walk(Type &T) {
    Visit(T.Name);
    Visit(T.Template);
    for (Field &F : T.Fields) {
      Visit(F.Name);
      Visit(F.TypeName);
    }
  }

  void walk(Function &F) {
    Visit(F.Name);
    Visit(F.Qualified);
    Visit(F.Display);
    for (Param &P : F.Params) {
      Visit(P.Name);
      Visit(P.TypeName);
    }
    for (Local &L : F.Locals) {
      Visit(L.Name);
      Visit(L.TypeName);
    }
    for (Block &B : F.Blocks)
      for (Fact &Each : B.Facts)
        walk(Each);
  }

private:
  void walk(Fact &F) {
    walk(F.Recv);
    for (Value &A : F.Args)
      walk(A);
    walk(F.To);
    walk(F.From);
    walk(F.Val);
    Visit(F.Word);
  }

  void walk(Value &V) {
    Visit(V.Text);
    walk(V.Where);
    for (Capture &C : V.Captures) {
      Visit(C.Field);
      walk(C.What);
    }
  }

  void walk(Place &P) {
    Visit(P.Name);
    for (PathStep &S : P.Path)
      Visit(S.Name);
  }

  Visitor &Visit;
};

} // namespace cotidy::facts
