//===- FactsCoverage.h - what of the fact language a unit shows -*- C++ -*-===//
// Collects which kinds, slots, flags, words, values and places occur in units,
// for the meta-tests that want all of them shown.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <set>
#include <string>
#include <vector>

namespace cotidy {

class FactsCoverage {
public:
  void add(const facts::Unit &U);
  /// What occurs in none of the units, each as "kind 'fork'" or the like.
  std::vector<std::string> missing() const;

private:
  void add(const facts::Unit &U, const facts::Fact &F);
  void add(const facts::Unit &U, const facts::Value &V);
  void add(const facts::Place &P);

  std::set<std::string> Seen;
};

} // namespace cotidy
