#include "program/Loggers.h"

#include "llvm/ADT/StringExtras.h"

#include <string>

namespace cotidy {

/// Words end at '_', at the colons of a name, and where capitals begin.
bool isLogger(std::string_view Qualified) {
  std::string Word;
  auto isOne = [&] { return Word == "logger" || Word == "logging" || Word == "loggers"; };
  for (size_t I = 0; I < Qualified.size(); ++I) {
    char C = Qualified[I];
    bool Letter = llvm::isAlpha(C);
    bool Begins = Letter && llvm::isUpper(C) && I > 0 && llvm::isLower(Qualified[I - 1]);
    if (!Letter || Begins) {
      if (isOne())
        return true;
      Word.clear();
    }
    if (Letter)
      Word += llvm::toLower(C);
  }
  return isOne();
}

} // namespace cotidy
