//===- Callees.h - what flow asks about callees -----------------*- C++ -*-===//
// Flow needs the effects of callees, and program computes them by running
// flow. This interface cuts the knot: flow asks, program implements. Answers
// must be monotone while program is still computing them.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <compare>
#include <vector>

namespace cotidy::flow {

/// A place in a body: the fact at index `Fact` of block `Block`.
struct Point {
  uint32_t Block = 0;
  uint32_t Fact = 0;
  auto operator<=>(const Point &) const = default;
};

enum class ExecutorKind : uint8_t {
  Original,     ///< where the coroutine was started
  Loop,
  Pool,
  BlockingPool, ///< threads that may block
  Thread,       ///< a thread of its own
  Unknown,      ///< switched to explicitly, but nothing classifies it
};

/// Who may be running the code. Class: of the executor, if it is known.
struct Executor {
  ExecutorKind Kind = ExecutorKind::Original;
  facts::TypeId Class = facts::TypeId::None;
  auto operator<=>(const Executor &) const = default;
};

/// What an await does to the place where the coroutine runs.
struct AwaitOutcome {
  bool Stays = true;              ///< it may go on where it was
  std::vector<Executor> MovesTo;  ///< it may go on on any of these
  uint8_t RestsOn = 0;            ///< OpenWorldDefault behind `Stays`
  bool operator==(const AwaitOutcome &) const = default;
};

class Callees {
public:
  virtual ~Callees() = default;
  /// True if control does not go past this fact.
  virtual bool endsThread(const facts::Fact &F) const = 0;
  /// The outcome of the Suspend or SwitchExecutor fact at `At` of `F`.
  virtual AwaitOutcome afterAwait(const facts::Function &F, Point At) const = 0;
};

} // namespace cotidy::flow
