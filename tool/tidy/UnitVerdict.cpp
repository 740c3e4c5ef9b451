#include "tidy/UnitVerdict.h"

#include "base/CheckInfo.h"
#include "extract/Extract.h"
#include "settings/JudgeUnits.h"
#include "settings/ModelFiles.h"
#include "settings/Paths.h"
#include "settings/Root.h"

#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <optional>

namespace cotidy::tidy {

namespace path = llvm::sys::path;

/// The folder that the unit is compiled in.
static std::string workingFolder(const clang::SourceManager &SM) {
  auto Folder = SM.getFileManager().getVirtualFileSystem().getCurrentWorkingDirectory();
  return Folder ? absolutePath(*Folder, "/") : workingDirectory();
}

static std::string mainFile(const clang::SourceManager &SM) {
  auto Main = SM.getFileEntryRefForID(SM.getMainFileID());
  return Main ? absolutePath(Main->getName(), workingFolder(SM)) : std::string();
}

/// The folder of a build system at or above the one that the unit is compiled
/// in. Empty for builds within the sources.
static std::string buildFolder(llvm::StringRef Folder, llvm::StringRef Root) {
  for (; !Folder.empty() && !isBelow(Root, Folder); Folder = path::parent_path(Folder))
    for (llvm::StringRef Mark : {"CMakeCache.txt", "meson-info"})
      if (llvm::sys::fs::exists(Folder + "/" + Mark))
        return realPath(Folder.str());
  return "";
}

/// Where the setting that clang-tidy hands on was written, for messages and
/// for the names of files in it: clang-tidy itself does not say.
static OptionSetting placed(llvm::StringRef Key, llvm::StringRef Value,
                            const std::vector<TidyFile> &Files,
                            const std::string &Folder) {
  for (auto File = Files.rbegin(); File != Files.rend(); ++File)
    for (const OptionSetting &S : File->Options)
      if (S.Key == Key && S.Value == Value)
        return S;
  return {Key.str(), Value.str(), "the configuration of clang-tidy", Folder};
}

static llvm::Expected<GlobalOptions> readOptions(const clang::tidy::ClangTidyContext &Tidy,
                                                 const std::string &Main) {
  auto Files = tidyFilesAbove(path::parent_path(Main));
  if (!Files) { // clang-tidy has read what it could, and has complained
    llvm::consumeError(Files.takeError());
    Files = std::vector<TidyFile>();
  }
  std::map<std::string, std::string> Settings; // in an order that stays
  for (const auto &Option : Tidy.getOptions().CheckOptions)
    if (Option.getKey().starts_with("cotidy"))
      Settings.emplace(Option.getKey().str(), Option.getValue().Value);
  GlobalOptions G = defaultOptions();
  for (const auto &[Key, Value] : Settings)
    if (llvm::Error E = applyOption(placed(Key, Value, *Files, workingDirectory()), G))
      return E;
  return G;
}

static std::vector<std::string> enabledChecks(const clang::tidy::ClangTidyContext &Tidy) {
  std::vector<std::string> Names;
  for (const CheckInfo &C : allChecks())
    if (Tidy.isCheckEnabled(C.Name))
      Names.emplace_back(C.Name);
  return Names;
}

static llvm::Error judge(clang::ASTContext &AST, const clang::tidy::ClangTidyContext &Tidy,
                         UnitVerdict &Out) {
  const clang::SourceManager &SM = AST.getSourceManager();
  std::string Main = mainFile(SM);
  auto Options = readOptions(Tidy, Main);
  if (!Options)
    return Options.takeError();
  model::ModelSet Models;
  if (llvm::Error E = readModels({path::parent_path(Main).str()}, Options->Models, Models))
    return E;

  Out.Root = Options->Root.empty() ? projectRoot({Main}, "") : realPath(Options->Root);
  ExtractOptions Extract;
  Extract.Root = Out.Root;
  Extract.Exclude = Options->Exclude;
  Extract.BuildDir = buildFolder(workingFolder(SM), Out.Root);
  Extract.Models = &Models;
  Extract.ListFiles = false; // nothing is kept; in clangd it would read headers again
  std::vector<facts::Unit> Units;
  Units.push_back(extractAST(AST, Extract));
  Units.back().Failed = AST.getDiagnostics().hasErrorOccurred();

  auto Judged = judgeUnits(std::move(Units), Models, *Options, /*WholeDatabase=*/false,
                           enabledChecks(Tidy));
  if (!Judged)
    return Judged.takeError();
  for (Finding &F : Judged->Findings)
    if (F.Sure >= Options->MinConfidence)
      Out.Findings.push_back(std::move(F));
  return llvm::Error::success();
}

namespace {
/// The unit that the thread is at. clangd runs units in threads of their own.
struct Current {
  const clang::ASTContext *AST = nullptr;
  std::shared_ptr<UnitVerdict> Verdict;
};
} // namespace

static Current &current() {
  static thread_local Current C;
  return C;
}

std::shared_ptr<UnitVerdict> verdictOn(clang::ASTContext &AST,
                                       clang::tidy::ClangTidyContext &Tidy) {
  Current &C = current();
  if (C.AST == &AST)
    return C.Verdict;
  C = {&AST, std::make_shared<UnitVerdict>()};
  if (llvm::Error E = judge(AST, Tidy, *C.Verdict)) {
    C.Verdict->Findings.clear();
    C.Verdict->Fault = llvm::toString(std::move(E));
  }
  return C.Verdict;
}

void forgetUnit() { current() = {}; }

} // namespace cotidy::tidy
