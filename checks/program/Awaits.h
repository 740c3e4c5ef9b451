//===- Awaits.h - where a coroutine goes on after an await ------*- C++ -*-===//
// Answers flow's question about awaits: by the awaited coroutine's own end if
// its body is known, by what resumes the handle otherwise. Holds the result of
// that flow, where each coroutine may be running, for all of the program.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/ThreadContexts.h"
#include "program/Executors.h"

namespace cotidy {

class AwaitOutcomes final : public flow::Callees {
public:
  AwaitOutcomes(const facts::Unit &U, const ModelUse &Models, const HeldValues &Held,
                const ExecutorKinds &Executors);

  bool endsThread(const facts::Fact &X) const override;
  flow::AwaitOutcome afterAwait(const facts::Function &F, flow::Point At) const override;

  /// Where the coroutine may be running just before the fact.
  flow::RunsOn runsOn(facts::FnId F, flow::Point At) const;

private:
  flow::AwaitOutcome compute(facts::FnId F, flow::Point At) const;
  flow::AwaitOutcome ofTasks(const std::vector<facts::FnId> &Tasks) const;
  flow::AwaitOutcome ofAwaiter(const facts::Fact &Suspend) const;
  bool handsToUnseen(facts::FnId F) const;
  bool givesHandleAway(facts::FnId AwaitSuspend) const;
  void solve();

  const facts::Unit &U;
  const ModelUse &Models;
  const HeldValues &Held;
  const ExecutorKinds &Executors;
  std::map<facts::FnId, flow::RunsOn> Ends; ///< of coroutines
  bool Solved = false;
  mutable std::map<facts::FnId, flow::ThreadContexts> Contexts;
};

} // namespace cotidy
