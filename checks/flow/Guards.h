//===- Guards.h - tests that hold for certain at a point --------*- C++ -*-===//
// A must-analysis: which branch tests of parameters and of fields of `this`
// hold on every way to a block, with nothing stored to the place in between.
// It knows nothing of callers; program maps guards to their arguments.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <vector>

namespace cotidy::flow {

enum class GuardTest : uint8_t {
  Null, Bool, Owns, Ready, Empty, Equals, Less, LessEqual,
  Zero, ///< 0, null, false, a default object, a duration of zero
  Flag, ///< all bits of the number are set
};

/// "The test holds (or, if not Holds, does not hold) of Where."
struct Guard {
  facts::Place Where; ///< a parameter, or a field of this
  GuardTest Test = GuardTest::Bool;
  bool Holds = true;
  facts::Value With; ///< Equals, Less, LessEqual, Flag
  bool operator==(const Guard &) const = default;
};

/// Null if a guard of this test cannot be kept ("other").
const GuardTest *guardTestNamed(std::string_view Word);

/// Result[b]: the guards that hold on entry to block b.
std::vector<std::vector<Guard>> guardsOnEntry(const facts::Unit &U,
                                              const facts::Function &F);

/// Result[b]: the ways to block b, each with the tests of whole parameters that
/// it passes ("either of these, or those"); none if no way can be taken.
std::vector<std::vector<std::vector<Guard>>> waysOnEntry(const facts::Unit &U,
                                                         const facts::Function &F);

/// True if the fact may change what a guard on `Where` tests.
bool mayChange(const facts::Unit &U, const facts::Fact &X, const facts::Place &Where);

/// True if no state of the world satisfies both.
bool contradict(const Guard &A, const Guard &B);

} // namespace cotidy::flow
