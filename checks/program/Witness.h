//===- Witness.h - a path, told step by step --------------------*- C++ -*-===//
// Turns the path of an effect into notes in execution order, and names what
// happens at its end. Steps inside library code are left out: the reader
// cannot change them.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Finding.h"
#include "program/Effects.h"

namespace cotidy {

facts::FnId leafOf(const Step &Path);

/// "waits for dns", "sleeps": what the effect does to the thread.
std::string whatHappens(const facts::Unit &U, const Effect &E);

/// 'name' as messages give it.
std::string quoted(const facts::Unit &U, facts::FnId F);

Location locationOf(const facts::Unit &U, const Spot &S);

/// One note a step. Empty for a path of one step: the message says it all.
std::vector<Note> witnessOf(const facts::Unit &U, const Effect &E);

} // namespace cotidy
