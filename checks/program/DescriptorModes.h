//===- DescriptorModes.h - which descriptors never block --------*- C++ -*-===//
// Follows the descriptors that somebody makes non-blocking through the whole
// program: to the field they are stored in, the function that returns them,
// the parameter that every caller gives one for. Knows no calls by name: what
// makes a descriptor non-blocking are SetMode facts.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace cotidy {

class DescriptorModes {
public:
  /// Linear in the facts, times the length of the longest chain of stores.
  explicit DescriptorModes(const facts::Unit &U);

  /// The descriptor that `V` names in `F` has been made non-blocking wherever
  /// it comes from.
  bool isNonblocking(facts::FnId F, const facts::Value &V) const;

private:
  /// What holds a descriptor: a field or a global (by name, whatever the
  /// object), a local, a parameter, or the result of a function.
  enum Kind : uint8_t { None, Field, Global, Local, Param, Result };
  using Holder = std::tuple<Kind, uint32_t, uint32_t>; ///< kind, function or name, number

  Holder holder(facts::FnId F, const facts::Place &P) const;
  void collect(facts::FnId F, const facts::Fact &X);
  void flow(Holder From, Holder To);
  void findSources();
  void spread();

  const facts::Unit &U;
  std::map<Holder, std::vector<Holder>> To, From;
  std::map<Holder, std::vector<Holder>> Actuals; ///< of a parameter, one a call
  std::set<Holder> Nonblocking;
};

} // namespace cotidy
