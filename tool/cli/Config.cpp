#include "cli/Config.h"
#include "cli/Paths.h"
#include "cli/Suggest.h"

#include "base/CheckInfo.h"
#include "model/ModelSet.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <algorithm>

namespace cotidy::cli {

namespace path = llvm::sys::path;

static llvm::Error failure(const llvm::Twine &Message) {
  return llvm::createStringError(Message.str());
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

/// The nearest file and, as long as they ask for it, those above; the
/// outermost comes first.
llvm::Error Configs::collect(const std::string &Folder,
                             std::vector<TidyFile> &Files) {
  std::string Start = Folder;
  if (O.Config) {
    auto File = readTidyFile(*O.Config, "--config", workingDirectory());
    if (!File)
      return File.takeError();
    bool GoOn = File->InheritsParent;
    Files.push_back(std::move(*File));
    if (!GoOn)
      return llvm::Error::success();
  }
  for (llvm::StringRef Dir = Start; !Dir.empty(); Dir = path::parent_path(Dir)) {
    llvm::SmallString<256> Name(Dir);
    path::append(Name, ".clang-tidy");
    if (!llvm::sys::fs::exists(Name))
      continue;
    auto Buffer = llvm::MemoryBuffer::getFile(Name);
    if (!Buffer)
      return failure("cannot read '" + Name +
                     "': " + Buffer.getError().message());
    // As clang-tidy does: an empty file is none.
    if ((*Buffer)->getBuffer().empty())
      continue;
    auto File = readTidyFile((*Buffer)->getBuffer(),
                             relativeTo(Name, workingDirectory()), Dir);
    if (!File)
      return File.takeError();
    bool GoOn = File->InheritsParent;
    Files.insert(Files.begin(), std::move(*File));
    if (!GoOn)
      break;
  }
  return llvm::Error::success();
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
  std::vector<TidyFile> Files;
  if (llvm::Error E = collect(Folder, Files))
    return E;
  llvm::Expected<FolderConfig> C = merge(std::move(Files));
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

static llvm::Error unknownKey(const OptionSetting &S) {
  std::vector<std::string> Known;
  for (const OptionInfo &I : allOptions())
    Known.push_back("cotidy." + std::string(I.Name));
  std::string Hint = didYouMean(S.Key, Known);
  if (Hint.empty()) {
    Hint = "; the options are";
    for (const std::string &K : Known)
      Hint += (&K == &Known.front() ? " " : ", ") + K;
  }
  return failure(S.Where + ": unknown option '" + S.Key + "'" + Hint);
}

static std::vector<std::string> words(llvm::StringRef Text) {
  std::vector<std::string> Out;
  while (!Text.empty()) {
    auto [One, Rest] = Text.split(';');
    if (One = One.trim(); !One.empty())
      Out.push_back(One.str());
    Text = Rest;
  }
  return Out;
}

static llvm::Error setCategories(const OptionSetting &S, GlobalOptions &G) {
  for (const std::string &W : words(S.Value)) {
    llvm::StringRef Name = W;
    bool Off = Name.consume_front("-");
    if (!model::ModelSet::isCategory(Name))
      return failure(S.Where + ": '" + S.Key + "': '" + Name +
                     "' is not a category of blocking" +
                     didYouMean(Name, {"sleep", "wait", "file", "socket",
                                       "process", "dns", "database", "cpu",
                                       "lock", "sync-wait", "console", "log"}));
    (Off ? G.CategoriesOff : G.CategoriesOn).push_back(Name.str());
  }
  return llvm::Error::success();
}

static llvm::Error set(const OptionSetting &S, GlobalOptions &G) {
  llvm::StringRef Name = S.Key;
  Name.consume_front("cotidy.");
  if (Name == "Models")
    for (const std::string &F : words(S.Value))
      G.Models.push_back(absolutePath(F, S.Folder));
  if (Name == "Root" && !S.Value.empty())
    G.Root = absolutePath(S.Value, S.Folder);
  if (Name == "ExcludePaths")
    G.Exclude = words(S.Value);
  if (Name == "Categories")
    return setCategories(S, G);
  if (Name == "MinConfidence") {
    auto C = confidenceNamed(S.Value);
    if (!C)
      return failure(S.Where + ": '" + S.Key + "': '" + S.Value +
                     "' is not a confidence; use certain, likely or possible");
    G.MinConfidence = *C;
  }
  return llvm::Error::success();
}

llvm::Expected<GlobalOptions> Configs::global() const {
  GlobalOptions G;
  for (const OptionInfo &I : allOptions())
    if (I.Name == "ExcludePaths")
      G.Exclude = words(I.Default);
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
  for (const auto &[Key, S] : Seen) {
    if (llvm::none_of(allOptions(), [&](const OptionInfo &I) {
          return Key == "cotidy." + std::string(I.Name);
        }))
      return unknownKey(*S);
    if (llvm::Error E = set(*S, G))
      return E;
  }
  if (!O.Root.empty())
    G.Root = absolutePath(O.Root, workingDirectory());
  G.Exclude.insert(G.Exclude.end(), O.Exclude.begin(), O.Exclude.end());
  if (O.MinConfidence)
    G.MinConfidence = *O.MinConfidence;
  return G;
}

} // namespace cotidy::cli
