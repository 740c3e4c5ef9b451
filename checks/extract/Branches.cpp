//===- Branches.cpp - what a condition asks -------------------------------===//
// Reduces the condition of a two-way branch to one test of one place. The CFG
// has already split && and ||. What is not understood is the test 'other'.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

using facts::Place;
using facts::Value;
using facts::ValueKind;

static const Expr *operandOf(const CallExpr *C, unsigned I) {
  if (const auto *M = dyn_cast<CXXMemberCallExpr>(C))
    return I == 0 ? M->getImplicitObjectArgument() : nullptr;
  return I < C->getNumArgs() ? C->getArg(I) : nullptr;
}

static StringRef accessorTest(const CXXMethodDecl *M) {
  if (isa<CXXConversionDecl>(M))
    return cast<CXXConversionDecl>(M)->getConversionType()->isBooleanType() ? "owns" : "";
  if (!M->getIdentifier() || M->getNumParams() != 0)
    return "";
  return StringSwitch<StringRef>(M->getName())
      .Cases({"has_value", "owns_lock", "owns", "engaged"}, "owns")
      .Cases({"ready", "is_ready", "await_ready", "available", "done", "failed"}, "ready")
      .Cases({"empty", "isEmpty"}, "empty")
      .Default("");
}

BodyBuilder::Test BodyBuilder::testOf(const Expr *E) {
  E = peel(E);
  Test Out;
  if (const auto *U = dyn_cast<UnaryOperator>(E); U && U->getOpcode() == UO_LNot) {
    Out = testOf(U->getSubExpr());
    Out.Negated = !Out.Negated;
    return Out;
  }
  if (const auto *R = dyn_cast<CXXRewrittenBinaryOperator>(E))
    return testOf(R->getSemanticForm());
  const Expr *Left = nullptr, *Right = nullptr;
  BinaryOperatorKind Op = BO_Comma;
  if (const auto *O = dyn_cast<BinaryOperator>(E)) {
    if (O->isAssignmentOp() || O->getOpcode() == BO_Comma)
      return testOf(O->getOpcode() == BO_Comma ? O->getRHS() : O->getLHS());
    Left = O->getLHS(), Right = O->getRHS(), Op = O->getOpcode();
  } else if (const auto *O = dyn_cast<CXXOperatorCallExpr>(E)) {
    if (O->getNumArgs() == 2 && (O->getOperator() == OO_EqualEqual ||
                                 O->getOperator() == OO_ExclaimEqual)) {
      Left = O->getArg(0), Right = O->getArg(1);
      Op = O->getOperator() == OO_EqualEqual ? BO_EQ : BO_NE;
    } else if (O->getOperator() == OO_Exclaim) {
      Out = testOf(O->getArg(0));
      Out.Negated = !Out.Negated;
      return Out;
    }
  }
  if (Left && Right && (Op == BO_EQ || Op == BO_NE || BinaryOperator::isRelationalOp(Op))) {
    Value L = valueOf(Left), R = valueOf(Right);
    bool LeftConstant = L.Kind != ValueKind::Unknown && !L.Where;
    if (LeftConstant) {
      std::swap(L, R);
      if (BinaryOperator::isRelationalOp(Op))
        Op = BinaryOperator::reverseComparisonOp(Op);
    }
    Out.From = L.Where;
    if (!Out.From)
      Out.From = placeOf(peel(LeftConstant ? Right : Left));
    Out.Against = std::move(R);
    Out.Negated = Op == BO_NE || Op == BO_GT || Op == BO_GE;
    if (Op == BO_EQ || Op == BO_NE)
      Out.Word = Out.Against.Kind == ValueKind::Null ? "null" : "equals";
    else // a > b is not (a <= b); a >= b is not (a < b)
      Out.Word = Op == BO_LT || Op == BO_GE ? "less" : "less-equal";
    if (Out.Word == "null")
      Out.Against = {};
    return Out;
  }
  if (const auto *C = dyn_cast<CallExpr>(E)) {
    const auto *M = dyn_cast_or_null<CXXMethodDecl>(C->getDirectCallee());
    StringRef Word = M && !M->isStatic() ? accessorTest(M) : StringRef();
    if (const Expr *Object = Word.empty() ? nullptr : operandOf(C, 0)) {
      Out.From = Object->getType()->isPointerType() ? pointeeOf(Object) : placeOf(Object);
      Out.Word = Word.str();
      return Out;
    }
  }
  Out.From = placeOf(E);
  QualType T = E->getType();
  if (T->isAnyPointerType() || T->isMemberPointerType()) {
    Out.Word = "null";
    Out.Negated = true; // `if (p)`: taken when p is not null
  } else if (Out.From) {
    Out.Word = "bool";
  }
  return Out;
}

bool BodyBuilder::addBranch(const Expr *Condition) {
  Test T = testOf(Condition);
  if (!T.From) {
    T.From = {facts::RootKind::Unknown, 0, facts::StrId::Empty, {}};
    T.Word = "other";
    T.Against = {};
  }
  Fact &Out = emit(facts::FactKind::Branch, Condition->getExprLoc());
  Out.From = std::move(T.From);
  Out.Word = str(T.Word);
  Out.Val = std::move(T.Against);
  return T.Negated;
}

} // namespace cotidy::extract
