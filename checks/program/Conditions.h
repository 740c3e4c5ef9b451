//===- Conditions.h - tests of arguments, decided or not --------*- C++ -*-===//
// Decides the conditions of model rows, and the guards of effects, for the
// actuals of one call; what depends on a parameter of the caller becomes a
// guard on it. It knows nothing of whole programs.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Guards.h"
#include "model/ModelSet.h"
#include "program/LocalDefs.h"

namespace cotidy {

/// A test of a function's own parameter, on which an effect depends; or of what
/// a closure captured: one that is a parameter, or that the body belongs to.
struct ParamGuard {
  static constexpr uint32_t OwnClosure = ~0u;

  uint32_t Param = 0;
  flow::GuardTest Test = flow::GuardTest::Bool;
  bool Holds = true;
  facts::Value With; ///< a constant, for Equals, Less, LessEqual and Flag
  std::vector<facts::StrId> Captures; ///< outermost closure first
  bool operator==(const ParamGuard &) const = default;
};

/// The guard on a parameter of `In`, or on a capture of the lambda that it is,
/// if the place is one; `Captures` lead on from there.
std::optional<ParamGuard> guardOn(const facts::Place &P, const facts::Function &In,
                                  flow::GuardTest Test, bool Holds,
                                  std::vector<facts::StrId> Captures = {});

/// The value that captures of `Closure` lead to; those that could not be
/// followed in this body are left in `Captures`.
facts::Value followed(const facts::Value &Closure, std::vector<facts::StrId> &Captures,
                      const LocalDefs &Defs);

/// An order for sorting; equal guards are neither before the other.
bool before(const ParamGuard &A, const ParamGuard &B);
bool contradict(const ParamGuard &A, const ParamGuard &B);

enum class Answer : uint8_t { No, Yes, Depends, Unknown };

/// The actual of a call that a model row speaks of; absent if there is none.
facts::Value actualOf(const facts::Fact &Call, const model::Actual &A);

/// Depends: `OnlyIf` is then the guard under which the condition is met.
struct Decision {
  Answer Is = Answer::Unknown;
  ParamGuard OnlyIf;
};
Decision decide(const facts::Unit &U, const facts::Fact &Call,
                const model::Condition &C, const LocalDefs &Defs);

/// Whether a guard on a parameter is met when `Actual` is passed for it.
/// Depends: it is met under `OnlyIf`, a guard on the caller's parameter.
Decision decide(const facts::Unit &U, const ParamGuard &G, const facts::Value &Actual,
                const LocalDefs &Defs);

} // namespace cotidy
