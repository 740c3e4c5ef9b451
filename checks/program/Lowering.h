//===- Lowering.h - what a model row says of one call -----------*- C++ -*-===//
// Turns the roles of a callee's row (runs, joins, locks, switches ...) into
// the facts that would stand behind the call if its body showed them. The one
// place where rows become facts. Blocking is no role: it stays with the call.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"
#include "model/ModelSet.h"

#include <functional>
#include <optional>
#include <vector>

namespace cotidy {

/// Answers about the unit that lowering needs and cannot see itself.
struct LoweringContext {
  const facts::Unit &U;
  const facts::Function &In;
  /// The word of an executor's type ("loop", "pool" ...), empty if no row.
  std::function<std::string(facts::TypeId)> ExecutorWord;
  std::function<facts::StrId(llvm::StringRef)> Word;
  /// The row for a function, or null.
  std::function<const model::FunctionModel *(facts::FnId)> RowOf;
};

/// The facts to stand behind `Call`, whose callee has `Row`.
std::vector<facts::Fact> lower(const model::FunctionModel &Row, const facts::Fact &Call,
                               const LoweringContext &C);

/// The switch of executor to stand behind the await `Suspend`, if what it
/// awaits was made by a call whose row says so.
std::optional<facts::Fact> lowerAwait(const facts::Fact &Suspend, const LoweringContext &C);

/// The class type of what a value holds or refers to, if it is known.
facts::TypeId typeOf(const facts::Unit &U, const facts::Function &In,
                     const facts::Value &V);
facts::TypeId typeOf(const facts::Unit &U, const facts::Function &In,
                     const facts::Place &P);

} // namespace cotidy
