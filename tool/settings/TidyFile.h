//===- TidyFile.h - one .clang-tidy file ------------------------*- C++ -*-===//
// Reads the text of a .clang-tidy file (or of --config) and remembers where
// each part stands, for messages. What the parts mean together is decided in
// Config.h.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace cotidy {

/// One glob of "Checks".
struct CheckGlob {
  bool On = true;
  std::string Pattern; ///< without the minus
  std::string Where;   ///< ".clang-tidy:3" or "--checks"
};

/// One entry of "CheckOptions" whose key begins with "cotidy".
struct OptionSetting {
  std::string Key; ///< "cotidy.MinConfidence"
  std::string Value;
  std::string Where;
  std::string Folder; ///< what relative names in the value are relative to
};

struct TidyFile {
  bool InheritsParent = false;
  std::vector<CheckGlob> Checks;
  std::vector<OptionSetting> Options;
  std::optional<std::string> HeaderFilter, ExcludeHeaderFilter;
  std::vector<std::string> ExtraArgs, ExtraArgsBefore;
};

/// `Name` stands in messages: "<name>:<line>: <what is wrong>". `Folder` goes
/// into the options.
llvm::Expected<TidyFile> readTidyFile(llvm::StringRef Text,
                                      llvm::StringRef Name,
                                      llvm::StringRef Folder);

/// The nearest .clang-tidy of an absolute folder and, as long as they inherit,
/// those above it; the outermost comes first.
llvm::Expected<std::vector<TidyFile>> tidyFilesAbove(llvm::StringRef Folder);

/// Globs separated by commas or line ends, as in "Checks".
std::vector<CheckGlob> readGlobs(llvm::StringRef Text, llvm::StringRef Where);

/// True if the glob, in which only `*` is special, names the check.
bool matches(llvm::StringRef Pattern, llvm::StringRef Name);

} // namespace cotidy
