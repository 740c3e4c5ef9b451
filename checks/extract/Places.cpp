//===- Places.cpp - where an expression's object lives --------------------===//
// Names places: a root and a path. Captured variables are fields of the
// closure; smart pointers and iterators are followed by what their operators
// mean, not by their bodies.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

using facts::Place;
using facts::RootKind;
using facts::StepKind;
using facts::StrId;

static constexpr unsigned MaxPath = 12;

Place BodyBuilder::with(Place P, StepKind K) {
  if (P && P.Path.size() < MaxPath)
    P.Path.push_back({K, StrId::Empty});
  return P;
}

Place BodyBuilder::withField(Place P, StrId Name) {
  if (P && P.Path.size() < MaxPath)
    P.Path.push_back({StepKind::Field, Name});
  return P;
}

Place BodyBuilder::local(const VarDecl *V) {
  auto [It, New] = LocalIds.try_emplace(V, Locals.size());
  if (New) {
    facts::Local L;
    L.Name = str(V->getName());
    L.TypeName = B.typeName(V->getType());
    L.Type = B.type(V->getType());
    L.At = B.spot(V->getLocation());
    L.Reference = V->getType()->isReferenceType();
    Locals.push_back(L);
  }
  return {RootKind::Local, It->second, StrId::Empty, {}};
}

Place BodyBuilder::temporary(const Expr *E) {
  auto [It, New] = TemporaryIds.try_emplace(E, Locals.size());
  if (New) {
    facts::Local L;
    L.TypeName = B.typeName(E->getType());
    L.Type = B.type(E->getType());
    L.At = B.spot(Override.isValid() ? Override : E->getExprLoc());
    L.Reference = E->isGLValue();
    Locals.push_back(L);
  }
  return {RootKind::Local, It->second, StrId::Empty, {}};
}

Place BodyBuilder::thisObject() {
  Place P{RootKind::This, 0, StrId::Empty, {}};
  if (!Closure)
    return P;
  bool ByCopy = false;
  for (const LambdaCapture &C : Closure->captures())
    ByCopy |= C.getCaptureKind() == LCK_StarThis;
  P = withField(std::move(P), str(B.N.capture(Closure, nullptr)));
  return ByCopy ? P : with(std::move(P), StepKind::Pointee);
}

Place BodyBuilder::placeOfVar(const ValueDecl *V, bool Captured) {
  if (const auto *Binding = dyn_cast<BindingDecl>(V)) {
    if (const VarDecl *Holder = Binding->getHoldingVar())
      return local(Holder);
    return Binding->getBinding() ? placeOf(Binding->getBinding()) : Place{};
  }
  const auto *Var = dyn_cast<VarDecl>(V);
  if (!Var)
    return {};
  if (Captured && Closure)
    return withField({RootKind::This, 0, StrId::Empty, {}},
                     str(B.N.capture(Closure, Var)));
  if (Var->hasGlobalStorage())
    return {RootKind::Global, 0, str(B.N.entity(Var)), {}};
  if (const auto *P = dyn_cast<ParmVarDecl>(Var)) {
    unsigned I = P->getFunctionScopeIndex();
    bool Mine = F && I < F->getNumParams() && F->getParamDecl(I) == P;
    return Mine ? Place{RootKind::Param, I, StrId::Empty, {}}
                : Place{RootKind::Unknown, 0, StrId::Empty, {}};
  }
  return local(Var);
}

bool isIdentityCall(const CallExpr *E) {
  const FunctionDecl *F = E->getDirectCallee();
  if (!F || !F->isInStdNamespace() || !F->getIdentifier() || E->getNumArgs() != 1)
    return false;
  return StringSwitch<bool>(F->getName())
      .Cases({"move", "forward", "addressof", "__addressof", "as_const"}, true)
      .Cases({"move_if_noexcept", "forward_like", "launder", "ref", "cref"}, true)
      .Default(false);
}

/// What a pointer expression points to.
Place BodyBuilder::pointeeOf(const Expr *Pointer) {
  const Expr *E = Pointer->IgnoreParenImpCasts();
  if (isa<CXXThisExpr>(E))
    return thisObject();
  if (const auto *U = dyn_cast<UnaryOperator>(E); U && U->getOpcode() == UO_AddrOf)
    return placeOf(U->getSubExpr());
  if (const auto *C = dyn_cast<CallExpr>(E)) {
    const FunctionDecl *Callee = C->getDirectCallee();
    if (isIdentityCall(C)) // std::addressof
      return placeOf(C->getArg(0));
    if (const auto *O = dyn_cast<CXXOperatorCallExpr>(C))
      if (O->getOperator() == OO_Arrow)
        return with(placeOf(O->getArg(0)), StepKind::Pointee);
    if (const auto *M = dyn_cast<CXXMemberCallExpr>(C))
      if (Callee && Callee->getIdentifier() && Callee->getName() == "get" &&
          Callee->isInStdNamespace())
        return with(placeOf(M->getImplicitObjectArgument()), StepKind::Pointee);
  }
  return with(placeOf(E), StepKind::Pointee);
}

/// The place that a call's result names, for operators and accessors whose
/// meaning is fixed; otherwise a temporary.
Place BodyBuilder::placeOfCall(const CallExpr *E) {
  if (isIdentityCall(E))
    return placeOf(E->getArg(0));
  if (const auto *O = dyn_cast<CXXOperatorCallExpr>(E)) {
    switch (O->getOperator()) {
    case OO_Star:
      if (O->getNumArgs() == 1)
        return with(placeOf(O->getArg(0)), StepKind::Pointee);
      break;
    case OO_Arrow:
      return placeOf(O->getArg(0)); // the pointer; the arrow adds the step
    case OO_Subscript:
      if (O->isGLValue())
        return with(placeOf(O->getArg(0)), StepKind::Element);
      break;
    case OO_Equal:
      if (O->isGLValue())
        return placeOf(O->getArg(0));
      break;
    default:
      break;
    }
  }
  if (const auto *M = dyn_cast<CXXMemberCallExpr>(E)) {
    const CXXMethodDecl *D = M->getMethodDecl();
    if (D && D->getIdentifier() && D->isInStdNamespace() && E->isGLValue()) {
      StringRef Name = D->getName();
      Place Object = M->getImplicitObjectArgument()->getType()->isPointerType()
                         ? pointeeOf(M->getImplicitObjectArgument())
                         : placeOf(M->getImplicitObjectArgument());
      if (Name == "front" || Name == "back" || Name == "at" || Name == "top")
        return with(std::move(Object), StepKind::Element);
      if (Name == "value" || Name == "get")
        return with(std::move(Object), StepKind::Pointee);
    }
  }
  return temporary(E);
}

Place BodyBuilder::placeOf(const Expr *E) {
  if (!E)
    return {};
  E = E->IgnoreParens();
  if (auto Target = Targets.find(E); Target != Targets.end())
    return Target->second;
  if (const auto *X = dyn_cast<FullExpr>(E))
    return placeOf(X->getSubExpr());
  if (const auto *X = dyn_cast<MaterializeTemporaryExpr>(E))
    return placeOf(X->getSubExpr());
  if (const auto *X = dyn_cast<CXXBindTemporaryExpr>(E))
    return placeOf(X->getSubExpr());
  if (const auto *X = dyn_cast<CXXStdInitializerListExpr>(E))
    return placeOf(X->getSubExpr());
  if (const auto *X = dyn_cast<CXXDefaultArgExpr>(E))
    return placeOf(X->getExpr());
  if (const auto *X = dyn_cast<CXXDefaultInitExpr>(E))
    return placeOf(X->getExpr());
  if (const auto *X = dyn_cast<SubstNonTypeTemplateParmExpr>(E))
    return placeOf(X->getReplacement());
  if (const auto *X = dyn_cast<OpaqueValueExpr>(E))
    return placeOf(X->getSourceExpr());
  if (const auto *X = dyn_cast<CastExpr>(E))
    return placeOf(X->getSubExpr());
  if (const auto *X = dyn_cast<DeclRefExpr>(E))
    return placeOfVar(X->getDecl(), X->refersToEnclosingVariableOrCapture());
  if (const auto *X = dyn_cast<MemberExpr>(E)) {
    if (const auto *V = dyn_cast<VarDecl>(X->getMemberDecl()))
      return placeOfVar(V, false);
    const auto *Field = dyn_cast<FieldDecl>(X->getMemberDecl());
    if (!Field)
      return {};
    Place Base = X->isArrow() ? pointeeOf(X->getBase()) : placeOf(X->getBase());
    if (Field->isAnonymousStructOrUnion())
      return Base;
    return withField(std::move(Base), str(B.N.field(Field)));
  }
  if (isa<CXXThisExpr>(E))
    return thisObject();
  if (const auto *X = dyn_cast<UnaryOperator>(E)) {
    switch (X->getOpcode()) {
    case UO_Deref:
      return pointeeOf(X->getSubExpr());
    case UO_AddrOf:
    case UO_PreInc:
    case UO_PreDec:
    case UO_Extension:
      return placeOf(X->getSubExpr());
    default:
      return {};
    }
  }
  if (const auto *X = dyn_cast<ArraySubscriptExpr>(E))
    return with(placeOf(X->getBase()), StepKind::Element);
  if (const auto *X = dyn_cast<BinaryOperator>(E)) {
    if (X->isAssignmentOp())
      return placeOf(X->getLHS());
    if (X->getOpcode() == BO_Comma)
      return placeOf(X->getRHS());
    if (X->getOpcode() == BO_PtrMemD || X->getOpcode() == BO_PtrMemI)
      return with(placeOf(X->getLHS()), StepKind::Element);
    return {};
  }
  if (const auto *X = dyn_cast<CoroutineSuspendExpr>(E)) {
    const CallExpr *Resume = partsOf(X).Resume;
    return Resume ? placeOf(Resume) : Place{};
  }
  if (const auto *X = dyn_cast<CallExpr>(E))
    return placeOfCall(X);
  if (isa<CXXConstructExpr, LambdaExpr, InitListExpr, CXXParenListInitExpr, CXXNewExpr,
          AbstractConditionalOperator, CXXInheritedCtorInitExpr, CompoundLiteralExpr>(E))
    return temporary(E);
  return {};
}

} // namespace cotidy::extract
