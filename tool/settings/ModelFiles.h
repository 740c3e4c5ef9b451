//===- ModelFiles.h - the user's model files --------------------*- C++ -*-===//
// Which model files hold besides the built-in ones: `cotidy-models.yaml` in
// the folder of a source or the nearest above, and those that were asked for
// by name, which come last and so win.
//===----------------------------------------------------------------------===//
#pragma once

#include "model/ModelSet.h"

#include "llvm/Support/Error.h"

#include <set>
#include <string>
#include <vector>

namespace cotidy {

/// Fills `Models` for sources in `Folders`; all names are absolute. The error
/// quotes file, line and key.
llvm::Error readModels(const std::set<std::string> &Folders,
                       const std::vector<std::string> &Named,
                       model::ModelSet &Models);

} // namespace cotidy
