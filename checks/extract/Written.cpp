//===- Written.cpp - what the text says beyond the tree --------------------===//
// Where the parts of a coroutine's call stand in the source, for fixes that
// turn the call into an await. Only of calls that such a fix can take: one line,
// no macro, nothing done with the result by what follows. And which variables
// the text does not mention again, not even where the compiler does not look.
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

/// The rest of the function's text has the variable's name in it: in a branch
/// that is not taken, an unevaluated operand, the argument of a macro.
bool BodyBuilder::isWrittenAgain(const VarDecl *V) const {
  const SourceManager &SM = B.Ctx.getSourceManager();
  SourceLocation At = SM.getSpellingLoc(V->getLocation());
  SourceLocation End;
  if (F && F->getBody())
    End = SM.getSpellingLoc(F->getBody()->getEndLoc());
  if (!End.isValid() || SM.getFileID(At) != SM.getFileID(End))
    return true;
  StringRef Text = SM.getBufferData(SM.getFileID(At));
  Lexer Rest(SM.getLocForStartOfFile(SM.getFileID(At)), B.Ctx.getLangOpts(), Text.begin(),
             Text.begin() + SM.getFileOffset(At), Text.end());
  unsigned Seen = 0;
  unsigned Last = SM.getFileOffset(End);
  for (Token T; !Rest.LexFromRawLexer(T) && SM.getFileOffset(T.getLocation()) <= Last;)
    if (T.is(tok::raw_identifier) && T.getRawIdentifier() == V->getName() && ++Seen > 1)
      return true;
  return Seen == 0; // the name is pasted together
}

/// A task that only such text mentions, as `assert(!t.failed());` does where
/// assertions are off, counts as looked at.
void BodyBuilder::mentionedInText(const VarDecl *V, const Place &To) {
  const CXXRecordDecl *R = V->getType()->getAsCXXRecordDecl();
  if (!isUserBody() || !R || V->isReferenced())
    return;
  const facts::Type &T = B.U.type(B.type(R));
  if ((T.is(facts::TyHasPromise) || T.is(facts::TyAwaitable)) && isWrittenAgain(V))
    emit(FactKind::Load, V->getLocation()).From = To;
}

/// `pause p;`: a variable of a class without an end of its own that a
/// constructor made, and that is not mentioned again.
void BodyBuilder::builtForNothing(const VarDecl *V, const Place &To) {
  const CXXRecordDecl *R = V->getType()->getAsCXXRecordDecl();
  if (!isUserBody() || !R || !R->hasTrivialDestructor() || V->isReferenced() || V->isStaticLocal() ||
      V->getName().empty() || V->hasAttr<UnusedAttr>() || V->isCXXForRangeDecl() ||
      V->isExceptionVariable() || B.Ctx.getSourceManager().isMacroBodyExpansion(V->getBeginLoc()))
    return;
  const Expr *Init = peel(V->getInit());
  const auto *C = dyn_cast<CXXConstructExpr>(Init);
  bool Built = C ? !C->getConstructor()->isCopyOrMoveConstructor()
                 : isa<InitListExpr, CXXParenListInitExpr>(Init);
  if (!Built || isWrittenAgain(V))
    return;
  Fact &Out = emit(FactKind::ConsumeTask, V->getLocation());
  Out.From = To;
  Out.Word = str("discard built");
}

} // namespace cotidy::extract
