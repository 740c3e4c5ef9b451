//===- Run.h - the commands of cotidy ---------------------------*- C++ -*-===//
// One function a command, each of which returns the exit status: 0 nothing
// found, 1 findings, 2 some unit could not be analysed, 3 usage or
// configuration. main() calls run() and nothing else.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/Options.h"

namespace cotidy::cli {

int run(llvm::ArrayRef<std::string> Arguments);

int runCheck(const Options &O);
int runExtract(const Options &O);
int runLink(const Options &O);
int runDump(const Options &O);
int runListChecks(const Options &O);
int runExplain(const Options &O);

} // namespace cotidy::cli
