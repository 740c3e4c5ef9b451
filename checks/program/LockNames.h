//===- LockNames.h - which lock a place is ----------------------*- C++ -*-===//
// Gives places a normal form, in which two equal places of one function are
// one object: through references, pointers, smart pointers and accessors. And
// the class of a lock: the variable or field it lives in, whatever the object.
// A reference member stands for what all constructors bind it to; a class that
// wraps a lock is the lock. It does not know what is held where.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Targets.h"

#include <map>
#include <optional>
#include <set>

namespace cotidy {

/// Where a lock lives, whatever the object.
struct LockClass {
  enum Kind : uint8_t { None, Field, Global, Local, Param } Is = None;
  facts::StrId Name = facts::StrId::Empty; ///< Field, Global
  facts::FnId Fn = facts::FnId::None;      ///< Local, Param
  uint32_t Index = 0;                      ///< Local, Param
  explicit operator bool() const { return Is != None; }
  auto operator<=>(const LockClass &) const = default;
};

/// By the spelling of a type: a reference, a pointer, a smart pointer.
bool refersByName(std::string_view TypeName);

class LockNames {
public:
  LockNames(const facts::Unit &U, const ModelUse &Models, const HeldValues &Held,
            const CallTargets &Targets);

  /// Pointees and members of library classes are left out; locals that refer
  /// to something are replaced by it.
  facts::Place normal(facts::FnId In, const facts::Place &P) const;
  /// Of what a value refers to or holds; no place if that is not known.
  facts::Place normal(facts::FnId In, const facts::Value &V) const;

  /// A place of the callee as the caller calls it; its root is unknown if the
  /// caller cannot tell. With Direct the actuals are those of `Call`.
  facts::Place atCall(facts::FnId Caller, const facts::Fact &Call, const Invocation &I,
                      const facts::Place &OfCallee, bool Direct) const;

  /// What is at the end of a path from a place in normal form.
  facts::Place within(facts::FnId In, facts::Place Base,
                      const std::vector<facts::PathStep> &Path) const;

  /// Of a lambda that is called as what a place of the caller's holds, such as the
  /// action of a scope guard: its captures are parts of that place.
  facts::Place inClosure(facts::FnId Caller, const facts::Value &Closure,
                         const facts::Place &OfLambda) const;

  LockClass classOf(facts::FnId In, const facts::Place &Normal) const;
  facts::TypeId typeOf(const LockClass &C) const;
  /// "'Class::field'", "'variable'".
  std::string quoted(const LockClass &C) const;

  /// True if two equal places of this form are one object.
  bool isOneObject(const facts::Place &Normal) const;

  /// The class declares the lock, and more fields of its own lead from the one
  /// place to the other: a child, a neighbour.
  bool isRelative(const facts::Place &A, const facts::Place &B) const;

  /// The object is reached through a member of the lock's owner that is of a
  /// class which the owner derives from: what a decorator decorates.
  bool isBelow(facts::FnId In, const facts::Place &Object, const facts::Place &Lock) const;

  /// Behind the last element or member of another class stands a reference to
  /// an object of the class that has the lock: it may lead back to the holder.
  bool leadsBack(const facts::Place &Lock) const;

  /// The place that all returns of a body give, in terms of its caller.
  const std::optional<facts::Place> &returned(facts::FnId F) const;

private:
  void collectFields();
  void collectGlobals();
  bool isLock(facts::TypeId T) const;
  void collectWrappers();
  void collectBindings();
  void collectSiblings();
  void addBinding(facts::FnId In, const facts::Place &To, const facts::Place &From);
  void addCaptures(facts::FnId In, const facts::Value &V);
  void addPassed(facts::FnId In, const facts::Place &P, unsigned Depth,
                 std::set<std::pair<facts::FnId, uint32_t>> &Seen,
                 std::set<LockClass> &Into) const;
  LockClass bound(facts::StrId Field, unsigned Depth) const;
  LockClass classOf(facts::FnId In, const facts::Place &Normal, unsigned Depth) const;
  std::optional<facts::Place> behind(facts::FnId In, uint32_t Local) const;
  std::optional<facts::Place> handedOut(facts::FnId In, uint32_t Local) const;
  std::optional<facts::Place> givenThrough(facts::FnId In, const facts::Fact &Call,
                                           const facts::Place &Pointer) const;
  std::optional<facts::Place> storedThrough(facts::FnId F, uint32_t Param) const;
  std::optional<facts::Place> resultOfCall(facts::FnId In, const facts::Fact &Call) const;
  bool isPointerLike(facts::FnId In, uint32_t Local) const;
  void append(facts::Place &To, const std::vector<facts::PathStep> &Path) const;
  std::optional<facts::Place> captured(facts::FnId In, const facts::Place &P) const;
  facts::Place settled(facts::FnId In, facts::Place P) const;

  struct FieldInfo {
    facts::TypeId Type = facts::TypeId::None, Owner = facts::TypeId::None;
    bool Refers = false; ///< a reference, pointer or smart pointer
  };
  struct Source {
    facts::FnId In;
    facts::Place From;
  };

  const facts::Unit &U;
  const ModelUse &Models;
  const HeldValues &Held;
  const CallTargets &Targets;
  std::map<facts::StrId, FieldInfo> Fields;
  std::map<facts::StrId, facts::TypeId> Globals; ///< that are locks
  std::map<facts::StrId, std::vector<Source>> Bindings;
  /// The parameter that a constructor binds a reference member to.
  std::map<std::pair<facts::FnId, facts::StrId>, uint32_t> FromParam;
  /// Fields in which a lock class keeps the lock that it wraps.
  std::set<facts::StrId> Wrapped;
  /// Member `first` of the member `second` refers to this sibling of the latter.
  std::map<std::pair<facts::StrId, facts::StrId>, std::vector<facts::PathStep>> Siblings;
  std::map<facts::FnId, std::vector<std::pair<facts::FnId, const facts::Fact *>>> Callers;
  mutable std::map<facts::StrId, LockClass> Bound;
  mutable std::map<std::pair<facts::FnId, uint32_t>, std::optional<facts::Place>> Locals;
  mutable std::map<facts::FnId, std::optional<facts::Place>> Returned;
  mutable std::map<std::pair<facts::FnId, uint32_t>, std::optional<facts::Place>> Stored;
};

} // namespace cotidy
