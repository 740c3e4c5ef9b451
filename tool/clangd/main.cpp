//===- main.cpp - clangd with cotidy's checks -----------------------------===//
// clangd as it is, with the clang-tidy module linked in. It only sees to it
// that our checks are on and show at once; what they find, the module decides,
// and all else is clangd's own. clangd's headers are not packaged: the three
// functions of it that are used are declared here.
//===----------------------------------------------------------------------===//
#include "base/CheckInfo.h"
#include "settings/TidyFile.h"

#include "clang-tidy/ClangTidyOptions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <vector>

namespace clang::clangd {
int clangdMain(int argc, char *argv[]);
} // namespace clang::clangd

using clang::tidy::ClangTidyOptions;
using TidyProviderRef = llvm::function_ref<void(ClangTidyOptions &, llvm::StringRef)>;

// The linker's --wrap gives calls of clangd's function X to __wrap_X, and the
// function itself the name __real_X. The names are mangled for that.
extern "C" {
std::optional<bool> realIsFast(llvm::StringRef Check) asm(
    "__real__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE");
std::optional<bool> isFast(llvm::StringRef Check) asm(
    "__wrap__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE");
ClangTidyOptions realOptions(TidyProviderRef Provider, llvm::StringRef File) asm(
    "__real__ZN5clang6clangd21getTidyOptionsForFileEN4llvm12function_refIFvRNS_4tidy"
    "16ClangTidyOptionsENS1_9StringRefEEEES6_");
ClangTidyOptions options(TidyProviderRef Provider, llvm::StringRef File) asm(
    "__wrap__ZN5clang6clangd21getTidyOptionsForFileEN4llvm12function_refIFvRNS_4tidy"
    "16ClangTidyOptionsENS1_9StringRefEEEES6_");
}

/// clangd hides a check that it has not timed. Ours add little to a parse:
/// docs/performance.md has the figures.
std::optional<bool> isFast(llvm::StringRef Check) {
  return cotidy::findCheck(Check) ? true : realIsFast(Check);
}

/// As the command reads a configuration: our checks are on, unless a glob that
/// names them switches them off.
ClangTidyOptions options(TidyProviderRef Provider, llvm::StringRef File) {
  ClangTidyOptions O = realOptions(Provider, File);
  if (!Provider) // --clang-tidy=0
    return O;
  std::string Ours = "cotidy-*";
  for (const cotidy::CheckGlob &G : cotidy::readGlobs(O.Checks.value_or(""), ""))
    if (llvm::StringRef(G.Pattern).starts_with("cotidy-"))
      Ours += (G.On ? "," : ",-") + G.Pattern;
  O.Checks = O.Checks ? *O.Checks + "," + Ours : Ours;
  return O;
}

/// clangd looks for clang's own headers beside itself: they are where the clang is
/// that it was built with, unless the user says otherwise.
int main(int argc, char *argv[]) {
  char ResourceDir[] = "--resource-dir=" COTIDY_RESOURCE_DIR;
  std::vector<char *> Arguments(argv, argv + argc);
  auto isTheirs = [](llvm::StringRef A) { return A.ltrim('-').starts_with("resource-dir"); };
  if (llvm::none_of(Arguments, isTheirs))
    Arguments.insert(Arguments.begin() + 1, ResourceDir);
  Arguments.push_back(nullptr);
  return clang::clangd::clangdMain(Arguments.size() - 1, Arguments.data());
}
