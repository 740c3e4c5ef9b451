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

Borrows::Borrows(const Program::Impl &P) : P(P), Types(P.U), Summaries(P.U.Functions.size()) {
  solve();
}

/// A function that calls itself through others may add references for ever;
/// what matters is found in a few rounds.
static constexpr unsigned MaxVisits = 6;

void Borrows::solve() {
  const Unit &U = P.U;
  std::vector<std::vector<uint32_t>> Callers(U.Functions.size());
  std::set<uint32_t> Work;
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    if (F.Body != BodyState::Here || P.Models.speaksFor(U, FnId(I)) || F.Blocks.size() < 2)
      continue;
    Work.insert(I);
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
    uint32_t I = *Work.begin();
    Work.erase(Work.begin());
    if (++Visits[I] > MaxVisits)
      continue;
    BorrowSummary New = BorrowFlow(*this, FnId(I)).summary();
    if (New == Summaries[I])
      continue;
    Summaries[I] = std::move(New);
    for (uint32_t C : Callers[I])
      if (P.U.Functions[C].Body == BodyState::Here && P.U.Functions[C].Blocks.size() >= 2 &&
          !P.Models.speaksFor(P.U, FnId(C)))
        Work.insert(C);
  }
}

std::vector<Dangling> Borrows::dangling() const {
  std::vector<Dangling> All;
  for (uint32_t I = 0; I < P.U.Functions.size(); ++I) {
    const Function &F = P.U.Functions[I];
    if (F.Body != BodyState::Here || F.Blocks.size() < 2 || P.Models.speaksFor(P.U, FnId(I)))
      continue;
    std::ranges::move(BorrowFlow(*this, FnId(I)).findings(), std::back_inserter(All));
  }
  return All;
}

} // namespace cotidy
