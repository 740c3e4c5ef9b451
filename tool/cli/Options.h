//===- Options.h - what the user asked for ----------------------*- C++ -*-===//
// The command line, parsed: one table names every option, the commands that
// know it and its line of help. What is not in the table is an error, with a
// suggestion. Nothing here reads a file or knows what an option leads to.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Confidence.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>
#include <vector>

namespace cotidy::cli {

enum class Command { Check, Extract, Link, Dump, ListChecks, Explain, Graph, Models };

enum class Format { Text, Json, Sarif };

/// One rendering of the findings; no file means standard output.
struct Output {
  Format As = Format::Text;
  std::string File;
};

enum class Colour { Auto, Always, Never };

struct Options {
  Command Do = Command::Check;
  bool WantsHelp = false;
  bool WantsVersion = false;
  std::vector<std::string> Paths; ///< or facts files, or names of checks
  bool HasFlags = false;          ///< `--` was given
  std::vector<std::string> Flags; ///< what follows it

  std::string BuildDir;
  unsigned Jobs = 0; ///< 0: as many as the machine carries
  std::optional<std::string> Checks;
  std::optional<Confidence> MinConfidence;
  std::optional<std::string> Config;
  std::vector<Output> Outputs; ///< never empty
  bool Alone = false;
  std::string Root;
  std::vector<std::string> Exclude;
  std::string HeaderFilter;
  bool Quiet = false;
  Colour Colours = Colour::Auto;
  bool ListUnits = false;
  bool VerifyConfig = false;
  std::optional<Confidence> FailOn = Confidence::Likely; ///< none: never
  unsigned AllowedFailures = 0;
  std::string CacheDir;
  bool NoCache = false;
  uint64_t CacheSize = uint64_t(2) << 30;
  unsigned Timeout = 300; ///< seconds a unit; 0: none
  bool Stats = false;
  std::string Baseline;      ///< findings that are known already
  std::string WriteBaseline; ///< where to write those of this run
  bool UnusedSuppressions = false;
  bool All = false;        ///< dump: also what is not user code
  std::string OutputFile;  ///< extract -o
  bool JsonList = false;   ///< list-checks --format=json
};

/// The error is a whole message: "unknown option '--foo'; did you mean ...".
llvm::Expected<Options> parseOptions(llvm::ArrayRef<std::string> Arguments);

/// Help for one command, or for all if the user named none.
void printHelp(const Options &O, llvm::raw_ostream &OS);

/// The word for a command as the user writes it.
llvm::StringRef nameOf(Command C);

} // namespace cotidy::cli
