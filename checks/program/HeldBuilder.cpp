//===- HeldBuilder.cpp - the flows that fill places ------------------------===//
// Builds the graph of what flows where, by the facts of each body and the
// models of what is not looked into, and lets the tokens run through it. Calls
// through places are bound when a callable arrives there.
//===----------------------------------------------------------------------===//
#include "program/Conditions.h"
#include "program/Held.h"

#include <algorithm>
#include <deque>

namespace cotidy {

using namespace facts;

/// Builds the graph of flows and lets the tokens run through it.
class HeldBuilder {
public:
  HeldBuilder(HeldValues &H, const ModelUse &Models, const Hierarchy &Classes)
      : H(H), U(H.U), Models(Models), Classes(Classes) {}
  void run();

private:
  using Node = HeldValues::Node;
  static constexpr Node NoNode = HeldValues::NoNode;
  /// A call whose callee is what a place holds.
  struct Site {
    FnId In;
    const Fact *Call;
  };

  void makeNodes();
  void noteNames(const Place &P);
  void noteNames(const Value &V);
  Node fresh() {
    H.Held.emplace_back();
    H.Into.emplace_back();
    H.FieldOf.push_back(StrId::Empty);
    Out.emplace_back();
    Sites.emplace_back();
    return Node(H.Held.size() - 1);
  }
  Node returnNode(FnId F) const {
    Node B = H.Base[raw(F)];
    return B == NoNode ? NoNode
                       : B + Node(U.fn(F).Params.size() + U.fn(F).Locals.size());
  }

  void findWrittenParams();
  void visit(FnId In, const Fact &X);
  void visitCall(FnId In, const Fact &X);
  void opaque(FnId In, const Fact &X);
  void modelled(FnId In, const Fact &X, const model::FunctionModel &M);
  void bind(FnId In, const Fact &X, FnId Callee);
  void callThrough(FnId In, const Fact &X, const Value &Callable);
  void flow(FnId In, const Value &V, Node To);
  void edge(Node From, Node To);
  void put(Node At, Token T);
  void propagate();
  bool isWritten(FnId F, uint32_t Param) const {
    return Param < Written[raw(F)].size() && Written[raw(F)][Param];
  }
  void putOwnCallables(Node N, TypeId T);

  HeldValues &H;
  const Unit &U;
  const ModelUse &Models;
  const Hierarchy &Classes;
  std::vector<std::vector<Node>> Out;
  std::vector<std::vector<uint32_t>> Sites; ///< by node: calls through it
  std::vector<Site> AllSites;
  std::set<std::pair<uint32_t, FnId>> Bound;
  std::vector<std::vector<bool>> Written; ///< by function and parameter
  std::set<const Value *> Closures;
  std::deque<std::pair<Node, Token>> Work;
};

void HeldBuilder::noteNames(const Place &P) {
  for (const PathStep &S : P.Path)
    if (S.Kind == StepKind::Field && H.FieldNode[raw(S.Name)] == NoNode) {
      Node N = fresh();
      H.FieldNode[raw(S.Name)] = N;
      H.FieldOf[N] = S.Name;
    }
  if (P.Root == RootKind::Global && H.GlobalNode[raw(P.Name)] == NoNode)
    H.GlobalNode[raw(P.Name)] = fresh();
}

void HeldBuilder::noteNames(const Value &V) {
  if (V.Where)
    noteNames(V.Where);
  for (const Capture &C : V.Captures) {
    Place P;
    P.Path.push_back({StepKind::Field, C.Field});
    noteNames(P);
    noteNames(C.What);
  }
}

void HeldBuilder::makeNodes() {
  H.Base.assign(U.Functions.size(), NoNode);
  H.FieldNode.assign(U.Strings.size(), NoNode);
  H.GlobalNode.assign(U.Strings.size(), NoNode);
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    if (F.Body != BodyState::Here || Models.speaksFor(U, FnId(I)))
      continue;
    H.Base[I] = Node(H.Held.size());
    for (size_t N = F.Params.size() + F.Locals.size() + 2; N-- > 0;)
      fresh();
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts) {
        noteNames(X.To);
        noteNames(X.From);
        noteNames(X.Recv);
        noteNames(X.Val);
        for (const Value &A : X.Args)
          noteNames(A);
      }
  }
}

/// By-reference parameters that a body gives something to hold.
void HeldBuilder::findWrittenParams() {
  Written.resize(U.Functions.size());
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    if (H.Base[I] == NoNode || F.Params.empty())
      continue;
    auto mark = [&](const Place &P) {
      if (P.Root == RootKind::Param && P.Index < F.Params.size() && !H.lastField(P) &&
          F.Params[P.Index].Mode != PassMode::Value) {
        Written[I].resize(F.Params.size());
        Written[I][P.Index] = true;
      }
    };
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts) {
        mark(X.To);
        if (X.Kind == FactKind::Call && !X.Args.empty() && X.Callee != FnId::None &&
            !U.fn(X.Callee).is(FnUser) && !U.fn(X.Callee).is(FnConst))
          mark(X.Recv.Where);
      }
  }
}

void HeldBuilder::edge(Node From, Node To) {
  if (From == NoNode || To == NoNode || From == To ||
      std::ranges::find(Out[From], To) != Out[From].end())
    return;
  Out[From].push_back(To);
  H.Into[To].push_back(From);
  for (Token T : std::vector<Token>(H.Held[From]))
    put(To, T);
}

void HeldBuilder::put(Node At, Token T) {
  if (At == NoNode || T.Fn == FnId::None)
    return;
  auto &Set = H.Held[At];
  auto It = std::ranges::lower_bound(Set, T);
  if (It != Set.end() && *It == T)
    return;
  Set.insert(It, T);
  Work.emplace_back(At, T);
}

void HeldBuilder::propagate() {
  while (!Work.empty()) {
    auto [N, T] = Work.front();
    Work.pop_front();
    for (size_t I = 0; I < Out[N].size(); ++I)
      put(Out[N][I], T);
    if (T.Kind == TokenKind::Callable)
      for (size_t I = 0; I < Sites[N].size(); ++I) {
        uint32_t S = Sites[N][I];
        if (Bound.emplace(S, T.Fn).second)
          bind(AllSites[S].In, *AllSites[S].Call, T.Fn);
      }
  }
}

void HeldBuilder::flow(FnId In, const Value &V, Node To) {
  switch (V.Kind) {
  case ValueKind::Closure:
    for (FnId Op : H.Operators.of(V))
      put(To, {TokenKind::Callable, Op});
    if (Closures.insert(&V).second)
      for (const Capture &C : V.Captures)
        flow(In, C.What, H.FieldNode[raw(C.Field)]);
    break;
  case ValueKind::Function:
    put(To, {TokenKind::Callable, V.Fn});
    break;
  case ValueKind::Read:
  case ValueKind::Moved:
  case ValueKind::Address:
    edge(H.nodeOf(In, V.Where), To);
    break;
  default:
    break;
  }
}

/// The callee is what `Callable` holds.
void HeldBuilder::callThrough(FnId In, const Fact &X, const Value &Callable) {
  if (Callable.Kind == ValueKind::Closure || Callable.Kind == ValueKind::Function) {
    flow(In, Callable, NoNode); // its captures
    for (FnId Op : H.Operators.of(Callable))
      bind(In, X, Op);
    return;
  }
  Node N = H.nodeOf(In, Callable.Where);
  if (N == NoNode)
    return;
  auto S = uint32_t(AllSites.size());
  AllSites.push_back({In, &X});
  Sites[N].push_back(S);
  for (Token T : std::vector<Token>(H.Held[N]))
    if (T.Kind == TokenKind::Callable && Bound.emplace(S, T.Fn).second)
      bind(In, X, T.Fn);
}

/// Actuals go into the parameters of a body, its result comes back.
void HeldBuilder::bind(FnId In, const Fact &X, FnId Callee) {
  if (Callee == FnId::None || H.Base[raw(Callee)] == NoNode)
    return;
  const Function &F = U.fn(Callee);
  Node Base = H.Base[raw(Callee)];
  for (uint32_t I = 0; I < X.Args.size() && I < F.Params.size(); ++I) {
    flow(In, X.Args[I], Base + I);
    if (isWritten(Callee, I) && X.Args[I].Kind == ValueKind::Address)
      edge(Base + I, H.nodeOf(In, X.Args[I].Where));
  }
  if (X.Recv)
    flow(In, X.Recv, Base + Node(F.Params.size() + F.Locals.size() + 1));
  if (X.To && !F.is(FnCoroutine))
    edge(returnNode(Callee), H.nodeOf(In, X.To));
}

/// A library's object keeps what it is given, and gives it back; a library's
/// function returns it.
void HeldBuilder::opaque(FnId In, const Fact &X) {
  const Function &F = U.fn(X.Callee);
  Node Result = X.To ? H.nodeOf(In, X.To) : NoNode;
  Node Object = NoNode;
  if (F.is(FnMethod) || F.is(FnConstructor))
    Object = H.nodeOf(In, objectOf(X).Where);
  Node Keeper = Object != NoNode ? Object : Result;
  for (const Value &A : X.Args)
    flow(In, A, Keeper);
  if (Result != Object)
    edge(Object, Result);
}

void HeldBuilder::modelled(FnId In, const Fact &X, const model::FunctionModel &M) {
  Place Result = resultOf(U, X);
  if (M.ReturnsSame)
    flow(In, actualOf(X, *M.ReturnsSame), H.nodeOf(In, Result));
  if (M.Keeps)
    flow(In, actualOf(X, *M.Keeps), H.nodeOf(In, objectOf(X).Where));
  if (M.SwitchesTo)
    put(H.nodeOf(In, Result), {TokenKind::Switch, X.Callee});
  if (M.CallsStored)
    callThrough(In, X, actualOf(X, *M.CallsStored));
}

void HeldBuilder::visitCall(FnId In, const Fact &X) {
  if (X.Callee == FnId::None) {
    Value V;
    V.Kind = ValueKind::Read;
    V.Where = X.From;
    return callThrough(In, X, V);
  }
  const Function &Callee = U.fn(X.Callee);
  const model::FunctionModel *M = Models.of(X.Callee);
  if (M)
    modelled(In, X, *M);
  // What a stored callable is called with goes to that callable alone.
  if (!Callee.is(FnUser) && !(M && M->CallsStored))
    opaque(In, X);
  if (U.text(Callee.Qualified) == "std::async")
    put(H.nodeOf(In, X.To), {TokenKind::Joining, X.Callee});
  if (X.Kind == FactKind::VirtualCall)
    for (FnId O : Classes.overridersOf(X.Callee))
      bind(In, X, O);
  else
    bind(In, X, X.Callee);
}

void HeldBuilder::visit(FnId In, const Fact &X) {
  switch (X.Kind) {
  case FactKind::Store:
    return flow(In, X.Val, H.nodeOf(In, X.To));
  case FactKind::Move:
  case FactKind::Copy:
    return edge(H.nodeOf(In, X.From), H.nodeOf(In, X.To));
  case FactKind::Borrow:
    edge(H.nodeOf(In, X.From), H.nodeOf(In, X.To));
    return edge(H.nodeOf(In, X.To), H.nodeOf(In, X.From));
  case FactKind::Return:
    return flow(In, X.Val, returnNode(In));
  case FactKind::CreateTask:
    if (X.Callee != FnId::None &&
        (U.fn(X.Callee).is(FnCoroutine) || U.fn(X.Callee).Body != BodyState::Here))
      put(H.nodeOf(In, X.To), {TokenKind::Task, X.Callee});
    return;
  case FactKind::RunNow:
    return callThrough(In, X, X.Val);
  case FactKind::Start:
  case FactKind::Spawn:
    return flow(In, X.Val, X.To ? H.nodeOf(In, X.To) : NoNode);
  case FactKind::Call:
  case FactKind::VirtualCall:
    return visitCall(In, X);
  default:
    return;
  }
}

/// Objects of such types are called through their own operators, whoever holds
/// them. Library types are mere holders of others.
void HeldBuilder::putOwnCallables(Node N, TypeId T) {
  if (T == TypeId::None)
    return;
  for (FnId Op : H.Operators.of(T))
    put(N, {TokenKind::Callable, Op});
  FnId Only = U.type(T).CallOperator;
  if (Only != FnId::None && (U.fn(Only).is(FnUser) || U.fn(Only).is(FnLambda)))
    put(N, {TokenKind::Callable, Only});
}

void HeldBuilder::run() {
  H.findLibraryFields();
  makeNodes();
  findWrittenParams();
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    Node Base = H.Base[I];
    if (Base == NoNode)
      continue;
    for (uint32_t P = 0; P < F.Params.size(); ++P)
      putOwnCallables(Base + P, F.Params[P].Type);
    for (uint32_t L = 0; L < F.Locals.size(); ++L)
      putOwnCallables(Base + Node(F.Params.size()) + L, F.Locals[L].Type);
    if (F.is(FnAwaiterPart) && U.text(F.Qualified).ends_with("::await_suspend") &&
        !F.Params.empty())
      put(Base, {TokenKind::Handle, FnId(I)});
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts)
        visit(FnId(I), X);
  }
  propagate();
}

HeldValues::HeldValues(const Unit &U, const ModelUse &Models, const Hierarchy &Classes)
    : U(U), Operators(U) {
  HeldBuilder(*this, Models, Classes).run();
}

} // namespace cotidy
