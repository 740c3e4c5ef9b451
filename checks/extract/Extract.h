//===- Extract.h - from source to facts -------------------------*- C++ -*-===//
// Extracts the facts of one translation unit: from a compile command (the
// command-line tool), or from an AST that somebody else parsed (plugin,
// clangd). It judges nothing. This header is free of clang's own headers.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"
#include "model/ModelSet.h"

#include <string>
#include <vector>

namespace clang {
class ASTContext;
} // namespace clang

namespace cotidy {

struct ExtractOptions {
  std::string Root;     ///< absolute; user code is below it
  std::vector<std::string> Exclude; ///< globs matched below the root
  std::string BuildDir; ///< absolute, may be empty; nothing in it is user code
  std::string Target;   ///< link target of the unit, "" if not known
  bool ListFiles = true; ///< every file read, with digests: for who keeps the facts
  const model::ModelSet *Models = &model::ModelSet::builtIn();
};

/// One normalised compile command: a clang driver command line.
struct UnitCommand {
  std::string Directory; ///< absolute
  std::string File;      ///< as in the database
  std::vector<std::string> Arguments; ///< [0] is the compiler
};

/// Parses and extracts. Never throws. A unit whose main file cannot be parsed
/// at all has Failed set and its Errors filled.
facts::Unit extractCommand(const UnitCommand &C, const ExtractOptions &O);

/// From a parsed unit. The result does not refer to the AST.
facts::Unit extractAST(clang::ASTContext &Ctx, const ExtractOptions &O);

} // namespace cotidy
