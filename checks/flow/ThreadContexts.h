//===- ThreadContexts.h - where a coroutine's code may run ------*- C++ -*-===//
// At each point of a coroutine: the executors that may be running it. It
// starts on its original one; awaits may move it, as Callees answers. Whether
// an executor may be blocked is for the rules to judge.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Callees.h"

namespace cotidy::flow {

struct RunsOn {
  std::vector<Executor> Where; ///< sorted; empty: the point is not reached
  uint8_t RestsOn = 0;         ///< OpenWorldDefault mask
  bool OnlyExceptional = false; ///< reached by exceptional edges alone
  bool operator==(const RunsOn &) const = default;

  bool reached() const { return !Where.empty(); }
  bool mayBe(ExecutorKind K) const;
};

class ThreadContexts {
public:
  ThreadContexts(const facts::Function &F, const Callees &C);

  /// Just before the fact at `At`.
  RunsOn before(Point At) const;
  /// Where the body ends normally: at its exit block.
  const RunsOn &atEnd() const { return Entry.back(); }

private:
  const facts::Function &F;
  const Callees &C;
  std::vector<RunsOn> Entry; ///< by block
};

} // namespace cotidy::flow
