//===- NeverSet.h - options that nobody sets --------------------*- C++ -*-===//
// Members that the program gives one value only, true or false, and what stands
// behind a test for the other: code that runs for none of the objects in sight.
// Somebody out of sight may set them: it is for rules to say how much that counts.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Impl.h"

namespace cotidy {

class NeverSet {
public:
  explicit NeverSet(const Program::Impl &P);

  /// Some step of the path is taken only where such a member has the other value.
  bool isBehind(const Step &Path);

private:
  const std::set<Spot> &placesOf(facts::FnId F);

  const Program::Impl &P;
  std::map<facts::StrId, bool> Only; ///< by field
  std::map<facts::FnId, std::set<Spot>> Places;
};

} // namespace cotidy
