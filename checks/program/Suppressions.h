//===- Suppressions.h - where findings are not wanted -----------*- C++ -*-===//
// The Allow facts of a program by file and line, and by function: at the
// primary place any matching word counts, at an inner step of a path only one
// that names a cotidy check, a glob of one, or a category of blocking.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include "llvm/ADT/StringRef.h"

#include <map>
#include <string>
#include <vector>

namespace cotidy {

class SuppressedLines {
public:
  explicit SuppressedLines(const facts::Unit &U);

  /// No finding of `Check` (with an effect of `Category`) may stand here.
  bool atPrimary(facts::FnId In, const Spot &At, llvm::StringRef Check,
                 llvm::StringRef Category) const;
  /// The effect goes no further than this step.
  bool atStep(facts::FnId In, const Spot &At, llvm::StringRef Check,
              llvm::StringRef Category) const;

private:
  bool matches(facts::FnId In, const Spot &At, llvm::StringRef Check,
               llvm::StringRef Category, bool OnlyOurs) const;

  std::map<std::pair<uint32_t, uint32_t>, std::vector<std::string>> ByLine;
  std::map<facts::FnId, std::vector<std::string>> ByFunction;
};

} // namespace cotidy
