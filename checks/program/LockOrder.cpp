#include "program/LockOrder.h"

#include "program/PathTypes.h"

#include <algorithm>
#include <functional>

namespace cotidy {

using namespace facts;
using flow::HeldLock;
using flow::LockMode;

static constexpr size_t MaxVariants = 6, MaxCycles = 256, MaxLength = 6;

LockOrder::LockOrder(const Program::Impl &P) : P(P) {
  collectEdges();
  collectWriters();
  findComponents();
  findCycles();
}

//===----------------------------------------------------------------------===//
// Edges
//===----------------------------------------------------------------------===//

/// What a constructor does to its own object's locks nobody else can see yet.
static bool isOfUnborn(const Function &F, const Place &Lock) {
  return F.is(FnConstructor) && Lock.Root == RootKind::This;
}

/// All callers hold it, and it has not been released since.
static bool isHeldAbove(const Program::Impl &P, const UnderLock &X, const LockClass &C) {
  const auto &Above = P.Locks.heldByCallers(X.In);
  return std::ranges::find(Above, C) != Above.end() &&
         std::ranges::none_of(P.Locks.releasedBefore(X.In, X.What.Path->At), [&](const Place &R) {
           return P.Locks.names().classOf(X.In, R) == C;
         });
}

static bool orders(const Program::Impl &P, const UnderLock &X, LockClass First, LockClass Second) {
  auto isReal = [&](const LockClass &C) {
    return C && C.Is != LockClass::Param && !P.Locks.asynchronous().isCounting(C);
  };
  const Function &In = P.U.fn(X.In);
  if (X.What.Is != LockEvent::Acquire || X.What.Try || First == Second || !isReal(First) ||
      !isReal(Second) || isOfUnborn(In, X.Held.Lock) || isOfUnborn(In, X.What.Lock))
    return false;
  // It is held already: a recursive lock, or a mistake of its own.
  return !isHeldAbove(P, X, Second) && std::ranges::none_of(X.Others, [&](const HeldLock &L) { return L.Lock == X.What.Lock; });
}

static uint32_t lengthOf(const UnderLock &X) {
  return X.What.Path->Length + (X.Held.Taken ? X.Held.Taken->Length : 0);
}

static auto orderOf(const OrderEdge &E) {
  return std::tuple(E.First, E.Second, -int(E.Sure), !E.Where->Held.Must, E.Where->What.Picks,
                    lengthOf(*E.Where),
                    E.Where->What.Path->At, E.Where->In, E.Where->What.Mode, E.Where->Held.Mode);
}

void LockOrder::collectEdges() {
  const LockNames &Names = P.Locks.names();
  for (const UnderLock &X : P.Locks.underLocks()) {
    OrderEdge E;
    E.First = Names.classOf(X.In, X.Held.Lock);
    E.Second = X.What.Class;
    if (!orders(P, X, E.First, E.Second))
      continue;
    E.Where = &X;
    bool Another = endsAnotherClass(P.U, *X.What.Path) || comesBack(X.In, *X.What.Path) ||
                   fillsResult(P.U, *X.What.Path);
    E.Sure = Another ? Confidence::Possible : std::min(X.What.Sure, Confidence::Likely);
    for (const HeldLock &L : X.Others)
      if (L.Mode == LockMode::Exclusive)
        if (LockClass C = Names.classOf(X.In, L.Lock))
          E.Gates.push_back(C);
    const auto &Above = P.Locks.heldByCallers(X.In);
    E.Gates.insert(E.Gates.end(), Above.begin(), Above.end());
    std::ranges::sort(E.Gates);
    Edges.push_back(std::move(E));
  }
  std::ranges::stable_sort(Edges, {}, orderOf);
  for (const OrderEdge &E : Edges) {
    Nodes.push_back(E.First);
    Nodes.push_back(E.Second);
  }
  std::ranges::sort(Nodes);
  auto Same = std::ranges::unique(Nodes);
  Nodes.erase(Same.begin(), Same.end());
  auto node = [&](const LockClass &C) {
    return Node(std::ranges::lower_bound(Nodes, C) - Nodes.begin());
  };
  Next.resize(Nodes.size());
  for (const OrderEdge &E : Edges) {
    Node A = node(E.First), B = node(E.Second);
    auto &All = Between[{A, B}];
    if (All.empty())
      Next[A].push_back(B);
    bool Known = std::ranges::any_of(All, [&](const OrderEdge *Old) {
      return Old->Gates == E.Gates && Old->Where->Held.Mode == E.Where->Held.Mode &&
             Old->Where->What.Mode == E.Where->What.Mode;
    });
    if (!Known && All.size() < MaxVariants)
      All.push_back(&E);
  }
}

bool hasWriter(const Program::Impl &P, const LockClass &C) {
  for (uint32_t F = 0; F < P.U.Functions.size(); ++F)
    for (const LockEvent &E : P.Locks.of(FnId(F)).Events)
      if (E.Is == LockEvent::Acquire && E.Mode == LockMode::Exclusive && E.Class == C)
        return true;
  return false;
}

bool readersMayWait(const Program::Impl &P, const LockClass &C, bool HasWriter) {
  const model::TypeModel *M = P.Models.of(P.Locks.names().typeOf(C));
  if (M && M->Lock == "recursive-read")
    return false;
  return HasWriter || !P.ClosedWorld;
}

void LockOrder::collectWriters() {
  for (uint32_t F = 0; F < P.U.Functions.size(); ++F)
    for (const LockEvent &E : P.Locks.of(FnId(F)).Events)
      if (E.Is == LockEvent::Acquire && E.Mode == LockMode::Exclusive && E.Class)
        Writers.insert(E.Class);
}

/// One thread holds the lock, another wants it: it has to wait.
bool LockOrder::excludes(LockClass C, LockMode Held, LockMode Wanted) const {
  if (Held == LockMode::Exclusive || Wanted == LockMode::Exclusive)
    return true;
  return readersMayWait(P, C, Writers.contains(C));
}

//===----------------------------------------------------------------------===//
// Cycles
//===----------------------------------------------------------------------===//

/// Tarjan's strongly connected components, without recursion.
void LockOrder::findComponents() {
  constexpr uint32_t Unseen = ~0u;
  size_t N = Nodes.size();
  std::vector<uint32_t> Index(N, Unseen), Low(N);
  std::vector<bool> OnStack(N);
  std::vector<Node> Stack;
  std::vector<std::pair<Node, size_t>> Work;
  uint32_t Count = 0, Components = 0;
  Component.assign(N, 0);
  auto enter = [&](Node V) {
    Index[V] = Low[V] = Count++;
    Stack.push_back(V);
    OnStack[V] = true;
    Work.emplace_back(V, 0);
  };
  for (Node Root = 0; Root < N; ++Root) {
    if (Index[Root] != Unseen)
      continue;
    enter(Root);
    while (!Work.empty()) {
      auto &[V, I] = Work.back();
      if (I < Next[V].size()) {
        Node W = Next[V][I++];
        if (Index[W] == Unseen)
          enter(W);
        else if (OnStack[W])
          Low[V] = std::min(Low[V], Index[W]);
        continue;
      }
      Node Done = V;
      Work.pop_back();
      if (!Work.empty())
        Low[Work.back().first] = std::min(Low[Work.back().first], Low[Done]);
      if (Low[Done] != Index[Done])
        continue;
      for (Node W = Unseen; W != Done;) {
        W = Stack.back();
        Stack.pop_back();
        OnStack[W] = false;
        Component[W] = Components;
      }
      ++Components;
    }
  }
}

/// The shortest way within one component, both ends included.
std::vector<LockOrder::Node> LockOrder::wayBack(Node From, Node To) const {
  std::map<Node, Node> Before{{From, From}};
  std::vector<Node> Line{From};
  for (size_t I = 0; I < Line.size() && !Before.contains(To); ++I)
    for (Node W : Next[Line[I]])
      if (Component[W] == Component[From] && Before.try_emplace(W, Line[I]).second)
        Line.push_back(W);
  if (!Before.contains(To))
    return {};
  std::vector<Node> Way{To};
  while (Way.back() != From)
    Way.push_back(Before.at(Way.back()));
  std::ranges::reverse(Way);
  return Way;
}

/// One call that takes two locks in either order decides by a test of its own:
/// by their addresses, by an argument.
static bool isOneCall(const OrderCycle &C) {
  const UnderLock &A = *C.Edges.front()->Where, &B = *C.Edges.back()->Where;
  return C.Edges.size() == 2 && A.In == B.In && A.What.Path->Next && B.What.Path->Next &&
         A.What.Path->At == B.What.Path->At && A.Held.Taken && B.Held.Taken &&
         A.Held.Taken->At == A.What.Path->At && B.Held.Taken->At == B.What.Path->At;
}

/// Picks an edge for each step such that no gate is common to all and each
/// waits for a lock that the next one holds.
bool LockOrder::choose(const std::vector<Node> &Cycle, size_t At, OrderCycle &C) const {
  if (At == Cycle.size()) {
    std::vector<LockClass> Common = C.Edges[0]->Gates;
    for (size_t I = 0; I < C.Edges.size(); ++I) {
      const OrderEdge &E = *C.Edges[I], &After = *C.Edges[(I + 1) % C.Edges.size()];
      if (!excludes(E.Second, After.Where->Held.Mode, E.Where->What.Mode))
        return false;
      std::vector<LockClass> Both;
      std::ranges::set_intersection(Common, E.Gates, std::back_inserter(Both));
      Common = std::move(Both);
    }
    return std::ranges::all_of(Common, [&](const LockClass &Gate) {
      return std::ranges::any_of(C.Edges, [&](const OrderEdge *E) { return E->First == Gate; });
    });
  }
  for (const OrderEdge *E : Between.at({Cycle[At], Cycle[(At + 1) % Cycle.size()]})) {
    C.Edges.push_back(E);
    if (choose(Cycle, At + 1, C))
      return true;
    C.Edges.pop_back();
  }
  return false;
}

void LockOrder::addCycle(const std::vector<Node> &Cycle) {
  OrderCycle C;
  if (!choose(Cycle, 0, C) || isOneCall(C))
    return;
  std::vector<FnId> All;
  unsigned Picks = 0;
  for (const OrderEdge *E : C.Edges) {
    Picks += E->Where->What.Picks;
    C.Sure = std::min(C.Sure, E->Sure);
    All.push_back(E->Where->In);
    for (const Step *S = E->Where->What.Path; S; S = S->Next)
      All.push_back(S->In);
  }
  // One call that may go elsewhere is a guess: with two it is too many.
  if (Picks > 1)
    C.Sure = Confidence::Possible;
  // Those that are but possible must not crowd out the others.
  bool Crowds = C.Sure == Confidence::Possible && Cycles.size() >= MaxCycles / 2;
  if (!Crowds && P.Together.canRunTogether(All))
    Cycles.push_back(std::move(C));
}

void LockOrder::findCycles() {
  std::set<std::pair<size_t, std::vector<Node>>> Ways; // the shortest first
  for (Node A = 0; A < Nodes.size(); ++A)
    for (Node B : Next[A]) {
      if (Component[A] != Component[B])
        continue;
      std::vector<Node> Way = wayBack(B, A); // B ... A
      if (Way.empty() || Way.size() > MaxLength)
        continue;
      std::ranges::rotate(Way, std::ranges::min_element(Way));
      size_t Length = Way.size();
      Ways.emplace(Length, std::move(Way));
    }
  for (const auto &[Length, Way] : Ways)
    if (Cycles.size() < MaxCycles)
      addCycle(Way);
}

} // namespace cotidy
