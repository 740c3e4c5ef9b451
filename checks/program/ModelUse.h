//===- ModelUse.h - models, as they apply to a program ----------*- C++ -*-===//
// Which row decides each function and type of a program, which categories of
// blocking count, and the roles of rows written into the facts. Looked up
// once; constant afterwards.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Program.h"

namespace cotidy {

class ModelUse {
public:
  /// Writes the roles that rows give to calls behind those calls in `U`.
  ModelUse(facts::Unit &U, const LinkOptions &O);

  /// The row for a function, or null. Its body is then not looked at.
  const model::FunctionModel *of(facts::FnId F) const {
    return F == facts::FnId::None ? nullptr : ByFunction[raw(F)];
  }
  /// The row for a type or the nearest of its bases that has one, or null.
  const model::TypeModel *of(facts::TypeId T) const {
    return T == facts::TypeId::None ? nullptr : ByType[raw(T)];
  }
  /// True if blocking of this category is to be found.
  bool counts(llvm::StringRef Category) const;
  /// By the user. Of locks rows alone say nothing, so they do not count above.
  bool isSwitchedOff(llvm::StringRef Category) const;

  /// True if nothing of the function's body concerns its callers: a row or an
  /// attribute speaks for it.
  bool speaksFor(const facts::Unit &U, facts::FnId F) const;

private:
  void lowerCalls(facts::Unit &U);
  std::string executorOf(const facts::Unit &U, facts::TypeId T, unsigned Depth) const;

  std::vector<const model::FunctionModel *> ByFunction;
  std::vector<const model::TypeModel *> ByType;
  std::vector<std::string> On, Off;
};

} // namespace cotidy
