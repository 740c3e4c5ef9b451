//===- LockSets.h - which locks are held at a point -------------*- C++ -*-===//
// Dataflow over what the facts of one body do to locks and guards: which locks
// may and which must be held at each point, who owns them, which of the
// caller's locks have been released. Guards are values: moved, emptied, tested.
// What a fact does is told by program as actions; callees are not known here.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Callees.h"

#include <functional>

namespace cotidy {
struct Step;
}

namespace cotidy::flow {

enum class LockMode : uint8_t { Exclusive, Shared };

/// A test of a flag, and whether it held.
struct FlagTest {
  facts::Place Of;
  facts::StrId Word = facts::StrId::Empty;
  bool Passed = false;
  explicit operator bool() const { return bool(Of); }
  bool operator==(const FlagTest &) const = default;
};

/// A lock that is held. Places are in normal form (program/LockNames.h).
struct HeldLock {
  facts::Place Lock;
  facts::Place Owner; ///< the guard, or none if it was taken by hand
  facts::Place Was;   ///< the guard that let go of it, and told its caller which it is
  facts::Place Only;  ///< held only if the test of this place says so
  bool IfZero = false; ///< of Only: held if it is zero, not if it is true
  LockMode Mode = LockMode::Exclusive;
  bool Must = true;   ///< on every way to the point
  bool Stale = false; ///< the place names another object by now
  bool Async = false; ///< taken by an await
  bool Callers = false; ///< the caller's: owned by a guard here, or taken back
  bool Stray = false; ///< a callee leaves it held on some ways, and tells nobody
  FlagTest Behind; ///< it was taken where this test, and no other way, led
  const Step *Taken = nullptr; ///< where, from this body down
  uint32_t Block = 0;          ///< of Taken, for guards that contradict

  bool isReleasedBy(const facts::Place &P) const;

  bool operator==(const HeldLock &) const = default;
};

/// A guard that has a lock it may own or not.
struct GuardedLock {
  facts::Place Guard, Lock;
  LockMode Mode = LockMode::Exclusive;
  bool operator==(const GuardedLock &) const = default;
};

struct LockState {
  bool Reached = false;
  std::vector<HeldLock> Held;
  std::vector<GuardedLock> Guards;
  std::vector<facts::Place> Released; ///< of the caller's, by lock or by guard
  std::vector<facts::Place> Empty;    ///< callables that certainly hold nothing
  bool operator==(const LockState &) const = default;

  /// The locks that a place stands for: itself, or what the guard in it has.
  std::vector<GuardedLock> locksOf(const facts::Place &P) const;
  bool isEmpty(const facts::Place &P) const;
};

/// One thing that a fact does to the locks.
struct LockAction {
  enum Kind : uint8_t {
    Take,      ///< What is taken, owned by the guard To if there is one
    Adopt,     ///< the guard To owns What, which is held already
    Associate, ///< the guard To has What without owning it
    Release,   ///< What, or whatever the guard What owns, is released
    End,       ///< the object What is destroyed with all guards in it
    Move,      ///< what guards in What own is owned by guards in To from here on
    Disown,    ///< the guard What lets go of its lock, which stays taken
    Redefine,  ///< What names another object from here on
    Fill,      ///< What may hold a callable
    Drain,     ///< What holds no callable
  } Do = Take;
  facts::Place What, To, Only;
  facts::StrId Member = facts::StrId::Empty; ///< Release: the field that What is, by any name
  bool IfZero = false;
  LockMode Mode = LockMode::Exclusive;
  bool Must = true;
  bool Async = false;
  bool Stray = false;
  FlagTest Behind; ///< of what does not change
  const Step *Path = nullptr;
};

/// `Into` becomes what is known where two ways meet; true if that is another
/// state than before. Of the ways a lock was taken the first one's stays.
bool join(LockState &Into, const LockState &From);
/// What an action of a fact in `Block` makes of a state.
void apply(LockState &S, const LockAction &A, uint32_t Block);

/// By block: the test that every way to it takes last, if there is one.
std::vector<FlagTest> lastTests(const facts::Unit &U, const facts::Function &F);

bool isWithin(const facts::Place &Inner, const facts::Place &Outer);
void addOnce(std::vector<facts::Place> &Into, const facts::Place &P);

/// Actions by block and fact.
using LockActions = std::vector<std::vector<std::vector<LockAction>>>;

class LockSets {
public:
  LockSets(const facts::Unit &U, const facts::Function &F, const LockActions &Actions,
           LockState OnEntry);

  /// Calls `See` with the state just before each fact that is reached.
  void walk(const std::function<void(Point, const LockState &)> &See) const;
  /// Behind the last fact of a block.
  LockState after(uint32_t Block) const;
  const LockState &atEnd() const { return Entry.back(); }

private:
  const facts::Unit &U;
  const facts::Function &F;
  const LockActions &Actions;
  std::vector<LockState> Entry;
};

} // namespace cotidy::flow
