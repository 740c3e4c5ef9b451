//===- Check.h - what is wrong with a unit, and where -----------*- C++ -*-===//
// The first fault of a unit with the entry that has it, so that the parser can
// name a line. Everybody else asks findFault (Facts.h) for one sentence.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <optional>

namespace cotidy::facts {

struct Fault {
  static constexpr uint32_t None = ~0u;
  uint32_t Type = None;     ///< entry of Unit::Types, or
  uint32_t Function = None; ///< entry of Unit::Functions, and in it
  uint32_t Block = None;
  uint32_t Fact = None;
  std::string What; ///< without place, e.g. "no parameter 3 ('f' has 1)"
};

std::optional<Fault> firstFault(const Unit &U);

} // namespace cotidy::facts
