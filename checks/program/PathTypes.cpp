#include "program/PathTypes.h"

#include "facts/Words.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

bool derivesFrom(const Unit &U, TypeId Class, TypeId Base, unsigned Depth) {
  if (Class == Base)
    return true;
  return Depth > 0 && Class != TypeId::None &&
         std::ranges::any_of(U.type(Class).Bases, [&](TypeId B) {
           return derivesFrom(U, B, Base, Depth - 1);
         });
}

/// What a smart pointer, whose method this is, points to.
static TypeId pointedToBy(const Unit &U, const Function &Method) {
  if (Method.Class == TypeId::None || U.type(Method.Class).Arguments.empty())
    return TypeId::None;
  llvm::StringRef Name = lastComponent(U.text(U.type(Method.Class).Template));
  return Name.ends_with_insensitive("ptr") ? U.type(Method.Class).Arguments[0] : TypeId::None;
}

bool endsAnotherClass(const Unit &U, const Step &Path) {
  auto related = [&](TypeId A, TypeId B) {
    return derivesFrom(U, A, B) || derivesFrom(U, B, A);
  };
  TypeId Kept = TypeId::None;
  for (const Step *S = &Path; S && S->Next; S = S->Next) {
    const Function &In = U.fn(S->In), &Callee = U.fn(S->Next->In);
    if (TypeId Object = pointedToBy(U, In); Object != TypeId::None)
      Kept = Object;
    else if (In.Class != TypeId::None && !derivesFrom(U, Kept, In.Class))
      Kept = TypeId::None; // something else's doing
    bool Ends = Callee.is(FnDestructor) && Callee.Class != TypeId::None &&
                pointedToBy(U, Callee) == TypeId::None;
    if (!Ends)
      continue;
    if (Kept != TypeId::None && S->How == Via::Override && !related(Callee.Class, Kept))
      return true;
    Kept = TypeId::None;
  }
  return false;
}

} // namespace cotidy
