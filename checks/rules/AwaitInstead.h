//===- AwaitInstead.h - from a blocking call to an await --------*- C++ -*-===//
// The one right rewriting of a call that stands in a coroutine and blocks, if a
// model says that awaiting does the same: 'co_await' of the object or argument,
// or the library's awaitable sleep. It decides nothing about blocking.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Finding.h"
#include "program/Impl.h"

namespace cotidy {

/// Nothing if the call is spelled in a way that no rewriting fits, or the
/// coroutine is of another library than what it would await.
std::optional<Fix> awaitInstead(const Program::Impl &P, facts::FnId Coroutine, Spot At,
                                facts::FnId Callee);

} // namespace cotidy
