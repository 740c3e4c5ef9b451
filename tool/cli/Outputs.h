//===- Outputs.h - where results go -----------------------------*- C++ -*-===//
// Writes results whole or not at all: a file is written under another name and
// renamed; a full disk or a closed pipe is an error, never a cut-off file.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/Options.h"
#include "report/Report.h"

#include "llvm/Support/Error.h"

namespace cotidy::cli {

/// An empty name or "-" is standard output.
llvm::Error writeOut(const std::string &File, llvm::StringRef Bytes);

/// Renders the report in each format that was asked for.
llvm::Error writeReports(const report::Report &R, const Options &O);

/// "cotidy: error: ..." on standard error; returns the exit status 3.
int complain(llvm::Error E);

/// "cotidy: note: ..." on standard error.
void note(const std::string &Text);

} // namespace cotidy::cli
