#include "report/Report.h"

#include "llvm/ADT/StringRef.h"

#include <utility>

namespace cotidy::report {

static std::string counted(size_t N, llvm::StringRef Noun) {
  return std::to_string(N) + " " + Noun.str() + (N == 1 ? "" : "s");
}

std::string summaryLine(const Report &R) {
  return counted(R.Findings.size(), "finding") + " (" +
         std::to_string(R.Hidden) + " hidden below '" +
         std::string(nameOf(R.HiddenBelow)) + "'" +
         (R.Suppressed ? ", " + std::to_string(R.Suppressed) + " suppressed" : "") +
         (R.Known ? ", " + std::to_string(*R.Known) + " in the baseline" : "") + "), " +
         counted(R.Analysed, "unit") + " analysed, " +
         std::to_string(R.Failed) + " failed";
}

/// Causes are worded for many units: "lack 'x'"; one unit "lacks 'x'".
static std::string worded(const Failure &F) {
  if (F.Units.size() != 1)
    return F.Cause;
  static constexpr std::pair<llvm::StringLiteral, llvm::StringLiteral>
      Verbs[] = {{"have ", "has "},         {"do not ", "does not "},
                 {"are ", "is "},           {"lack ", "lacks "},
                 {"mention ", "mentions "}, {"name ", "names "}};
  for (const auto &[Many, One] : Verbs)
    if (llvm::StringRef Rest = F.Cause; Rest.consume_front(Many))
      return One.str() + Rest.str();
  return F.Cause;
}

std::string failureLine(const Failure &F) {
  std::string Line = counted(F.Units.size(), "unit") + " " + worded(F);
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
  if (F.RestsOn & OtherTargetDefinesIt)
    Words.push_back("what this program calls is what another link target "
                    "defines, and no file that was not read");
  return Words;
}

/// A longer path is shown by its ends: how it starts and how it blocks.
static constexpr size_t MaxSteps = 8;

std::vector<Note> shownSteps(const Finding &F) {
  std::vector<Note> Steps = F.Witness;
  if (Steps.size() <= MaxSteps)
    return Steps;
  auto First = Steps.begin() + MaxSteps / 2, Last = Steps.end() - MaxSteps / 2;
  Note Elision{{}, counted(Last - First, "step") + " not shown"};
  Steps.insert(Steps.erase(First, Last), std::move(Elision));
  return Steps;
}

std::vector<std::string> closingNotes(const Finding &F) {
  std::vector<std::string> Notes;
  for (const std::string &A : assumptions(F))
    Notes.push_back("this assumes that " + A);
  if (!F.Cure.empty())
    Notes.push_back(F.Cure);
  return Notes;
}

} // namespace cotidy::report
