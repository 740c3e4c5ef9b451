//===- PathTypes.h - types along a path of calls ----------------*- C++ -*-===//
// What the types on a path rule out: a method of a base class that calls what its
// object overrides is called on objects of one class; a smart pointer that gives up its object
// through a base class which counts for many runs the destructor of what it can
// point to, and of nothing else. It knows no locks and judges nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Effects.h"

#include <optional>

namespace cotidy {

/// The class is the other, or has it among its bases.
bool derivesFrom(const facts::Unit &U, facts::TypeId Class, facts::TypeId Base,
                 unsigned Depth = 8);

/// What `X`, in the body of `In`, runs happens only if the object it runs on is of
/// the class `OnlyOf`, or of one below it. What of that is left for callers of
/// `In` to know: a class if the object is theirs, or none. Nothing if the object
/// cannot be of that class.
std::optional<facts::TypeId> narrowed(const facts::Unit &U, const facts::Function &In,
                                      const facts::Fact &X, const Invocation &I,
                                      facts::TypeId OnlyOf);

/// The path ends an object of a class that the pointer on it cannot point to.
bool endsAnotherClass(const facts::Unit &U, const Step &Path);

/// The path ends what a function puts its result over, by a pointer or reference
/// that it was given for that: empty as a rule.
bool fillsResult(const facts::Unit &U, const Step &Path);

/// The path, from the body of `In`, comes to that body again: what happens there
/// happens to another object, as in a chain or a tree.
bool comesBack(facts::FnId In, const Step &Path);

} // namespace cotidy
