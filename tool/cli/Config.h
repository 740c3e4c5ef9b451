//===- Config.h - what .clang-tidy and the options settle -------*- C++ -*-===//
// Which checks hold in which folder, and the options that hold for all of the
// program. .clang-tidy is read as clang-tidy reads it, except that only a glob
// that begins with "cotidy-" can switch our checks off.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/Options.h"
#include "settings/GlobalOptions.h"
#include "settings/TidyFile.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/Regex.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace cotidy::cli {

/// What holds for the sources of one folder.
struct FolderConfig {
  std::set<std::string> Checks;
  std::string LastOff; ///< "'-cotidy-*' at '.clang-tidy:3'", if none is left
  std::vector<OptionSetting> Options;
  std::vector<std::string> ExtraArgs, ExtraArgsBefore;
  std::shared_ptr<llvm::Regex> HeaderFilter, ExcludeHeaderFilter;
};

class Configs {
public:
  explicit Configs(const Options &O) : O(O) {}

  /// For an absolute folder. Errors name file, line and cure.
  llvm::Expected<const FolderConfig *> of(const std::string &Folder);

  /// The options that all folders asked about so far agree on, with those of
  /// the command line over them.
  llvm::Expected<GlobalOptions> global() const;

  /// The checks that some folder asked about so far wants. None is an error.
  llvm::Expected<std::vector<std::string>> enabledSomewhere() const;

private:
  llvm::Expected<std::vector<TidyFile>> collect(const std::string &Folder) const;
  llvm::Expected<FolderConfig> merge(std::vector<TidyFile> Files) const;

  const Options &O;
  std::map<std::string, FolderConfig> ByFolder;
};

} // namespace cotidy::cli
