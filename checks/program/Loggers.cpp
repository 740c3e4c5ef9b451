#include "program/Loggers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <string>

namespace cotidy {

/// Words end at '_', at the colons of a name, and where capitals begin.
static llvm::SmallVector<std::string> wordsOf(llvm::StringRef Name) {
  llvm::SmallVector<std::string> Words(1);
  for (size_t I = 0; I < Name.size(); ++I) {
    bool Letter = llvm::isAlpha(Name[I]);
    bool Begins = Letter && llvm::isUpper(Name[I]) && I > 0 && llvm::isLower(Name[I - 1]);
    if (!Letter || Begins)
      Words.emplace_back();
    if (Letter)
      Words.back() += llvm::toLower(Name[I]);
  }
  return Words;
}

/// The function's name says that it logs, or at which level.
static bool logs(llvm::StringRef Name) {
  return llvm::StringSwitch<bool>(wordsOf(Name).front())
      .Cases({"log", "trace", "debug", "info", "warn", "warning", "error", "fatal"}, true)
      .Default(false);
}

bool isLogger(std::string_view Qualified) {
  bool Named = llvm::any_of(wordsOf(Qualified), [](llvm::StringRef Word) {
    return Word == "logger" || Word == "logging" || Word == "loggers";
  });
  if (Named)
    return true;
  llvm::SmallVector<llvm::StringRef> Parts;
  llvm::StringRef(Qualified).split(Parts, "::");
  return logs(Parts.pop_back_val()) &&
         llvm::any_of(Parts, [](llvm::StringRef Scope) { return Scope.equals_insensitive("log"); });
}

} // namespace cotidy
