//===- Calls.cpp - calls, constructions, awaits ---------------------------===//
// The facts of everything that runs a function: calls of every spelling,
// constructors, and the three calls of an await with the suspension between.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"
#include "facts/Words.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

using facts::FactKind;
using facts::FnId;
using facts::Place;
using facts::Value;
using facts::ValueKind;

void BodyBuilder::addArguments(Fact &Out, ArrayRef<const Expr *> Args) {
  std::vector<Value> Values; // making a value may add locals, never facts
  for (const Expr *A : Args)
    Values.push_back(valueOf(A));
  Out.Args = std::move(Values);
}

/// Calls in default arguments happen at the call that leaves them out; the CFG
/// does not list them.
void BodyBuilder::defaultArguments(ArrayRef<const Expr *> Args, SourceLocation At) {
  for (const Expr *A : Args)
    if (const auto *D = dyn_cast<CXXDefaultArgExpr>(A->IgnoreParens())) {
      SourceLocation Saved = Override;
      if (Override.isInvalid())
        Override = At;
      visitTree(D->getExpr());
      Override = Saved;
    }
}

namespace {
struct LockRow {
  StringRef Name;
  FactKind Kind;
  StringRef Word;
};
} // namespace

/// What a member function does to a lock by its name, if its class has both
/// lock() and unlock().
static const LockRow *lockRow(const CXXMethodDecl *M, const CXXRecordDecl *R) {
  static constexpr LockRow Rows[] = {
      {"lock", FactKind::Acquire, "exclusive"},
      {"try_lock", FactKind::Acquire, "exclusive try"},
      {"lock_shared", FactKind::Acquire, "shared"},
      {"try_lock_shared", FactKind::Acquire, "shared try"},
      {"unlock", FactKind::Release, "exclusive"},
      {"unlock_shared", FactKind::Release, "shared"}};
  if (!M->getIdentifier() || M->isInStdNamespace() || M->getReturnType()->isRecordType() || !R ||
      !findMethod(R, "lock") || !findMethod(R, "unlock"))
    return nullptr;
  const auto *Row = llvm::find_if(Rows, [&](const LockRow &Row) { return M->getName() == Row.Name; });
  return Row == std::end(Rows) ? nullptr : Row;
}

/// Lock operations by shape: lock(), unlock() and kin on a type that has both.
bool BodyBuilder::lockShape(const CallExpr *E, const CXXMethodDecl *M) {
  const auto *C = dyn_cast<CXXMemberCallExpr>(E);
  const LockRow *Row = C ? lockRow(M, C->getObjectType()->getAsCXXRecordDecl()) : nullptr;
  if (!Row)
    return false;
  const Expr *Object = C->getImplicitObjectArgument();
  Place P = Object->getType()->isPointerType() ? pointeeOf(Object) : placeOf(Object);
  Fact &Out = emit(Row->Kind, E->getExprLoc());
  Out.From = std::move(P);
  Out.Word = str(Row->Word);
  return true;
}

void BodyBuilder::taskMade(const Expr *E, FnId Callee) {
  const CXXRecordDecl *R = E->getType()->getAsCXXRecordDecl();
  if (!R || !E->isPRValue())
    return;
  facts::TypeId T = B.type(R);
  bool Gone = Discarded.contains(E) || Voided.contains(E);
  bool Made = B.U.type(T).is(facts::TyHasPromise);
  if (!Made && !(Gone && B.U.type(T).is(facts::TyAwaitable)))
    return;
  Place To = placeOf(E);
  if (Made)
    taskFrom(E, Callee, T, To);
  if (Gone) {
    Fact &Out = emit(FactKind::ConsumeTask, E->getExprLoc());
    Out.From = std::move(To);
    Out.Word = str(Voided.contains(E) ? "discard void" : "discard");
  }
}

void BodyBuilder::taskFrom(const Expr *E, FnId Callee, facts::TypeId T, const Place &To) {
  facts::Start S = B.U.type(T).TaskStart;
  SourceLocation Begin = E->getBeginLoc();
  Fact &Made = emit(FactKind::CreateTask, Begin);
  Made.Callee = Callee;
  Made.Type = T;
  Made.To = To;
  bool Expanded = Begin.isMacroID() || Override.isValid();
  Made.Word = str(std::string(facts::StartWords[unsigned(S)]) + (Expanded ? " expanded" : ""));
}

void BodyBuilder::suspend(const Await &A, const CallExpr *At) {
  Value Awaiter = valueOf(A.Parts.Awaiter);
  Place From = placeOf(A.Parts.Operand);
  const CXXRecordDecl *Task = A.Parts.Operand->getType()->getAsCXXRecordDecl();
  const FunctionDecl *Callee = At->getDirectCallee();
  SourceLocation L = A.Expr->getExprLoc();
  bool Yield = isa<CoyieldExpr>(A.Expr);
  Fact &Out = emit(FactKind::Suspend, L);
  if (Callee)
    Out.Callee = B.function(Callee);
  Out.Recv = std::move(Awaiter);
  Out.From = From;
  Out.Word = str(std::string(maySuspend(A.Parts) ? "may " : "never ") +
                 (Yield ? "yield" : "await"));
  if (Task && From && !Yield && (B.U.type(B.type(Task)).is(facts::TyHasPromise))) {
    Fact &Use = emit(FactKind::ConsumeTask, L);
    Use.From = std::move(From);
    Use.Word = str("await");
  }
}

/// `std::move(t).start()` gives the task in `t` away.
void BodyBuilder::movedObject(const Expr *Object, const CXXMethodDecl *Method,
                              SourceLocation L) {
  const CXXRecordDecl *R = Object->getType()->getAsCXXRecordDecl();
  bool Operator = Method && Method->getOverloadedOperator() != OO_None;
  if (!R || Operator || !Object->IgnoreParenImpCasts()->isXValue() ||
      !B.U.type(B.type(R)).is(facts::TyHasPromise))
    return;
  Place From = placeOf(Object);
  Fact &Gone = emit(FactKind::ConsumeTask, L);
  Gone.From = std::move(From);
  Gone.Word = str("move");
}

void BodyBuilder::call(const CallExpr *E) {
  if (const Expr *Whole = ArmOf.lookup(E); Whole && isIdentityCall(E)) {
    transfer(E, placeOf(Whole), E->getExprLoc());
    return;
  }
  if (isIdentityCall(E) || isa<CXXPseudoDestructorExpr>(E->getCallee()->IgnoreParens()))
    return;
  const FunctionDecl *Callee = E->getDirectCallee();
  if (Callee && Callee->getBuiltinID() &&
      StringRef(Callee->getNameAsString()).starts_with("__builtin_coro"))
    return;
  SmallVector<const Expr *, 8> Args(E->arguments());
  SourceLocation L = Override.isValid() ? Override : E->getExprLoc();
  defaultArguments(Args, L);

  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  if (Method && Method->isLambdaStaticInvoker())
    Callee = Method = Method->getParent()->getLambdaCallOperator();
  const Expr *Object = nullptr;
  bool Virtual = false;
  if (const auto *C = dyn_cast<CXXMemberCallExpr>(E)) {
    Object = C->getImplicitObjectArgument();
    if (Method && Method->isVirtual()) {
      const auto *Name = dyn_cast<MemberExpr>(C->getCallee()->IgnoreParens());
      Virtual = !Name || !Name->hasQualifier();
      if (const CXXMethodDecl *Final = Method->getDevirtualizedMethod(Object, false);
          Virtual && Final) {
        Callee = Method = Final;
        Virtual = false;
      }
    }
  } else if (isa<CXXOperatorCallExpr>(E) && Method && !Method->isStatic()) {
    Object = Args.front();
    Args.erase(Args.begin());
    Virtual = Method->isVirtual();
  }

  if (Method && isa<CXXDestructorDecl>(Method)) {
    if (Object)
      destroy(cast<CXXDestructorDecl>(Method),
              Object->getType()->isPointerType() ? pointeeOf(Object) : placeOf(Object),
              "delete", L);
    return;
  }

  Value Recv;
  if (Object) {
    Recv = valueOf(Object);
    if (Recv.Kind == ValueKind::Read && !Object->getType()->isPointerType())
      Recv.Kind = ValueKind::Address;
    else if (Recv.Kind == ValueKind::Moved)
      Recv.Kind = ValueKind::Address;
    else if (Object->getType()->isPointerType() && Recv.Kind != ValueKind::Address &&
             Recv.Kind != ValueKind::Closure)
      Recv = addressOf(pointeeOf(Object));
  }
  Place To;
  // What an arrow gives stands for the object's own pointee, but is no store.
  const auto *Op = dyn_cast<CXXOperatorCallExpr>(E);
  if (!E->getType()->isVoidType())
    To = E->isGLValue() || (Op && Op->getOperator() == OO_Arrow) ? temporary(E) : placeOf(E);
  FnId Id = Callee ? B.function(Callee) : FnId::None;
  Place From;
  if (!Callee) {
    const Expr *Fn = E->getCallee()->IgnoreParenImpCasts();
    if (const auto *U = dyn_cast<UnaryOperator>(Fn); U && U->getOpcode() == UO_Deref)
      Fn = U->getSubExpr()->IgnoreParenImpCasts();
    if (const auto *M = dyn_cast<BinaryOperator>(Fn);
        M && (M->getOpcode() == BO_PtrMemD || M->getOpcode() == BO_PtrMemI)) {
      Recv = M->getOpcode() == BO_PtrMemI ? addressOf(pointeeOf(M->getLHS()))
                                          : addressOf(placeOf(M->getLHS()));
      Fn = M->getRHS()->IgnoreParenImpCasts();
    }
    From = placeOf(Fn);
    if (!From)
      From = {facts::RootKind::Unknown, 0, facts::StrId::Empty, {}};
  }
  std::vector<Value> Values;
  for (const Expr *A : Args)
    Values.push_back(valueOf(A));
  Fact &Out = emit(Virtual ? FactKind::VirtualCall : FactKind::Call, L);
  Out.Callee = Id;
  Out.Recv = Recv;
  Out.Args = std::move(Values);
  Out.From = std::move(From);
  Out.To = std::move(To);

  if (auto A = Awaits.find(E); A != Awaits.end()) {
    suspend(A->second, E);
    return;
  }
  if (const auto *O = dyn_cast<CXXOperatorCallExpr>(E);
      O && O->isAssignmentOp() && Method && Args.size() == 1)
    storeTo(placeOf(O->getArg(0)), Args.front(), L);
  if (Callee && !(Method && lockShape(E, Method)))
    capabilities(Callee, {Recv.Where, Args, Method && Method->getParent()->hasAttr<ScopedLockableAttr>()}, L);
  if (Object)
    movedObject(Object, Method, L);
  taskMade(E, Id);
  written(E);
}

/// What the object in `Source` holds goes into `To`, by copy or move.
void BodyBuilder::transfer(const Expr *Source, const Place &To, SourceLocation L) {
  Value V = valueOf(Source);
  if (V.Kind == ValueKind::Moved || V.Kind == ValueKind::Address ||
      (V.Kind == ValueKind::Read && V.Where)) {
    if (V.Where == To)
      return;
    Fact &Out = emit(V.Kind == ValueKind::Moved ? FactKind::Move : FactKind::Copy, L);
    Out.From = std::move(V.Where);
    Out.To = To;
    return;
  }
  Fact &Out = emit(FactKind::Store, L);
  Out.To = To;
  Out.Val = std::move(V);
}

void BodyBuilder::construct(const CXXConstructExpr *E) {
  const CXXConstructorDecl *C = E->getConstructor();
  if (E->getConstructionKind() == CXXConstructionKind::Complete)
    B.markConstructed(C->getParent()); // not as the base of something else
  SmallVector<const Expr *, 8> Args(E->arguments());
  SourceLocation L = Override.isValid() ? Override : E->getExprLoc();
  defaultArguments(Args, L);
  Place To = placeOf(E);
  bool CopiesOrMoves = C->isCopyOrMoveConstructor() && !Args.empty();
  if (!(C->isTrivial() || (C->isImplicit() && C->getParent()->isLambda()))) {
    FnId Id = B.function(C);
    std::vector<Value> Values;
    for (const Expr *A : Args)
      Values.push_back(valueOf(A));
    Fact &Out = emit(FactKind::Call, L);
    Out.Callee = Id;
    Out.Recv = addressOf(To);
    Out.Args = std::move(Values);
    capabilities(C, {To, Args, C->getParent()->hasAttr<ScopedLockableAttr>()}, L);
  }
  if (CopiesOrMoves)
    transfer(Args.front(), To, L);
  builtForNothing(E, To);
}

/// `pause{};`: an object that its statement makes and lets go.
void BodyBuilder::builtForNothing(const Expr *E, const Place &To) {
  if (!isUserBody() || !Discarded.contains(E) || !To)
    return;
  Fact &Out = emit(FactKind::ConsumeTask, E->getExprLoc());
  Out.From = To;
  Out.Word = str("discard built");
}

} // namespace cotidy::extract
