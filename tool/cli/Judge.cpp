#include "cli/Judge.h"
#include "cli/Baseline.h"
#include "cli/Outputs.h"
#include "settings/JudgeUnits.h"
#include "settings/Paths.h"
#include "settings/Root.h"

#include "llvm/Support/Path.h"

#include <algorithm>
#include <set>

namespace cotidy::cli {

static constexpr int NoFindings = 0, SomeFindings = 1, UnitsFailed = 2;

/// How many units a failure's line names in the text on standard error.
static constexpr size_t NamedUnits = 3;

static bool definesMain(const std::vector<facts::Unit> &Units) {
  return llvm::any_of(Units, [](const facts::Unit &U) {
    return llvm::any_of(U.Functions, [](const facts::Function &F) {
      return F.is(facts::FnMain) && F.Body != facts::BodyState::Unknown;
    });
  });
}

namespace {
/// What a user has asked to see.
class Filter {
public:
  Filter(const Options &O, Plan &P, std::set<std::string> MainFiles)
      : O(O), P(P), MainFiles(std::move(MainFiles)) {}

  llvm::Expected<bool> wants(const Finding &F) {
    std::string File = absolutePath(F.Primary.File, P.Root);
    if (O.Do == Command::Check && !isNamed(O, File))
      return false;
    auto Folder = P.Config.of(llvm::sys::path::parent_path(File).str());
    if (!Folder)
      return Folder.takeError();
    const FolderConfig &C = **Folder;
    if (!C.Checks.count(F.Check))
      return false;
    if (MainFiles.count(F.Primary.File))
      return true;
    return !(C.HeaderFilter && !C.HeaderFilter->match(File)) &&
           !(C.ExcludeHeaderFilter && C.ExcludeHeaderFilter->match(File));
  }

private:
  const Options &O;
  Plan &P;
  std::set<std::string> MainFiles;
};
} // namespace

llvm::Error judge(std::vector<facts::Unit> Units, const Options &O, Plan &P,
                  report::Report &R) {
  auto Enabled = P.Config.enabledSomewhere();
  if (!Enabled)
    return Enabled.takeError();
  std::set<std::string> MainFiles;
  for (const facts::Unit &U : Units)
    MainFiles.insert(U.MainFile);
  R.Root = P.Root;
  R.HiddenBelow = P.Global.MinConfidence;
  R.ClosedWorld = P.WholeDatabase && R.Failed == 0 && definesMain(Units);

  // All of them: what is hidden must be counted after the filter.
  auto Judged = judgeUnits(std::move(Units), P.Models, P.Global,
                           P.WholeDatabase && R.Failed == 0, *Enabled);
  if (!Judged)
    return Judged.takeError();
  Verdict &V = *Judged;
  R.Suppressed = V.Suppressed;
  std::set<std::string> Known;
  if (!O.Baseline.empty()) {
    auto Read = readBaseline(O.Baseline);
    if (!Read)
      return Read.takeError();
    Known = std::move(*Read);
    R.Known = 0;
  }
  if (O.UnusedSuppressions)
    for (const Note &N : V.UnusedSuppressions)
      note(N.At.File + ":" + std::to_string(N.At.Line) + ": " + N.Text);
  Filter Wanted(O, P, std::move(MainFiles));
  for (Finding &F : V.Findings) {
    llvm::Expected<bool> Wants = Wanted.wants(F);
    if (!Wants)
      return Wants.takeError();
    if (!*Wants)
      continue;
    if (F.Sure < P.Global.MinConfidence)
      ++R.Hidden;
    else if (Known.count(F.Fingerprint))
      ++*R.Known;
    else
      R.Findings.push_back(std::move(F));
  }
  if (!O.WriteBaseline.empty())
    return writeOut(O.WriteBaseline, baselineOf(R.Findings));
  return llvm::Error::success();
}

void printFailures(const report::Report &R) {
  for (const report::Failure &F : R.Failures) {
    llvm::errs() << "cotidy: " << report::failureLine(F) << '\n';
    for (size_t I = 0; I < F.Units.size() && I < NamedUnits; ++I)
      llvm::errs() << "  " << F.Units[I] << '\n';
    if (F.Units.size() > NamedUnits)
      llvm::errs() << "  and " << F.Units.size() - NamedUnits << " more\n";
  }
}

int present(const report::Report &R, const Options &O) {
  if (llvm::Error E = writeReports(R, O))
    return complain(std::move(E));
  printFailures(R);
  if (!O.Quiet)
    llvm::errs() << "cotidy: " << report::summaryLine(R) << '\n';
  if (R.Failed > O.AllowedFailures)
    return UnitsFailed;
  bool Counts = O.FailOn && O.WriteBaseline.empty() && llvm::any_of(R.Findings, [&](const Finding &F) {
                  return F.Sure >= *O.FailOn;
                });
  return Counts ? SomeFindings : NoFindings;
}

} // namespace cotidy::cli
