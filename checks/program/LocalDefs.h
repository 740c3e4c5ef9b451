//===- LocalDefs.h - what a body writes to its locals -----------*- C++ -*-===//
// For each local of a function, every fact that gives it a value, without
// regard to order; and what follows from it: a constant, a closure. It looks
// at one function only.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Callees.h"

#include <optional>
#include <vector>

namespace cotidy {

class LocalDefs {
public:
  explicit LocalDefs(const facts::Unit &U, const facts::Function &F);

  /// Facts whose result goes to the local as a whole.
  const std::vector<const facts::Fact *> &of(uint32_t Local) const {
    return ByLocal[Local];
  }
  /// Facts that write to a part of the local.
  const std::vector<const facts::Fact *> &partsOf(uint32_t Local) const {
    return Parts[Local];
  }
  size_t size() const { return ByLocal.size(); }

private:
  std::vector<std::vector<const facts::Fact *>> ByLocal, Parts;
};

/// The object that a call is about: the receiver, or what it constructs.
facts::Value objectOf(const facts::Fact &Call);

/// The place that a call's result, or the object it constructs, goes to.
facts::Place resultOf(const facts::Unit &U, const facts::Fact &Call);

/// True for kinds whose value is known as written.
bool isConstant(const facts::Value &V);

/// The constant that `V` must be, followed through locals that are given one
/// value only. Of an object built from one argument (a duration) it is that
/// argument: right as far as zero or not zero is concerned.
std::optional<facts::Value> constantOf(const facts::Unit &U, const facts::Value &V,
                                       const LocalDefs &Defs);

/// The number of the parameter that `V` is, read or passed on as a whole.
std::optional<uint32_t> parameterOf(const facts::Value &V, const LocalDefs &Defs);

} // namespace cotidy
