#include "cli/Plan.h"
#include "settings/ModelFiles.h"
#include "settings/Paths.h"
#include "settings/Root.h"
#include "settings/Suggest.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <set>
#include <tuple>

namespace cotidy::cli {

namespace path = llvm::sys::path;
namespace fs = llvm::sys::fs;

static llvm::Error failure(const llvm::Twine &Message) {
  return llvm::createStringError(Message.str());
}

ExtractOptions Plan::extractOptions() const {
  ExtractOptions E;
  E.Root = Root;
  E.Exclude = Global.Exclude;
  E.BuildDir = BuildDir;
  E.Models = &Models;
  return E;
}

bool isNamed(const Options &O, const std::string &File) {
  if (O.Paths.empty())
    return true;
  std::string Real = realPath(File);
  return llvm::any_of(O.Paths, [&](const std::string &P) {
    return isBelow(Real, realPath(absolutePath(P, workingDirectory())));
  });
}

/// A PATH that is nothing is a slip of the pen, maybe in a command's name.
static llvm::Error checkPaths(const Options &O) {
  for (const std::string &P : O.Paths)
    if (!fs::exists(P))
      return failure("there is no file or folder '" + P + "'" +
                     didYouMean(P, {"check", "extract", "link", "dump",
                                    "list-checks", "explain"}));
  return llvm::Error::success();
}

static std::string folderOf(const std::string &File) {
  return path::parent_path(File).str();
}

/// The configuration of each unit's folder, and its flags into the command.
static llvm::Error configure(Database &D, Plan &P) {
  for (RawCommand &C : D.Commands) {
    auto Folder = P.Config.of(folderOf(C.File));
    if (!Folder)
      return Folder.takeError();
    const FolderConfig &F = **Folder;
    size_t End = C.Arguments.size();
    for (size_t I = 0; I < C.Arguments.size(); ++I)
      if (C.Arguments[I] == "--")
        End = I;
    C.Arguments.insert(C.Arguments.begin() + End, F.ExtraArgs.begin(),
                       F.ExtraArgs.end());
    C.Arguments.insert(C.Arguments.begin() + !C.Arguments.empty(),
                       F.ExtraArgsBefore.begin(), F.ExtraArgsBefore.end());
  }
  auto Global = P.Config.global();
  if (!Global)
    return Global.takeError();
  P.Global = std::move(*Global);
  if (auto Enabled = P.Config.enabledSomewhere(); !Enabled)
    return Enabled.takeError();
  return llvm::Error::success();
}

/// The folder that the build writes to, in which nothing is user code. A
/// database may stand beside the sources instead: then the folder that the
/// commands run in is meant, if a build system's own file is there.
static std::string buildFolder(const Database &D, const std::string &Root) {
  if (D.BuildDir.empty())
    return "";
  std::string Folder = path::parent_path(realPath(D.Source)).str();
  if (!isBelow(Root, Folder))
    return Folder;
  std::string Common = D.Commands.front().Directory;
  for (const RawCommand &C : D.Commands)
    Common = commonFolder(Common, C.Directory);
  Common = realPath(Common);
  for (llvm::StringRef Mark : {"CMakeCache.txt", "meson-info"})
    if (!isBelow(Root, Common) && fs::exists(Common + "/" + Mark))
      return Common;
  return "";
}

static llvm::Error checkRoot(Plan &P) {
  if (!fs::is_directory(P.Root))
    return failure("the project root '" + P.Root + "' is no folder");
  P.Root = realPath(P.Root);
  return llvm::Error::success();
}

static void sortCommands(const Options &O, const Database &D, Plan &P) {
  std::set<std::tuple<std::string, std::string, std::vector<std::string>>> Seen;
  for (const RawCommand &C : D.Commands) {
    if (O.Alone && !isNamed(O, C.File))
      continue;
    Normalised N = normalise(C);
    if (!N.Fault.empty()) {
      P.Faulty.add({N.Fault, "configure the build again"},
                   relativeTo(C.File, P.Root));
      continue;
    }
    if (!N.Skipped.empty()) {
      P.Skipped[N.Skipped].push_back(relativeTo(C.File, P.Root));
      continue;
    }
    for (const std::string &F : std::set<std::string>(N.Dropped.begin(),
                                                      N.Dropped.end()))
      ++P.Dropped[F];
    // Two entries that say the same are one unit.
    if (Seen.emplace(N.Target, N.Command.Directory, N.Command.Arguments).second)
      P.Commands.push_back(std::move(N));
  }
}

llvm::Error makePlan(const Options &O, Plan &P) {
  if (llvm::Error E = checkPaths(O))
    return E;
  llvm::Expected<Database> D = openDatabase(O);
  if (!D)
    return D.takeError();
  P.Source = D->Source;
  if (llvm::Error E = configure(*D, P))
    return E;
  std::vector<std::string> Sources;
  std::set<std::string> Folders;
  for (const RawCommand &C : D->Commands) {
    Sources.push_back(C.File);
    Folders.insert(folderOf(C.File));
  }
  P.Root = P.Global.Root.empty() ? projectRoot(Sources, D->BuildDir)
                                 : P.Global.Root;
  if (llvm::Error E = checkRoot(P))
    return E;
  P.BuildDir = buildFolder(*D, P.Root);
  if (llvm::Error E = readModels(Folders, P.Global.Models, P.Models))
    return E;
  sortCommands(O, *D, P);
  if (P.Commands.empty() && P.Faulty.units() == 0)
    return failure(P.Source.empty() || !O.Paths.empty()
                       ? "no unit is left to analyse: none of the commands is "
                         "for a C or C++ file that was named"
                       : "no unit is left to analyse: '" + P.Source +
                             "' has no command for a C or C++ file");
  P.WholeDatabase = !O.HasFlags && !O.Alone &&
                    llvm::StringRef(P.Source).ends_with(".json") &&
                    !P.Skipped.count("CUDA or HIP") && P.Faulty.units() == 0;
  return llvm::Error::success();
}

llvm::Error makePlanForFacts(const Options &O, Plan &P) {
  std::string Here = workingDirectory();
  auto Folder = P.Config.of(Here);
  if (!Folder)
    return Folder.takeError();
  auto Global = P.Config.global();
  if (!Global)
    return Global.takeError();
  P.Global = std::move(*Global);
  if (auto Enabled = P.Config.enabledSomewhere(); !Enabled)
    return Enabled.takeError();
  P.Root = P.Global.Root.empty() ? projectRoot({Here + "/."}, "")
                                 : P.Global.Root;
  if (llvm::Error E = checkRoot(P))
    return E;
  P.WholeDatabase = !O.Alone;
  return readModels({Here}, P.Global.Models, P.Models);
}

} // namespace cotidy::cli
