//===- Failures.h - why units could not be analysed -------------*- C++ -*-===//
// Words a unit's failure as a cause that many units can share, and groups the
// units by it, so that one missing header is one line and not forty.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/Workers.h"
#include "facts/Facts.h"
#include "report/Report.h"

#include <map>
#include <string>

namespace cotidy::cli {

struct Cause {
  std::string Text; ///< follows "2 units": "lack 'gen/foo.pb.h'"
  std::string Cure; ///< may be empty
  auto operator<=>(const Cause &) const = default;
};

Cause causeOf(const facts::Unit &Failed);
Cause causeOf(const Outcome &O, unsigned Timeout);
Cause belowCxx20(llvm::StringRef Standard);

/// True if the unit is C++ older than C++20 and its user code has a word of
/// coroutines in it.
bool mentionsCoroutines(const facts::Unit &U, llvm::StringRef Root);

class Failures {
public:
  void add(const Cause &C, const std::string &Unit);
  unsigned units() const { return Units; }
  /// The largest group first.
  std::vector<report::Failure> grouped() const;

private:
  std::map<Cause, std::vector<std::string>> Groups;
  unsigned Units = 0;
};

} // namespace cotidy::cli
