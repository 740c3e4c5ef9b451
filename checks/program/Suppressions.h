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

  /// Words that name one of the checks, or a category, and that no question
  /// above was ever answered with; by place.
  struct Unused {
    Spot At;
    std::string Word;
  };
  std::vector<Unused> unused(const std::vector<std::string> &Checks) const;

private:
  struct Word {
    std::string Glob;
    Spot At;
    mutable bool Used = false;
  };
  using Words = std::vector<Word>;

  bool matches(facts::FnId In, const Spot &At, llvm::StringRef Check,
               llvm::StringRef Category, bool OnlyOurs) const;

  std::map<std::pair<uint32_t, uint32_t>, Words> ByLine;
  std::map<facts::FnId, Words> ByFunction;
};

} // namespace cotidy
