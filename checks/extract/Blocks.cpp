//===- Blocks.cpp - clang's graph, corrected ------------------------------===//
// Walks clang's CFG from the entry, turns each element into facts, adds the
// ways into handlers, and puts a coroutine's prologue and epilogue round the
// body. See clang-facts, section 1, for what the CFG gets wrong.
//===----------------------------------------------------------------------===//
#include "extract/BodyBuilder.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

using facts::Block;
using facts::EdgeKind;
using facts::Fact;
using facts::FactKind;
using facts::Place;

BodyBuilder::BodyBuilder(UnitBuilder &B, const FunctionDecl *F) : B(B), F(F) {
  if (!F)
    return;
  IsUser = B.Files.isUser(F->getLocation());
  const auto *M = dyn_cast<CXXMethodDecl>(F);
  if (M && M->getParent()->isLambda())
    Closure = M->getParent();
}

/// Clang ends such members without looking whether their class is known.
static bool endsUnknownMembers(const FunctionDecl *F) {
  const auto *D = dyn_cast<CXXDestructorDecl>(F);
  return D && (D->getParent()->isInvalidDecl() ||
               llvm::any_of(D->getParent()->fields(),
                            [](const FieldDecl *M) { return M->isInvalidDecl(); }));
}

static std::unique_ptr<CFG> buildGraph(const FunctionDecl *F, Stmt *Body, ASTContext &Ctx,
                                       bool Uses) {
  CFG::BuildOptions O;
  O.AddImplicitDtors = O.AddTemporaryDtors = O.AddInitializers = true;
  O.AddCXXDefaultInitExprInCtors = O.AddCXXDefaultInitExprInAggregates = true;
  O.AddStaticInitBranches = true;
  O.AddEHEdges = false;
  for (auto K : {Stmt::CoawaitExprClass, Stmt::CoyieldExprClass, Stmt::LambdaExprClass,
                 Stmt::InitListExprClass, Stmt::CXXParenListInitExprClass})
    O.setAlwaysAdd(K);
  O.AddLifetime = Uses;
  if (Uses) // assignments inside of expressions too
    for (auto K : {Stmt::DeclRefExprClass, Stmt::MemberExprClass, Stmt::UnaryOperatorClass,
                   Stmt::BinaryOperatorClass, Stmt::CompoundAssignOperatorClass})
      O.setAlwaysAdd(K);
  return CFG::buildCFG(F, Body, &Ctx, O);
}

bool BodyBuilder::build(facts::Function &Out) {
  Stmt *Body = F->getBody();
  const CoroutineBodyStmt *Coroutine = dyn_cast_or_null<CoroutineBodyStmt>(Body);
  if (Coroutine)
    Body = const_cast<Stmt *>(static_cast<const Stmt *>(Coroutine->getBody()));
  if (!Body || endsUnknownMembers(F))
    return false;
  findTargets(Body);
  std::unique_ptr<CFG> G = buildGraph(F, Body, B.Ctx, IsUser);
  if (!G) {
    B.unknownNode("function without a graph");
    return false;
  }
  Out.Blocks.clear();
  Out.Blocks.emplace_back(); // what happens before the body
  Current = &Out.Blocks.front();
  if (IsUser)
    addAllows(*Current);
  if (Coroutine)
    addPrologue(Out);
  addBlocks(*G, Out);
  dropIdleEnds(Out);
  Out.Locals = std::move(Locals);
  return true;
}

/// Allocation is left out; the rest of the prologue runs in this order.
void BodyBuilder::addPrologue(facts::Function &Out) {
  const CoroutineBodyStmt *S = coroutineBody(F);
  Override = F->getLocation();
  for (const Stmt *Move : S->getParamMoves())
    if (const auto *D = dyn_cast_or_null<DeclStmt>(Move))
      for (const Decl *X : D->decls())
        if (const auto *V = dyn_cast<VarDecl>(X))
          if (const Expr *Init = V->getInit(); Init && V->getType()->isRecordType())
            visitTree(Init);
  if (const auto *P = dyn_cast_or_null<DeclStmt>(S->getPromiseDeclStmt()))
    visitTree(cast<VarDecl>(P->getSingleDecl())->getInit());
  visitTree(S->getReturnValueInit());
  const auto *Initial = dyn_cast_or_null<Expr>(S->getInitSuspendStmt());
  visitTree(Initial);
  for (Fact &X : Current->Facts)
    if (X.Kind == FactKind::Suspend)
      X.Word = str(StringRef(B.U.text(X.Word)).starts_with("never") ? "never initial"
                                                                    : "may initial");
  Override = SourceLocation();
}

/// `Fallen` is reached from the closing brace, `Into` from there and from every
/// co_return.
void BodyBuilder::addEpilogue(Block &Fallen, Block &Into) {
  const CoroutineBodyStmt *S = coroutineBody(F);
  Block *Saved = Current;
  Override = F->getEndLoc();
  Current = &Fallen;
  const Stmt *Handler = S->getFallthroughHandler();
  if (const auto *R = dyn_cast_or_null<CoreturnStmt>(Handler))
    Handler = R->getPromiseCall();
  visitTree(Handler);
  Current = &Into;
  size_t Before = Into.Facts.size();
  visitTree(S->getFinalSuspendStmt());
  for (size_t I = Before; I < Into.Facts.size(); ++I)
    if (Into.Facts[I].Kind == FactKind::Suspend)
      Into.Facts[I].Word =
          str(StringRef(B.U.text(Into.Facts[I].Word)).starts_with("never") ? "never final"
                                                                           : "may final");
  // The frame ends: the copies of the parameters are destroyed.
  for (const ParmVarDecl *P : F->parameters())
    if (const CXXRecordDecl *R = P->getType()->getAsCXXRecordDecl())
      if (R->hasDefinition() && R->hasNonTrivialDestructor())
        destroy(R->getDestructor(), placeOfVar(P, false), "frame", F->getEndLoc());
  Override = SourceLocation();
  Current = Saved;
}

/// What the block decides by. Destructors of temporaries may stand behind it.
static const Expr *conditionOf(const CFGBlock &X) {
  if (const Expr *Last = X.getLastCondition())
    return Last;
  const auto *C = dyn_cast_or_null<Expr>(X.getTerminatorCondition());
  while (const auto *O = dyn_cast_or_null<BinaryOperator>(C ? C->IgnoreParens() : nullptr)) {
    if (!O->isLogicalOp())
      break;
    C = O->getRHS(); // what is on its left has a block of its own
  }
  return C;
}

void BodyBuilder::addBlocks(const CFG &G, facts::Function &Out) {
  // Reverse post-order from the entry and from the dispatch of each try, which
  // no edge leads to.
  Index.assign(G.getNumBlockIDs(), ~0u);
  std::vector<const CFGBlock *> PostOrder;
  std::vector<char> Seen(G.getNumBlockIDs());
  auto Walk = [&](const CFGBlock *Root) {
    if (Seen[Root->getBlockID()])
      return;
    std::vector<std::pair<const CFGBlock *, CFGBlock::const_succ_iterator>> Stack;
    Seen[Root->getBlockID()] = 1;
    Stack.emplace_back(Root, Root->succ_begin());
    while (!Stack.empty()) {
      auto &[X, Next] = Stack.back();
      if (X->hasNoReturnElement() || Next == X->succ_end()) {
        PostOrder.push_back(X);
        Stack.pop_back();
        continue;
      }
      const CFGBlock *S = *Next++;
      if (S && !Seen[S->getBlockID()]) {
        Seen[S->getBlockID()] = 1;
        Stack.emplace_back(S, S->succ_begin());
      }
    }
  };
  for (const CFGBlock *T : G.try_blocks())
    Walk(T);
  Walk(&G.getEntry());
  std::vector<const CFGBlock *> Order;
  for (const CFGBlock *X : llvm::reverse(PostOrder))
    if (X != &G.getExit()) {
      Index[X->getBlockID()] = 1 + Order.size();
      Order.push_back(X);
    }
  bool Coroutine = coroutineBody(F) != nullptr;
  // Behind the blocks of the graph: the tests of switches.
  std::map<const CFGBlock *, std::pair<Cases, uint32_t>> Switches;
  uint32_t Chain = 1 + Order.size();
  for (const CFGBlock *X : Order)
    if (std::optional<Cases> C = casesOf(*X)) {
      uint32_t Length = C->Tests.size() - 1;
      Switches.emplace(X, std::pair(std::move(*C), Chain));
      Chain += Length;
    }
  uint32_t Exit = Chain + (Coroutine ? 2 : 0);
  Index[G.getExit().getBlockID()] = Coroutine ? Exit - 2 : Exit;
  Out.Blocks.resize(Exit + 1);
  Out.Blocks[0].Successors.push_back({Index[G.getEntry().getBlockID()], EdgeKind::Normal});
  if (Coroutine) {
    addEpilogue(Out.Blocks[Exit - 2], Out.Blocks[Exit - 1]);
    Out.Blocks[Exit - 2].Successors.push_back({Exit - 1, EdgeKind::Normal});
    Out.Blocks[Exit - 1].Successors.push_back({Exit, EdgeKind::Normal});
  }
  for (const CFGBlock *X : Order) {
    Block &Into = Out.Blocks[Index[X->getBlockID()]];
    Current = &Into;
    if (const Stmt *Label = X->getLabel(); Label && isa<CXXCatchStmt>(Label))
      emit(FactKind::Try, Label->getBeginLoc()).Word = str("handler");
    DenseSet<const CXXBindTemporaryExpr *> Gone;
    for (const CFGElement &E : *X) {
      if (std::optional<CFGTemporaryDtor> D = E.getAs<CFGTemporaryDtor>())
        if (const CXXBindTemporaryExpr *T = D->getBindTemporaryExpr();
            T && (OwnedTemporaries.contains(T) || !Gone.insert(T).second))
          continue;
      addElement(E, *X);
    }
    if (X->hasNoReturnElement()) {
      SourceLocation L = F->getLocation();
      for (const CFGElement &E : *X)
        if (std::optional<CFGStmt> S = E.getAs<CFGStmt>())
          L = S->getStmt()->getBeginLoc();
      emit(FactKind::NoReturn, L);
      continue;
    }
    if (auto S = Switches.find(X); S != Switches.end()) {
      addCases(S->second.first, Index[X->getBlockID()], S->second.second, Out);
      continue;
    }
    bool Throws = false, Returns = false;
    for (const CFGElement &E : *X)
      if (std::optional<CFGStmt> S = E.getAs<CFGStmt>()) {
        Throws = isa<CXXThrowExpr>(S->getStmt());
        Returns |= isa<CoreturnStmt>(S->getStmt());
      }
    SmallVector<uint32_t, 4> Next;
    for (const CFGBlock *S : X->succs())
      if (S)
        Next.push_back(S == &G.getExit() && Returns ? Exit - 1 : Index[S->getBlockID()]);
    const Stmt *Terminator = X->getTerminatorStmt();
    if (Next.size() == 2 && X->succ_size() == 2 && X->getTerminator().isStmtBranch() &&
        Terminator && !isa<SwitchStmt, CXXTryStmt, DeclStmt>(Terminator))
      if (const Expr *C = conditionOf(*X))
        if (addBranch(C))
          std::swap(Next[0], Next[1]);
    for (uint32_t S : Next)
      Into.Successors.push_back({S, Throws ? EdgeKind::Exceptional : EdgeKind::Normal});
  }
  endFailedAssertions(G, Out);
  addHandlerEdges(G, Out);
}

static void collect(const Stmt *S, DenseSet<const Stmt *> &Out) {
  if (!S || isa<LambdaExpr>(S))
    return;
  Out.insert(S);
  for (const Stmt *Child : S->children())
    collect(Child, Out);
}

/// The blocks with a statement of `Inside`, by number.
static std::set<uint32_t> blocksWith(const CFG &G, const DenseSet<const Stmt *> &Inside,
                                     const std::vector<uint32_t> &Index) {
  std::set<uint32_t> Out;
  for (const CFGBlock *X : G)
    for (const CFGElement &E : *X) {
      std::optional<CFGStmt> S = E.getAs<CFGStmt>();
      if (S && Inside.contains(S->getStmt()) && Index[X->getBlockID()] != ~0u) {
        Out.insert(Index[X->getBlockID()]);
        break;
      }
    }
  return Out;
}

void BodyBuilder::endFailedAssertions(const CFG &G, facts::Function &Out) {
  for (const CFGBlock *X : G) {
    const Stmt *Side = failingSide(*X, B.Ctx.getSourceManager());
    if (!Side || Index[X->getBlockID()] == ~0u)
      continue;
    DenseSet<const Stmt *> Inside;
    collect(Side, Inside);
    std::set<uint32_t> Failing = blocksWith(G, Inside, Index);
    Failing.erase(Index[X->getBlockID()]);
    for (uint32_t I : Failing) {
      Block &End = Out.Blocks[I];
      bool Within = llvm::all_of(End.Successors, [&](const facts::Edge &E) {
        return Failing.contains(E.To);
      });
      if (Within || (!End.Facts.empty() && End.Facts.back().Kind == FactKind::Branch))
        continue;
      End.Successors.clear();
      Current = &End;
      emit(FactKind::NoReturn, Side->getBeginLoc());
    }
  }
}

/// A handler is entered from any call of its try block; for flow it is enough
/// that it is entered from each block of it and from where the try begins.
void BodyBuilder::addHandlerEdges(const CFG &G, facts::Function &Out) {
  for (const CFGBlock *Dispatch : G.try_blocks()) {
    const auto *Try = dyn_cast_or_null<CXXTryStmt>(Dispatch->getTerminatorStmt());
    uint32_t To = Index[Dispatch->getBlockID()];
    if (!Try || To == ~0u)
      continue;
    DenseSet<const Stmt *> Inside;
    collect(Try->getTryBlock(), Inside);
    std::set<uint32_t> From = blocksWith(G, Inside, Index);
    if (From.empty())
      continue;
    uint32_t First = *From.begin();
    for (uint32_t I = 0; I < Out.Blocks.size(); ++I)
      if (!From.contains(I))
        for (const facts::Edge &E : Out.Blocks[I].Successors)
          if (E.To == First && E.Kind == EdgeKind::Normal) {
            From.insert(I);
            break;
          }
    Fact Begin;
    Begin.Kind = FactKind::Try;
    Begin.At = B.spot(Try->getTryLoc());
    Begin.Word = str("begin");
    Block &Entered = Out.Blocks[First];
    Entered.Facts.insert(Entered.Facts.begin(), Begin);
    for (uint32_t I : From) {
      std::vector<facts::Edge> &Edges = Out.Blocks[I].Successors;
      // A Branch needs its two successors first: a handler's edge goes last.
      if (none_of(Edges, [&](const facts::Edge &E) { return E.To == To; }))
        Edges.push_back({To, EdgeKind::Exceptional});
    }
  }
}

void BodyBuilder::addElement(const CFGElement &E, const CFGBlock &X) {
  switch (E.getKind()) {
  case CFGElement::Statement:
  case CFGElement::Constructor:
  case CFGElement::CXXRecordTypedCall:
    return visit(E.castAs<CFGStmt>().getStmt());
  case CFGElement::Initializer:
    return initialise(E.castAs<CFGInitializer>().getInitializer());
  case CFGElement::AutomaticObjectDtor: {
    auto D = E.castAs<CFGAutomaticObjDtor>();
    const VarDecl *V = D.getVarDecl();
    if (isa<ParmVarDecl>(V)) // the caller destroys; a coroutine's frame its copy
      return;
    return destroy(D.getDestructorDecl(B.Ctx), placeOfVar(V, false), "scope",
                   endOf(V, D.getTriggerStmt()));
  }
  case CFGElement::LifetimeEnds:
    return end(E.castAs<CFGLifetimeEnds>());
  case CFGElement::TemporaryDtor: {
    auto D = E.castAs<CFGTemporaryDtor>();
    const Expr *Made = D.getBindTemporaryExpr();
    return destroy(D.getDestructorDecl(B.Ctx), placeOf(Made), "temporary", Made->getExprLoc());
  }
  case CFGElement::MemberDtor: {
    const FieldDecl *Member = E.castAs<CFGMemberDtor>().getFieldDecl();
    Place P{facts::RootKind::This, 0, facts::StrId::Empty, {}};
    return destroy(E.castAs<CFGMemberDtor>().getDestructorDecl(B.Ctx),
                   withField(std::move(P), str(B.N.field(Member))), "member",
                   F->getLocation());
  }
  case CFGElement::BaseDtor: {
    QualType T = E.castAs<CFGBaseDtor>().getBaseSpecifier()->getType();
    const CXXRecordDecl *R = T->getAsCXXRecordDecl();
    return destroy(R ? R->getDestructor() : nullptr,
                   {facts::RootKind::This, 0, facts::StrId::Empty, {}}, "base",
                   F->getLocation());
  }
  case CFGElement::DeleteDtor: {
    auto D = E.castAs<CFGDeleteDtor>();
    return destroy(D.getDestructorDecl(B.Ctx), pointeeOf(D.getDeleteExpr()->getArgument()),
                   "delete", D.getDeleteExpr()->getBeginLoc());
  }
  case CFGElement::CleanupFunction: {
    auto C = E.castAs<CFGCleanupFunction>();
    facts::FnId Callee = B.function(C.getFunctionDecl());
    Place P = placeOfVar(C.getVarDecl(), false);
    Fact &Out = emit(FactKind::Call, C.getVarDecl()->getLocation());
    Out.Callee = Callee;
    Out.Args.push_back(addressOf(std::move(P)));
    return;
  }
  default: // allocation, scopes and lifetimes: not asked for, or no call
    return;
  }
}

} // namespace cotidy::extract
