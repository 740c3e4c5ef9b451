#include "flow/Paths.h"

#include <algorithm>
#include <deque>
#include <map>

namespace cotidy::flow {

using namespace facts;

static bool isPrefix(const Place &A, const Place &B) {
  return A.Root == B.Root && A.Index == B.Index && A.Name == B.Name &&
         A.Path.size() <= B.Path.size() &&
         std::equal(A.Path.begin(), A.Path.end(), B.Path.begin());
}

/// The one call that gives an unnamed local its value, or null.
static const Fact *onlyCall(const Function &F, const Place &P) {
  if (P.Root != RootKind::Local || !P.Path.empty() || P.Index >= F.Locals.size() ||
      F.Locals[P.Index].Name != StrId::Empty)
    return nullptr;
  const Fact *Found = nullptr;
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts)
      if (X.To == P && X.Kind != FactKind::CreateTask) {
        bool Call = X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
        if (Found || !Call || X.Callee == FnId::None)
          return nullptr;
        Found = &X;
      }
  return Found;
}

/// A test of what a call without arguments returns is a test of its object:
/// asked twice, `enabled()` says the same.
Place Paths::tested(const Place &P, unsigned Depth) const {
  const Fact *Call = Depth < 3 ? onlyCall(F, P) : nullptr;
  if (!Call || !Call->Args.empty())
    return P;
  Place Of = Call->Recv.Where ? tested(Call->Recv.Where, Depth + 1) : Place();
  if (!Of) {
    Of.Root = RootKind::Global;
    Of.Name = U.fn(Call->Callee).Name;
    return Of;
  }
  Of.Path.push_back({StepKind::Field, U.fn(Call->Callee).Name});
  return Of;
}

Paths::Paths(const Unit &U, const Function &F, std::vector<bool> Doomed)
    : U(U), F(F), Doomed(std::move(Doomed)) {
  std::vector<Place> Once;
  for (const Block &B : F.Blocks) {
    if (B.Facts.empty() || B.Facts.back().Kind != FactKind::Branch ||
        !guardTestNamed(U.text(B.Facts.back().Word)))
      continue;
    Place P = tested(B.Facts.back().From);
    if (!P || P.Root == RootKind::Unknown)
      continue;
    // A local that is given a constant somewhere is a flag: one test is enough.
    bool Flag = P.Root == RootKind::Local && P.Path.empty();
    if ((Flag || std::ranges::find(Once, P) != Once.end()) &&
        std::ranges::find(Twice, P) == Twice.end())
      Twice.push_back(P);
    Once.push_back(std::move(P));
  }
}

static bool writes(const Value &V, const Place &P) {
  return (V.Kind == ValueKind::Address || V.Kind == ValueKind::Moved) && isPrefix(V.Where, P);
}

/// What a stored constant says of a test. Nothing if it says nothing.
static std::optional<Guard> saidBy(const Place &P, const Value &V) {
  Guard G{P, GuardTest::Bool, V.Int != 0, {}};
  if (V.Kind == ValueKind::Bool)
    return G;
  if (V.Kind == ValueKind::Null)
    return Guard{P, GuardTest::Null, true, {}};
  if (V.Kind == ValueKind::Integer || V.Kind == ValueKind::Enumerator)
    return Guard{P, GuardTest::Equals, true, V};
  return std::nullopt;
}

/// `++n` of a number that is 0: what it holds then is not.
static bool countsOn(const std::vector<Guard> &K, const Fact &X) {
  return X.Kind == FactKind::Store && X.Val.Kind == ValueKind::Unknown &&
         std::ranges::any_of(K, [&](const Guard &G) {
           return G.Where == X.To && G.Test == GuardTest::Equals && G.Holds &&
                  G.With.Kind == ValueKind::Integer && G.With.Int == 0;
         });
}

void Paths::update(Known &K, const Fact &X) const {
  bool NotZero = countsOn(K, X);
  bool Call = X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
  bool Quiet = Call && X.Callee != FnId::None && U.fn(X.Callee).is(FnConst);
  std::erase_if(K, [&](const Guard &G) {
    if (X.To && isPrefix(X.To, G.Where))
      return true;
    if (X.Kind == FactKind::Move && isPrefix(X.From, G.Where))
      return true;
    // Fields of this are taken to stay as they are: calls rarely change what
    // the caller tests twice.
    if (!Call || Quiet || G.Where.Root == RootKind::This)
      return false;
    return writes(X.Recv, G.Where) || std::ranges::any_of(X.Args, [&](const Value &V) {
             return writes(V, G.Where);
           });
  });
  if (NotZero)
    K.push_back({X.To, GuardTest::Bool, true, {}});
  if (X.Kind == FactKind::Store && std::ranges::find(Twice, X.To) != Twice.end())
    if (std::optional<Guard> G = saidBy(X.To, X.Val))
      K.push_back(std::move(*G));
}

std::optional<Guard> Paths::testAt(const Block &B, bool Holds) const {
  const Fact &X = B.Facts.back();
  const GuardTest *T = guardTestNamed(U.text(X.Word));
  if (!T)
    return std::nullopt;
  Place P = tested(X.From);
  if (std::ranges::find(Twice, P) == Twice.end())
    return std::nullopt;
  return Guard{std::move(P), *T, Holds, X.Val};
}

static std::optional<bool> asNumber(const Guard &G, const Guard &Test) {
  // A number that equals a constant decides whether it is true as a bool.
  if (G.Where != Test.Where || G.Test != GuardTest::Equals || !G.Holds)
    return std::nullopt;
  if (Test.Test == GuardTest::Bool)
    return G.With.Int != 0;
  if (Test.With.Kind != G.With.Kind)
    return std::nullopt;
  if (Test.Test == GuardTest::Equals)
    return G.With.Int == Test.With.Int;
  if (Test.Test == GuardTest::Less)
    return G.With.Int < Test.With.Int;
  if (Test.Test == GuardTest::LessEqual)
    return G.With.Int <= Test.With.Int;
  return std::nullopt;
}

static bool excludes(const Guard &A, const Guard &B) {
  if (contradict(A, B))
    return true;
  std::optional<bool> Said = asNumber(A, B);
  return Said && *Said != B.Holds;
}

/// The outcome of the test says that the place holds something, or nothing.
static Paths::Content saidContent(std::string_view Word, bool Holds) {
  if (Word == "owns" || Word == "bool")
    return Holds ? Paths::Content::Full : Paths::Content::Empty;
  if (Word == "empty" || Word == "null")
    return Holds ? Paths::Content::Empty : Paths::Content::Full;
  return Paths::Content::Unknown;
}

namespace {
struct Node {
  uint32_t Block;
  uint32_t FirstFact;
  uint32_t State;
  std::vector<Guard> Tests;
  uint32_t Parent;
};
constexpr uint32_t NoParent = ~0u;
constexpr size_t MaxNodes = 6000, MaxPerState = 12;
} // namespace

std::vector<Way> Paths::explore(Point From, const Visitor &V, uint32_t Initial) const {
  std::vector<Way> Hits;
  std::deque<Node> Nodes; // stable addresses
  std::map<std::pair<uint32_t, uint32_t>, std::vector<Known>> Seen;
  auto add = [&](Node N) {
    auto &Of = Seen[{N.Block, N.State}];
    if (N.FirstFact == 0) {
      if (std::ranges::find(Of, N.Tests) != Of.end() || Of.size() >= MaxPerState)
        return;
      Of.push_back(N.Tests);
    }
    Nodes.push_back(std::move(N));
  };
  if (Twice.empty())
    add({From.Block, From.Fact, Initial, {}, NoParent});
  else
    add({0, 0, Initial, {}, NoParent});

  auto hit = [&](uint32_t At, Point End, uint32_t State) {
    if (std::ranges::any_of(Hits, [&](const Way &W) { return W.End == End; }))
      return;
    Way W{{}, End, State};
    for (uint32_t N = At; Nodes[N].Parent != NoParent; N = Nodes[N].Parent) {
      const Node &Before = Nodes[Nodes[N].Parent];
      const Block &B = F.Blocks[Before.Block];
      if (Nodes[N].State == 0)
        break;
      if (B.Facts.empty() || B.Facts.back().Kind != FactKind::Branch ||
          B.Successors.size() != 2)
        continue;
      W.Turns.insert(W.Turns.begin(), {{Before.Block, uint32_t(B.Facts.size() - 1)},
                                       B.Successors[0].To == Nodes[N].Block});
    }
    Hits.push_back(std::move(W));
  };

  for (uint32_t N = 0; N < Nodes.size() && Nodes.size() < MaxNodes; ++N) {
    uint32_t Id = Nodes[N].Block, State = Nodes[N].State;
    const Block &B = F.Blocks[Id];
    if (State && Doomed[Id])
      continue;
    Known K = Nodes[N].Tests;
    bool Goes = true;
    for (uint32_t I = Nodes[N].FirstFact; I < B.Facts.size() && Goes; ++I) {
      const Fact &X = B.Facts[I];
      Advance A = V({Id, I}, &X, State);
      if (A == Advance::Hit)
        hit(N, {Id, I}, State);
      Goes = A == Advance::On && X.Kind != FactKind::NoReturn;
      update(K, X);
    }
    if (!Goes)
      continue;
    if (B.Successors.empty()) {
      Point End{Id, uint32_t(B.Facts.size())};
      if (State && Id + 1 == F.Blocks.size() && V(End, nullptr, State) == Advance::Hit)
        hit(N, End, State);
      continue;
    }
    bool Branches = !B.Facts.empty() && B.Facts.back().Kind == FactKind::Branch &&
                    B.Successors.size() == 2;
    for (unsigned S = 0; S < B.Successors.size(); ++S) {
      if (B.Successors[S].Kind == EdgeKind::Exceptional && State)
        continue;
      Known Next = K;
      if (Branches) {
        const Fact &X = B.Facts.back();
        Content Said = saidContent(U.text(X.Word), S == 0);
        Content Is = State ? ContentOf(State, X.From) : Content::Unknown;
        if (Said != Is && Said != Content::Unknown && Is != Content::Unknown)
          continue;
        if (std::optional<Guard> G = testAt(B, S == 0)) {
          if (std::ranges::any_of(Next, [&](const Guard &O) { return excludes(O, *G); }))
            continue;
          if (std::ranges::find(Next, *G) == Next.end())
            Next.push_back(std::move(*G));
        }
      }
      add({B.Successors[S].To, 0, State, std::move(Next), N});
    }
  }
  return Hits;
}

} // namespace cotidy::flow
