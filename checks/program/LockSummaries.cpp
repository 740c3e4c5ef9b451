#include "program/LockSummaries.h"

#include "program/Interner.h"
#include "program/LockBuilder.h"

#include <algorithm>
#include <set>

namespace cotidy {

using namespace facts;
using flow::HeldLock;
using flow::Point;

LockSummaries::LockSummaries(const Unit &U, const ModelUse &Models, const HeldValues &Held,
                             const CallTargets &Targets, const EffectSummaries &Effects)
    : U(U), Models(Models), Held(Held), Targets(Targets), Effects(Effects), Names(U, Models, Held, Targets),
      Async(U, Models, Names), Threads(U), Summaries(U.Functions.size()), Users(U.Functions.size()),
      Gates(U.Functions.size()) {
  solve();
  collect();
}

static bool samePath(const Step *A, const Step *B) { return A->Length == B->Length; }

static bool sameOutside(const LockSummary &A, const LockSummary &B) {
  auto event = [](const LockEvent &X, const LockEvent &Y) {
    return X.Is == Y.Is && X.Lock == Y.Lock && X.Class == Y.Class && X.Mode == Y.Mode &&
           X.Try == Y.Try && X.Sure == Y.Sure && X.Guessed == Y.Guessed && X.Picks == Y.Picks &&
           X.OnlyOf == Y.OnlyOf && X.OwnThread == Y.OwnThread && X.Reentry == Y.Reentry &&
           X.Retakes == Y.Retakes && X.ByFlag == Y.ByFlag && X.InMember == Y.InMember &&
           X.Released == Y.Released && X.Guards == Y.Guards && X.Maker == Y.Maker &&
           samePath(X.Path, Y.Path);
  };
  auto left = [](const LeftHeld &X, const LeftHeld &Y) {
    return X.Lock == Y.Lock && X.Owner == Y.Owner && X.InResult == Y.InResult && X.If == Y.If &&
           X.Mode == Y.Mode && X.Must == Y.Must;
  };
  auto held = [](const HeldLock &X, const HeldLock &Y) {
    return X.Lock == Y.Lock && X.Mode == Y.Mode && X.Must == Y.Must;
  };
  auto call = [&](const GivenUnderLocks &X, const GivenUnderLocks &Y) {
    return X.Which == Y.Which && std::ranges::equal(X.Held, Y.Held, held) &&
           X.Released == Y.Released && X.Passed == Y.Passed && X.Picks == Y.Picks &&
           X.OwnThread == Y.OwnThread && samePath(X.Path, Y.Path);
  };
  auto pair = [](const UnderLock &X, const UnderLock &Y) {
    return X.Held.Lock == Y.Held.Lock && X.What.Lock == Y.What.Lock &&
           X.What.Class == Y.What.Class;
  };
  return std::ranges::equal(A.Pairs, B.Pairs, pair) &&
         std::ranges::equal(A.Events, B.Events, event) &&
         std::ranges::equal(A.AtEnd, B.AtEnd, left) && A.Releases == B.Releases &&
         std::ranges::equal(A.Calls, B.Calls, call);
}

void LockSummaries::solve() {
  static constexpr unsigned MaxRounds = 12;
  std::vector<FnId> Order = Effects.calleesFirst();
  std::vector<uint32_t> Rank(U.Functions.size());
  std::set<uint32_t> Work;
  for (uint32_t I = 0; I < Order.size(); ++I) {
    Rank[raw(Order[I])] = I;
    if (U.fn(Order[I]).Body == BodyState::Here && !Models.speaksFor(U, Order[I]))
      Work.insert(I);
  }
  std::vector<uint8_t> Rounds(U.Functions.size());
  while (!Work.empty()) {
    FnId F = Order[*Work.begin()];
    Work.erase(Work.begin());
    if (Rounds[raw(F)] > MaxRounds)
      continue;
    LockBuilder B(*this, F);
    B.OnImport = [&](FnId From) {
      auto &Of = Users[raw(From)];
      auto It = std::ranges::lower_bound(Of, F);
      if (It == Of.end() || *It != F)
        Of.insert(It, F);
    };
    LockSummary New = B.run();
    if (sameOutside(Summaries[raw(F)], New) || ++Rounds[raw(F)] > MaxRounds)
      continue;
    Summaries[raw(F)] = std::move(New);
    for (FnId User : Users[raw(F)])
      Work.insert(Rank[raw(User)]);
  }
}

//===----------------------------------------------------------------------===//
// Everything under locks
//===----------------------------------------------------------------------===//

static uint64_t hashOf(const Place &P) {
  ContentHash H;
  H.add(uint64_t(P.Root));
  H.add(P.Index);
  H.add(raw(P.Name));
  for (const PathStep &S : P.Path) {
    H.add(uint64_t(S.Kind));
    H.add(raw(S.Name));
  }
  return H.get();
}

/// What happens under which lock of a body: of several ways, that under the
/// fewest other locks, then the surest and shortest. Each suspension stands for
/// itself.
static auto kindOf(const UnderLock &X) {
  bool Each = X.What.Is == LockEvent::Suspend;
  return std::tuple(X.What.Is, hashOf(X.Held.Lock), hashOf(X.Held.Owner), hashOf(X.What.Lock),
                    hashOf(X.What.Maker), X.What.Class, X.Held.Mode, X.What.Mode, X.What.Try, X.Held.Must,
                    Each ? X.At : Point());
}

static bool better(const UnderLock &A, const UnderLock &B) {
  auto rank = [](const UnderLock &X) {
    return std::tuple(X.Others.size(), -int(X.What.Sure), X.What.ByFlag, X.What.Picks,
                      X.What.Path->Length);
  };
  return rank(A) < rank(B);
}

namespace {
/// A call of a function: who calls, and what is held exclusively then.
struct CallUnder {
  FnId Caller; ///< None: a thread, a loop
  std::vector<LockClass> Held;
};
} // namespace

/// Meets over all calls: what a caller holds, or is itself called under.
static void solveGates(const std::vector<std::vector<CallUnder>> &Calls,
                       std::vector<std::vector<LockClass>> &Gates) {
  std::vector<bool> Known(Calls.size());
  for (size_t I = 0; I < Calls.size(); ++I)
    Known[I] = Calls[I].empty(); // a root: nothing is held
  for (unsigned Round = 0; Round < 32; ++Round) {
    bool Changed = false;
    for (size_t I = 0; I < Calls.size(); ++I) {
      if (Calls[I].empty())
        continue;
      std::optional<std::vector<LockClass>> Meet;
      for (const CallUnder &C : Calls[I]) {
        bool Nobody = C.Caller == FnId::None;
        if (!Nobody && !Known[raw(C.Caller)])
          continue; // not reached from a root yet: neutral
        std::vector<LockClass> All = C.Held;
        if (!Nobody)
          All.insert(All.end(), Gates[raw(C.Caller)].begin(), Gates[raw(C.Caller)].end());
        std::ranges::sort(All);
        if (!Meet) {
          Meet = std::move(All);
          continue;
        }
        std::vector<LockClass> Both;
        std::ranges::set_intersection(*Meet, All, std::back_inserter(Both));
        Meet = std::move(Both);
      }
      if (!Meet)
        continue;
      auto Same = std::ranges::unique(*Meet);
      Meet->erase(Same.begin(), Same.end());
      if (!Known[I] || Gates[I] != *Meet) {
        Known[I] = true;
        Gates[I] = std::move(*Meet);
        Changed = true;
      }
    }
    if (!Changed)
      return;
  }
}

void LockSummaries::collect() {
  std::vector<std::vector<CallUnder>> Calls(U.Functions.size());
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    FnId F = FnId(I);
    if (U.Functions[I].Body != BodyState::Here || Models.speaksFor(U, F))
      continue;
    LockBuilder B(*this, F);
    std::map<decltype(kindOf(UnderLock())), UnderLock> Best;
    B.OnUnder = [&](UnderLock X) {
      auto Kind = kindOf(X);
      auto [It, New] = Best.try_emplace(Kind, X);
      if (!New && better(X, It->second))
        It->second = std::move(X);
    };
    B.OnCall = [&](FnId Callee, const std::vector<HeldLock> &Held) {
      CallUnder C{F, {}};
      for (const HeldLock &L : Held)
        if (L.Must && L.Mode == flow::LockMode::Exclusive)
          if (LockClass Class = Names.classOf(F, L.Lock))
            C.Held.push_back(Class);
      Calls[raw(Callee)].push_back(std::move(C));
    };
    B.run();
    bool Holds = !Best.empty();
    for (auto &[Kind, X] : Best)
      Under.push_back(std::move(X));
    for (const Block &Bl : U.Functions[I].Blocks)
      for (const Fact &X : Bl.Facts)
        if (X.Kind == FactKind::Start || X.Kind == FactKind::Spawn)
          for (const Invocation &Started : Targets.resolve(F, X.Val, {}).Known)
            Calls[raw(Started.Fn)].push_back({FnId::None, {}});
    if (Holds || !Summaries[I].AtEnd.empty())
      Holders.push_back(F);
    else if (std::ranges::any_of(U.Functions[I].Blocks, [](const Block &Bl) {
               return std::ranges::any_of(Bl.Facts, [](const Fact &X) {
                 return X.Kind == FactKind::Acquire;
               });
             }))
      Holders.push_back(F);
  }
  solveGates(Calls, Gates);
}

//===----------------------------------------------------------------------===//
// Along a path
//===----------------------------------------------------------------------===//

std::vector<Place> LockSummaries::releasedBefore(FnId F, const Spot &At) const {
  auto [It, New] = ReleasedAt.try_emplace(F);
  if (New)
    walk(F, [&](Point P, const flow::LockState &State) {
      std::vector<Place> &Of = It->second[U.fn(F).Blocks[P.Block].Facts[P.Fact].At];
      for (const Place &R : State.Released)
        flow::addOnce(Of, R);
    });
  auto Found = It->second.find(At);
  return Found == It->second.end() ? std::vector<Place>() : Found->second;
}

/// The fact at which the step is taken.
static const Fact *callAt(const Unit &U, const Step &S) {
  const Fact *Found = nullptr;
  for (const Block &B : U.fn(S.In).Blocks)
    for (const Fact &X : B.Facts) {
      bool Runs = X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall ||
                  X.Kind == FactKind::Destroy;
      if (Runs && X.At == S.At && (!Found || X.Callee == S.Callee))
        Found = &X;
    }
  return Found;
}

std::vector<Place> LockSummaries::releasedOnTheWay(const Step &Path) const {
  if (!Path.Next)
    return {};
  const Fact *Call = callAt(U, Path);
  if (!Call)
    return {};
  FnId Callee = Path.Next->In;
  std::vector<Place> Inner = releasedOnTheWay(*Path.Next), Out;
  for (Place &P : releasedBefore(Callee, Path.Next->At))
    Inner.push_back(std::move(P));
  Invocation I{Callee, Call->Recv ? &Call->Recv : nullptr, Path.How, Path.Through};
  for (const Place &P : Inner)
    Out.push_back(Names.atCall(Path.In, *Call, I, P, /*Direct=*/Call->Callee == Callee));
  return Out;
}

void LockSummaries::walk(
    FnId F, const std::function<void(Point, const flow::LockState &)> &See) const {
  LockBuilder(*this, F).walk(See);
}

} // namespace cotidy
