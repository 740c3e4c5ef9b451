//===- Capabilities.cpp - clang's thread-safety attributes ------------------===//
// A function that says by an attribute which locks it takes or releases is
// taken at its word: the facts stand behind its call, as for `m.lock()`, and its
// body is not asked. Locks are named by parameters, members or globals; any
// other expression says nothing. A model row takes their place when linking.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"
#include "extract/Coroutines.h"
#include "extract/UnitBuilder.h"

namespace cotidy::extract {

using namespace clang;
using facts::Fact;
using facts::FactKind;
using facts::Place;

/// The lock that `Named` means at a call of `Callee`; none if that is not known.
Place BodyBuilder::lockNamed(const Expr *Named, const AnnotatedCall &C) {
  Named = Named->IgnoreParenImpCasts();
  if (const auto *U = dyn_cast<UnaryOperator>(Named);
      U && (U->getOpcode() == UO_AddrOf || U->getOpcode() == UO_Deref))
    return lockNamed(U->getSubExpr(), C);
  if (isa<CXXThisExpr>(Named))
    return C.Object;
  if (const auto *M = dyn_cast<MemberExpr>(Named)) {
    const auto *Field = dyn_cast<FieldDecl>(M->getMemberDecl());
    Place Base = Field ? lockNamed(M->getBase(), C) : Place();
    if (!Base)
      return {};
    Place P = withField(std::move(Base), str(B.N.field(Field)));
    if (Field->getType()->isPointerType())
      P.Path.push_back({facts::StepKind::Pointee, facts::StrId::Empty});
    return P;
  }
  const auto *D = dyn_cast<DeclRefExpr>(Named);
  if (!D)
    return {};
  if (const auto *P = dyn_cast<ParmVarDecl>(D->getDecl())) {
    if (P->getFunctionScopeIndex() >= C.Args.size())
      return {};
    const Expr *Actual = C.Args[P->getFunctionScopeIndex()];
    return P->getType()->isPointerType() ? pointeeOf(Actual) : placeOf(Actual);
  }
  const auto *V = dyn_cast<VarDecl>(D->getDecl());
  return V && V->hasGlobalStorage() ? placeOfVar(V, false) : Place();
}

void BodyBuilder::lockFact(FactKind Kind, const AnnotatedCall &C, const Expr *Named, StringRef How,
                           SourceLocation L) {
  Place What = Named ? lockNamed(Named, C) : C.Object;
  if (!What)
    return;
  Fact &Out = emit(Kind, L);
  Out.From = std::move(What);
  if (C.Guard && Named)
    Out.To = C.Object;
  Out.Word = str(How);
}

static bool isAnnotated(const FunctionDecl *F) {
  return F->hasAttr<AcquireCapabilityAttr>() || F->hasAttr<TryAcquireCapabilityAttr>() ||
         F->hasAttr<ReleaseCapabilityAttr>();
}

void BodyBuilder::capabilities(const FunctionDecl *F, const AnnotatedCall &C, SourceLocation L) {
  if (!isAnnotated(F) || F->isInStdNamespace())
    return;
  auto each = [&](auto Named, FactKind Kind, StringRef How) {
    if (Named.empty())
      lockFact(Kind, C, nullptr, How, L);
    for (const Expr *E : Named)
      lockFact(Kind, C, E, How, L);
  };
  for (const auto *A : F->specific_attrs<ReleaseCapabilityAttr>())
    each(llvm::make_range(A->args_begin(), A->args_end()), FactKind::Release,
         A->isShared() ? "shared" : "exclusive");
  for (const auto *A : F->specific_attrs<AcquireCapabilityAttr>())
    each(llvm::make_range(A->args_begin(), A->args_end()), FactKind::Acquire,
         A->isShared() ? "shared" : "exclusive");
  for (const auto *A : F->specific_attrs<TryAcquireCapabilityAttr>())
    each(llvm::make_range(A->args_begin(), A->args_end()), FactKind::Acquire,
         A->isShared() ? "shared try" : "exclusive try");
}

} // namespace cotidy::extract
