//===- Targets.cpp - which object a prvalue fills -------------------------===//
// A pass over a body before its facts are made: which variable or member each
// prvalue initialises, which temporaries' destructors in the CFG are not real
// because the object belongs to somebody else, and which calls are only the
// machinery of an await.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"

#include "clang/Basic/Builtins.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

void BodyBuilder::assignTarget(const Expr *E, const Place &P) {
  if (!E || !P)
    return;
  E = E->IgnoreParens();
  if (const auto *F = dyn_cast<FullExpr>(E))
    return assignTarget(F->getSubExpr(), P);
  if (const auto *M = dyn_cast<MaterializeTemporaryExpr>(E))
    return assignTarget(M->getSubExpr(), P);
  if (const auto *T = dyn_cast<CXXBindTemporaryExpr>(E))
    return assignTarget(T->getSubExpr(), P);
  if (const auto *D = dyn_cast<CXXDefaultInitExpr>(E))
    return assignTarget(D->getExpr(), P);
  if (const auto *C = dyn_cast<CastExpr>(E)) {
    if (C->getCastKind() == CK_LValueToRValue)
      return;
    return assignTarget(C->getSubExpr(), P);
  }
  if (const auto *C = dyn_cast<AbstractConditionalOperator>(E)) {
    assignTarget(C->getTrueExpr(), P);
    return assignTarget(C->getFalseExpr(), P);
  }
  if (const auto *O = dyn_cast<BinaryOperator>(E)) {
    if (O->getOpcode() == BO_Comma)
      assignTarget(O->getRHS(), P);
    return;
  }
  if (const auto *A = dyn_cast<CoroutineSuspendExpr>(E)) {
    if (const CallExpr *Resume = partsOf(A).Resume; Resume && Resume->isPRValue())
      Targets[Resume] = P;
    return;
  }
  if (E->isPRValue() && (isa<CallExpr, CXXConstructExpr, LambdaExpr, InitListExpr,
                             CXXParenListInitExpr, CXXNewExpr>(E)))
    Targets[E] = P;
}

/// Both arms fill the object that the whole is; what one of them only casts to
/// an rvalue counts as moved there.
void BodyBuilder::fillByArms(const AbstractConditionalOperator *C) {
  if (!C->getType()->isRecordType())
    return;
  if (C->isPRValue())
    assignTarget(C, placeOf(C));
  if (C->isXValue())
    for (const Expr *Arm : {C->getTrueExpr(), C->getFalseExpr()})
      if (const auto *Cast = dyn_cast<CallExpr>(Arm->IgnoreParens()))
        ArmOf[Cast] = C;
}

static bool isUnevaluated(const Stmt *S) {
  if (const auto *T = dyn_cast<CXXTypeidExpr>(S))
    return !T->isPotentiallyEvaluated();
  const auto *C = dyn_cast<CallExpr>(S);
  return isa<CXXNoexceptExpr>(S) ||
         (C && C->getBuiltinCallee() == Builtin::BI__builtin_constant_p);
}

void BodyBuilder::own(const Stmt *S, bool Owned) {
  if (!S)
    return;
  if (const auto *D = dyn_cast<DeclStmt>(S)) {
    for (const Decl *X : D->decls())
      if (const auto *V = dyn_cast<VarDecl>(X)) {
        own(V->getInit(), true);
        if (!V->isStaticLocal())
          local(V); // locals are numbered in the order of their declarations
        assignTarget(V->getInit(), placeOfVar(V, false));
      }
    return;
  }
  if (isUnevaluated(S)) // in the CFG all the same
    return skipMachinery(S, nullptr);
  if (const auto *L = dyn_cast<LambdaExpr>(S)) { // its body is another function
    for (const Expr *Init : L->capture_inits())
      own(Init, true);
    return;
  }
  if (const auto *R = dyn_cast<ReturnStmt>(S)) {
    if (const Expr *V = R->getRetValue(); V && isa<AbstractConditionalOperator>(peel(V)))
      fillByArms(cast<AbstractConditionalOperator>(peel(V)));
    return own(R->getRetValue(), true);
  }
  if (const auto *N = dyn_cast<CXXNewExpr>(S)) {
    for (const Expr *A : N->placement_arguments())
      own(A, false);
    if (N->isArray() && N->getArraySize())
      own(*N->getArraySize(), false);
    return own(N->getInitializer(), true);
  }
  if (const auto *A = dyn_cast<CoroutineSuspendExpr>(S)) {
    noteAwait(A);
    if (Owned)
      if (const auto *T = dyn_cast<CXXBindTemporaryExpr>(A->getResumeExpr()->IgnoreParens()))
        OwnedTemporaries.insert(T);
    own(A->getCommonExpr(), false);
    return;
  }
  if (const auto *T = dyn_cast<CXXBindTemporaryExpr>(S)) {
    if (Owned)
      OwnedTemporaries.insert(T);
    return own(T->getSubExpr(), false);
  }
  if (const auto *M = dyn_cast<MaterializeTemporaryExpr>(S))
    return own(M->getSubExpr(), M->getExtendingDecl() != nullptr);
  if (const auto *P = dyn_cast<ParenExpr>(S))
    return own(P->getSubExpr(), Owned);
  if (const auto *E = dyn_cast<FullExpr>(S))
    return own(E->getSubExpr(), Owned);
  if (const auto *C = dyn_cast<CastExpr>(S)) {
    if (C->getCastKind() == CK_ToVoid)
      Voided.insert(peel(C->getSubExpr()));
    bool Same = C->getCastKind() == CK_NoOp || C->getCastKind() == CK_ConstructorConversion;
    return own(C->getSubExpr(), Owned && Same);
  }
  if (const auto *C = dyn_cast<AbstractConditionalOperator>(S)) {
    if (!Owned)
      fillByArms(C);
    own(C->getCond(), false);
    own(C->getTrueExpr(), Owned);
    return own(C->getFalseExpr(), Owned);
  }
  if (const auto *O = dyn_cast<BinaryOperator>(S); O && O->getOpcode() == BO_Comma) {
    own(O->getLHS(), false);
    return own(O->getRHS(), Owned);
  }
  if (const auto *I = dyn_cast<InitListExpr>(S)) {
    for (const Expr *E : I->inits())
      own(E, true);
    return;
  }
  if (const auto *D = dyn_cast<CXXDefaultInitExpr>(S))
    return own(D->getExpr(), Owned);
  // A condition variable is an owner too, wherever the statement stands.
  if (isa<CompoundStmt, IfStmt, WhileStmt, ForStmt, DoStmt, SwitchStmt, CXXForRangeStmt>(S)) {
    for (const Stmt *Child : S->children())
      if (const auto *E = dyn_cast_or_null<Expr>(Child))
        if (const Expr *Inner = peel(E); isa<CompoundStmt>(S) || isa<IfStmt>(S))
          Discarded.insert(Inner);
  }
  for (const Stmt *Child : S->children())
    own(Child, false);
}

/// The calls that clang writes into an await besides those of the awaiter:
/// making the handle, converting it, taking its address.
void BodyBuilder::skipMachinery(const Stmt *S, const CallExpr *But) {
  if (!S || isa<OpaqueValueExpr>(S))
    return;
  if (S != But)
    Machinery.insert(S);
  if (const auto *C = dyn_cast<CallExpr>(S); C && C == But) {
    for (const Expr *A : C->arguments()) // the callee's object is the awaiter
      if (!isa<OpaqueValueExpr>(A->IgnoreParenImpCasts()))
        skipMachinery(A, But);
    return;
  }
  for (const Stmt *Child : S->children())
    skipMachinery(Child, But);
}

void BodyBuilder::noteAwait(const CoroutineSuspendExpr *E) {
  AwaitParts P = partsOf(E);
  if (!P.Suspend)
    return;
  Awaits.try_emplace(P.Suspend, Await{E, P});
  skipMachinery(E->getSuspendExpr(), P.Suspend);
}

void BodyBuilder::findTargets(const Stmt *Body) {
  if (const auto *C = dyn_cast<CXXConstructorDecl>(F))
    for (const CXXCtorInitializer *I : C->inits()) {
      own(I->getInit(), true);
      const FieldDecl *Member = I->getAnyMember();
      assignTarget(I->getInit(), Member ? placeOfMember(Member)
                                        : Place{facts::RootKind::This, 0, facts::StrId::Empty, {}});
    }
  own(Body, false);
}

void BodyBuilder::buildStaticInit(const VarDecl *V, facts::Block &Into) {
  Current = &Into;
  IsUser = true;
  own(V->getInit(), true);
  assignTarget(V->getInit(), placeOfVar(V, false));
  visitTree(V->getInit());
  declareVar(V);
}

void BodyBuilder::buildMemberInit(const FieldDecl *Member, facts::Block &Into) {
  const Expr *Init = Member->getInClassInitializer();
  Current = &Into;
  IsUser = true;
  own(Init, true);
  assignTarget(Init, placeOfMember(Member));
  visitTree(Init);
  initialise(Member, Init, Init->getExprLoc());
}

facts::Place BodyBuilder::placeOfMember(const FieldDecl *Member) {
  return withField({facts::RootKind::This, 0, facts::StrId::Empty, {}}, str(B.N.field(Member)));
}

} // namespace cotidy::extract
