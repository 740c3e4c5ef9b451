//===- Written.cpp - how a call is spelled --------------------------------===//
// Where the parts of a coroutine's call stand in the source, for fixes that
// turn the call into an await. Only of calls that such a fix can take: one line,
// no macro, nothing done with the result by what follows.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"

#include "clang/Lex/Lexer.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

using facts::FactKind;
using facts::ValueKind;

/// Where the name of a free function or the object of a member function ends,
/// if the call has the arguments that a fix wants.
SourceLocation BodyBuilder::endOfFirst(const CallExpr *E) {
  if (const auto *M = dyn_cast<CXXMemberCallExpr>(E)) {
    const auto *Callee = dyn_cast<MemberExpr>(M->getCallee()->IgnoreParens());
    if (!Callee || Callee->isArrow() || Callee->isImplicitAccess() || E->getNumArgs() != 0)
      return {};
    const CXXRecordDecl *R = Callee->getBase()->getType()->getAsCXXRecordDecl();
    bool MayBeAwaited = R && B.U.type(B.type(R)).is(facts::TyAwaitable);
    return MayBeAwaited ? Callee->getBase()->getEndLoc() : SourceLocation();
  }
  const Expr *Callee = E->getCallee()->IgnoreImpCasts();
  if (!isa<DeclRefExpr>(Callee) || isa<CXXOperatorCallExpr>(E) || E->getNumArgs() == 0)
    return {};
  for (unsigned I = 1; I < E->getNumArgs(); ++I)
    if (!isa<CXXDefaultArgExpr>(E->getArg(I)))
      return {};
  return isa<CXXDefaultArgExpr>(E->getArg(0)) ? SourceLocation() : Callee->getEndLoc();
}

void BodyBuilder::written(const CallExpr *E) {
  if (!IsUser || !F || !isa_and_present<CoroutineBodyStmt>(F->getBody()) ||
      isa<UserDefinedLiteral>(E))
    return;
  SourceLocation Begin = E->getBeginLoc(), First = endOfFirst(E), End = E->getEndLoc();
  if (Override.isValid() || Begin.isMacroID() || !First.isValid() || First.isMacroID() ||
      End.isMacroID())
    return;
  const SourceManager &SM = B.Ctx.getSourceManager();
  const LangOptions &Lang = B.Ctx.getLangOpts();
  FileID File = SM.getFileID(Begin);
  unsigned Start = SM.getFileOffset(Begin);
  First = Lexer::getLocForEndOfToken(First, 0, SM, Lang);
  End = Lexer::getLocForEndOfToken(End, 0, SM, Lang);
  if (!First.isValid() || !End.isValid() || SM.getFileID(First) != File || SM.getFileID(End) != File)
    return;
  StringRef Text = SM.getBufferData(File);
  unsigned Middle = SM.getFileOffset(First), Behind = SM.getFileOffset(End);
  if (Middle <= Start || Behind <= Middle || Behind > Text.size() ||
      Text.slice(Start, Behind).contains('\n'))
    return;
  // A postfix operator would bind to what is awaited.
  StringRef Next = Text.substr(Behind).ltrim();
  if (Next.empty() || !StringRef(";,)}").contains(Next.front()))
    return;
  facts::Value Lengths[2];
  Lengths[0].Kind = Lengths[1].Kind = ValueKind::Integer;
  Lengths[0].Int = Middle - Start;
  Lengths[1].Int = Behind - Start;
  Fact &Out = emit(FactKind::Written, Begin);
  Out.Args.assign(std::begin(Lengths), std::end(Lengths));
  Out.Word = str(isa<CXXMemberCallExpr>(E) ? "object" : "name");
}

} // namespace cotidy::extract
