//===- Database.h - where compile commands come from ------------*- C++ -*-===//
// Finds and reads the compilation database as clangd does, or makes commands
// from `-- FLAGS`. Commands are as the build wrote them: what is strange about
// them is Commands.h's concern.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/Options.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace cotidy::cli {

/// A compile command as somebody wrote it.
struct RawCommand {
  std::string Directory; ///< absolute
  std::string File;      ///< absolute
  std::string Output;    ///< the database's "output", may be empty
  std::vector<std::string> Arguments;
};

struct Database {
  std::string Source;   ///< the file that was read; empty for `-- FLAGS`
  std::string BuildDir; ///< absolute; empty for `-- FLAGS`
  std::vector<RawCommand> Commands; ///< in the order of their files
};

/// The commands that the options speak of. `PATH`s choose nothing here unless
/// they are all there is (`-- FLAGS`, compile_flags.txt).
llvm::Expected<Database> openDatabase(const Options &O);

} // namespace cotidy::cli
