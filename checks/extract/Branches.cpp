//===- Branches.cpp - what a condition asks -------------------------------===//
// Reduces the condition of a two-way branch to one test of one place. The CFG
// has already split && and ||. What is not understood is the test 'other'.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"

#include <algorithm>

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

/// Nothing if the switch is no chain of tests of one place: a range of values, a
/// value computed on the spot, or more cases than anybody tells apart.
std::optional<BodyBuilder::Cases> BodyBuilder::casesOf(const CFGBlock &X) {
  static constexpr unsigned MostCases = 64;
  const auto *S = dyn_cast_or_null<SwitchStmt>(X.getTerminatorStmt());
  Cases Out;
  Out.Tested = S && S->getCond() ? peel(S->getCond()) : nullptr;
  if (!Out.Tested || !isa<DeclRefExpr, MemberExpr>(Out.Tested) || X.succ_size() > MostCases)
    return std::nullopt;
  for (const CFGBlock *To : X.succs()) {
    if (!To)
      continue;
    const auto *Case = dyn_cast_or_null<CaseStmt>(To->getLabel());
    if (!Case) {
      Out.Else = To;
      continue;
    }
    Value V = Case->caseStmtIsGNURange() ? Value() : constantOf(Case->getLHS()->IgnoreParens());
    if (!V || V.Kind == ValueKind::Unknown)
      return std::nullopt;
    Out.Tests.emplace_back(std::move(V), To);
  }
  std::ranges::reverse(Out.Tests); // the graph has them backwards
  if (!Out.Else && !Out.Tests.empty()) { // every value has a case
    Out.Else = Out.Tests.back().second;
    Out.Tests.pop_back();
  }
  if (Out.Tests.empty())
    return std::nullopt;
  return Out;
}

void BodyBuilder::addCases(const Cases &C, uint32_t First, uint32_t Chain,
                           facts::Function &Out) {
  for (size_t I = 0; I < C.Tests.size(); ++I) {
    facts::Block &Into = Out.Blocks[I == 0 ? First : Chain + I - 1];
    Current = &Into;
    Fact &Test = emit(facts::FactKind::Branch, C.Tested->getExprLoc());
    Test.From = placeOf(C.Tested);
    Test.Word = str("equals");
    Test.Val = C.Tests[I].first;
    bool Last = I + 1 == C.Tests.size();
    uint32_t Next = Last ? Index[C.Else->getBlockID()] : uint32_t(Chain + I);
    Into.Successors.push_back({Index[C.Tests[I].second->getBlockID()], facts::EdgeKind::Normal});
    Into.Successors.push_back({Next, facts::EdgeKind::Normal});
  }
}

} // namespace cotidy::extract
