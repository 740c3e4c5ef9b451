//===- Ends.cpp - where variables without destructor end ------------------===//
// A variable that nothing has to destroy ends too, and what refers to it must
// know. The graph tells where; ends of variables that nothing refers to are
// left out again.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

using facts::Block;
using facts::Fact;
using facts::FactKind;

/// Where the scope of a variable is left.
SourceLocation BodyBuilder::endOf(const VarDecl *V, const Stmt *Trigger) {
  const SourceManager &SM = B.Ctx.getSourceManager();
  SourceLocation End = Trigger ? Trigger->getEndLoc() : V->getLocation();
  if (!SM.isWrittenInSameFile(SM.getExpansionLoc(End), SM.getExpansionLoc(V->getLocation())))
    return V->getLocation();
  return End;
}

/// A variable without destructor ends too: what refers to it must know.
void BodyBuilder::end(const CFGLifetimeEnds &E) {
  const VarDecl *V = E.getVarDecl();
  if (isa<ParmVarDecl>(V) || V->hasGlobalStorage() || V->getType()->isReferenceType() ||
      V->needsDestruction(B.Ctx) != QualType::DK_none)
    return;
  Fact &Out = emit(FactKind::Destroy, endOf(V, E.getTriggerStmt()));
  Out.From = placeOfVar(V, false);
  Out.Word = str("scope");
}

static void noteReferred(const facts::Value &V, std::vector<bool> &Referred) {
  if (V.Kind == facts::ValueKind::Address && V.Where.Root == facts::RootKind::Local)
    Referred[V.Where.Index] = true;
  for (const facts::Capture &C : V.Captures)
    noteReferred(C.What, Referred);
}

/// Ends of variables that nothing refers to concern nobody.
void BodyBuilder::dropIdleEnds(facts::Function &Out) const {
  std::vector<bool> Referred(Locals.size());
  for (const Block &X : Out.Blocks)
    for (const Fact &A : X.Facts) {
      if (A.Kind == FactKind::Borrow && A.From.Root == facts::RootKind::Local)
        Referred[A.From.Index] = true;
      noteReferred(A.Recv, Referred);
      noteReferred(A.Val, Referred);
      for (const Value &V : A.Args)
        noteReferred(V, Referred);
    }
  for (Block &X : Out.Blocks)
    llvm::erase_if(X.Facts, [&](const Fact &A) {
      return A.Kind == FactKind::Destroy && A.Callee == facts::FnId::None &&
             A.From.Root == facts::RootKind::Local && !Referred[A.From.Index];
    });
}

} // namespace cotidy::extract
