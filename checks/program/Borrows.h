//===- Borrows.h - what frames refer to, and who keeps them -----*- C++ -*-===//
// For each function: what its result refers to, what it keeps past the call,
// what a coroutine still uses after a suspension. Computed over the call graph
// to a fixpoint; then every place where a frame, closure or handler outlives
// what it refers to. Words and confidence of findings are the rule's business.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Impl.h"
#include "program/Referents.h"

#include <map>

namespace cotidy {

/// By which way the work refers to something.
enum class BorrowVia : uint8_t {
  Plain,       ///< a view, pointer or alias: no frame is behind it
  Parameter,   ///< a reference, pointer or view parameter
  Moved,       ///< a `T&&` parameter
  Closure,     ///< the closure whose captures the coroutine uses
  Object,      ///< the object of a member function
  Capture,     ///< what a closure captured by reference, pointer or `this`
  Member,      ///< a member that a constructor bound
  Lent,        ///< what a model says that the work in a call's result uses
};

/// Why something must stay alive.
struct Borrowing {
  BorrowVia Via = BorrowVia::Plain;
  facts::FnId Frame = facts::FnId::None; ///< the coroutine or callback that uses it
  facts::StrId Slot = facts::StrId::Empty; ///< name of the parameter or capture
  Spot Use;             ///< where `Frame` uses it
  bool AtStart = false; ///< only before the first suspension of the body
  bool Assumed = false; ///< `Frame` has no body here
  auto operator<=>(const Borrowing &) const = default;
};

/// Something referred to, as the summarised function sees it.
struct Outflow {
  Referent What;
  Borrowing Why;
  Spot At; ///< where in the function the reference was made
  auto operator<=>(const Outflow &) const = default;
};

enum class KeepKind : uint8_t {
  Spawned, ///< handed to an executor, scope or detached coroutine
  Dropped, ///< an eager task that nobody waits for
  Stored,  ///< put where it outlives the call
  Later,   ///< a callback that runs later
};

struct Kept {
  Outflow What;
  KeepKind How = KeepKind::Spawned;
  Spot Site;
  bool Inherited = false; ///< a callee keeps it
  auto operator<=>(const Kept &) const = default;
};

/// `What` is stored in the object that `Target` (Param or This) is.
struct Into {
  Referent Target;
  Outflow What;
  auto operator<=>(const Into &) const = default;
};

/// A coroutine or callback uses this.
struct FrameUse {
  Referent What;
  Spot At;
  bool AtStart = false;
};

struct BorrowSummary {
  std::vector<Outflow> Result;
  std::vector<Kept> Keeps;
  std::vector<Into> Stores;
  std::vector<FrameUse> Uses;
  std::set<Referent> WaitsFor; ///< Param, This: it does not return before these say so
  bool operator==(const BorrowSummary &O) const;
};

enum class DeathKind : uint8_t {
  FullExpression, ///< a temporary
  Scope,          ///< a variable
  Return,         ///< the function returns or the coroutine ends
  Reset,          ///< its owner let go of it
  Handover,       ///< a closure that an executor destroys once it has been called
};

/// A frame or closure that outlives what it refers to.
struct Dangling {
  enum Outcome : uint8_t { Awaited, Returned, Kept, Bound } How = Awaited;
  facts::FnId In = facts::FnId::None; ///< where the reference was made
  Spot At;
  Referent What;       ///< as `In` sees it
  Borrowing Why;
  DeathKind Death = DeathKind::Scope;
  Spot DiesAt;
  KeepKind Keeping = KeepKind::Spawned;
  Spot Outcomes;       ///< where it is awaited, returned, kept
};

class Borrows {
public:
  explicit Borrows(const Program::Impl &P);

  const BorrowSummary &of(facts::FnId F) const { return Summaries[raw(F)]; }
  /// In the order of functions.
  std::vector<Dangling> dangling() const;

  const Program::Impl &P;
  const RefTypes Types;

private:
  bool isRead(facts::FnId F) const;
  void solve();
  std::vector<BorrowSummary> Summaries;
  std::vector<bool> AnyWork; ///< by function: something in it refers for work
};

} // namespace cotidy
