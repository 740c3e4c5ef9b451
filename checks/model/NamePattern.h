//===- NamePattern.h - names of rows ----------------------------*- C++ -*-===//
// What may stand as the name of a row: a qualified name without template
// arguments and inline namespaces, in which '*' stands for any characters
// unless it is part of an operator's name. Decides what is well-formed and what
// matches; knows no rows.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace cotidy::model {

/// True if some '*' of the name is a wildcard ("std::optional::operator*" has none).
bool isGlob(llvm::StringRef Name);

bool matches(llvm::StringRef Glob, llvm::StringRef Name);

/// What is wrong with the name, or an empty string.
std::string faultInName(llvm::StringRef Name);

} // namespace cotidy::model
