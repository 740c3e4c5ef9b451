//===- FlagTests.h - tests of flags at the ends of blocks -------*- C++ -*-===//
// Which flag the branch at the end of a block tests, whether or not the source
// says that it is likely: so that a lock taken where a flag is set is known to
// be released where the same flag is tested again. Values of flags are not known
// here, nor whether they change.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/LockSets.h"

namespace cotidy::flow {

/// Of the block's last fact, as it stands on the first way out; none if that is
/// no test of a flag.
FlagTest flagTestAt(const facts::Unit &U, const facts::Block &B);

} // namespace cotidy::flow
