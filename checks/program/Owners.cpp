#include "program/Owners.h"

#include "program/Lowering.h"
#include "program/PathTypes.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static std::string_view lastPart(std::string_view Name) {
  size_t At = Name.rfind("::");
  return At == Name.npos ? Name : Name.substr(At + 2);
}

/// One element of many goes; 'clear' and 'reset' are what a shutdown does.
static bool letsGo(std::string_view Qualified) {
  if (!Qualified.starts_with("std::") && !Qualified.starts_with("boost::") &&
      !Qualified.starts_with("absl::"))
    return false;
  return llvm::StringSwitch<bool>(lastPart(Qualified))
      .Cases({"erase", "extract", "pop", "pop_back", "pop_front"}, true)
      .Default(false);
}

Owners::Owners(const Program::Impl &P, const RefTypes &Types) : U(P.U), Types(Types) {
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    if (!F.is(FnUser) || F.is(FnDestructor))
      continue;
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts) {
        if (X.Kind != FactKind::Call || X.Callee == FnId::None || !X.Recv.Where ||
            !letsGo(U.text(U.fn(X.Callee).Qualified)))
          continue;
        noteErased(typeOf(U, F, X.Recv.Where), X.At, FnId(I), 4);
        for (const PathStep &S : X.Recv.Where.Path)
          if (S.Kind == StepKind::Field)
            ErasedFields.try_emplace(S.Name, Evidence{false, X.At, FnId(I)});
      }
  }
}

void Owners::noteErased(TypeId Owner, Spot At, FnId In, unsigned Depth) {
  if (Owner == TypeId::None || Depth == 0)
    return;
  const Type &T = U.type(Owner);
  if (T.is(TyUser))
    Erased.try_emplace(Owner, Evidence{false, At, In});
  else if (Types.ownsWhatItHolds(Owner) || Types.isSharedOwner(Owner))
    for (TypeId A : T.Arguments)
      noteErased(A, At, In, Depth - 1);
}

bool Owners::derivesFrom(TypeId D, TypeId B, unsigned Depth) const {
  return cotidy::derivesFrom(U, D, B, Depth);
}

bool Owners::related(TypeId A, TypeId B) const { return derivesFrom(A, B) || derivesFrom(B, A); }

bool Owners::isStrong(TypeId T, TypeId Class) const {
  return Types.isSharedOwner(T) &&
         std::ranges::any_of(U.type(T).Arguments, [&](TypeId A) { return related(A, Class); });
}

bool Owners::isWeak(TypeId T, TypeId Class) const {
  return Types.isWeakOwner(T) &&
         std::ranges::any_of(U.type(T).Arguments, [&](TypeId A) { return related(A, Class); });
}

bool Owners::sharesItself(TypeId T, unsigned Depth) const {
  std::string_view Name = lastPart(U.text(U.type(T).Template));
  if (Name == "enable_shared_from_this" || Name == "enable_lw_shared_from_this" ||
      Name == "enable_weak_from_this")
    return true;
  return Depth > 0 && std::ranges::any_of(U.type(T).Bases, [&](TypeId B) {
           return sharesItself(B, Depth - 1);
         });
}

Owners::Evidence Owners::mayDie(TypeId Class) const {
  if (Class == TypeId::None)
    return {};
  if (sharesItself(Class))
    return {true, {}, FnId::None};
  auto It = Erased.find(Class);
  return It == Erased.end() ? Evidence() : It->second;
}

Owners::Evidence Owners::isErasedFrom(StrId Field) const {
  auto It = ErasedFields.find(Field);
  return It == ErasedFields.end() ? Evidence() : It->second;
}

} // namespace cotidy
