//===- BodyBuilder.h - from one body to its blocks of facts -----*- C++ -*-===//
// Reads one function's body through clang's CFG, corrected as clang-facts
// demands: suspensions stand where the coroutine may leave, destructors that
// the CFG lists twice or wrongly are dropped, prologue and epilogue of
// coroutines are added. Judges nothing, knows no library but std's casts.
//===----------------------------------------------------------------------===//
#pragma once

#include "extract/Coroutines.h"
#include "extract/UnitBuilder.h"

#include "clang/Analysis/CFG.h"
#include "llvm/ADT/DenseSet.h"

namespace cotidy::extract {

class BodyBuilder {
public:
  BodyBuilder(UnitBuilder &B, const clang::FunctionDecl *F);

  /// Fills the locals and blocks of `Out`. False if there is no graph.
  bool build(facts::Function &Out);

  /// The facts of one initialiser, outside any function (static storage).
  void buildStaticInit(const clang::VarDecl *V, facts::Block &Into);
  /// The facts of a member's default initialiser, outside any constructor.
  void buildMemberInit(const clang::FieldDecl *Member, facts::Block &Into);
  std::vector<facts::Local> takeLocals() { return std::move(Locals); }

private:
  using Fact = facts::Fact;
  using Place = facts::Place;
  using Value = facts::Value;

  // Blocks.cpp: the graph.
  void addBlocks(const clang::CFG &G, facts::Function &Out);
  void endFailedAssertions(const clang::CFG &G, facts::Function &Out);
  void addHandlerEdges(const clang::CFG &G, facts::Function &Out);
  void addElement(const clang::CFGElement &E, const clang::CFGBlock &B);
  void addPrologue(facts::Function &Out);
  void addEpilogue(facts::Block &Fallen, facts::Block &Into);
  void addAllows(facts::Block &Into);
  void end(const clang::CFGLifetimeEnds &E);
  void dropIdleEnds(facts::Function &Out) const;
  clang::SourceLocation endOf(const clang::VarDecl *V, const clang::Stmt *Trigger);
  void destroy(const clang::CXXDestructorDecl *D, Place P, llvm::StringRef Why,
               clang::SourceLocation L);
  std::vector<uint32_t> Index; ///< CFG block id -> block number, ~0 if unreachable

  // Branches.cpp: conditions.
  /// Adds the Branch fact; true if the successors must be exchanged.
  bool addBranch(const clang::Expr *Condition);
  struct Test {
    Place From;
    std::string Word = "other";
    Value Against;
    bool Negated = false;
  };
  Test testOf(const clang::Expr *E);
  /// A switch as a chain of tests: each goes to its case or to the next test,
  /// the last to `Else`.
  struct Cases {
    const clang::Expr *Tested = nullptr;
    std::vector<std::pair<Value, const clang::CFGBlock *>> Tests;
    const clang::CFGBlock *Else = nullptr;
  };
  std::optional<Cases> casesOf(const clang::CFGBlock &X);
  void addCases(const Cases &C, uint32_t First, uint32_t Chain, facts::Function &Out);

  // Targets.cpp: what a prvalue fills, and which temporaries live on.
  void findTargets(const clang::Stmt *Body);
  void assignTarget(const clang::Expr *E, const Place &P);
  void fillByArms(const clang::AbstractConditionalOperator *C);
  void own(const clang::Stmt *S, bool Owned);
  void noteAwait(const clang::CoroutineSuspendExpr *E);
  void skipMachinery(const clang::Stmt *S, const clang::CallExpr *But);
  llvm::DenseMap<const clang::Expr *, Place> Targets;
  llvm::DenseMap<const clang::CallExpr *, const clang::Expr *> ArmOf; ///< rvalue casts
  llvm::DenseSet<const clang::CXXBindTemporaryExpr *> OwnedTemporaries;
  llvm::DenseSet<const clang::Stmt *> Machinery; ///< of awaits: no facts
  llvm::DenseSet<const clang::Expr *> Discarded; ///< values of statements
  llvm::DenseSet<const clang::Expr *> Voided;    ///< cast to void
  struct Await {
    const clang::CoroutineSuspendExpr *Expr;
    AwaitParts Parts;
  };
  llvm::DenseMap<const clang::CallExpr *, Await> Awaits; ///< by await_suspend's call

  // Statements.cpp and Calls.cpp: one element each.
  void visit(const clang::Stmt *S);
  void visitTree(const clang::Stmt *S, unsigned Depth = 0);
  void call(const clang::CallExpr *E);
  void construct(const clang::CXXConstructExpr *E);
  void builtForNothing(const clang::Expr *E, const facts::Place &To);
  void suspend(const Await &A, const clang::CallExpr *At);
  void taskMade(const clang::Expr *E, facts::FnId Callee);
  void taskFrom(const clang::Expr *E, facts::FnId Callee, facts::TypeId T, const facts::Place &To);
  void written(const clang::CallExpr *E);
  void builtForNothing(const clang::VarDecl *V, const facts::Place &To);
  void mentionedInText(const clang::VarDecl *V, const facts::Place &To);
  bool isWrittenAgain(const clang::VarDecl *V) const;
  clang::SourceLocation endOfFirst(const clang::CallExpr *E);
  void movedObject(const clang::Expr *Object, const clang::CXXMethodDecl *Method,
                   clang::SourceLocation L);
  bool lockShape(const clang::CallExpr *E, const clang::CXXMethodDecl *M);

  // Capabilities.cpp
  struct AnnotatedCall {
    Place Object; ///< what it is called on, or makes
    llvm::ArrayRef<const clang::Expr *> Args;
    bool Guard = false; ///< the object is, or becomes, a guard
  };
  void capabilities(const clang::FunctionDecl *F, const AnnotatedCall &C, clang::SourceLocation L);
  void lockFact(facts::FactKind Kind, const AnnotatedCall &C, const clang::Expr *Named,
                llvm::StringRef How, clang::SourceLocation L);
  Place lockNamed(const clang::Expr *Named, const AnnotatedCall &C);
  void addArguments(Fact &F, llvm::ArrayRef<const clang::Expr *> Args);
  void defaultArguments(llvm::ArrayRef<const clang::Expr *> Args, clang::SourceLocation At);
  void transfer(const clang::Expr *Source, const Place &To, clang::SourceLocation L);
  void declare(const clang::DeclStmt *S);
  void declareVar(const clang::VarDecl *V);
  void initialise(const clang::CXXCtorInitializer *I);
  void initialise(const clang::FieldDecl *Member, const clang::Expr *Init,
                  clang::SourceLocation L);
  Place placeOfMember(const clang::FieldDecl *Member);
  void aggregate(const clang::Expr *E, llvm::ArrayRef<const clang::Expr *> Inits);
  void fill(const clang::Expr *E, facts::Place To, llvm::ArrayRef<const clang::Expr *> Inits);
  void storeTo(const Place &To, const clang::Expr *E, clang::SourceLocation L);
  void returns(const clang::Expr *E, clang::SourceLocation L);
  static bool isIgnorable(const clang::Stmt *S);

  // Places.cpp
  Place placeOf(const clang::Expr *E);
  Place pointeeOf(const clang::Expr *Pointer);
  Place placeOfVar(const clang::ValueDecl *V, bool Captured);
  Place placeOfCall(const clang::CallExpr *E);
  Place thisObject();
  Place local(const clang::VarDecl *V);
  Place temporary(const clang::Expr *E);
  Place withField(Place P, facts::StrId Name);
  Place with(Place P, facts::StepKind K);

  // Values.cpp
  Value valueOf(const clang::Expr *E);
  Value constantOf(const clang::Expr *E);
  Value closureOf(const clang::LambdaExpr *E);
  Value valueOfConstruct(const clang::CXXConstructExpr *E);
  static Value addressOf(Place P);

  Fact &emit(facts::FactKind K, clang::SourceLocation L);
  facts::StrId str(llvm::StringRef S) { return B.str(S); }
  bool isUserBody() const { return IsUser; }

  UnitBuilder &B;
  const clang::FunctionDecl *F;
  const clang::CXXRecordDecl *Closure = nullptr; ///< if F is a call operator
  bool IsUser = false;
  clang::SourceLocation Override; ///< place of facts from default arguments
  facts::Block *Current = nullptr;
  std::vector<facts::Local> Locals;
  llvm::DenseMap<const clang::VarDecl *, uint32_t> LocalIds;
  llvm::DenseMap<const clang::Expr *, uint32_t> TemporaryIds;
};

/// The statement that control reaches from the branch ending `X` only if an
/// assertion fails, or null.
const clang::Stmt *failingSide(const clang::CFGBlock &X, const clang::SourceManager &SM);

/// std::move, std::forward and the like: the argument by another name.
bool isIdentityCall(const clang::CallExpr *E);

} // namespace cotidy::extract
