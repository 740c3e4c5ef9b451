//===- Descriptors.h - whether a descriptor may block -----------*- C++ -*-===//
// A read or write blocks only if its descriptor is in blocking mode. Says when
// a function shows that it is not, or that it waited for readiness before.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/ModelUse.h"

namespace cotidy {

/// True if `Call` on the descriptor `D`, in the body of `F`, does not block as
/// far as the body shows: it made the descriptor non-blocking, it tests for
/// EAGAIN, or it awaited something about the descriptor.
bool mayNotBlock(const facts::Unit &U, const facts::Function &F, const facts::Fact &Call,
                 const facts::Value &D, const ModelUse &Models);

} // namespace cotidy
