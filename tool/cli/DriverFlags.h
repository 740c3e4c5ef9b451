//===- DriverFlags.h - what the words of a command mean ---------*- C++ -*-===//
// Reads a compiler's command line with clang's own table of options. The only
// file of the command, beside extraction, that asks clang. It changes nothing:
// what is kept, dropped or replaced is decided in Commands.cpp.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace cotidy::cli {

enum class Meaning {
  Other,        ///< whatever clang understands
  Foreign,      ///< clang rejects it
  Input,        ///< a file to compile
  Output,       ///< -o and its file
  Action,       ///< -c, -S, -E, -fsyntax-only
  Dependencies, ///< -M, -MD, -MF ...: writes a makefile
  Aside,        ///< writes or reads profiles, traces and the like
  Strictness,   ///< -Werror and -pedantic-errors
  Plugin,       ///< loads a compiler plugin
  Include,      ///< -include FILE
  IncludePch,   ///< -include-pch FILE
  Pch,          ///< other flags about precompiled headers
  Verbatim,     ///< -Xclang WORD
  Language,     ///< -x LANGUAGE
  Standard,     ///< -std=
  Sanitizers,   ///< -fsanitize=A,B
};

struct DriverFlag {
  Meaning Is = Meaning::Other;
  std::vector<std::string> Words; ///< as written
  std::string Value;              ///< of a flag that has one: the first
  std::vector<std::string> Values; ///< all of them
};

/// `Words` is a command line without the compiler.
std::vector<DriverFlag> readFlags(llvm::ArrayRef<std::string> Words,
                                  bool MsvcStyle);

enum class Language { C, Cxx, ObjectiveC, Assembler, Cuda, Header, Other };

/// By the value of `-x`, or by the file's ending if that is empty.
Language languageOf(llvm::StringRef File, llvm::StringRef X);

struct CompilerName {
  bool Cxx = false;       ///< g++, clang++, c++ ...
  bool MsvcStyle = false; ///< clang-cl
  std::string Target;     ///< "aarch64-linux-gnu" of a cross compiler
};
CompilerName readCompilerName(llvm::StringRef Compiler);

} // namespace cotidy::cli
