//===- Readiness.h - what has been waited for already -----------*- C++ -*-===//
// A must-analysis: which places hold something that is ready (a future, a
// thread that has ended) on every way to a block, because the code waited for
// it or asked. Waiting for it again does not block.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <vector>

namespace cotidy::flow {

using Places = std::vector<facts::Place>;

/// Result[b]: what is ready on entry to block b. Empty if no block has any.
std::vector<Places> readyOnEntry(const facts::Unit &U, const facts::Function &F);

/// The fact at `I` of block `B` of `F` has happened.
void noteReady(const facts::Unit &U, const facts::Function &F, const facts::Block &B,
               size_t I, Places &Ready);

/// Whether waiting for what is in the place does not block any more.
bool isReady(const Places &Ready, const facts::Place &P);

} // namespace cotidy::flow
