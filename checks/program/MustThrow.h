//===- MustThrow.h - callables that are called to see them throw -*- C++ -*-===//
// `assertThrows([&] { pool.submit(nullptr); })`: wherever the lambda is called,
// what it throws is caught, and coming back from it ends the program. What it makes on its way to a normal
// end is of no interest. Looks at callers, one level up; decides no finding.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Program.h"

namespace cotidy {

/// True if a lambda is called somewhere, and nowhere survives its return.
bool mustThrow(const Program::Impl &P, facts::FnId Lambda);

} // namespace cotidy
