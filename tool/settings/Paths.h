//===- Paths.h - file names, compared by what they say ----------*- C++ -*-===//
// Makes names of files absolute and plain, and compares them. Works on the
// text alone: links are not followed, so that a path means what its writer
// wrote, on every machine.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace cotidy {

/// The folder that the command was started in.
std::string workingDirectory();

/// Absolute, without `.` and `..`, without a slash at the end.
std::string absolutePath(llvm::StringRef Path, llvm::StringRef Base);

/// True if `Path` is `Folder` or below it. Both are plain and absolute.
bool isBelow(llvm::StringRef Path, llvm::StringRef Folder);

/// `Path` relative to `Folder` if it is below, else as it is.
std::string relativeTo(llvm::StringRef Path, llvm::StringRef Folder);

/// The deepest folder above both.
std::string commonFolder(llvm::StringRef A, llvm::StringRef B);

} // namespace cotidy
