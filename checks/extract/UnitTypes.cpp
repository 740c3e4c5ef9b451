//===- UnitTypes.cpp - what is known of class types -----------------------===//
// Describes class types by their parts: tasks, awaiters, locks, callables,
// bases, fields. Nothing here reads a function's body but to learn what a
// type is (does its destructor destroy a frame, is its await_ready constant).
//===----------------------------------------------------------------------===//
#include "extract/Coroutines.h"
#include "extract/UnitBuilder.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

using facts::TypeId;

TypeId UnitBuilder::type(const CXXRecordDecl *R) {
  const CXXRecordDecl *Key = R->getCanonicalDecl();
  auto [It, New] = Types.try_emplace(Key, TypeId(U.Types.size()));
  TypeId Id = It->second;
  if (!New)
    return Id;
  U.Types.emplace_back();
  // The parts that bodies are read by must be known at once; the rest can
  // wait, so that recursive types end.
  facts::Type &Early = U.Types.back();
  std::string Name = N.type(R);
  Early.Name = str(Name);
  Early.Template = str(R->isLambda() ? "lambda" : Names::qualified(R));
  if (R->isDependentContext())
    return Id;
  const model::TypeModel *M = O.Models->type(Names::qualified(R));
  if (const CXXRecordDecl *P = promiseOf(R); P || (M && !M->Task.empty())) {
    facts::Type &T = U.Types[raw(Id)];
    T.Flags |= facts::TyHasPromise;
    if (P)
      T.TaskStart = startOf(P);
    if (M && M->Task == "lazy")
      T.TaskStart = facts::Start::Lazy;
    else if (M && M->Task == "eager")
      T.TaskStart = facts::Start::Eager;
    else if (M && M->Task == "none")
      T.Flags &= ~facts::TyHasPromise;
  }
  Undescribed.emplace_back(Id, R);
  return Id;
}

TypeId UnitBuilder::type(QualType T) {
  if (T.isNull())
    return TypeId::None;
  while (true) {
    T = T.getNonReferenceType();
    if (const auto *A = Ctx.getAsArrayType(T))
      T = A->getElementType();
    else if (!T->getPointeeType().isNull())
      T = T->getPointeeType();
    else
      break;
  }
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && !R->isDependentContext() ? type(R) : TypeId::None;
}

void UnitBuilder::markConstructed(const CXXRecordDecl *R) {
  if (!R->isDependentContext())
    U.Types[raw(type(R))].Flags |= facts::TyConstructed;
}

static uint32_t lockFlags(const CXXRecordDecl *R, const model::TypeModel *M) {
  uint32_t Flags = 0;
  if (findMethod(R, "lock") && findMethod(R, "unlock"))
    Flags |= facts::TyLock;
  if (findMethod(R, "lock_shared") && findMethod(R, "unlock_shared"))
    Flags |= facts::TyLock | facts::TySharedLock;
  if (M && !M->Lock.empty())
    Flags |= facts::TyLock | flagIf(M->Lock == "shared" || M->Lock == "recursive-read", facts::TySharedLock) |
             flagIf(M->Lock == "recursive", facts::TyRecursiveLock);
  if (R->hasAttr<CapabilityAttr>())
    Flags |= facts::TyLock;
  if ((M && M->Guard) || R->hasAttr<ScopedLockableAttr>())
    Flags = (Flags & ~facts::TyLock) | facts::TyGuard;
  return Flags;
}

/// A view, iterator or reference wrapper: nothing to destroy, and a pointer or
/// reference to what belongs to others.
static bool refersToOthers(const CXXRecordDecl *R, unsigned Depth = 0) {
  R = R ? R->getDefinition() : nullptr;
  if (!R || Depth > 4 || R->isLambda() || R->hasNonTrivialDestructor() ||
      (R->getIdentifier() && R->getName() == "coroutine_handle"))
    return false;
  for (const FieldDecl *F : R->fields()) {
    QualType T = F->getType();
    if (T->isReferenceType() || (T->isPointerType() && !T->isFunctionPointerType()) ||
        refersToOthers(T->getAsCXXRecordDecl(), Depth + 1))
      return true;
  }
  return llvm::any_of(R->bases(), [&](const CXXBaseSpecifier &B) {
    return refersToOthers(B.getType()->getAsCXXRecordDecl(), Depth + 1);
  });
}

static uint32_t classFlags(const CXXRecordDecl *R) {
  uint32_t Flags = 0;
  bool Copyable = R->hasSimpleCopyConstructor();
  for (const CXXConstructorDecl *C : R->ctors())
    Copyable |= C->isCopyConstructor() && !C->isDeleted();
  if (R->needsImplicitCopyConstructor() && !R->defaultedCopyConstructorIsDeleted() &&
      !R->hasUserDeclaredMoveOperation())
    Copyable = true;
  if (Copyable)
    Flags |= facts::TyCopyable;
  if (isAwaitable(R))
    Flags |= facts::TyAwaitable;
  if (isAwaiter(R))
    Flags |= facts::TyAwaiter;
  if (R->hasNonTrivialDestructor())
    Flags |= facts::TyDtorWork;
  if (R->isLambda())
    Flags |= facts::TyLambda;
  if (R->isPolymorphic())
    Flags |= facts::TyPolymorphic;
  if (refersToOthers(R))
    Flags |= facts::TyRefers;
  if (R->hasAttr<WarnUnusedResultAttr>())
    Flags |= facts::TyNodiscard;
  if (R->isEffectivelyFinal())
    Flags |= facts::TyFinal;
  if (!R->isExternallyVisible() || R->isLocalClass())
    Flags |= facts::TyInternal;
  return Flags;
}

void UnitBuilder::describe(TypeId Id, const CXXRecordDecl *R) {
  const CXXRecordDecl *Written = R;
  if (const CXXRecordDecl *P = R->getTemplateInstantiationPattern())
    Written = P;
  facts::Type Out = U.Types[raw(Id)];
  Out.At = Files.spot(Written->getLocation());
  bool IsUser = Files.isUser(Written->getLocation());
  if (IsUser)
    Out.Flags |= facts::TyUser;
  if (const CXXRecordDecl *P = promiseOf(R)) {
    Out.Promise = type(P);
    Out.Flags |= flagIf(forbidsAwait(P), facts::TyNoAwait) |
                 flagIf(findMethod(P, "yield_value"), facts::TyYields);
  }
  if (const auto *S = dyn_cast<ClassTemplateSpecializationDecl>(R))
    for (const TemplateArgument &A : S->getTemplateArgs().asArray())
      if (A.getKind() == TemplateArgument::Type)
        if (TypeId T = type(A.getAsType()); T != TypeId::None)
          Out.Arguments.push_back(T);
  if (R->hasDefinition()) {
    R = R->getDefinition();
    const model::TypeModel *M = O.Models->type(Names::qualified(R));
    Out.Flags |= classFlags(R) | lockFlags(R, M);
    if (ownsFrame(R) || (M && M->OwnsFrame.value_or(false)))
      Out.Flags |= facts::TyOwnsFrame;
    bool Single = (Out.Flags & facts::TyHasPromise) && !(Out.Flags & facts::TyCopyable);
    if (M && M->SingleUse ? *M->SingleUse : Single)
      Out.Flags |= facts::TySingleUse;
    if (M && M->Affine.value_or(false))
      Out.Flags |= facts::TyAffine;
    if (const CXXMethodDecl *Resume = resumeOf(R))
      Out.Result = type(Resume->getReturnType());
    for (const CXXBaseSpecifier &B : R->bases())
      if (TypeId T = type(B.getType()); T != TypeId::None)
        Out.Bases.push_back(T);
    auto Operators = R->lookup(Ctx.DeclarationNames.getCXXOperatorName(OO_Call));
    if (Operators.isSingleResult())
      if (const auto *F = dyn_cast<CXXMethodDecl>(Operators.front()))
        Out.CallOperator = function(F);
    if (const CXXDestructorDecl *D = R->getDestructor(); D && !D->isTrivial() && IsUser)
      Out.Destructor = function(D);
    if (!Files.isSystem(Written->getLocation()))
      for (const FieldDecl *F : R->fields()) {
        std::string Name = N.field(F);
        if (R->isLambda()) // named by what is captured
          break;
        Out.Fields.push_back({str(Name), typeName(F->getType()), type(F->getType())});
      }
    if (R->isLambda())
      for (const LambdaCapture &C : R->captures())
        if (C.capturesThis() || C.capturesVariable()) {
          const ValueDecl *V = C.capturesThis() ? nullptr : C.getCapturedVar();
          QualType T = V ? V->getType() : QualType();
          Out.Fields.push_back({str(N.capture(R, V)), V ? typeName(T) : str("this"), type(T)});
        }
  }
  Out.Flags |= U.Types[raw(Id)].Flags; // constructed while this was written
  U.Types[raw(Id)] = std::move(Out);
}

} // namespace cotidy::extract
