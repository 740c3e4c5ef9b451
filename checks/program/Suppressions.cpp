#include "program/Suppressions.h"

#include "model/ModelSet.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/GlobPattern.h"

namespace cotidy {

using namespace facts;

SuppressedLines::SuppressedLines(const Unit &U) {
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    for (const Block &B : U.Functions[I].Blocks)
      for (const Fact &X : B.Facts) {
        if (X.Kind != FactKind::Allow)
          continue;
        llvm::StringRef Word = U.text(X.Word);
        llvm::SmallVector<llvm::StringRef, 4> Globs;
        Word.split(Globs, ',', -1, false);
        auto &Into = U.text(X.Val.Text) == "function" ? ByFunction[FnId(I)]
                                                      : ByLine[{X.At.File, X.At.Line}];
        for (llvm::StringRef G : Globs)
          if (llvm::none_of(Into, [&](const auto &Known) { return Known.Glob == G.trim(); }))
            Into.push_back({G.trim().str(), X.At});
      }
}

static bool matchesOne(llvm::StringRef Glob, llvm::StringRef Check, llvm::StringRef Category,
                       bool OnlyOurs) {
  if (!Category.empty() && Glob == Category)
    return true;
  if (OnlyOurs && !Glob.starts_with("cotidy-"))
    return false;
  if (Glob == Check)
    return true;
  llvm::Expected<llvm::GlobPattern> P = llvm::GlobPattern::create(Glob);
  if (!P) {
    llvm::consumeError(P.takeError());
    return false;
  }
  return P->match(Check);
}

bool SuppressedLines::matches(FnId In, const Spot &At, llvm::StringRef Check,
                              llvm::StringRef Category, bool OnlyOurs) const {
  auto any = [&](const Words &All) {
    for (const Word &W : All)
      if (matchesOne(W.Glob, Check, Category, OnlyOurs)) {
        W.Used = true;
        return true;
      }
    return false;
  };
  if (auto It = ByLine.find({At.File, At.Line}); It != ByLine.end() && any(It->second))
    return true;
  auto It = ByFunction.find(In);
  return It != ByFunction.end() && any(It->second);
}

bool SuppressedLines::atPrimary(FnId In, const Spot &At, llvm::StringRef Check,
                                llvm::StringRef Category) const {
  return matches(In, At, Check, Category, false);
}

bool SuppressedLines::atStep(FnId In, const Spot &At, llvm::StringRef Check,
                             llvm::StringRef Category) const {
  return matches(In, At, Check, Category, true);
}

/// A function of a header, or an instance of a template, is there many times:
/// one use is enough for all that stand at one place.
std::vector<SuppressedLines::Unused>
SuppressedLines::unused(const std::vector<std::string> &Checks) const {
  auto isOurs = [&](const std::string &Glob) {
    return model::ModelSet::isCategory(Glob) || llvm::any_of(Checks, [&](const std::string &C) {
             return matchesOne(Glob, C, "", /*OnlyOurs=*/true);
           });
  };
  std::map<std::pair<Spot, std::string>, bool> Used;
  auto note = [&](const Words &All) {
    for (const Word &W : All)
      if (isOurs(W.Glob))
        Used[{W.At, W.Glob}] |= W.Used;
  };
  for (const auto &[Line, All] : ByLine)
    note(All);
  for (const auto &[F, All] : ByFunction)
    note(All);
  std::vector<Unused> Result;
  for (const auto &[Where, WasUsed] : Used)
    if (!WasUsed)
      Result.push_back({Where.first, Where.second});
  return Result;
}

} // namespace cotidy
