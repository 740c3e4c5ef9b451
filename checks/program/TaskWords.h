//===- TaskWords.h - tasks, variables and ways in words ---------*- C++ -*-===//
// How messages name a variable, what awaiting a task yields, and the branch
// that a way takes. It decides nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Finding.h"
#include "flow/Paths.h"

namespace cotidy {

/// 'name' of the variable or field; "a temporary" if it has none.
std::string quotedPlace(const facts::Unit &U, const facts::Function &F, const facts::Place &P);

/// The class's name, without namespaces and arguments, in quotes.
std::string quotedType(const facts::Unit &U, facts::TypeId T);
/// 'units': the class that awaiting a task of this type yields.
std::string resultName(const facts::Unit &U, facts::TypeId Task);

/// "'ok' is false here".
Note noteOf(const facts::Unit &U, const facts::Function &F, const flow::Turn &T);

} // namespace cotidy
