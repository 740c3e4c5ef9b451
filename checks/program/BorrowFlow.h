//===- BorrowFlow.h - references through one body ---------------*- C++ -*-===//
// A forward analysis: at each point of one body, what each variable refers to,
// which of that has died, and which work goes on by itself. It asks summaries
// about callees and looks at no other body.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Solver.h"
#include "program/Borrows.h"

#include <functional>

namespace cotidy {

class BorrowFlow {
public:
  BorrowFlow(const Borrows &All, facts::FnId F);

  BorrowSummary summary();
  /// After summary(): something refers to an object for the sake of work. Else
  /// there are no findings.
  bool anyWork() const;
  std::vector<Dangling> findings();

  /// Low bit: the referent has died. The rest: an entry of Loans.
  using Ref = uint32_t;
  using Refs = std::set<Ref>;
  struct State {
    bool Live = false;
    bool Suspended = false;
    bool Thrown = false; ///< reached by an exception only
    std::map<uint32_t, Refs> Held;              ///< by carrier
    std::set<std::pair<uint32_t, Ref>> Running; ///< by entry of Works
    bool operator==(const State &) const = default;
  };

  // The problem, as flow/Solver.h wants it.
  struct Problem;

private:
  friend struct Problem;
  struct Loan {
    Referent What;
    Borrowing Why;
    Spot At;
    auto operator<=>(const Loan &) const = default;
  };
  /// Work that goes on by itself, and what says that it has ended.
  struct Work {
    KeepKind How;
    Spot At;
    std::set<uint32_t> Handles; ///< as touched() names them
    bool Inherited = false;
    std::set<uint32_t> On = {}; ///< the handles that are what it runs on
    auto operator<=>(const Work &) const = default;
  };
  enum class Pass : uint8_t { Flow, Summary, Report };

  // BorrowFlow.cpp: the walk.
  void solve();
  void step(const facts::Fact &X, State &S);
  void destroyed(const facts::Fact &X, State &S);
  void expire(const facts::Place &Dead, DeathKind Why, Spot At, State &S);
  void started(const facts::Fact &X, State &S);
  void started(const facts::Place &Task, State &S);
  bool starts(facts::FnId Callee, unsigned Depth = 2) const;
  bool runsItsTasks(facts::FnId Callee) const;
  bool waitsForItself(facts::FnId Callee) const;
  void handedOver(const facts::Fact &X);
  Spot loanSite(const Refs &R, Spot Else) const;
  void returned(const facts::Fact &X, State &S);
  void atExit(State &S);
  void noteUses(const facts::Fact &X, const State &S);
  void noteUse(const facts::Place &P, const State &S);
  void use(const Referent &R, Spot At, bool AtStart);
  void report(Dangling::Outcome How, Ref R, DeathKind D, Spot DiesAt, Spot Where,
              KeepKind K = KeepKind::Spawned);

  // BorrowPlaces.cpp: what places and values refer to.
  Refs borrow(const facts::Place &P, const State &S);
  Refs carried(const facts::Place &P, const State &S);
  Refs held(uint32_t Carrier, const State &S) const;
  Refs refsOf(const facts::Value &V, const State &S);
  Refs refsOfCapture(facts::FnId Closure, const facts::Capture &C, const State &S);
  Refs boundTo(const facts::Value &V, const void *Where, const State &S);
  bool isAlias(uint32_t Local) const;
  bool isTemporary(const Referent &R) const;
  void findHeapObjects();
  bool isOfThisCall(const Referent &R) const;
  std::optional<uint32_t> carrierOf(const facts::Place &P) const;
  bool mayCarry(uint32_t Carrier) const;
  bool outlivesExpression(uint32_t Carrier) const;
  void put(const facts::Place &To, const Refs &R, State &S, bool Replace, Spot At);
  void putInto(uint32_t Carrier, const Refs &R, State &S, bool Replace);
  std::optional<Ref> asWork(Ref R, Spot At);
  bool isOfCaller(uint32_t Carrier) const;
  std::optional<uint32_t> carrierOf(const Referent &R) const;
  std::set<uint32_t> touched(const facts::Place &P) const;

  // BorrowCalls.cpp: calls, tasks, spawns, waits.
  void call(const facts::Fact &X, State &S);
  void handsOnCallbacks(const facts::Fact &X, State &S);
  void bodyCall(const facts::Fact &X, facts::FnId Callee, const facts::Value *Self,
                State &S, Refs &Result);
  void libraryCall(const facts::Fact &X, State &S, Refs &Result);
  Refs mapped(const Outflow &O, const facts::Fact &X, const facts::Function &Callee,
              const facts::Value *Self, const State &S);
  Refs mappedReferent(const Referent &R, const facts::Fact &X,
                      const facts::Function &Callee, const facts::Value *Self,
                      const State &S);
  Refs frameRefs(const FrameUse &Use, const facts::Fact &X, facts::FnId Callee,
                 const facts::Value *Self, const State &S);
  Refs workRefs(const facts::Value &V, Spot At, const State &S);

  // BorrowWork.cpp: what goes on by itself, and who waits.
  void findTasksPutInto();
  std::set<uint32_t> permitsOf(const facts::Place &Task) const;
  std::set<uint32_t> executorsOf(const facts::Place &Task, unsigned Depth = 4) const;
  void keep(KeepKind How, Spot At, const Refs &R, const facts::Fact *Call, State &S,
            const facts::Place &Handle = {}, bool Inherited = false,
            const facts::Place &Task = {});
  bool isOwnExecutor(const facts::Place &P) const;
  Refs withoutBegun(Refs R) const;
  Refs lent(const facts::Fact &X, const model::FunctionModel &Row, const State &S);
  void swapped(const facts::Fact &X, State &S);
  void awaited(const facts::Fact &X, State &S);
  bool runsAtOnce(const facts::Place &Awaited) const;
  /// Who looks once, after a sleep perhaps, has not waited; who looks again has.
  enum class Look : uint8_t { UntilDone, Once };
  void waitedFor(const facts::Place &P, State &S, Look How = Look::UntilDone);
  bool isPlainValue(uint32_t Carrier) const;
  bool inLoop(const facts::Fact &Branch) const;
  void finished(const facts::Place &P, State &S, Spot At);
  void over(const Refs &Work, State &S);

  Ref ref(const Referent &What, const Borrowing &Why, Spot At, bool Dead = false);
  Ref because(Ref R, const Borrowing &Why, Spot At);
  const Loan &loan(Ref R) const { return Loans[R >> 1]; }

  const Borrows &All;
  const Program::Impl &P;
  const facts::Unit &U;
  const RefTypes &Types;
  facts::FnId Id;
  const facts::Function &F;
  const LocalDefs &Defs;
  bool Lambda = false, Coroutine = false;
  std::vector<bool> OnHeap; ///< by local: what a new-expression made
  std::map<uint32_t, std::set<uint32_t>> PutInto; ///< tasks that calls on a local were given
  Pass Now = Pass::Flow;
  std::vector<State> Entry;
  std::vector<Loan> Loans;
  std::map<Loan, uint32_t> LoanIds;
  std::vector<Work> Works;
  std::map<Work, uint32_t> WorkIds;
  std::map<const void *, uint32_t> Placeless; ///< values without a place, as temporaries
  std::map<uint32_t, std::pair<DeathKind, Spot>> Deaths; ///< by entry of Loans
  BorrowSummary Out;
  std::vector<Dangling> Found;
  Spot UseAt;
  const facts::Fact *LastCall = nullptr; ///< the call that role facts stand behind
};

} // namespace cotidy
