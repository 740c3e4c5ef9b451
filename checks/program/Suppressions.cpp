#include "program/Suppressions.h"

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
          Into.push_back(G.trim().str());
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
  auto any = [&](const std::vector<std::string> &Globs) {
    for (const std::string &G : Globs)
      if (matchesOne(G, Check, Category, OnlyOurs))
        return true;
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

} // namespace cotidy
