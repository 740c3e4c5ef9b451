//===- Plan.h - what a run will read, and how -------------------*- C++ -*-===//
// Everything that is settled before the first unit is parsed: the commands,
// the project root, the configuration and the models. Whatever is wrong with
// what the user asked for is found here.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/Commands.h"
#include "cli/Config.h"
#include "cli/Failures.h"
#include "model/ModelSet.h"

#include <map>
#include <string>
#include <vector>

namespace cotidy::cli {

struct Plan {
  explicit Plan(const Options &O) : Config(O) {}

  std::string Source;   ///< of the commands; empty for `-- FLAGS`
  std::string BuildDir; ///< may be empty
  std::string Root;     ///< absolute
  std::vector<Normalised> Commands; ///< to be parsed
  Failures Faulty;      ///< commands that cannot be
  std::map<std::string, std::vector<std::string>> Skipped; ///< why -> files
  std::map<std::string, unsigned> Dropped; ///< foreign flag -> commands
  bool WholeDatabase = false;
  Configs Config;
  GlobalOptions Global;
  model::ModelSet Models;

  ExtractOptions extractOptions() const;
};

/// For `check` and `dump`. The commands that PATHs name are all if `--alone`.
llvm::Error makePlan(const Options &O, Plan &P);

/// Models and global options only, for facts files that are there already.
llvm::Error makePlanForFacts(const Options &O, Plan &P);

/// True if the options' PATHs name the file, or if there are none.
bool isNamed(const Options &O, const std::string &File);

} // namespace cotidy::cli
