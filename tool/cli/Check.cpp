//===- Check.cpp - `cotidy check` -----------------------------------------===//
// The way through: plan, read the units, judge, present. Says on standard
// error what a user should know besides the findings.
//===----------------------------------------------------------------------===//
#include "cli/Judge.h"
#include "cli/Outputs.h"
#include "settings/Paths.h"
#include "settings/Root.h"
#include "cli/Run.h"
#include "cli/Units.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

#include <optional>
#include <set>

namespace cotidy::cli {

/// As shells count it: 128 and the number of the signal.
static constexpr int InterruptedStatus = 130;

static std::string plural(size_t N, llvm::StringRef Noun) {
  return std::to_string(N) + " " + Noun.str() + (N == 1 ? "" : "s");
}

static void tellOddities(const Plan &P) {
  for (const auto &[Flag, N] : P.Dropped)
    note("'" + Flag + "' is unknown to clang and left out (" +
         plural(N, "unit") + ")");
  for (const auto &[Why, Files] : P.Skipped)
    note(plural(Files.size(), "unit") + " skipped as " + Why + ": '" +
         Files.front() + "'" + (Files.size() > 1 ? " ..." : ""));
}

static int listUnits(const Plan &P) {
  std::string Text;
  for (const Normalised &N : P.Commands) {
    Text += relativeTo(N.Command.File, P.Root);
    if (!N.Target.empty())
      Text += " (" + N.Target + ")";
    Text += '\n';
  }
  if (llvm::Error E = writeOut("", Text))
    return complain(std::move(E));
  return 0;
}

static int showConfig(const Plan &P) {
  auto Enabled = P.Config.enabledSomewhere();
  if (!Enabled)
    return complain(Enabled.takeError());
  std::string Text = "root: " + P.Root + "\n";
  Text += "commands: " + (P.Source.empty() ? std::string("from the flags") : P.Source) + "\n";
  Text += "checks:";
  for (const std::string &C : *Enabled)
    Text += " " + C;
  Text += "\nmin-confidence: " + std::string(nameOf(P.Global.MinConfidence));
  Text += "\nexclude:";
  for (const std::string &E : P.Global.Exclude)
    Text += " " + E;
  Text += "\nmodels:";
  for (const std::string &M : P.Global.Models)
    Text += " " + M;
  if (llvm::Error E = writeOut("", Text + "\n"))
    return complain(std::move(E));
  return 0;
}

static std::optional<Cache> openCache(const Options &O) {
  if (O.NoCache)
    return std::nullopt;
  std::string Folder = O.CacheDir.empty() ? Cache::defaultFolder()
                                          : absolutePath(O.CacheDir,
                                                         workingDirectory());
  if (Folder.empty())
    return std::nullopt;
  return Cache(Folder, O.CacheSize, note);
}

/// One line that is written over, on a terminal.
static void showProgress(size_t Done, size_t All, llvm::StringRef Name) {
  std::string Line = "[" + std::to_string(Done) + "/" + std::to_string(All) +
                     "] " + Name.str();
  unsigned Columns = llvm::sys::Process::StandardErrColumns();
  if (Columns > 1 && Line.size() >= Columns)
    Line.resize(Columns - 1);
  llvm::errs() << "\r\x1b[K" << Line;
  if (Done == All)
    llvm::errs() << "\r\x1b[K";
}

/// A PATH that no unit reads would look clean without having been looked at.
static void addUnread(const Options &O, const Plan &P,
                      const std::vector<facts::Unit> &Units, Failures &Failed) {
  std::set<std::string> Read;
  for (const facts::Unit &U : Units)
    for (const facts::SourceFile &F : U.Files)
      Read.insert(absolutePath(F.Path, P.Root));
  for (const Normalised &N : P.Commands)
    Read.insert(realPath(N.Command.File));
  for (const std::string &Path : O.Paths) {
    std::string Real = realPath(absolutePath(Path, workingDirectory()));
    if (llvm::none_of(Read, [&](const std::string &F) {
          return isBelow(F, Real);
        }))
      Failed.add({"are read by no command of '" +
                      relativeTo(P.Source, workingDirectory()) + "'",
                  "name the flags: 'cotidy check FILE -- FLAGS'"},
                 relativeTo(Real, P.Root));
  }
}

static llvm::Error noUserCode(const Plan &P) {
  std::string Message = "no unit is user code: none is below '" + P.Root +
                        "' and outside of";
  for (const std::string &E : P.Global.Exclude)
    Message += " '" + E + "'";
  return llvm::createStringError(Message + "; set '--root'");
}

static bool isUserCode(const facts::Unit &U) {
  return llvm::any_of(U.Files, [&](const facts::SourceFile &F) {
    return F.Path == U.MainFile && (F.Flags & facts::FileUser);
  });
}

int runCheck(const Options &O) {
  Plan P(O);
  if (llvm::Error E = makePlan(O, P))
    return complain(std::move(E));
  if (O.ListUnits)
    return listUnits(P);
  if (O.VerifyConfig)
    return showConfig(P);
  if (!O.Quiet)
    tellOddities(P);

  std::optional<Cache> Kept = openCache(O);
  Reading How;
  How.Extract = P.extractOptions();
  How.Workers = {O.Jobs ? O.Jobs : defaultJobs(), O.Timeout};
  How.Kept = Kept ? &*Kept : nullptr;
  if (!O.Quiet && llvm::sys::Process::StandardErrIsDisplayed())
    How.Progress = showProgress;
  ReadUnits Read = readUnits(P.Commands, How);
  if (Read.Interrupted) {
    llvm::errs() << "cotidy: interrupted\n";
    return InterruptedStatus;
  }
  if (O.Stats)
    note(plural(Read.Extracted, "unit") + " read, " +
         std::to_string(Read.Reused) + " reused");
  if (!Read.Units.empty() && llvm::none_of(Read.Units, isUserCode))
    return complain(noUserCode(P));

  report::Report R;
  R.Analysed = P.Commands.size() - Read.Failed.units();
  addUnread(O, P, Read.Units, Read.Failed);
  R.Failures = Read.Failed.grouped();
  for (report::Failure &F : P.Faulty.grouped())
    R.Failures.push_back(std::move(F));
  R.Failed = Read.Failed.units() + P.Faulty.units();
  if (O.Do != Command::Check)
    return printView(std::move(Read.Units), O, P, R);
  if (llvm::Error E = judge(std::move(Read.Units), O, P, R))
    return complain(std::move(E));
  return present(R, O);
}

} // namespace cotidy::cli
