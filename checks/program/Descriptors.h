//===- Descriptors.h - whether a descriptor may block -----------*- C++ -*-===//
// A read or write blocks only if its descriptor is in blocking mode. Says when
// a function shows that it is not: it is ready to be told "would block", or
// waits for readiness first (who sets the mode: DescriptorModes.h).
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Conditions.h"

namespace cotidy {

/// The body tests for "would block", or awaits or polls readiness: whatever it
/// or its helpers do to descriptors is meant not to wait.
bool expectsWouldBlock(const facts::Unit &U, const facts::Function &F);

/// The test under which a call is a write of a few bytes, as to an eventfd or
/// to one's own pipe: it waits only when thousands of them are pending.
std::optional<Decision> isWakeUp(const facts::Unit &U, const facts::Fact &Call,
                                 const LocalDefs &Defs);

/// A call of the TLS library on a connection: blocks like its descriptor.
bool isTls(const facts::Unit &U, facts::FnId Leaf);

} // namespace cotidy
