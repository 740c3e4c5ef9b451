//===- UnitBuilder.cpp - functions, and the list of bodies to read --------===//
// Starts with every function defined in user code and follows callees into
// headers. A library function that a built-in model describes is not entered.
//===----------------------------------------------------------------------===//
#include "extract/UnitBuilder.h"

#include "extract/BodyBuilder.h"
#include "extract/Coroutines.h"

#include "clang/AST/RecursiveASTVisitor.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

using facts::FnId;
using facts::Function;
using facts::TypeId;

static std::string mainFileOf(const ASTContext &Ctx, SourceFiles &Files, facts::Unit &U) {
  const SourceManager &SM = Ctx.getSourceManager();
  Files.spot(SM.getLocForStartOfFile(SM.getMainFileID()));
  U.MainFile = U.Files.empty() ? std::string() : U.Files.front().Path;
  return U.MainFile;
}

UnitBuilder::UnitBuilder(ASTContext &Ctx, const ExtractOptions &O)
    : Ctx(Ctx), O(O), Strings(U), Files(Ctx.getSourceManager(), O, U),
      N(Ctx, mainFileOf(Ctx, Files, U)) {
  U.Target = O.Target;
}

/// The definition to read: for members of templates, the instance's own.
static const FunctionDecl *definitionOf(const FunctionDecl *F) {
  const FunctionDecl *D = nullptr;
  return F->isDefined(D) && D ? D : F;
}

FnId UnitBuilder::function(const FunctionDecl *F) {
  const FunctionDecl *Key = F->getCanonicalDecl();
  auto [It, New] = Functions.try_emplace(Key, FnId(U.Functions.size()));
  FnId Id = It->second;
  if (!New)
    return Id;
  U.Functions.emplace_back();
  describe(Id, definitionOf(F));
  return Id;
}

static facts::PassMode passMode(QualType T) {
  if (T->isRValueReferenceType())
    return facts::PassMode::RvalueReference;
  if (T->isReferenceType())
    return facts::PassMode::Reference;
  return T->isPointerType() ? facts::PassMode::Pointer : facts::PassMode::Value;
}

static uint32_t attributeFlags(const FunctionDecl *F) {
  uint32_t Flags = 0;
  for (const auto &EC : F->getFunctionEffects()) {
    if (EC.Effect.kind() == FunctionEffect::Kind::NonBlocking)
      Flags |= facts::FnNonblockingAttr;
    else if (EC.Effect.kind() == FunctionEffect::Kind::Blocking)
      Flags |= facts::FnBlockingAttr;
  }
  for (const auto *A : F->specific_attrs<AnnotateAttr>())
    Flags |= StringSwitch<uint32_t>(A->getAnnotation())
                 .Case("cotidy::blocking", facts::FnBlockingAttr)
                 .Case("cotidy::nonblocking", facts::FnNonblockingAttr)
                 .Case("cotidy::offload", facts::FnOffloadAttr)
                 .Case("cotidy::spawn", facts::FnSpawnAttr)
                 .Case("cotidy::joins", facts::FnJoinsAttr)
                 .Case("cotidy::log", facts::FnLogAttr)
                 .Default(0);
  if (F->isNoReturn() || F->hasAttr<AnalyzerNoReturnAttr>())
    Flags |= facts::FnNoReturn;
  if (F->hasAttr<WarnUnusedResultAttr>())
    Flags |= facts::FnNodiscard;
  return Flags;
}

/// The statements of a body, or null if the parser skipped it.
static bool emptyBody(const FunctionDecl *F) {
  const auto *C = dyn_cast_or_null<CompoundStmt>(F->getBody());
  return C && C->body_empty();
}

static uint32_t methodFlags(const CXXMethodDecl *M) {
  uint32_t Flags = 0;
  if (isa<CXXConstructorDecl>(M))
    Flags |= facts::FnConstructor;
  else if (M->isStatic())
    Flags |= facts::FnStatic;
  else
    Flags |= facts::FnMethod;
  if (isa<CXXDestructorDecl>(M))
    Flags |= facts::FnDestructor;
  if (M->isVirtual())
    Flags |= facts::FnVirtual;
  if (M->isPureVirtual())
    Flags |= facts::FnPure;
  if (M->isConst())
    Flags |= facts::FnConst;
  if (M->getParent()->isLambda() && M->getOverloadedOperator() == OO_Call)
    Flags |= facts::FnLambda;
  if (!M->getIdentifier())
    return Flags;
  StringRef Name = M->getName();
  if (Name == "await_ready" || Name == "await_suspend" || Name == "await_resume")
    Flags |= facts::FnAwaiterPart;
  if (Name == "initial_suspend" || Name == "final_suspend" || Name == "return_value" ||
      Name == "return_void" || Name == "yield_value" || Name == "unhandled_exception" ||
      Name == "get_return_object" || Name == "await_transform")
    Flags |= facts::FnPromisePart;
  return Flags;
}

namespace {
/// Does a coroutine's own body await or yield?
struct AwaitFinder : RecursiveASTVisitor<AwaitFinder> {
  bool Awaits = false, Yields = false;
  bool TraverseLambdaExpr(LambdaExpr *L) {
    for (Expr *Init : L->capture_inits())
      TraverseStmt(Init);
    return true;
  }
  bool TraverseDecl(Decl *D) {
    return D && isa<TagDecl>(D) ? true : RecursiveASTVisitor<AwaitFinder>::TraverseDecl(D);
  }
  bool VisitCoawaitExpr(CoawaitExpr *) { return Awaits = true; }
  bool VisitCoyieldExpr(CoyieldExpr *) { return Yields = true; }
};
} // namespace

void UnitBuilder::describe(FnId Id, const FunctionDecl *F) {
  Function Out;
  Out.Name = str(N.entity(F));
  std::string Qualified = Names::qualified(F);
  Out.Qualified = str(Qualified);
  Out.Display = str(Names::display(F));
  const FunctionDecl *Written = F->getTemplateInstantiationPattern();
  const FunctionDecl *Place = Written ? definitionOf(Written) : F;
  SourceLocation L = Place->getLocation();
  Out.At = Files.spot(L);
  Out.Flags = attributeFlags(F);
  if (Files.isUser(L))
    Out.Flags |= facts::FnUser;
  if (Files.isGenerated(L))
    Out.Flags |= facts::FnGenerated;
  if (Files.isSystem(L))
    Out.Flags |= facts::FnSystem;
  if (!F->isExternallyVisible())
    Out.Flags |= facts::FnInternal;
  if (F->isMain())
    Out.Flags |= facts::FnMain;
  if (F->isImplicit() || F->isDefaulted())
    Out.Flags |= facts::FnImplicit;
  Out.Returns = type(F->getReturnType());
  for (const ParmVarDecl *P : F->parameters())
    Out.Params.push_back({str(P->getName()), typeName(P->getType()), type(P->getType()),
                          passMode(P->getType())});
  if (const auto *M = dyn_cast<CXXMethodDecl>(F)) {
    Out.Flags |= methodFlags(M);
    Out.Class = type(M->getParent());
    for (const CXXMethodDecl *Base : M->overridden_methods())
      Out.Overrides.push_back(function(Base));
    if (M->getParent()->isLambda())
      if (const auto *Owner = dyn_cast<FunctionDecl>(M->getParent()->getDeclContext()))
        Out.Owner = function(Owner);
  }
  const Stmt *Body = F->doesThisDeclarationHaveABody() ? F->getBody() : nullptr;
  bool Read = false;
  if (!Body) {
    Out.Body = F->hasSkippedBody() ? facts::BodyState::Skipped : facts::BodyState::Unknown;
  } else if (!(Out.Flags & facts::FnUser) &&
             model::ModelSet::builtIn().function(Qualified)) {
    // The user's rows must not decide what is read: facts outlive them.
    Out.Body = facts::BodyState::Skipped;
  } else if (F->isTemplated()) {
    Out.Body = facts::BodyState::Skipped;
  } else {
    Read = true;
    if (emptyBody(F) && !isa<CXXConstructorDecl>(F) && !isa<CXXDestructorDecl>(F))
      Out.Flags |= facts::FnTrivialBody;
    if (const CoroutineBodyStmt *C = coroutineBody(F)) {
      Out.Flags |= facts::FnCoroutine;
      AwaitFinder Finder;
      Finder.TraverseStmt(C->getBody());
      Out.Flags |= flagIf(Finder.Awaits, facts::FnAwaits) | flagIf(Finder.Yields, facts::FnYields);
      if (const CXXRecordDecl *P = C->getPromiseDecl()->getType()->getAsCXXRecordDecl()) {
        Out.Promise = type(P);
        if (forbidsAwait(P))
          Out.Flags |= facts::FnNoAwaitAllowed;
      }
      if (const auto *Initial = dyn_cast_or_null<ExprWithCleanups>(C->getInitSuspendStmt()))
        if (const auto *A = dyn_cast<CoroutineSuspendExpr>(peel(Initial))) {
          std::optional<bool> Ready =
              partsOf(A).Ready ? constantReady(partsOf(A).Ready->getDirectCallee()) : std::nullopt;
          if (Ready)
            Out.Initial = *Ready ? facts::Start::Eager : facts::Start::Lazy;
        }
    }
  }
  U.Functions[raw(Id)] = std::move(Out);
  if (Read)
    Bodies.emplace_back(Id, F);
}

void UnitBuilder::readBody(FnId Id, const FunctionDecl *F) {
  Function Out;
  BodyBuilder Builder(*this, F);
  bool Built = Builder.build(Out);
  Function &Into = U.Functions[raw(Id)];
  if (!Built) {
    Into.Body = facts::BodyState::Unknown;
    return;
  }
  Into.Body = facts::BodyState::Here;
  Into.Locals = std::move(Out.Locals);
  Into.Blocks = std::move(Out.Blocks);
}

namespace {
/// Finds what user files define, template instances included. Namespaces of
/// other files are not entered; what user code reaches there is found by name.
class Collector : public RecursiveASTVisitor<Collector> {
public:
  Collector(UnitBuilder &B, std::vector<const FunctionDecl *> &Functions,
            std::vector<const VarDecl *> &Variables,
            std::vector<const CXXRecordDecl *> &Unmade)
      : B(B), Functions(Functions), Variables(Variables), Unmade(Unmade) {}
  bool shouldVisitImplicitCode() const { return true; }
  bool shouldVisitTemplateInstantiations() const { return true; }

  bool TraverseDecl(Decl *D) {
    if (!D)
      return true;
    const DeclContext *In = D->getDeclContext();
    if (In && In->isFileContext() && !isa<TranslationUnitDecl>(D) &&
        !B.Files.isUser(D->getLocation()))
      return true;
    return RecursiveASTVisitor<Collector>::TraverseDecl(D);
  }
  bool VisitFunctionDecl(FunctionDecl *F) {
    const auto *M = dyn_cast<CXXMethodDecl>(F);
    if (M && M->getParent()->isLambda() && M->getOverloadedOperator() != OO_Call)
      return true; // how closures are copied and converted is no code of the user's
    if (F->isThisDeclarationADefinition() && !F->isTemplated() &&
        F->doesThisDeclarationHaveABody() && !F->isDeleted())
      Functions.push_back(F);
    return true;
  }
  bool VisitVarDecl(VarDecl *V) {
    if (V->hasGlobalStorage() && !V->isStaticLocal() && V->getInit() && !V->isTemplated() &&
        !V->getInit()->isValueDependent() && !V->getType()->isDependentType() &&
        !V->isConstexpr())
      Variables.push_back(V);
    return true;
  }
  bool VisitCXXRecordDecl(CXXRecordDecl *R) {
    if (!R->isThisDeclarationADefinition() || R->isDependentContext())
      return true;
    B.type(R);
    if (!R->isLambda() && R->hasInClassInitializer() && !R->hasUserDeclaredConstructor() &&
        none_of(R->ctors(), [](const CXXConstructorDecl *C) {
          return C->isDefaultConstructor() && C->doesThisDeclarationHaveABody();
        }))
      Unmade.push_back(R);
    return true;
  }

private:
  UnitBuilder &B;
  std::vector<const FunctionDecl *> &Functions;
  std::vector<const VarDecl *> &Variables;
  std::vector<const CXXRecordDecl *> &Unmade; ///< by whose initialisers no constructor here goes
};
} // namespace

void UnitBuilder::collectUserFunctions() {
  std::vector<const FunctionDecl *> Found;
  std::vector<const VarDecl *> Variables;
  std::vector<const CXXRecordDecl *> Unmade;
  Collector C(*this, Found, Variables, Unmade);
  for (Decl *D : Ctx.getTraversalScope())
    C.TraverseDecl(D);
  for (const FunctionDecl *F : Found)
    function(F);
  if (!Variables.empty())
    readStaticInits(Variables);
  for (const CXXRecordDecl *R : Unmade)
    readMemberInits(R);
}

/// A function of the user's that clang has no declaration of: initialisers.
static Function initialiser(Spot At, uint32_t Flags) {
  Function Out;
  Out.At = At;
  Out.Flags = facts::FnUser | Flags;
  Out.Body = facts::BodyState::Here;
  Out.Blocks.resize(2);
  Out.Blocks[0].Successors.push_back({1, facts::EdgeKind::Normal});
  return Out;
}

void UnitBuilder::readStaticInits(ArrayRef<const VarDecl *> Variables) {
  FnId Id = FnId(U.Functions.size());
  U.Functions.emplace_back();
  Function Out = initialiser(Files.spot(Variables.front()->getLocation()),
                             facts::FnStaticInit | facts::FnInternal);
  Out.Name = str("static-init@" + U.MainFile);
  Out.Qualified = Out.Display = str("static initialisation");
  BodyBuilder Builder(*this, nullptr);
  for (const VarDecl *V : Variables)
    Builder.buildStaticInit(V, Out.Blocks[0]);
  Out.Locals = Builder.takeLocals();
  U.Functions[raw(Id)] = std::move(Out);
}

/// The default constructor that other units will make of the class, as far as
/// its members' initialisers go.
void UnitBuilder::readMemberInits(const CXXRecordDecl *R) {
  FnId Id = FnId(U.Functions.size());
  U.Functions.emplace_back();
  Function Out = initialiser(Files.spot(R->getLocation()),
                             facts::FnMethod | facts::FnConstructor | facts::FnImplicit);
  Out.Class = type(R);
  Out.Name = str("member-init@" + std::string(U.text(U.type(Out.Class).Name)));
  Out.Qualified = Out.Display = U.type(Out.Class).Name;
  BodyBuilder Builder(*this, nullptr);
  for (const FieldDecl *Member : R->fields())
    if (Member->hasInClassInitializer() && Member->getInClassInitializer())
      Builder.buildMemberInit(Member, Out.Blocks[0]);
  Out.Locals = Builder.takeLocals();
  U.Functions[raw(Id)] = std::move(Out);
}

facts::Unit UnitBuilder::run() {
  collectUserFunctions();
  while (!Bodies.empty() || !Undescribed.empty()) {
    while (!Undescribed.empty()) {
      auto [Id, R] = Undescribed.front();
      Undescribed.pop_front();
      describe(Id, R);
    }
    if (Bodies.empty())
      break;
    auto [Id, F] = Bodies.front();
    Bodies.pop_front();
    readBody(Id, F);
  }
  const LangOptions &L = Ctx.getLangOpts();
  U.Standard = !L.CPlusPlus     ? "c"
               : L.CPlusPlus26 ? "c++26"
               : L.CPlusPlus23 ? "c++23"
               : L.CPlusPlus20 ? "c++20"
               : L.CPlusPlus17 ? "c++17"
                               : "c++14";
  Files.addAll();
  return std::move(U);
}

facts::Unit extractFrom(ASTContext &Ctx, const ExtractOptions &O) {
  UnitBuilder B(Ctx, O);
  facts::Unit U = B.run();
  compact(U, model::ModelSet::builtIn());
  return U;
}

} // namespace cotidy::extract

cotidy::facts::Unit cotidy::extractAST(clang::ASTContext &Ctx, const ExtractOptions &O) {
  return extract::extractFrom(Ctx, O);
}
