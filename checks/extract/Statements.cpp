//===- Statements.cpp - one statement or expression at a time -------------===//
// The facts of each kind of element that is not a call: declarations, stores,
// returns, new and delete, throws, aggregates. A kind that is not known here
// is counted in the unit, never passed over in silence.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

using facts::Fact;
using facts::FactKind;
using facts::Place;
using facts::StepKind;
using facts::Value;
using facts::ValueKind;

Fact &BodyBuilder::emit(FactKind K, SourceLocation L) {
  Fact &Out = Current->Facts.emplace_back();
  Out.Kind = K;
  Out.At = B.spot(Override.isValid() ? Override : L);
  return Out;
}

void BodyBuilder::destroy(const CXXDestructorDecl *D, Place P, StringRef Why,
                          SourceLocation L) {
  if (!D)
    return;
  facts::TypeId T = B.type(D->getParent());
  if (D->isTrivial() && !B.U.type(T).is(facts::TyHasPromise))
    return;
  facts::FnId Callee = B.function(D);
  Fact &Out = emit(FactKind::Destroy, L);
  Out.Callee = Callee;
  Out.From = P;
  Out.Type = T;
  Out.Word = str(Why);
  // The last owner may go away here: what it owns is destroyed with it.
  const CXXRecordDecl *R = D->getParent();
  if (!R->isInStdNamespace() || !R->getIdentifier() || R->getName() != "shared_ptr")
    return;
  if (const auto *S = dyn_cast<ClassTemplateSpecializationDecl>(R))
    if (facts::TypeId Owned = B.type(S->getTemplateArgs()[0].getAsType());
        Owned != facts::TypeId::None) {
      if (const CXXRecordDecl *O = S->getTemplateArgs()[0].getAsType()->getAsCXXRecordDecl();
          O && O->hasDefinition() && O->getDestructor())
        B.function(O->getDestructor());
      Fact &May = emit(FactKind::MayDestroy, L);
      May.From = std::move(P);
      May.Type = Owned;
      May.Word = str("shared");
    }
}

/// Writes what `E` evaluates to into `To`.
void BodyBuilder::storeTo(const Place &To, const Expr *E, SourceLocation L) {
  if (!To)
    return;
  Value V = valueOf(E);
  if (V.Kind == ValueKind::Moved || (V.Kind == ValueKind::Address && E->isGLValue())) {
    Fact &Out = emit(V.Kind == ValueKind::Moved ? FactKind::Move : FactKind::Copy, L);
    Out.From = std::move(V.Where);
    Out.To = To;
    return;
  }
  if (V.Kind == ValueKind::Address && V.Where) {
    Fact &Ref = emit(FactKind::Borrow, L);
    Ref.From = V.Where;
    Ref.To = To;
    QualType T = E->getType();
    bool Const = T->isPointerType() && T->getPointeeType().isConstQualified();
    Ref.Word = str(Const ? "const" : "mutable");
  }
  if (V.Kind == ValueKind::Read && V.Where == To)
    return;
  Fact &Out = emit(FactKind::Store, L);
  Out.To = To;
  Out.Val = std::move(V);
}

void BodyBuilder::declareVar(const VarDecl *V) {
  const Expr *Init = V->getInit();
  Place P = placeOfVar(V, false);
  if (!Init)
    return;
  if (V->getType()->isReferenceType()) {
    Place From = placeOf(Init);
    if (!From || From == P)
      return;
    Fact &Out = emit(FactKind::Borrow, V->getLocation());
    Out.From = std::move(From);
    Out.To = std::move(P);
    Out.Word = str(V->getType().getNonReferenceType().isConstQualified() ? "const" : "mutable");
    return;
  }
  // Class objects are filled by their constructor, call or closure.
  const Expr *Inner = peel(Init);
  if (V->getType()->isRecordType()) {
    if (const auto *C = dyn_cast<CXXConstructExpr>(Inner);
        C && !Targets.contains(C)) // elided copy
      transfer(Inner, P, V->getLocation());
    mentionedInText(V, P);
    builtForNothing(V, P);
    return;
  }
  if (V->getType()->isArrayType() || Targets.contains(Inner))
    return;
  storeTo(P, Init, V->getLocation());
}

void BodyBuilder::declare(const DeclStmt *S) {
  for (const Decl *D : S->decls()) {
    if (const auto *V = dyn_cast<VarDecl>(D)) {
      declareVar(V);
      if (const auto *G = dyn_cast<DecompositionDecl>(V))
        for (const BindingDecl *I : G->bindings())
          if (const VarDecl *Holder = I->getHoldingVar())
            declareVar(Holder);
    }
  }
}

void BodyBuilder::initialise(const CXXCtorInitializer *I) {
  if (const FieldDecl *Member = I->getAnyMember()) // a base's constructor is a call, met before
    initialise(Member, I->getInit(), I->getSourceLocation());
}

void BodyBuilder::initialise(const FieldDecl *Member, const Expr *Init, SourceLocation L) {
  Place P = placeOfMember(Member);
  if (Member->getType()->isReferenceType()) {
    Place From = placeOf(Init);
    if (!From)
      return;
    Fact &Out = emit(FactKind::Borrow, L);
    Out.From = std::move(From);
    Out.To = std::move(P);
    Out.Word = str(Member->getType().getNonReferenceType().isConstQualified() ? "const"
                                                                              : "mutable");
    return;
  }
  const Expr *Inner = peel(Init);
  if (isa<LambdaExpr, InitListExpr, CXXParenListInitExpr>(Inner) ||
      (Member->getType()->isRecordType() && Targets.contains(Inner)))
    return; // filled where the element itself is met
  storeTo(P, Init, L);
}

void BodyBuilder::aggregate(const Expr *E, ArrayRef<const Expr *> Inits) {
  Place To = placeOf(E);
  fill(E, To, Inits);
  if (E->getType()->isRecordType())
    builtForNothing(E, To);
}

void BodyBuilder::fill(const Expr *E, Place To, ArrayRef<const Expr *> Inits) {
  const CXXRecordDecl *R = E->getType()->getAsCXXRecordDecl();
  if (!R) { // an array: elements
    if (E->getType()->isArrayType())
      for (const Expr *I : Inits)
        if (!isa<ImplicitValueInitExpr>(I))
          storeTo(with(To, StepKind::Element), I, I->getExprLoc());
    return;
  }
  B.markConstructed(R);
  if (llvm::all_of(Inits, [](const Expr *I) { return isa<ImplicitValueInitExpr>(I); })) {
    Fact &Out = emit(FactKind::Store, E->getExprLoc()); // `T x{}`: all zero
    Out.To = std::move(To);
    Out.Val.Kind = ValueKind::Default;
    return;
  }
  size_t Next = R->getNumBases();
  for (const FieldDecl *Member : R->fields()) {
    if (Member->isUnnamedBitField())
      continue;
    if (Next >= Inits.size())
      break;
    const Expr *I = Inits[Next++];
    Place P = withField(To, str(B.N.field(Member)));
    if (!isa<ImplicitValueInitExpr>(I))
      storeTo(P, I, I->getExprLoc());
  }
}

void BodyBuilder::returns(const Expr *E, SourceLocation L) {
  if (!E || E->getType()->isVoidType()) {
    emit(FactKind::Return, L).Word = str("void");
    return;
  }
  Value V = valueOf(E);
  const CXXRecordDecl *R = E->getType()->getAsCXXRecordDecl();
  bool Task = R && B.U.type(B.type(R)).is(facts::TyHasPromise);
  if (Task && V.Where) {
    Fact &Use = emit(FactKind::ConsumeTask, L);
    Use.From = V.Where;
    Use.Word = str("return");
  }
  bool Reference = E->isGLValue() || V.Kind == ValueKind::Address;
  Fact &Out = emit(FactKind::Return, L);
  Out.Val = std::move(V);
  Out.Word = str(Task ? "task" : Reference ? "borrow" : "place");
}

/// Nodes that call nothing and change nothing by themselves; their parts are
/// elements of their own.
bool BodyBuilder::isIgnorable(const Stmt *S) {
  if (isa<CastExpr, UnaryOperator, BinaryOperator, AbstractConditionalOperator,
          ArraySubscriptExpr, ParenExpr, FullExpr, MaterializeTemporaryExpr,
          CXXBindTemporaryExpr, OpaqueValueExpr, InitListExpr, ImplicitValueInitExpr,
          CXXScalarValueInitExpr, ArrayInitLoopExpr, ArrayInitIndexExpr, NullStmt>(S))
    return true;
  if (isa<IntegerLiteral, FloatingLiteral, clang::StringLiteral, CharacterLiteral, ImaginaryLiteral,
          CXXBoolLiteralExpr, CXXNullPtrLiteralExpr, GNUNullExpr, PredefinedExpr,
          UnaryExprOrTypeTraitExpr, TypeTraitExpr, CXXNoexceptExpr, OffsetOfExpr,
          SizeOfPackExpr, RequiresExpr, ConceptSpecializationExpr, ArrayTypeTraitExpr,
          ExpressionTraitExpr, CXXTypeidExpr, SourceLocExpr, AddrLabelExpr>(S))
    return true;
  if (isa<CXXThisExpr, DeclRefExpr, MemberExpr, CXXDefaultArgExpr, CXXDefaultInitExpr,
          CXXStdInitializerListExpr, SubstNonTypeTemplateParmExpr, CXXRewrittenBinaryOperator,
          CXXPseudoDestructorExpr, CompoundLiteralExpr, StmtExpr, ChooseExpr,
          GenericSelectionExpr, PseudoObjectExpr, VAArgExpr, ShuffleVectorExpr,
          ConvertVectorExpr, ExtVectorElementExpr, CXXFoldExpr, PackIndexingExpr,
          DesignatedInitExpr, NoInitExpr, UserDefinedLiteral, CXXInheritedCtorInitExpr>(S))
    return true;
  return isa<CompoundStmt, IfStmt, WhileStmt, ForStmt, DoStmt, SwitchStmt, CaseStmt,
             DefaultStmt, BreakStmt, ContinueStmt, GotoStmt, IndirectGotoStmt, LabelStmt,
             AttributedStmt, CXXForRangeStmt, CXXTryStmt, CXXCatchStmt, GCCAsmStmt,
             CoawaitExpr, CoyieldExpr, AtomicExpr>(S);
}

void BodyBuilder::visit(const Stmt *S) {
  if (!S || Machinery.contains(S))
    return;
  if (const auto *E = dyn_cast<CallExpr>(S))
    return call(E);
  if (const auto *E = dyn_cast<CXXConstructExpr>(S))
    return construct(E);
  if (const auto *D = dyn_cast<DeclStmt>(S))
    return declare(D);
  if (const auto *R = dyn_cast<ReturnStmt>(S))
    return returns(R->getRetValue(), R->getReturnLoc());
  if (const auto *R = dyn_cast<CoreturnStmt>(S))
    return returns(R->getOperand(), R->getKeywordLoc());
  if (const auto *T = dyn_cast<CXXThrowExpr>(S)) {
    Fact &Out = emit(FactKind::Throw, T->getThrowLoc());
    Out.Word = str(T->getSubExpr() ? "new" : "rethrow");
    return;
  }
  if (const auto *L = dyn_cast<LambdaExpr>(S)) {
    B.markConstructed(L->getLambdaClass());
    if (auto Target = Targets.find(L); Target != Targets.end()) {
      Place To = Target->second;
      Value V = closureOf(L);
      Fact &Out = emit(FactKind::Store, L->getBeginLoc());
      Out.To = std::move(To);
      Out.Val = std::move(V);
    }
    return;
  }
  if (const auto *O = dyn_cast<BinaryOperator>(S); O && O->isAssignmentOp()) {
    if (O->isCompoundAssignmentOp()) {
      Place To = placeOf(O->getLHS());
      Fact &Out = emit(FactKind::Store, O->getOperatorLoc());
      Out.To = std::move(To);
      Out.Val.Kind = ValueKind::Unknown;
      return;
    }
    return storeTo(placeOf(O->getLHS()), O->getRHS(), O->getOperatorLoc());
  }
  if (const auto *U = dyn_cast<UnaryOperator>(S); U && U->isIncrementDecrementOp()) {
    Place To = placeOf(U->getSubExpr());
    Fact &Out = emit(FactKind::Store, U->getOperatorLoc());
    Out.To = std::move(To);
    Out.Val.Kind = ValueKind::Unknown;
    return;
  }
  if (const auto *I = dyn_cast<InitListExpr>(S))
    return aggregate(I, I->inits());
  if (const auto *I = dyn_cast<CXXParenListInitExpr>(S))
    return aggregate(I, I->getInitExprs());
  if (isa<DeclRefExpr, MemberExpr>(S)) {
    if (!isUserBody())
      return;
    Place From = placeOf(cast<Expr>(S));
    if (From && From.Root != facts::RootKind::Unknown)
      emit(FactKind::Load, cast<Expr>(S)->getExprLoc()).From = std::move(From);
    return;
  }
  if (const auto *I = dyn_cast<CXXInheritedCtorInitExpr>(S)) {
    facts::FnId Callee = B.function(I->getConstructor());
    Fact &Out = emit(FactKind::Call, I->getLocation());
    Out.Callee = Callee;
    Out.Recv = addressOf({facts::RootKind::This, 0, facts::StrId::Empty, {}});
    return;
  }
  if (const auto *N = dyn_cast<CXXNewExpr>(S)) {
    // What the constructor built is what the pointer in the result points to.
    if (!isUserBody() || !N->getInitializer())
      return;
    const Expr *Init = peel(N->getInitializer());
    if (isa<CXXConstructExpr, InitListExpr, LambdaExpr>(Init)) {
      Place Object = placeOf(Init);
      Place To = placeOf(N);
      Fact &Out = emit(FactKind::Store, N->getBeginLoc());
      Out.To = std::move(To);
      Out.Val = addressOf(std::move(Object));
    }
    return;
  }
  if (isa<CXXDeleteExpr>(S))
    return; // its destructor is an element of its own
  if (const auto *U = dyn_cast<UserDefinedLiteral>(S))
    return call(U);
  if (!isIgnorable(S))
    B.unknownNode(S->getStmtClassName());
}

/// Like the CFG would order them, but straight on: for initialisers and
/// default arguments, which have no graph.
void BodyBuilder::visitTree(const Stmt *S, unsigned Depth) {
  if (!S || Depth > 200 || Machinery.contains(S) ||
      isa<UnaryExprOrTypeTraitExpr, CXXNoexceptExpr, RequiresExpr, CXXTypeidExpr>(S))
    return;
  if (const auto *L = dyn_cast<LambdaExpr>(S)) {
    for (const Expr *Init : L->capture_inits())
      visitTree(Init, Depth + 1);
  } else if (const auto *O = dyn_cast<OpaqueValueExpr>(S)) {
    visitTree(O->getSourceExpr(), Depth + 1);
    return;
  } else if (const auto *A = dyn_cast<CoroutineSuspendExpr>(S)) {
    noteAwait(A);
    visitTree(A->getCommonExpr(), Depth + 1);
    for (const CallExpr *Part : {partsOf(A).Ready, partsOf(A).Suspend, partsOf(A).Resume})
      if (Part)
        visit(Part);
    return;
  } else if (const auto *D = dyn_cast<CXXDefaultArgExpr>(S)) {
    return visitTree(D->getExpr(), Depth + 1);
  } else if (const auto *D = dyn_cast<CXXDefaultInitExpr>(S)) {
    return visitTree(D->getExpr(), Depth + 1);
  } else {
    for (const Stmt *Child : S->children())
      visitTree(Child, Depth + 1);
  }
  if (isa<CallExpr, CXXConstructExpr, LambdaExpr, InitListExpr, CXXNewExpr,
          CXXParenListInitExpr, DeclStmt>(S))
    visit(S);
}

} // namespace cotidy::extract
