//===- Strings.cpp - the order of a unit's strings ------------------------===//
// Renumbers a unit's strings in the order in which a walk over its tables meets
// them. Two units that say the same are equal afterwards, whatever order their
// producers interned strings in. It changes no other id.
//===----------------------------------------------------------------------===//
#include "facts/Facts.h"

namespace cotidy::facts {

namespace {
/// Calls `Visit` with every string id of a unit, in one fixed order.
template <class Visitor> class StringWalk {
public:
  explicit StringWalk(Visitor &Visit) : Visit(Visit) {}

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
} // namespace

void renumberStrings(Unit &U) {
  std::vector<std::string> Old = std::move(U.Strings);
  U.Strings.assign(1, std::string());
  StringTable Table(U);
  constexpr StrId NotMet{~0u};
  std::vector<StrId> New(Old.size(), NotMet);
  auto Renumber = [&](StrId &Id) {
    if (raw(Id) >= Old.size())
      return; // for findFault to name
    StrId &Known = New[raw(Id)];
    if (Known == NotMet)
      Known = Table.intern(Old[raw(Id)]);
    Id = Known;
  };
  StringWalk Walk(Renumber);
  for (Type &T : U.Types)
    Walk.walk(T);
  for (Function &F : U.Functions)
    Walk.walk(F);
}

} // namespace cotidy::facts
