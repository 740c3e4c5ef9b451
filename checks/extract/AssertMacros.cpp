//===- AssertMacros.cpp - the failing side of an assertion ----------------===//
// Finds branches that only an assertion's failure takes: a macro's body tests
// the macro's argument and, if it fails, does what the macro alone spells.
// Nothing that happens there counts (design, section 5), so control is taken
// not to come back. Macros that return, break or await there are no assertions.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

namespace {
class MacroText {
public:
  explicit MacroText(const SourceManager &SM) : SM(SM) {}

  bool inBody(SourceLocation L) const {
    return L.isMacroID() && SM.isMacroBodyExpansion(L);
  }
  /// Some part of `S` was handed to a macro as its argument.
  bool hasArgument(const Stmt *S) const {
    if (!S)
      return false;
    SourceLocation L = S->getBeginLoc();
    if (L.isMacroID() && SM.isMacroArgExpansion(L))
      return true;
    for (const Stmt *Child : S->children())
      if (hasArgument(Child))
        return true;
    return false;
  }

private:
  const SourceManager &SM;
};
} // namespace

/// Leaves by itself, or suspends: then the macro is no assertion.
static bool leaves(const Stmt *S) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (isa<ReturnStmt, CoreturnStmt, CoroutineSuspendExpr, BreakStmt, ContinueStmt, GotoStmt>(S))
    return true;
  for (const Stmt *Child : S->children())
    if (leaves(Child))
      return true;
  return false;
}

const Stmt *failingSide(const CFGBlock &X, const SourceManager &SM) {
  const Stmt *T = X.getTerminatorStmt();
  const Expr *Condition = nullptr;
  const Stmt *Side = nullptr;
  if (const auto *If = dyn_cast_or_null<IfStmt>(T)) {
    if (If->getElse())
      return nullptr;
    Condition = If->getCond();
    Side = If->getThen();
  } else if (const auto *C = dyn_cast_or_null<ConditionalOperator>(T)) {
    Condition = C->getCond();
    Side = C->getFalseExpr();
  }
  if (!Condition || !Side)
    return nullptr;
  MacroText Text(SM);
  if (!Text.inBody(T->getBeginLoc()) && !Text.inBody(Side->getBeginLoc()))
    return nullptr;
  if (!Text.inBody(Side->getBeginLoc()) || !Text.hasArgument(Condition))
    return nullptr;
  return leaves(Side) ? nullptr : Side;
}

} // namespace cotidy::extract
