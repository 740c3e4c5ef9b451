//===- Explain.cpp - `cotidy explain` -------------------------------------===//
// Prints the page of a check. The prefix may be left out.
//===----------------------------------------------------------------------===//
#include "cli/Outputs.h"
#include "cli/Pages.h"
#include "cli/Run.h"
#include "settings/Suggest.h"

#include "base/CheckInfo.h"

namespace cotidy::cli {

static llvm::Error unknownCheck(const std::string &Name) {
  std::vector<std::string> Names;
  for (const CheckInfo &C : allChecks())
    Names.push_back(std::string(C.Name));
  std::string Hint = didYouMean(Name, Names);
  if (Hint.empty())
    Hint = didYouMean("cotidy-" + Name, Names);
  if (Hint.empty())
    Hint = "; 'cotidy list-checks' prints the checks";
  return llvm::createStringError("there is no check '" + Name + "'" + Hint);
}

int runExplain(const Options &O) {
  if (O.Paths.size() != 1)
    return complain(llvm::createStringError(
        "one check is wanted: 'cotidy explain cotidy-blocking-call'"));
  const std::string &Name = O.Paths.front();
  const CheckInfo *C = findCheck(Name);
  if (!C)
    C = findCheck("cotidy-" + Name);
  if (!C)
    return complain(unknownCheck(Name));
  std::string Text = std::string(C->Name) + ": " + std::string(C->Summary) + "\n";
  for (const Page &P : pages())
    if (P.Check == C->Name)
      Text = P.Text;
  if (llvm::Error E = writeOut("", Text))
    return complain(std::move(E));
  return 0;
}

} // namespace cotidy::cli
