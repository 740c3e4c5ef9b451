//===- PathTypes.h - types along a path of calls ----------------*- C++ -*-===//
// What the types on a path rule out: a smart pointer that gives up its object
// through a base class which counts for many runs the destructor of what it can
// point to, and of nothing else. It knows no locks and judges nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Effects.h"

namespace cotidy {

/// The class is the other, or has it among its bases.
bool derivesFrom(const facts::Unit &U, facts::TypeId Class, facts::TypeId Base,
                 unsigned Depth = 8);

/// The path ends an object of a class that the pointer on it cannot point to.
bool endsAnotherClass(const facts::Unit &U, const Step &Path);

} // namespace cotidy
