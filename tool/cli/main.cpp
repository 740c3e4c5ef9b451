//===- main.cpp - the cotidy command --------------------------------------===//
// Hands the arguments to the command's library. Nothing is decided here.
//===----------------------------------------------------------------------===//
#include "cli/Run.h"

#include "llvm/Support/TargetSelect.h"

#include <csignal>

int main(int Count, char **Words) {
  // A closed pipe is an error to report, not a reason to vanish.
  signal(SIGPIPE, SIG_IGN);
  // Whoever started us may have ignored it; we wait for our workers.
  signal(SIGCHLD, SIG_DFL);
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmParser();
  return cotidy::cli::run(std::vector<std::string>(Words + 1, Words + Count));
}
