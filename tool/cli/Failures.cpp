#include "cli/Failures.h"
#include "cli/Commands.h"
#include "settings/Paths.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>
#include <tuple>

namespace cotidy::cli {

//===----------------------------------------------------------------------===//
// Causes
//===----------------------------------------------------------------------===//

/// Names that a build makes rather than a person.
static bool looksGenerated(llvm::StringRef Header) {
  for (llvm::StringRef Part :
       {".pb.h", ".grpc.", "moc_", "ui_", "generated", "gen/", "config.h",
        "Config.h", "version.h", "export.h", "_export.", ".inc", ".def"})
    if (Header.contains(Part))
      return true;
  return false;
}

Cause causeOf(const facts::Unit &Failed) {
  if (Failed.Errors.empty())
    return {"failed without a word of the compiler", ""};
  for (llvm::StringRef E : Failed.Errors) {
    if (!E.consume_back("' file not found"))
      continue;
    llvm::StringRef Header = E.substr(E.rfind('\'') + 1);
    return {"lack '" + Header.str() + "'",
            looksGenerated(Header)
                ? "build that target first"
                : "install it, or build the target that makes it first"};
  }
  return {"do not compile with clang", "first error: " + Failed.Errors.front()};
}

Cause causeOf(const Outcome &O, unsigned Timeout) {
  switch (O.How) {
  case Outcome::TimedOut:
    return {"took longer than " + std::to_string(Timeout) + " seconds",
            "give more with --timeout=SECONDS"};
  case Outcome::OutOfMemory:
    return {"ran out of memory", "use fewer workers with -j, or more memory"};
  case Outcome::NotStarted:
    return {"found no worker (" + O.Detail + ")", "use fewer with -j"};
  case Outcome::Crashed:
    return {"crashed the analyzer (" + O.Detail + ")",
            "please report it with the unit's source"};
  case Outcome::Done:
    break;
  }
  return {"handed back no facts", "please report it"};
}

Cause belowCxx20(llvm::StringRef Standard) {
  return {Standard.empty()
              ? "mention coroutines at the compiler's own standard, C++17"
              : "mention coroutines at the standard '" + Standard.str() + "'",
          "compile with '-std=c++20' or later"};
}

//===----------------------------------------------------------------------===//
// Coroutines below C++20
//===----------------------------------------------------------------------===//

/// A word of the language, outside of line comments.
static bool hasCoroutineWord(llvm::StringRef Text) {
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    Text = Rest;
    Line = Line.split("//").first;
    for (llvm::StringRef Word : {"co_await", "co_yield", "co_return"}) {
      size_t At = Line.find(Word);
      if (At == llvm::StringRef::npos)
        continue;
      auto PartOfName = [&](size_t I) {
        return I < Line.size() && (llvm::isAlnum(Line[I]) || Line[I] == '_');
      };
      if (!(At > 0 && PartOfName(At - 1)) && !PartOfName(At + Word.size()))
        return true;
    }
  }
  return false;
}

bool mentionsCoroutines(const facts::Unit &U, llvm::StringRef Root) {
  for (const facts::SourceFile &F : U.Files) {
    if (!(F.Flags & facts::FileUser))
      continue;
    auto Buffer = llvm::MemoryBuffer::getFile(absolutePath(F.Path, Root));
    if (Buffer && hasCoroutineWord((*Buffer)->getBuffer()))
      return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

void Failures::add(const Cause &C, const std::string &Unit) {
  Groups[C].push_back(Unit);
  ++Units;
}

std::vector<report::Failure> Failures::grouped() const {
  std::vector<report::Failure> Out;
  for (const auto &[C, Names] : Groups) {
    report::Failure F{C.Text, C.Cure, Names};
    std::sort(F.Units.begin(), F.Units.end());
    Out.push_back(std::move(F));
  }
  std::sort(Out.begin(), Out.end(), [](const auto &A, const auto &B) {
    size_t X = B.Units.size(), Y = A.Units.size();
    return std::tie(X, A.Cause, A.Cure) < std::tie(Y, B.Cause, B.Cure);
  });
  return Out;
}

} // namespace cotidy::cli
