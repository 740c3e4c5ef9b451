#include "program/PathTypes.h"

#include "facts/Words.h"
#include "program/LockBuilder.h"
#include "program/Lowering.h"

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

/// `this->f()`, `delete this`.
static bool runsOnItself(const Unit &U, const Function &In, const Fact &X) {
  auto isThis = [](const Place &P) { return P.Root == RootKind::This && P.Path.empty(); };
  if (In.is(FnLambda))
    return false;
  if (X.Kind == FactKind::Destroy)
    return U.text(X.Word) == "delete" && isThis(X.From);
  return isThis(X.Recv.Where);
}

/// The class of the object that the fact runs a method of, as declared there.
static TypeId objectClass(const Unit &U, const Function &In, const Fact &X) {
  if (X.Callee == FnId::None)
    return TypeId::None;
  TypeId Of = runsOnItself(U, In, X)             ? In.Class
              : X.Kind == FactKind::Destroy      ? typeOf(U, In, X.From)
                                                 : typeOf(U, In, X.Recv);
  TypeId Method = U.fn(X.Callee).Class;
  return Method != TypeId::None && derivesFrom(U, Of, Method) ? Of : TypeId::None;
}

std::optional<TypeId> narrowed(const Unit &U, const Function &In, const Fact &X,
                               const Invocation &I, TypeId OnlyOf) {
  TypeId Overrider = I.How == Via::Override ? U.fn(I.Fn).Class : TypeId::None;
  if (Overrider == TypeId::None && OnlyOf == TypeId::None)
    return TypeId::None;
  auto excludes = [&](TypeId A, TypeId B) {
    return A != TypeId::None && B != TypeId::None && !derivesFrom(U, A, B) && !derivesFrom(U, B, A);
  };
  TypeId Object = objectClass(U, In, X);
  if (excludes(Overrider, OnlyOf) || excludes(Overrider, Object) || excludes(OnlyOf, Object))
    return std::nullopt;
  if (!runsOnItself(U, In, X) || Overrider == In.Class)
    return runsOnItself(U, In, X) ? OnlyOf : TypeId::None;
  return OnlyOf == TypeId::None || derivesFrom(U, Overrider, OnlyOf) ? Overrider : OnlyOf;
}

/// What a smart pointer, whose method this is, points to.
static TypeId pointedToBy(const Unit &U, const Function &Method) {
  if (Method.Class == TypeId::None || U.type(Method.Class).Arguments.empty())
    return TypeId::None;
  llvm::StringRef Name = lastComponent(U.text(U.type(Method.Class).Template));
  return Name.ends_with_insensitive("ptr") ? U.type(Method.Class).Arguments[0] : TypeId::None;
}

/// `out->reset(made)`, `*out = made` of a holder that the function was given.
static bool fillsParameter(const Unit &U, const Function &In, const Fact &X) {
  if (!isCall(X) || X.Callee == FnId::None || X.Recv.Where.Root != RootKind::Param || X.Args.empty() ||
      X.Args[0].Kind == ValueKind::Null || X.Args[0].Kind == ValueKind::Default)
    return false;
  std::string_view Name = lastComponent(U.text(U.fn(X.Callee).Qualified));
  return (Name == "reset" || Name == "operator=") && holdsOne(U, typeOf(U, In, X.Recv));
}

bool fillsResult(const Unit &U, const Step &Path) {
  for (const Step *S = &Path; S; S = S->Next) {
    const Function &In = U.fn(S->In);
    for (const Block &B : In.Blocks)
      for (const Fact &X : B.Facts)
        if (X.At == S->At && X.Callee == S->Callee && fillsParameter(U, In, X))
          return true;
  }
  return false;
}

bool comesBack(FnId In, const Step &Path) {
  for (const Step *S = Path.Next; S; S = S->Next)
    if (S->In == In)
      return true;
  return false;
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
