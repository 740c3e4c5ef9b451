//===- Suggest.h - what was inferred, as a model file -----------*- C++ -*-===//
// Rows for the program's own task, executor, lock and guard types and for the
// functions that run or start what they are given, as far as no model speaks of
// them, and, as comments, the names that nothing is known of and that are
// called where nothing may block. It judges nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Program.h"

#include <string>

namespace cotidy {

/// YAML that ModelSet::addText reads. Rows are in the order of their names.
std::string suggestModels(const Program &P);

} // namespace cotidy
