#include "settings/GlobalOptions.h"
#include "settings/Paths.h"
#include "settings/Suggest.h"

#include "base/CheckInfo.h"
#include "model/ModelSet.h"

namespace cotidy {

static llvm::Error failure(const llvm::Twine &Message) {
  return llvm::createStringError(Message.str());
}

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

/// Words separated by semicolons.
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

llvm::Error applyOption(const OptionSetting &S, GlobalOptions &G) {
  if (llvm::none_of(allOptions(), [&](const OptionInfo &I) {
        return S.Key == "cotidy." + std::string(I.Name);
      }))
    return unknownKey(S);
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

GlobalOptions defaultOptions() {
  GlobalOptions G;
  for (const OptionInfo &I : allOptions())
    if (I.Name == "ExcludePaths")
      G.Exclude = words(I.Default);
  return G;
}

} // namespace cotidy
