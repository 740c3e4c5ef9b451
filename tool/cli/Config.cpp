#include "cli/Config.h"
#include "settings/Paths.h"
#include "settings/Suggest.h"

#include "base/CheckInfo.h"

#include <algorithm>

namespace cotidy::cli {

static llvm::Error failure(const llvm::Twine &Message) {
  return llvm::createStringError(Message.str());
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

/// Those that hold for the folder; --config takes their place, or stands over
/// them if it says that it inherits.
llvm::Expected<std::vector<TidyFile>> Configs::collect(const std::string &Folder) const {
  if (!O.Config)
    return tidyFilesAbove(Folder);
  auto Given = readTidyFile(*O.Config, "--config", workingDirectory());
  if (!Given)
    return Given.takeError();
  std::vector<TidyFile> Files;
  if (Given->InheritsParent) {
    auto Above = tidyFilesAbove(Folder);
    if (!Above)
      return Above;
    Files = std::move(*Above);
  }
  Files.push_back(std::move(*Given));
  return Files;
}

static llvm::Error compile(const std::optional<std::string> &Text,
                           llvm::StringRef Key,
                           std::shared_ptr<llvm::Regex> &Out) {
  if (!Text || Text->empty())
    return llvm::Error::success();
  auto R = std::make_shared<llvm::Regex>(*Text);
  std::string Wrong;
  if (!R->isValid(Wrong))
    return failure(Key + ": '" + *Text +
                   "' is not a regular expression: " + Wrong);
  Out = std::move(R);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

static bool nameOurs(llvm::StringRef Pattern) {
  return llvm::any_of(allChecks(), [&](const CheckInfo &C) {
    return matches(Pattern, C.Name);
  });
}

/// A glob of --checks that names nothing is a slip of the pen.
static llvm::Error checkGlobs(llvm::ArrayRef<CheckGlob> Globs) {
  std::vector<std::string> Names;
  for (const CheckInfo &C : allChecks())
    Names.push_back(std::string(C.Name));
  for (const CheckGlob &G : Globs)
    if (!nameOurs(G.Pattern))
      return failure("option '--checks': '" + G.Pattern +
                     "' names no check" + didYouMean(G.Pattern, Names) +
                     (nearest(G.Pattern, Names).empty()
                          ? "; 'cotidy list-checks' prints them"
                          : ""));
  return llvm::Error::success();
}

static void apply(const CheckGlob &G, FolderConfig &C) {
  bool WasEmpty = C.Checks.empty();
  for (const CheckInfo &Check : allChecks()) {
    if (!matches(G.Pattern, Check.Name))
      continue;
    if (G.On)
      C.Checks.insert(std::string(Check.Name));
    else
      C.Checks.erase(std::string(Check.Name));
  }
  if (!WasEmpty && C.Checks.empty())
    C.LastOff = "'-" + G.Pattern + "' at '" + G.Where + "'";
}

llvm::Expected<FolderConfig>
Configs::merge(std::vector<TidyFile> Files) const {
  FolderConfig C;
  for (const CheckInfo &Check : allChecks())
    C.Checks.insert(std::string(Check.Name));
  std::optional<std::string> Header, ExcludeHeader;
  for (TidyFile &F : Files) {
    for (const CheckGlob &G : F.Checks)
      if (llvm::StringRef(G.Pattern).starts_with("cotidy-"))
        apply(G, C);
    for (OptionSetting &S : F.Options) {
      llvm::erase_if(C.Options,
                     [&](const OptionSetting &Old) { return Old.Key == S.Key; });
      C.Options.push_back(std::move(S));
    }
    C.ExtraArgs.insert(C.ExtraArgs.end(), F.ExtraArgs.begin(),
                       F.ExtraArgs.end());
    C.ExtraArgsBefore.insert(C.ExtraArgsBefore.end(),
                             F.ExtraArgsBefore.begin(),
                             F.ExtraArgsBefore.end());
    if (F.HeaderFilter)
      Header = F.HeaderFilter;
    if (F.ExcludeHeaderFilter)
      ExcludeHeader = F.ExcludeHeaderFilter;
  }
  if (O.Checks) {
    std::vector<CheckGlob> Globs = readGlobs(*O.Checks, "--checks");
    if (llvm::Error E = checkGlobs(Globs))
      return E;
    // A list that starts with a name says which checks, not which more.
    if (!Globs.empty() && Globs.front().On)
      C.Checks.clear();
    for (const CheckGlob &G : Globs)
      apply(G, C);
  }
  if (!O.HeaderFilter.empty())
    Header = O.HeaderFilter;
  if (llvm::Error E = compile(Header,
                              O.HeaderFilter.empty()
                                  ? "'HeaderFilterRegex'"
                                  : "option '--header-filter'",
                              C.HeaderFilter))
    return E;
  if (llvm::Error E = compile(ExcludeHeader, "'ExcludeHeaderFilterRegex'",
                              C.ExcludeHeaderFilter))
    return E;
  return C;
}

llvm::Expected<const FolderConfig *> Configs::of(const std::string &Folder) {
  auto It = ByFolder.find(Folder);
  if (It != ByFolder.end())
    return &It->second;
  auto Files = collect(Folder);
  if (!Files)
    return Files.takeError();
  llvm::Expected<FolderConfig> C = merge(std::move(*Files));
  if (!C)
    return C.takeError();
  return &ByFolder.emplace(Folder, std::move(*C)).first->second;
}

llvm::Expected<std::vector<std::string>> Configs::enabledSomewhere() const {
  std::set<std::string> All;
  std::string LastOff;
  for (const auto &[Folder, C] : ByFolder) {
    All.insert(C.Checks.begin(), C.Checks.end());
    if (LastOff.empty())
      LastOff = C.LastOff;
  }
  if (All.empty())
    return failure("no check is enabled: " +
                   (LastOff.empty() ? std::string("the list is empty")
                                    : LastOff + " switches the last one off"));
  return std::vector<std::string>(All.begin(), All.end());
}

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

llvm::Expected<GlobalOptions> Configs::global() const {
  GlobalOptions G = defaultOptions();
  std::map<std::string, const OptionSetting *> Seen;
  for (const auto &[Folder, C] : ByFolder)
    for (const OptionSetting &S : C.Options) {
      auto [It, New] = Seen.try_emplace(S.Key, &S);
      const OptionSetting &Old = *It->second;
      if (!New && (Old.Value != S.Value))
        return failure("'" + S.Key + "' is '" + Old.Value + "' at '" +
                       Old.Where + "' and '" + S.Value + "' at '" + S.Where +
                       "'; it holds for all of the program, set it once");
    }
  for (const auto &[Key, S] : Seen)
    if (llvm::Error E = applyOption(*S, G))
      return E;
  if (!O.Root.empty())
    G.Root = absolutePath(O.Root, workingDirectory());
  G.Exclude.insert(G.Exclude.end(), O.Exclude.begin(), O.Exclude.end());
  if (O.MinConfidence)
    G.MinConfidence = *O.MinConfidence;
  return G;
}

} // namespace cotidy::cli
