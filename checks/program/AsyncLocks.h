//===- AsyncLocks.h - locks that are awaited --------------------*- C++ -*-===//
// Which member functions take an asynchronous lock when their result is
// awaited: by model, or by shape. Awaiting one yields a guard, a move-only
// value whose destructor calls back into the lock. A lock that is made with a
// count above one orders nothing. Who holds what is not its business.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/LockNames.h"

namespace cotidy {

class AsyncLocks {
public:
  AsyncLocks(const facts::Unit &U, const ModelUse &Models, const LockNames &Names);

  /// The mode in which awaiting the function's result takes its receiver.
  std::optional<bool> takesShared(facts::FnId F) const;
  bool takes(facts::FnId F) const { return takesShared(F).has_value(); }
  /// True if holding the lock keeps nobody out.
  bool isCounting(const LockClass &C) const { return Counting.contains(C); }
  /// By model.
  bool isAsynchronous(facts::TypeId T) const;

private:
  bool isGuardOf(facts::TypeId Guard, facts::TypeId Lock) const;
  bool belongsTo(facts::TypeId Guard, facts::TypeId Lock) const;
  bool callsInto(facts::FnId F, facts::TypeId Lock, unsigned Depth) const;
  void findTakers();
  void findCounting(const LockNames &Names);

  const facts::Unit &U;
  const ModelUse &Models;
  std::map<facts::FnId, bool> Takers; ///< shared or not
  std::set<LockClass> Counting;
};

} // namespace cotidy
