//===- Coroutines.cpp - promises, laziness, awaits ------------------------===//
// See Coroutines.h. A call does not instantiate coroutine_traits and a nested
// promise_type may be declared only, so templates' patterns are asked as well.
//===----------------------------------------------------------------------===//
#include "extract/Coroutines.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

const Expr *peel(const Expr *E) {
  while (E) {
    const Expr *Before = E;
    E = E->IgnoreParens();
    if (const auto *F = dyn_cast<FullExpr>(E))
      E = F->getSubExpr();
    else if (const auto *M = dyn_cast<MaterializeTemporaryExpr>(E))
      E = M->getSubExpr();
    else if (const auto *B = dyn_cast<CXXBindTemporaryExpr>(E))
      E = B->getSubExpr();
    else if (const auto *C = dyn_cast<CastExpr>(E))
      E = C->getSubExpr();
    else if (const auto *S = dyn_cast<SubstNonTypeTemplateParmExpr>(E))
      E = S->getReplacement();
    if (E == Before)
      return E;
  }
  return E;
}

/// The definition, or for a class that is not instantiated its pattern's.
static const CXXRecordDecl *definitionOrPattern(const CXXRecordDecl *R) {
  if (!R)
    return nullptr;
  if (const CXXRecordDecl *D = R->getDefinition())
    return D;
  if (const auto *S = dyn_cast<ClassTemplateSpecializationDecl>(R)) {
    auto From = S->getSpecializedTemplateOrPartial();
    const CXXRecordDecl *P =
        isa<ClassTemplatePartialSpecializationDecl *>(From)
            ? cast<ClassTemplatePartialSpecializationDecl *>(From)
            : cast<ClassTemplateDecl *>(From)->getTemplatedDecl();
    return P->getDefinition();
  }
  if (const CXXRecordDecl *P = R->getInstantiatedFromMemberClass())
    return P->getDefinition();
  return nullptr;
}

static const CXXRecordDecl *recordOf(QualType T) {
  if (T.isNull())
    return nullptr;
  T = T.getNonReferenceType();
  if (const CXXRecordDecl *R = T->getAsCXXRecordDecl())
    return R;
  if (const auto *S = T->getAs<TemplateSpecializationType>())
    if (const auto *C =
            dyn_cast_or_null<ClassTemplateDecl>(S->getTemplateName().getAsTemplateDecl()))
      return C->getTemplatedDecl();
  return nullptr;
}

/// Calls `Ask` for the class and its bases until it answers.
template <class T>
static auto inClassOrBases(const CXXRecordDecl *R, const T &Ask, unsigned Depth = 0)
    -> decltype(Ask(R)) {
  R = definitionOrPattern(R);
  if (!R || Depth > 16)
    return {};
  if (auto Found = Ask(R))
    return Found;
  for (const CXXBaseSpecifier &B : R->bases())
    if (auto Found = inClassOrBases(recordOf(B.getType()), Ask, Depth + 1))
      return Found;
  return {};
}

static const NamedDecl *lookUp(const CXXRecordDecl *R, StringRef Name) {
  IdentifierInfo &I = R->getASTContext().Idents.get(Name);
  auto Found = R->lookup(DeclarationName(&I));
  return Found.empty() ? nullptr : Found.front();
}

const CXXMethodDecl *findMethod(const CXXRecordDecl *R, StringRef Name) {
  return inClassOrBases(R, [&](const CXXRecordDecl *C) -> const CXXMethodDecl * {
    const NamedDecl *N = lookUp(C, Name);
    if (const auto *T = dyn_cast_or_null<FunctionTemplateDecl>(N))
      N = T->getTemplatedDecl();
    return dyn_cast_or_null<CXXMethodDecl>(N);
  });
}

static const CXXRecordDecl *nestedPromise(const CXXRecordDecl *R) {
  return inClassOrBases(R, [](const CXXRecordDecl *C) -> const CXXRecordDecl * {
    const NamedDecl *N = lookUp(C, "promise_type");
    if (const auto *Alias = dyn_cast_or_null<TypedefNameDecl>(N))
      return recordOf(Alias->getUnderlyingType());
    const auto *Found = dyn_cast_or_null<CXXRecordDecl>(N);
    return Found && !Found->isInjectedClassName() ? Found : nullptr;
  });
}

/// The promise by a specialisation of std::coroutine_traits for `R`.
static const CXXRecordDecl *promiseByTraits(const CXXRecordDecl *R) {
  ASTContext &Ctx = R->getASTContext();
  IdentifierInfo &Std = Ctx.Idents.get("std");
  for (NamedDecl *N : Ctx.getTranslationUnitDecl()->lookup(DeclarationName(&Std))) {
    const auto *NS = dyn_cast<NamespaceDecl>(N);
    if (!NS)
      continue;
    IdentifierInfo &Traits = Ctx.Idents.get("coroutine_traits");
    for (NamedDecl *T : NS->lookup(DeclarationName(&Traits))) {
      auto *Template = dyn_cast<ClassTemplateDecl>(T);
      if (!Template)
        continue;
      for (ClassTemplateSpecializationDecl *S : Template->specializations()) {
        const TemplateArgumentList &Args = S->getTemplateArgs();
        if (Args.size() == 0 || Args[0].getKind() != TemplateArgument::Type)
          continue;
        const CXXRecordDecl *First = Args[0].getAsType()->getAsCXXRecordDecl();
        if (First && First->getCanonicalDecl() == R->getCanonicalDecl())
          if (const CXXRecordDecl *P = nestedPromise(S))
            return P;
      }
      const auto *Mine = dyn_cast<ClassTemplateSpecializationDecl>(R);
      if (!Mine)
        continue;
      SmallVector<ClassTemplatePartialSpecializationDecl *, 8> Partial;
      Template->getPartialSpecializations(Partial);
      for (ClassTemplatePartialSpecializationDecl *S : Partial) {
        const TemplateArgumentList &Args = S->getTemplateArgs();
        if (Args.size() == 0 || Args[0].getKind() != TemplateArgument::Type)
          continue;
        const CXXRecordDecl *First = recordOf(Args[0].getAsType());
        const ClassTemplateDecl *Described =
            First ? First->getDescribedClassTemplate() : nullptr;
        if (Described && Described->getCanonicalDecl() ==
                             Mine->getSpecializedTemplate()->getCanonicalDecl())
          if (const CXXRecordDecl *P = nestedPromise(S))
            return P;
      }
    }
  }
  return nullptr;
}

const CXXRecordDecl *promiseOf(const CXXRecordDecl *R) {
  if (!R || R->isLambda())
    return nullptr;
  if (const CXXRecordDecl *P = nestedPromise(R))
    return P;
  return promiseByTraits(R);
}

std::optional<bool> constantReady(const FunctionDecl *Ready) {
  const FunctionDecl *Definition = nullptr;
  if (!Ready || !Ready->hasBody(Definition))
    return std::nullopt;
  const auto *Body = dyn_cast_or_null<CompoundStmt>(Definition->getBody());
  if (!Body || Body->size() != 1)
    return std::nullopt;
  const auto *R = dyn_cast<ReturnStmt>(Body->body_front());
  bool Result;
  if (!R || !R->getRetValue() || R->getRetValue()->isValueDependent() ||
      !R->getRetValue()->EvaluateAsBooleanCondition(Result, Ready->getASTContext()))
    return std::nullopt;
  return Result;
}

static facts::Start startOfAwaiter(const CXXRecordDecl *Awaiter) {
  if (!Awaiter)
    return facts::Start::Unknown;
  if (Awaiter->isInStdNamespace()) {
    if (Awaiter->getName() == "suspend_always")
      return facts::Start::Lazy;
    if (Awaiter->getName() == "suspend_never")
      return facts::Start::Eager;
  }
  std::optional<bool> Ready = constantReady(findMethod(Awaiter, "await_ready"));
  if (!Ready)
    return facts::Start::Unknown;
  return *Ready ? facts::Start::Eager : facts::Start::Lazy;
}

facts::Start startOf(const CXXRecordDecl *Promise) {
  const CXXMethodDecl *Initial = findMethod(Promise, "initial_suspend");
  if (!Initial)
    return facts::Start::Unknown;
  QualType T = Initial->getReturnType();
  if (const AutoType *A = T->getContainedAutoType(); A && !A->isDeduced()) {
    const FunctionDecl *Definition = nullptr;
    if (Initial->hasBody(Definition))
      if (const auto *Body = dyn_cast_or_null<CompoundStmt>(Definition->getBody()))
        if (!Body->body_empty())
          if (const auto *R = dyn_cast<ReturnStmt>(Body->body_back()))
            if (R->getRetValue())
              return startOfAwaiter(recordOf(R->getRetValue()->getType()));
    return facts::Start::Unknown;
  }
  return startOfAwaiter(recordOf(T));
}

bool isAwaiter(const CXXRecordDecl *R) {
  return findMethod(R, "await_ready") && findMethod(R, "await_suspend") &&
         findMethod(R, "await_resume");
}

const CXXMethodDecl *resumeOf(const CXXRecordDecl *R) {
  if (const CXXMethodDecl *Own = findMethod(R, "await_resume"))
    return Own;
  DeclarationName Op = R->getASTContext().DeclarationNames.getCXXOperatorName(OO_Coawait);
  return inClassOrBases(R, [&](const CXXRecordDecl *C) -> const CXXMethodDecl * {
    for (const NamedDecl *N : C->lookup(Op))
      if (const auto *M = dyn_cast<CXXMethodDecl>(N))
        if (const CXXRecordDecl *Awaiter = recordOf(M->getReturnType()))
          if (const CXXMethodDecl *Resume = findMethod(Awaiter, "await_resume"))
            return Resume;
    return nullptr;
  });
}

/// Senders name themselves by a member type.
static bool isSender(const CXXRecordDecl *R) {
  return inClassOrBases(R, [](const CXXRecordDecl *C) {
    return isa_and_nonnull<TypedefNameDecl>(lookUp(C, "sender_concept"));
  });
}

bool isAwaitable(const CXXRecordDecl *R) {
  if (!R)
    return false;
  if (isAwaiter(R) || isSender(R))
    return true;
  ASTContext &Ctx = R->getASTContext();
  DeclarationName Op = Ctx.DeclarationNames.getCXXOperatorName(OO_Coawait);
  if (inClassOrBases(R, [&](const CXXRecordDecl *C) { return !C->lookup(Op).empty(); }))
    return true;
  // A free operator is found by argument-dependent lookup.
  for (const DeclContext *DC = R->getDeclContext(); DC; DC = DC->getParent())
    if (DC->isNamespace() || DC->isTranslationUnit())
      for (const NamedDecl *N : DC->lookup(Op)) {
        const auto *F = N->getAsFunction();
        if (!F || F->getNumParams() != 1)
          continue;
        const CXXRecordDecl *P = recordOf(F->getParamDecl(0)->getType());
        const auto *Mine = dyn_cast<ClassTemplateSpecializationDecl>(R);
        if (P && (P->getCanonicalDecl() == R->getCanonicalDecl() ||
                  (Mine && P->getDescribedClassTemplate() &&
                   P->getDescribedClassTemplate()->getCanonicalDecl() ==
                       Mine->getSpecializedTemplate()->getCanonicalDecl())))
          return true;
      }
  return false;
}

bool forbidsAwait(const CXXRecordDecl *Promise) {
  const CXXMethodDecl *Transform = findMethod(Promise, "await_transform");
  return Transform && Transform->isDeleted();
}

/// The body calls coroutine_handle::destroy, itself or in what it calls on
/// the same object.
static bool destroysFrame(const Stmt *S, unsigned Depth) {
  if (!S)
    return false;
  if (const auto *C = dyn_cast<CXXMemberCallExpr>(S))
    if (const CXXMethodDecl *M = C->getMethodDecl()) {
      const CXXRecordDecl *R = M->getParent();
      if (M->getDeclName().isIdentifier() && M->getName() == "destroy" &&
          R->getIdentifier() && R->getName() == "coroutine_handle")
        return true;
      const FunctionDecl *D = nullptr;
      if (Depth < 3 && isa<CXXThisExpr>(C->getImplicitObjectArgument()->IgnoreImplicit()) &&
          M->hasBody(D) && destroysFrame(D->getBody(), Depth + 1))
        return true;
    }
  for (const Stmt *Child : S->children())
    if (destroysFrame(Child, Depth))
      return true;
  return false;
}

static bool ownsFrameTo(const CXXRecordDecl *R, unsigned Depth) {
  R = definitionOrPattern(R);
  if (!R || Depth > 3)
    return false;
  if (const CXXDestructorDecl *D = R->getDestructor()) {
    const FunctionDecl *Definition = nullptr;
    if (D->hasBody(Definition) && destroysFrame(Definition->getBody(), 0))
      return true;
  }
  for (const CXXBaseSpecifier &B : R->bases())
    if (ownsFrameTo(recordOf(B.getType()), Depth + 1))
      return true;
  for (const FieldDecl *F : R->fields())
    if (const CXXRecordDecl *T = F->getType()->getAsCXXRecordDecl())
      if (T->hasDefinition() && !T->isInStdNamespace() && ownsFrameTo(T, Depth + 1))
        return true;
  return false;
}

bool ownsFrame(const CXXRecordDecl *R) { return ownsFrameTo(R, 0); }

static const CallExpr *callIn(const Expr *E) {
  return dyn_cast_or_null<CallExpr>(peel(E));
}

AwaitParts partsOf(const CoroutineSuspendExpr *E) {
  AwaitParts P;
  P.Ready = callIn(E->getReadyExpr());
  P.Resume = callIn(E->getResumeExpr());
  P.Suspend = callIn(E->getSuspendExpr());
  // A handle-returning await_suspend is wrapped in a call of `.address()`.
  // Where the operand did not compile there is no such call at all.
  if (E->getSuspendExpr() && E->getSuspendReturnType() ==
      CoroutineSuspendExpr::SuspendReturnType::SuspendHandle)
    if (const auto *M = dyn_cast_or_null<CXXMemberCallExpr>(P.Suspend))
      if (const CallExpr *Inner = callIn(M->getImplicitObjectArgument()))
        P.Suspend = Inner;
  P.Awaiter = E->getCommonExpr();
  P.Operand = E->getOperand();
  return P;
}

bool maySuspend(const AwaitParts &P) {
  if (P.Ready && constantReady(P.Ready->getDirectCallee()) == true)
    return false;
  if (P.Suspend && P.Suspend->getType()->isBooleanType() &&
      constantReady(P.Suspend->getDirectCallee()) == false)
    return false;
  return true;
}

const CoroutineBodyStmt *coroutineBody(const FunctionDecl *F) {
  return dyn_cast_or_null<CoroutineBodyStmt>(F->getBody());
}

} // namespace cotidy::extract
