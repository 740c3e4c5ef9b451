//===- StartedWork.h - calls that begin what they return --------*- C++ -*-===//
// A handle is awaitable, and no coroutine returns it: by its type alone it
// could as well be an operation that begins when it is awaited. What tells is
// the function that makes it: did it give work to somebody before it returned.
// Looks at bodies, rows and attributes of the callee, never at the type.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Program.h"

namespace cotidy {

/// By the time that a call of it returns, work goes on: it spawned something,
/// ran a coroutine to its first suspension, or handed out a callable.
bool startsWork(const Program::Impl &P, facts::FnId F);

/// A constructor, or what one calls, that may do anything but fill its own
/// object: tell somebody of it, change what it was given, refuse.
bool doesMoreThanFill(const Program::Impl &P, facts::FnId F);

} // namespace cotidy
