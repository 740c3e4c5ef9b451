//===- Starts.h - where coroutines are started ------------------*- C++ -*-===//
// Whether every start of a coroutine that the program shows is on a thread or
// pool that may be blocked. A conclusion from absence: it holds only in a
// closed world, and the caller sees to that.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Awaits.h"

#include <set>

namespace cotidy {

class CoroutineStarts {
public:
  CoroutineStarts(const facts::Unit &U, const AwaitOutcomes &Awaits,
                  const ExecutorKinds &Executors);

  /// The program shows starts of it, and all are where blocking is allowed.
  bool onlyWhereBlockingIsAllowed(facts::FnId F) const { return Allowed[raw(F)]; }
  /// The pools that it is given to, as far as the program shows.
  const std::set<flow::Executor> &pools(facts::FnId F) const { return GivenTo[raw(F)]; }
  /// Some call of it is seen.
  bool isStarted(facts::FnId F) const { return !Callers[raw(F)].empty(); }

private:
  struct CallSite {
    facts::FnId In;
    flow::Point At;
  };
  bool allAllowed(facts::FnId F) const;
  bool isAllowed(const CallSite &S) const;
  std::optional<flow::Executor> poolGivenTo(const CallSite &S) const;

  const facts::Unit &U;
  const AwaitOutcomes &Awaits;
  const ExecutorKinds &Executors;
  std::vector<std::vector<CallSite>> Callers;
  std::vector<bool> Allowed;
  std::vector<std::set<flow::Executor>> GivenTo;
};

} // namespace cotidy
