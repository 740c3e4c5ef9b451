//===- TaskTypes.h - what each class type is, as a task ---------*- C++ -*-===//
// Judges types by their parts, merged over all units, models first: does a
// dropped object mean work that never runs (lazy) or runs by itself (eager),
// may it be consumed once only, who destroys the frame, what does awaiting it
// yield, which classes carry tasks inside. It looks at no function's flow.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/ModelUse.h"

#include <vector>

namespace cotidy {

enum class TaskKind : uint8_t {
  None,  ///< no task: a generator, a detached coroutine's handle, anything else
  Lazy,  ///< nothing runs before it is awaited or started
  Eager, ///< runs by itself; also what is known by declaration only
};

enum class FrameOwner : uint8_t {
  Unknown,
  Handle, ///< the task object: the frame dies with it
  Itself, ///< the coroutine: the frame dies when its body ends
};

class TaskTypes {
public:
  TaskTypes(const facts::Unit &U, const ModelUse &Models);

  TaskKind kindOf(facts::TypeId T) const { return at(T).Kind; }
  bool isTask(facts::TypeId T) const { return kindOf(T) != TaskKind::None; }
  bool isLazy(facts::TypeId T) const { return kindOf(T) == TaskKind::Lazy; }
  /// An awaitable or sender that no coroutine returns. Counts as lazy.
  bool isPlainAwaitable(facts::TypeId T) const { return at(T).Plain; }
  /// Move-only and sole owner of its frame or result, unless a model says no.
  bool isSingleUse(facts::TypeId T) const { return at(T).SingleUse; }
  FrameOwner frameOwner(facts::TypeId T) const { return at(T).Owner; }
  /// The class that awaiting it yields; None if it is no class or not known.
  facts::TypeId resultOf(facts::TypeId T) const { return at(T).Result; }
  /// Its result owns something: a guard, a permit, a handle (not copyable, with
  /// a destructor that works).
  bool yieldsOwner(facts::TypeId T) const;
  /// The task type that objects of this class hold: the type itself, or what a
  /// container, an optional, a smart pointer or a plain structure of the
  /// program has inside. None if there is no such type.
  facts::TypeId carriedBy(facts::TypeId T) const { return at(T).Carries; }

private:
  struct Entry {
    TaskKind Kind = TaskKind::None;
    bool Plain = false;
    bool SingleUse = false;
    FrameOwner Owner = FrameOwner::Unknown;
    facts::TypeId Result = facts::TypeId::None;
    facts::TypeId Carries = facts::TypeId::None;
  };
  const Entry &at(facts::TypeId T) const {
    return T == facts::TypeId::None ? Nothing : Entries[raw(T)];
  }
  Entry judge(facts::TypeId T, const ModelUse &Models, bool IsAwaited) const;
  void findCarriers();

  const facts::Unit &U;
  Entry Nothing;
  std::vector<Entry> Entries;
};

/// std::function<void()> and its like: a class made for a signature that
/// returns nothing.
bool isVoidCallable(const facts::Unit &U, facts::TypeId T);

} // namespace cotidy
