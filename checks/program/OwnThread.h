//===- OwnThread.h - tests of which thread it is ----------------*- C++ -*-===//
// Which tests ask whether the code runs on some thread of its own: of a loop, of a
// worker. What stands behind such a test happens on that thread only, which as a
// rule is not the thread of who called. Which threads there are is not known.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/LockSets.h"
#include "program/LocalDefs.h"

#include <map>

namespace cotidy {

class OwnThread {
public:
  explicit OwnThread(const facts::Unit &U) : U(U) {}

  /// What the test is of says whether this is a certain thread.
  bool isAskedBy(const flow::FlagTest &Test, const LocalDefs &Defs) const;

private:
  bool asks(facts::FnId F) const;
  bool isIdentity(const facts::Value &V, const LocalDefs &Defs) const;

  const facts::Unit &U;
  mutable std::map<facts::FnId, bool> Asks;
};

} // namespace cotidy
