//===- Values.cpp - what an expression's value is -------------------------===//
// Constants, closures with what they capture, addresses of functions, and
// values read or moved out of places. What is none of these is unknown.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

using facts::Place;
using facts::Value;
using facts::ValueKind;

static Value make(ValueKind K, Place P = {}) {
  Value V;
  V.Kind = K;
  V.Where = std::move(P);
  return V;
}

static Value integer(ValueKind K, const APSInt &I) {
  Value V;
  V.Kind = K;
  V.Int = I.isRepresentableByInt64() ? I.getExtValue() : 0;
  return I.isRepresentableByInt64() ? V : make(ValueKind::Unknown);
}

Value BodyBuilder::addressOf(Place P) {
  return P ? make(ValueKind::Address, std::move(P)) : make(ValueKind::Unknown);
}

/// A constant of arithmetic, enumeration or duration type; absent otherwise.
Value BodyBuilder::constantOf(const Expr *E) {
  QualType T = E->getType();
  if (E->isValueDependent() || E->isTypeDependent())
    return {};
  if (T->isIntegralOrEnumerationType()) {
    std::optional<APSInt> I = E->getIntegerConstantExpr(B.Ctx);
    if (!I && T->isScopedEnumeralType()) { // which is no integral type
      Expr::EvalResult R;
      if (E->EvaluateAsInt(R, B.Ctx))
        I = R.Val.getInt();
    }
    if (!I)
      return {};
    if (T->isBooleanType())
      return integer(ValueKind::Bool, *I);
    if (const auto *Enum = T->getAs<EnumType>()) {
      Value V = integer(ValueKind::Enumerator, *I);
      if (V.Kind == ValueKind::Unknown) // does not fit
        return V;
      for (const EnumConstantDecl *C : Enum->getDecl()->enumerators())
        if (APSInt::isSameValue(C->getInitVal(), *I)) {
          V.Text = str(Names::qualified(C));
          break;
        }
      return V;
    }
    return integer(ValueKind::Integer, *I);
  }
  // A std::chrono::duration (and what else holds but one number).
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition() || !R->isLiteral() || !R->getIdentifier() ||
      R->getName() != "duration")
    return {};
  Expr::EvalResult Result;
  if (!E->EvaluateAsRValue(Result, B.Ctx, /*InConstantContext=*/false) ||
      Result.HasSideEffects || !Result.Val.isStruct() ||
      Result.Val.getStructNumFields() != 1)
    return {};
  const APValue &Field = Result.Val.getStructField(0);
  if (Field.isInt())
    return integer(ValueKind::Integer, Field.getInt());
  if (Field.isFloat())
    return Field.getFloat().isZero() ? integer(ValueKind::Integer, APSInt::get(0))
                                     : make(ValueKind::Unknown);
  return {};
}

Value BodyBuilder::closureOf(const LambdaExpr *E) {
  Value V = make(ValueKind::Closure);
  const CXXRecordDecl *R = E->getLambdaClass();
  const CXXMethodDecl *Op = E->getCallOperator();
  if (R->isGenericLambda()) { // each instance has its part: who calls it may choose
    const FunctionTemplateDecl *T = R->getDependentLambdaCallOperator()
                                        ? R->getLambdaCallOperator()->getDescribedFunctionTemplate()
                                        : nullptr;
    Op = nullptr;
    if (T)
      for (const FunctionDecl *S : T->specializations())
        if (S->hasBody()) {
          B.function(S);
          if (!Op)
            Op = cast<CXXMethodDecl>(S);
        }
  }
  if (Op)
    V.Fn = B.function(Op);
  else
    return make(ValueKind::Unknown); // a generic lambda that nothing calls
  B.type(R);
  auto Init = E->capture_init_begin();
  for (const LambdaCapture &C : E->captures()) {
    const Expr *I = *Init++;
    facts::Capture Out;
    if (C.capturesThis()) {
      Out.Field = str(B.N.capture(R, nullptr));
      Out.What = make(C.getCaptureKind() == LCK_StarThis ? ValueKind::Read : ValueKind::Address,
                      thisObject());
    } else if (C.capturesVariable()) {
      Out.Field = str(B.N.capture(R, C.getCapturedVar()));
      if (C.getCaptureKind() == LCK_ByRef)
        Out.What = addressOf(placeOf(I));
      else
        Out.What = I ? valueOf(I) : make(ValueKind::Unknown);
    } else {
      continue; // a VLA's size
    }
    V.Captures.push_back(std::move(Out));
  }
  return V;
}

Value BodyBuilder::valueOfConstruct(const CXXConstructExpr *E) {
  const CXXConstructorDecl *C = E->getConstructor();
  if (C->isCopyOrMoveConstructor() && E->getNumArgs() >= 1) {
    const Expr *Source = E->getArg(0);
    if (const Expr *S = peel(Source); S->isPRValue() && !isa<CXXThisExpr>(S))
      return valueOf(Source);
    Place P = placeOf(Source);
    if (P)
      return make(C->isMoveConstructor() ? ValueKind::Moved : ValueKind::Read, std::move(P));
  }
  bool Callable = false;
  if (const CXXRecordDecl *R = E->getType()->getAsCXXRecordDecl(); R && R->hasDefinition())
    Callable = !R->lookup(B.Ctx.DeclarationNames.getCXXOperatorName(OO_Call)).empty();
  if (E->getNumArgs() == 0 && !Callable && !E->requiresZeroInitialization() &&
      !Targets.contains(E)) {
    Value V = make(ValueKind::Default);
    return V;
  }
  return make(ValueKind::Read, placeOf(E));
}

Value BodyBuilder::valueOf(const Expr *E) {
  if (!E)
    return {};
  bool Loaded = false, CastToXValue = false, Materialised = false;
  for (const Expr *Before = nullptr; Before != E;) {
    Before = E;
    E = E->IgnoreParens();
    if (Value V = constantOf(E))
      return V;
    if (const auto *X = dyn_cast<FullExpr>(E))
      E = X->getSubExpr();
    else if (const auto *X = dyn_cast<MaterializeTemporaryExpr>(E)) {
      E = X->getSubExpr();
      Materialised = true;
    } else if (const auto *X = dyn_cast<CXXBindTemporaryExpr>(E))
      E = X->getSubExpr();
    else if (const auto *X = dyn_cast<CXXStdInitializerListExpr>(E))
      return addressOf(placeOf(X->getSubExpr())); // the array behind it
    else if (const auto *X = dyn_cast<CXXDefaultArgExpr>(E))
      E = X->getExpr();
    else if (const auto *X = dyn_cast<CXXDefaultInitExpr>(E))
      E = X->getExpr();
    else if (const auto *X = dyn_cast<SubstNonTypeTemplateParmExpr>(E))
      E = X->getReplacement();
    else if (const auto *X = dyn_cast<OpaqueValueExpr>(E); X && X->getSourceExpr())
      E = X->getSourceExpr();
    else if (const auto *X = dyn_cast<UnaryOperator>(E); X && X->getOpcode() == UO_Plus)
      E = X->getSubExpr(); // +[] {}: the lambda as a pointer
    else if (const auto *X = dyn_cast<CastExpr>(E)) {
      if (X->getCastKind() == CK_NullToPointer || X->getCastKind() == CK_NullToMemberPointer)
        return make(ValueKind::Null);
      if (X->getCastKind() == CK_ArrayToPointerDecay &&
          !isa<clang::StringLiteral>(X->getSubExpr()->IgnoreParens()))
        return addressOf(placeOf(X->getSubExpr()));
      Loaded |= X->getCastKind() == CK_LValueToRValue;
      CastToXValue |= isa<ExplicitCastExpr>(X) && X->isXValue();
      E = X->getSubExpr();
    }
  }
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(E))
    return make(ValueKind::Null);
  if (const auto *S = dyn_cast<clang::StringLiteral>(E)) {
    Value V = make(ValueKind::String);
    if (S->getCharByteWidth() == 1)
      V.Text = str(S->getString().take_front(64));
    return V;
  }
  if (const auto *L = dyn_cast<LambdaExpr>(E))
    return closureOf(L);
  if (const auto *U = dyn_cast<UnaryOperator>(E); U && U->getOpcode() == UO_AddrOf) {
    const Expr *Sub = U->getSubExpr()->IgnoreParens();
    const auto *D = dyn_cast<DeclRefExpr>(Sub);
    if (D && isa<FunctionDecl>(D->getDecl()))
      return valueOf(Sub);
    return addressOf(placeOf(Sub));
  }
  const ValueDecl *Named = nullptr;
  if (const auto *D = dyn_cast<DeclRefExpr>(E))
    Named = D->getDecl();
  else if (const auto *M = dyn_cast<MemberExpr>(E))
    Named = M->getMemberDecl();
  if (const auto *Fn = dyn_cast_or_null<FunctionDecl>(Named)) {
    Value V = make(ValueKind::Function);
    V.Fn = B.function(Fn);
    return V;
  }
  if (isa<CXXThisExpr>(E))
    return addressOf(thisObject());
  if (const auto *C = dyn_cast<CXXConstructExpr>(E))
    return valueOfConstruct(C);
  if (isa<CXXScalarValueInitExpr, ImplicitValueInitExpr>(E))
    return make(ValueKind::Default);
  if (const auto *I = dyn_cast<InitListExpr>(E)) {
    if (I->getNumInits() == 0 && !Targets.contains(I))
      return make(ValueKind::Default);
    if (I->getNumInits() == 1 && !I->getType()->isRecordType())
      return valueOf(I->getInit(0));
  }
  if (const auto *C = dyn_cast<CXXMemberCallExpr>(E);
      C && C->getMethodDecl() && isa<CXXConversionDecl>(C->getMethodDecl()) &&
      C->getMethodDecl()->getParent()->isLambda())
    return valueOf(C->getImplicitObjectArgument()); // a lambda as a pointer
  Place P = placeOf(E);
  if (!P)
    return make(ValueKind::Unknown);
  if (Loaded || (E->isPRValue() && !Materialised))
    return make(ValueKind::Read, std::move(P));
  return make(E->isXValue() || CastToXValue ? ValueKind::Moved : ValueKind::Address, std::move(P));
}

} // namespace cotidy::extract
