//===- Linker.h - many units' facts as one ----------------------*- C++ -*-===//
// Merges units by entity name into one unit with sorted tables: equal
// definitions once, what is here over what was skipped over what is unknown.
// The result is the same for every order of units and every way to group
// them. It knows nothing of models and judges nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <vector>

namespace cotidy {

/// Two definitions of one external name that differ (two programs in one
/// database) are alternatives: each gets the name with "@" and a hash of its
/// content, used by the unit that holds it. Under the bare name stands a
/// function that calls them all, for units that hold neither.
facts::Unit mergeUnits(std::vector<facts::Unit> Units);

} // namespace cotidy
