#include "report/Report.h"

namespace cotidy::report {

static std::string counted(size_t N, llvm::StringRef Noun) {
  return std::to_string(N) + " " + Noun.str() + (N == 1 ? "" : "s");
}

std::string summaryLine(const Report &R) {
  return counted(R.Findings.size(), "finding") + " (" +
         std::to_string(R.Hidden) + " hidden below '" +
         std::string(nameOf(R.HiddenBelow)) + "'), " +
         counted(R.Analysed, "unit") + " analysed, " +
         std::to_string(R.Failed) + " failed";
}

std::string failureLine(const Failure &F) {
  std::string Line = counted(F.Units.size(), "unit") + " " + F.Cause;
  if (!F.Cure.empty())
    Line += ": " + F.Cure;
  return Line;
}

std::vector<std::string> assumptions(const Finding &F) {
  std::vector<std::string> Words;
  if (F.RestsOn & UnseenBodyKeepsExecutor)
    Words.push_back("awaited code that was not read resumes on the same "
                    "executor");
  if (F.RestsOn & UnseenCalleeKeepsTask)
    Words.push_back("a function that was not read may keep the task it is "
                    "given");
  if (F.RestsOn & UnseenCallersHoldNothing)
    Words.push_back("callers that were not read hold no lock and test "
                    "nothing");
  return Words;
}

} // namespace cotidy::report
