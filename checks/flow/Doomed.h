//===- Doomed.h - code that can only end the program ------------*- C++ -*-===//
// Which blocks have no way out but one that ends in noreturn (assertions,
// fatal errors). A loop without end is not doomed. Findings do not rest on
// what happens there.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Callees.h"

namespace cotidy::flow {

/// Result[b]: every way out of block b ends in noreturn.
std::vector<bool> doomedBlocks(const facts::Function &F, const Callees &C);

} // namespace cotidy::flow
