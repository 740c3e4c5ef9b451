//===- Settled.h - which objects the coroutine has awaited ------*- C++ -*-===//
// A must-analysis: the objects that were awaited, or a member function of
// which was called and its result awaited, on every way to a block, with
// nothing done to them since. A destructor that would wait for the same work
// finds it done.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <vector>

namespace cotidy::flow {

/// "The object was awaited", or what its member function `By` returned.
struct Settlement {
  facts::Place Object;
  facts::FnId By = facts::FnId::None; ///< None: the object itself
  bool operator==(const Settlement &) const = default;
};

/// Result[b]: what is settled on entry to block b. Empty if nothing ever is.
std::vector<std::vector<Settlement>> settledOnEntry(const facts::Unit &U,
                                                    const facts::Function &F);

/// The fact at `I` of block `B` has happened.
void noteSettled(const facts::Unit &U, const facts::Block &B, size_t I,
                 std::vector<Settlement> &Settled);

} // namespace cotidy::flow
