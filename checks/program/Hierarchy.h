//===- Hierarchy.h - which overrides a virtual call may run -----*- C++ -*-===//
// The overrides of each virtual function that belong to classes constructed
// somewhere in the program, or all if none is. Empty bodies are left out: they
// do nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <vector>

namespace cotidy {

class Hierarchy {
public:
  explicit Hierarchy(const facts::Unit &U);

  /// What a virtual call of `F` may run, `F` itself among them if it may.
  std::vector<facts::FnId> overridersOf(facts::FnId F) const;

private:
  bool isLive(facts::FnId F) const;

  const facts::Unit &U;
  std::vector<std::vector<facts::FnId>> Overriders;   ///< direct
  std::vector<std::vector<facts::TypeId>> Derived;    ///< direct
};

} // namespace cotidy
