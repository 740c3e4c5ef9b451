//===- SourceFiles.h - which files are user code ----------------*- C++ -*-===//
// The unit's file table: paths relative to the root, what is user code and
// what is generated (design, section 4), digests, and suppressing comments.
// Decides nothing about declarations.
//===----------------------------------------------------------------------===//
#pragma once

#include "extract/Extract.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"

#include <map>

namespace cotidy::extract {

/// The checks (comma-separated globs, "*" for all) suppressed on a line.
using Suppressions = std::map<unsigned, std::string>;

class SourceFiles {
public:
  SourceFiles(const clang::SourceManager &SM, const ExtractOptions &O,
              facts::Unit &U);

  /// The place where a macro was expanded, or the location itself.
  Spot spot(clang::SourceLocation L);
  bool isUser(clang::SourceLocation L) { return flags(L) & facts::FileUser; }
  bool isGenerated(clang::SourceLocation L) {
    return flags(L) & facts::FileGenerated;
  }
  bool isSystem(clang::SourceLocation L) { return flags(L) & facts::FileSystem; }

  /// NOLINT and its kin in the file of `L`.
  const Suppressions &suppressions(clang::SourceLocation L);

  /// Gives the main file's name to the unit, and adds every file that the parse
  /// has read, with digests, if they are wanted.
  void addAll();

private:
  uint8_t flags(clang::SourceLocation L);
  uint32_t indexOf(clang::FileID F);
  uint32_t indexOf(clang::FileEntryRef E, bool System);
  bool isExcluded(llvm::StringRef Relative) const;

  const clang::SourceManager &SM;
  const ExtractOptions &O;
  facts::Unit &U;
  std::string Root, BuildDir;
  llvm::DenseMap<clang::FileID, uint32_t> ByFile;
  std::map<std::string, uint32_t> ByPath;
  llvm::DenseMap<clang::FileID, Suppressions> Comments;
};

/// Reads NOLINT, NOLINTNEXTLINE and NOLINTBEGIN/END from a file's text.
Suppressions readSuppressions(llvm::StringRef Text);

} // namespace cotidy::extract
