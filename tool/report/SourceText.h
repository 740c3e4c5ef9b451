//===- SourceText.h - the lines that findings point at ----------*- C++ -*-===//
// Reads source files to quote their lines and to count characters in them.
// A file that cannot be read has no lines; that is no error, for a report may
// be made where the sources are not.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Spot.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cotidy::report {

class SourceText {
public:
  explicit SourceText(std::string Root) : Root(std::move(Root)) {}

  /// The text of a line without its end, or nothing if there is none.
  std::optional<llvm::StringRef> line(const Location &At);

  /// The column of a place in characters instead of bytes, from 1.
  unsigned characterColumn(const Location &At);

  /// A location's file as an absolute path.
  std::string absolute(llvm::StringRef File) const;

private:
  struct Text {
    std::unique_ptr<llvm::MemoryBuffer> Buffer;
    std::vector<llvm::StringRef> Lines;
  };
  const Text &read(llvm::StringRef File);

  std::string Root;
  llvm::StringMap<Text> Texts;
};

} // namespace cotidy::report
