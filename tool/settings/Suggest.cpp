#include "settings/Suggest.h"

#include <algorithm>

namespace cotidy {

std::string nearest(llvm::StringRef Word, llvm::ArrayRef<std::string> Words) {
  // A third of the letters may differ ("--formt"), and two may have changed
  // places ("chekc").
  unsigned Best = std::max(Word.size() / 3, std::min<size_t>(2, Word.size() / 2)) + 1;
  std::string Found;
  for (const std::string &W : Words) {
    unsigned Distance = Word.edit_distance_insensitive(W, true, Best);
    if (Distance >= Best)
      continue;
    Best = Distance;
    Found = W;
  }
  return Found;
}

std::string didYouMean(llvm::StringRef Word,
                       llvm::ArrayRef<std::string> Words) {
  std::string Found = nearest(Word, Words);
  return Found.empty() ? "" : "; did you mean '" + Found + "'?";
}

} // namespace cotidy
