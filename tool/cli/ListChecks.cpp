//===- ListChecks.cpp - `cotidy list-checks` ------------------------------===//
// The manifest for people and for programs.
//===----------------------------------------------------------------------===//
#include "cli/Outputs.h"
#include "cli/Run.h"

#include "base/CheckInfo.h"

#include "llvm/Support/JSON.h"

namespace cotidy::cli {

static void asJson(llvm::raw_ostream &OS) {
  llvm::json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attributeArray("checks", [&] {
      for (const CheckInfo &C : allChecks())
        J.object([&] {
          J.attribute("name", llvm::StringRef(C.Name));
          J.attribute("summary", llvm::StringRef(C.Summary));
        });
    });
    J.attributeArray("options", [&] {
      for (const OptionInfo &I : allOptions())
        J.object([&] {
          J.attribute("name", "cotidy." + std::string(I.Name));
          J.attribute("default", llvm::StringRef(I.Default));
          J.attribute("summary", llvm::StringRef(I.Summary));
        });
    });
  });
  OS << '\n';
}

int runListChecks(const Options &O) {
  if (!O.Paths.empty() || O.HasFlags)
    return complain(llvm::createStringError(
        "'cotidy list-checks' takes no files; 'cotidy explain CHECK' tells "
        "about one"));
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  if (O.JsonList)
    asJson(OS);
  else
    for (const CheckInfo &C : allChecks())
      OS << llvm::StringRef(C.Name) << "\n    " << llvm::StringRef(C.Summary)
         << '\n';
  if (llvm::Error E = writeOut("", Text))
    return complain(std::move(E));
  return 0;
}

} // namespace cotidy::cli
