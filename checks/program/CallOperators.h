//===- CallOperators.h - classes with several operator() --------*- C++ -*-===//
// A generic lambda has an instance for each kind of argument, a visitor an
// overload for each, its own or its bases': which one runs, the argument's type
// chooses, which is not followed. Classes with one operator() carry it
// themselves (Type::CallOperator).
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <map>
#include <vector>

namespace cotidy {

class CallOperators {
public:
  explicit CallOperators(const facts::Unit &U);

  /// The call operators with a body; empty unless there are several.
  llvm::ArrayRef<facts::FnId> of(facts::TypeId T) const {
    auto Found = Several.find(T);
    if (Found == Several.end())
      return {};
    return Found->second;
  }

  /// All that a closure's or function's value may run.
  llvm::SmallVector<facts::FnId, 2> of(const facts::Value &V) const;

  /// Whether these are call operators of one class: one of them runs.
  bool areChoice(llvm::ArrayRef<facts::FnId> Fns) const;

private:
  const facts::Unit &U;
  std::map<facts::TypeId, std::vector<facts::FnId>> Several;
};

} // namespace cotidy
