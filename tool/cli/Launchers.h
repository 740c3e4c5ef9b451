//===- Launchers.h - the compiler behind its wrappers -----------*- C++ -*-===//
// Strips what stands before the compiler (ccache, `cmake -E env`, `sh -c` ...)
// and puts the content of response files in their place.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/Database.h"

#include "llvm/Support/Error.h"

namespace cotidy::cli {

/// The command with the compiler as first argument. The error is a cause:
/// "name a response file that is not there: 'a.rsp'".
llvm::Expected<RawCommand> withoutLaunchers(RawCommand C);

} // namespace cotidy::cli
