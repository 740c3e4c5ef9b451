//===- OnceOnly.h - code that a process runs once ---------------*- C++ -*-===//
// Which places of a body are behind a test of a global that the body itself then
// sets, or call what is for that (`std::call_once`): singletons made when they are
// first asked for, pools started by their first user. It tells where such code stands; whether to wait there is a
// mistake is for rules to say.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Impl.h"

namespace cotidy {

class OnceOnly {
public:
  explicit OnceOnly(const Program::Impl &P) : P(P) {}

  /// The call at `At` is made the first time only.
  bool isOnce(facts::FnId F, const Spot &At);
  /// Some step of the path is.
  bool isOnce(const Step &Path);

private:
  const std::set<Spot> &placesOf(facts::FnId F);

  const Program::Impl &P;
  std::map<facts::FnId, std::set<Spot>> Places;
};

} // namespace cotidy
