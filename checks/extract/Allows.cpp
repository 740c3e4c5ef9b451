//===- Allows.cpp - which findings a function's source suppresses ---------===//
// NOLINT and its kin in the lines of a function, and annotate("cotidy::allow")
// of the function and of its class, as facts. What a suppression covers is for
// the program to say.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

using facts::Block;
using facts::Fact;
using facts::FactKind;

void BodyBuilder::addAllows(Block &Into) {
  const SourceManager &SM = B.Ctx.getSourceManager();
  SourceLocation Begin = SM.getExpansionLoc(F->getBeginLoc());
  SourceLocation End = SM.getExpansionLoc(F->getEndLoc());
  if (Begin.isInvalid() || End.isInvalid() || !SM.isWrittenInSameFile(Begin, End))
    return;
  const Suppressions &All = B.Files.suppressions(Begin);
  unsigned First = SM.getExpansionLineNumber(Begin), Last = SM.getExpansionLineNumber(End);
  Spot At = B.spot(F->getLocation());
  for (auto It = All.lower_bound(First); It != All.end() && It->first <= Last; ++It) {
    Fact &Out = Into.Facts.emplace_back();
    Out.Kind = FactKind::Allow;
    Out.At = {At.File, It->first, 1};
    Out.Word = str(It->second);
    if (It->first == At.Line) // on the function's first line: all of it
      Out.Val.Kind = facts::ValueKind::String, Out.Val.Text = str("function");
  }
  auto Annotated = [&](const Decl *D, bool All, SourceLocation L) {
    for (const auto *A : D->specific_attrs<AnnotateAttr>()) {
      if (A->getAnnotation() != "cotidy::allow" || A->args_size() < 1)
        continue;
      const auto *Which = dyn_cast<clang::StringLiteral>(peel(*A->args_begin()));
      Fact &Out = Into.Facts.emplace_back();
      Out.Kind = FactKind::Allow;
      Out.At = B.spot(L);
      Out.Word = str(Which ? Which->getString() : StringRef("*"));
      if (All)
        Out.Val.Kind = facts::ValueKind::String, Out.Val.Text = str("function");
    }
  };
  Annotated(F, true, F->getLocation());
  if (const auto *M = dyn_cast<CXXMethodDecl>(F))
    Annotated(M->getParent(), true, F->getLocation());
}

} // namespace cotidy::extract
