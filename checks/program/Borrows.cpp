#include "program/Borrows.h"

#include "program/BorrowFlow.h"

#include <algorithm>
#include <set>

namespace cotidy {

using namespace facts;

bool BorrowSummary::operator==(const BorrowSummary &O) const {
  auto sameUse = [](const FrameUse &A, const FrameUse &B) {
    return A.What == B.What && A.At == B.At && A.AtStart == B.AtStart;
  };
  return Result == O.Result && Keeps == O.Keeps && Stores == O.Stores &&
         WaitsFor == O.WaitsFor && std::ranges::equal(Uses, O.Uses, sameUse);
}

Borrows::Borrows(const Program::Impl &P) : P(P), Types(P.U), Summaries(P.U.Functions.size()),
      AnyWork(P.U.Functions.size()) {
  solve();
}

bool Borrows::isRead(FnId Id) const {
  const Function &F = P.U.fn(Id);
  return F.Body == BodyState::Here && F.Blocks.size() >= 2 && !P.Models.speaksFor(P.U, Id);
}

/// A function that calls itself through others may add references for ever;
/// what matters is found in a few rounds.
static constexpr unsigned MaxVisits = 6;

void Borrows::solve() {
  const Unit &U = P.U;
  std::vector<std::vector<uint32_t>> Callers(U.Functions.size());
  std::vector<FnId> Order = P.Effects.calleesFirst();
  std::vector<uint32_t> Rank(U.Functions.size());
  for (uint32_t I = 0; I < Order.size(); ++I)
    Rank[raw(Order[I])] = I;
  std::set<uint32_t> Work; // by rank
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    if (!isRead(FnId(I)))
      continue;
    Work.insert(Rank[I]);
    auto calls = [&](FnId C) {
      if (C != FnId::None)
        Callers[raw(C)].push_back(I);
    };
    auto values = [&](auto &&Self, const Value &V) -> void {
      calls(V.Fn);
      for (const Capture &C : V.Captures)
        Self(Self, C.What);
    };
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts) {
        calls(X.Callee);
        values(values, X.Val);
        values(values, X.Recv);
        for (const Value &A : X.Args)
          values(values, A);
      }
  }
  std::vector<unsigned> Visits(U.Functions.size());
  while (!Work.empty()) {
    FnId F = Order[*Work.begin()];
    uint32_t I = raw(F);
    Work.erase(Work.begin());
    if (++Visits[I] > MaxVisits) {
      AnyWork[I] = true; // not known
      continue;
    }
    BorrowFlow Flow(*this, F);
    BorrowSummary New = Flow.summary();
    AnyWork[I] = Flow.anyWork();
    if (New == Summaries[I])
      continue;
    Summaries[I] = std::move(New);
    for (uint32_t C : Callers[I])
      Work.insert(Rank[C]);
  }
}

std::vector<Dangling> Borrows::dangling() const {
  std::vector<Dangling> All;
  for (uint32_t I = 0; I < P.U.Functions.size(); ++I) {
    if (!AnyWork[I])
      continue;
    std::ranges::move(BorrowFlow(*this, FnId(I)).findings(), std::back_inserter(All));
  }
  return All;
}

} // namespace cotidy
