#include "program/Effects.h"

#include "flow/Doomed.h"
#include "program/EffectBuilder.h"

#include <algorithm>
#include <set>

namespace cotidy {

using namespace facts;
using flow::Point;

bool keepsEffects(const Function &F) {
  return F.is(FnCoroutine) || F.is(FnNonblockingAttr);
}

const Step *continued(std::deque<Step> &Steps, const Step *Prefix, const Invocation &I,
                      const Step *Tail) {
  Step Copy = *Prefix;
  if (Prefix->Next) {
    Copy.Next = continued(Steps, Prefix->Next, I, Tail);
  } else {
    Copy.Callee = I.Fn;
    Copy.How = I.How;
    Copy.Through = I.Through;
    Copy.Next = Tail;
  }
  Copy.Length = Copy.Next ? Copy.Next->Length + 1 : 1;
  Steps.push_back(Copy);
  return &Steps.back();
}

EffectSummaries::EffectSummaries(const Unit &U, const ModelUse &Models,
                                 const CallTargets &Targets)
    : U(U), Models(Models), Targets(Targets), Modes(U), Suppressed(U),
      Summaries(U.Functions.size()), Users(U.Functions.size()) {
  solve();
}

namespace {
/// What Doomed asks of callees, with no flow behind it.
class NoReturnCallees final : public flow::Callees {
public:
  explicit NoReturnCallees(const Unit &U) : U(U) {}
  bool endsThread(const Fact &X) const override {
    if (X.Kind == FactKind::NoReturn)
      return true;
    return X.Kind == FactKind::Call && X.Callee != FnId::None &&
           U.fn(X.Callee).is(FnNoReturn);
  }
  flow::AwaitOutcome afterAwait(const Function &, Point) const override { return {}; }

private:
  const Unit &U;
};
} // namespace

std::vector<bool> EffectSummaries::doomed(FnId F) const {
  return flow::doomedBlocks(U.fn(F), NoReturnCallees(U));
}

/// Surer first, then shorter, then by place.
static bool better(const Effect &A, const Effect &B) {
  if (A.Sure != B.Sure)
    return A.Sure > B.Sure;
  if (A.Guessed != B.Guessed)
    return B.Guessed;
  const Step *X = A.Path, *Y = B.Path;
  if (X->Length != Y->Length)
    return X->Length < Y->Length;
  for (; X && Y; X = X->Next, Y = Y->Next) {
    if (X == Y)
      return false;
    auto KX = std::tuple(X->At, X->Callee, X->How), KY = std::tuple(Y->At, Y->Callee, Y->How);
    if (KX != KY)
      return KX < KY;
  }
  return false;
}

static bool includes(const std::vector<ParamGuard> &All, const std::vector<ParamGuard> &Some) {
  return std::ranges::all_of(Some, [&](const ParamGuard &G) {
    return std::ranges::find(All, G) != All.end();
  });
}

static constexpr size_t MaxVariants = 6, MaxClasses = 12;

/// The other classes whose objects have the effect.
static size_t classesIn(const std::vector<Effect> &All, const Effect &E) {
  std::set<TypeId> Classes;
  for (const Effect &Old : All)
    if (Old.Leaf == E.Leaf && Old.Category == E.Category && Old.OnlyOf != TypeId::None &&
        Old.OnlyOf != E.OnlyOf)
      Classes.insert(Old.OnlyOf);
  return Classes.size();
}

/// Keeps the best path for each leaf under each set of guards, and for each class
/// of the object that decides; an effect that
/// needs fewer guards stands for one that needs more.
static void keepBest(std::vector<Effect> &Into, Effect E) {
  size_t Variants = 0;
  if (E.OnlyOf != TypeId::None && classesIn(Into, E) >= MaxClasses)
    E.OnlyOf = TypeId::None;
  for (Effect &Old : Into) {
    if (Old.Leaf != E.Leaf || Old.Category != E.Category || Old.OnlyOf != E.OnlyOf)
      continue;
    ++Variants;
    if (Old.Guards == E.Guards) {
      if (better(E, Old))
        Old = std::move(E);
      return;
    }
    if (includes(E.Guards, Old.Guards) && Old.Sure >= E.Sure)
      return;
  }
  if (Variants >= MaxVariants && !E.Guards.empty()) {
    E.Guards.clear();
    return keepBest(Into, std::move(E));
  }
  std::erase_if(Into, [&](const Effect &Old) {
    return Old.Leaf == E.Leaf && Old.Category == E.Category && Old.OnlyOf == E.OnlyOf &&
           includes(Old.Guards, E.Guards) && E.Sure >= Old.Sure;
  });
  Into.push_back(std::move(E));
}

/// A total order: no two effects of a summary have leaf, class and guards in common.
static bool inOrder(const Effect &A, const Effect &B) {
  auto Key = [](const Effect &E) { return std::tuple(E.Leaf, E.Category, E.OnlyOf, E.Guards.size()); };
  if (Key(A) != Key(B))
    return Key(A) < Key(B);
  return std::ranges::lexicographical_compare(A.Guards, B.Guards, before);
}

static void keepBest(std::vector<GivenCall> &Into, GivenCall G) {
  for (GivenCall &Old : Into)
    if (Old.Which == G.Which) {
      if (G.Path->Length < Old.Path->Length)
        Old = std::move(G);
      return;
    }
  if (Into.size() < 32)
    Into.push_back(std::move(G));
}

static bool sameOutside(const Summary &A, const Summary &B) {
  auto sameEffect = [](const Effect &X, const Effect &Y) {
    return X.Leaf == Y.Leaf && X.Category == Y.Category && X.OnlyOf == Y.OnlyOf && X.Guards == Y.Guards &&
           X.Sure == Y.Sure && X.Guessed == Y.Guessed && X.Path->Length == Y.Path->Length;
  };
  auto sameCall = [](const GivenCall &X, const GivenCall &Y) {
    return X.Which == Y.Which && X.Path->Length == Y.Path->Length;
  };
  return std::ranges::equal(A.Effects, B.Effects, sameEffect) &&
         std::ranges::equal(A.Calls, B.Calls, sameCall);
}

/// Functions of the body's direct mention: callees, closures, addresses.
static void mentioned(const Fact &X, std::vector<FnId> &Out) {
  auto value = [&](auto &Self, const Value &V) -> void {
    if (V.Fn != FnId::None)
      Out.push_back(V.Fn);
    for (const Capture &C : V.Captures)
      Self(Self, C.What);
  };
  if (X.Callee != FnId::None)
    Out.push_back(X.Callee);
  value(value, X.Recv);
  value(value, X.Val);
  for (const Value &A : X.Args)
    value(value, A);
}

std::vector<FnId> EffectSummaries::calleesFirst() const {
  std::vector<FnId> Order;
  std::vector<bool> Seen(U.Functions.size());
  struct Frame {
    FnId F;
    std::vector<FnId> Next;
    size_t I = 0;
  };
  auto frame = [&](FnId F) {
    Frame R{F, {}, 0};
    for (const Block &B : U.fn(F).Blocks)
      for (const Fact &X : B.Facts)
        mentioned(X, R.Next);
    return R;
  };
  std::vector<Frame> Stack;
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    if (Seen[I])
      continue;
    Seen[I] = true;
    Stack.push_back(frame(FnId(I)));
    while (!Stack.empty()) {
      Frame &Top = Stack.back();
      if (Top.I == Top.Next.size()) {
        Order.push_back(Top.F);
        Stack.pop_back();
        continue;
      }
      FnId Next = Top.Next[Top.I++];
      if (Seen[raw(Next)])
        continue;
      Seen[raw(Next)] = true;
      Stack.push_back(frame(Next));
    }
  }
  return Order;
}

void EffectSummaries::solve() {
  std::vector<FnId> Order = calleesFirst();
  std::vector<uint32_t> Rank(U.Functions.size());
  std::set<uint32_t> Work;
  for (uint32_t I = 0; I < Order.size(); ++I) {
    Rank[raw(Order[I])] = I;
    const Function &F = U.fn(Order[I]);
    if (F.Body == BodyState::Here && !Models.speaksFor(U, Order[I]) && !keepsEffects(F))
      Work.insert(I);
  }
  std::vector<uint8_t> Rounds(U.Functions.size());
  while (!Work.empty()) {
    FnId F = Order[*Work.begin()];
    Work.erase(Work.begin());
    Summary New;
    EffectBuilder B(*this, F);
    B.OnImport = [&](FnId From) {
      auto &Of = Users[raw(From)];
      auto It = std::ranges::lower_bound(Of, F);
      if (It == Of.end() || *It != F)
        Of.insert(It, F);
    };
    B.OnEffect = [&](Point, Effect E) { keepBest(New.Effects, std::move(E)); };
    B.OnGiven = [&](Point, GivenCall G) { keepBest(New.Calls, std::move(G)); };
    B.run();
    std::ranges::sort(New.Effects, inOrder);
    if (sameOutside(Summaries[raw(F)], New) || ++Rounds[raw(F)] > 24)
      continue;
    Summaries[raw(F)] = std::move(New);
    for (FnId User : Users[raw(F)])
      Work.insert(Rank[raw(User)]);
  }
}

std::vector<EffectAt> EffectSummaries::within(FnId F) const {
  std::vector<EffectAt> Result;
  // The callables it was given: whatever anybody gave it.
  std::vector<std::pair<Point, GivenCall>> Given;
  EffectBuilder B(*this, F);
  B.ForFindings = true;
  B.OnEffect = [&](Point At, Effect E) { Result.push_back({At, std::move(E)}); };
  B.OnGiven = [&](Point At, GivenCall G) { Given.emplace_back(At, std::move(G)); };
  B.run();
  for (size_t I = 0; I < Given.size() && I < 256; ++I) {
    auto [At, G] = Given[I];
    B.resolveGiven(At, G);
  }
  return Result;
}

} // namespace cotidy
