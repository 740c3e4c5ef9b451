#include "flow/Doomed.h"

#include <algorithm>

namespace cotidy::flow {

using namespace facts;

/// Exceptional edges are no way out for this question: an assertion behind a
/// call that may throw is still an assertion.
static bool allWaysDoomed(const Block &B, const std::vector<bool> &Doomed) {
  bool Any = false;
  for (const Edge &E : B.Successors) {
    if (E.Kind != EdgeKind::Normal)
      continue;
    if (!Doomed[E.To])
      return false;
    Any = true;
  }
  return Any;
}

std::vector<bool> doomedBlocks(const Function &F, const Callees &C) {
  std::vector<bool> Doomed(F.Blocks.size());
  bool Any = false;
  for (uint32_t B = 0; B < F.Blocks.size(); ++B) {
    Doomed[B] = std::ranges::any_of(F.Blocks[B].Facts, [&](const Fact &X) {
      return C.endsThread(X);
    });
    Any |= Doomed[B];
  }
  for (bool Changed = Any; Changed;) {
    Changed = false;
    for (uint32_t B = F.Blocks.size(); B-- > 0;)
      if (!Doomed[B] && allWaysDoomed(F.Blocks[B], Doomed))
        Doomed[B] = Changed = true;
  }
  return Doomed;
}

} // namespace cotidy::flow
