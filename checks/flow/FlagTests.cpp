#include "flow/FlagTests.h"

namespace cotidy::flow {

using namespace facts;

FlagTest flagTestAt(const Unit &U, const Block &B) {
  if (B.Facts.empty() || B.Facts.back().Kind != FactKind::Branch || B.Successors.size() != 2 ||
      B.Facts.back().Val)
    return {};
  const Fact &Test = B.Facts.back();
  FlagTest Out{Test.From, Test.Word, true};
  if (B.Facts.size() > 1) {
    const Fact &Before = B.Facts[B.Facts.size() - 2];
    if (Before.Kind == FactKind::Call && Before.To == Test.From && Before.Callee != FnId::None &&
        !Before.Args.empty() && U.text(U.fn(Before.Callee).Qualified) == "__builtin_expect")
      Out.Of = Before.Args[0].Where;
  }
  return Out;
}

std::vector<FlagTest> lastTests(const Unit &U, const Function &F) {
  std::vector<FlagTest> Out(F.Blocks.size());
  std::vector<bool> Seen(F.Blocks.size());
  for (const Block &B : F.Blocks) {
    FlagTest Test = flagTestAt(U, B);
    for (unsigned I = 0; I < B.Successors.size(); ++I) {
      uint32_t To = B.Successors[I].To;
      Out[To] = Seen[To] || !Test ? FlagTest() : Test;
      Out[To].Passed = Out[To] && I == 0;
      Seen[To] = true;
    }
  }
  return Out;
}

} // namespace cotidy::flow
