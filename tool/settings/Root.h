//===- Root.h - where the user's project begins -----------------*- C++ -*-===//
// Decides the project root: what was asked for, else the top of the git work
// tree that holds most of the sources, else the folder above all of them.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace cotidy {

/// `Sources` are absolute; those in `BuildDir` are generated and count only if
/// there are no others. The answer is a real path, links resolved.
std::string projectRoot(llvm::ArrayRef<std::string> Sources,
                        const std::string &BuildDir);

/// The real name of a path, or the path itself if there is none.
std::string realPath(const std::string &Path);

} // namespace cotidy
