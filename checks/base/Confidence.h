//===- Confidence.h - how sure a finding is ---------------------*- C++ -*-===//
// The three levels of confidence and the named defaults of an open world.
// A level is part of the judgement a rule makes, never of how it is printed.
//===----------------------------------------------------------------------===//
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cotidy {

/// Ordered: a later value is surer.
enum class Confidence : uint8_t {
  Possible, ///< rests on something that may not hold; hidden by default
  Likely,   ///< through resolved calls of any depth
  Certain,  ///< no assumption beyond the models
};

/// What an open world assumes of code that it does not see. A finding names
/// the defaults it rests on; only such findings may be withdrawn when more of
/// the program is seen.
enum OpenWorldDefault : uint8_t {
  NoDefault = 0,
  UnseenBodyKeepsExecutor = 1, ///< awaited, unseen: suspends, same executor
  UnseenCalleeKeepsTask = 2,   ///< unseen function given a task may keep it
  UnseenCallersHoldNothing = 4, ///< unseen callers hold and test nothing
  OtherTargetDefinesIt = 8      ///< what the seen part of a link target does not
                                ///< define is what another target defines
};

std::string_view nameOf(Confidence C);
std::optional<Confidence> confidenceNamed(std::string_view Name);

} // namespace cotidy
