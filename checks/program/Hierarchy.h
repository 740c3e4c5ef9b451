//===- Hierarchy.h - which overrides a virtual call may run -----*- C++ -*-===//
// The overrides of each virtual function that belong to classes constructed
// somewhere in the program. Empty bodies are left out: they do nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <vector>

namespace cotidy {

class Hierarchy {
public:
  explicit Hierarchy(const facts::Unit &U);

  /// What a virtual call of `F` may run, `F` itself among them if it may.
  /// OrAny: if nobody in sight makes an object that the call could be of, it
  /// comes from code that is not seen, and may be of any class.
  enum Classes : uint8_t { Constructed, OrAny };
  std::vector<facts::FnId> overridersOf(facts::FnId F, Classes Of = Constructed) const;

private:
  bool isLive(facts::FnId F) const;

  const facts::Unit &U;
  std::vector<std::vector<facts::FnId>> Overriders;   ///< direct
  std::vector<std::vector<facts::TypeId>> Derived;    ///< direct
};

} // namespace cotidy
