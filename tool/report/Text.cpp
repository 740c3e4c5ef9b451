//===- Text.cpp - findings for people and for editors that read clang -----===//
// The first finding of a group stands in full, with its witness; the others
// of the group, which end in the same call, are one line each.
//===----------------------------------------------------------------------===//
#include "report/Report.h"
#include "report/SourceText.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/Unicode.h"

#include <map>

namespace cotidy::report {

namespace {
class TextWriter {
public:
  TextWriter(const Report &R, const TextOptions &O, llvm::raw_ostream &OS)
      : R(R), O(O), OS(OS), Sources(R.Root) {
    OS.enable_colors(O.Colour);
  }

  void write() {
    for (const Finding &F : R.Findings) {
      auto [It, First] = Groups.try_emplace(F.Group, &F);
      if (First || F.Group == 0)
        inFull(F);
      else
        inShort(F, *It->second);
    }
  }

private:
  void inFull(const Finding &F) {
    heading(F, "");
    quote(F.Primary);
    for (const Note &N : shownSteps(F))
      step(N);
    for (const std::string &N : closingNotes(F))
      note(F.Primary, N);
  }

  void inShort(const Finding &F, const Finding &Full) {
    heading(F, "; it ends as at " + shown(Full.Primary));
  }

  void heading(const Finding &F, llvm::StringRef Addition) {
    place(F.Primary);
    coloured(llvm::raw_ostream::MAGENTA, "warning: ");
    bold(F.Message + Addition.str() + " [" + F.Check + "]");
    if (F.Sure == Confidence::Possible)
      OS << " (possible)";
    OS << '\n';
  }

  void step(const Note &N) {
    if (!N.At.isValid()) {
      OS << "  ... " << N.Text << " ...\n";
      return;
    }
    note(N.At, N.Text);
    quote(N.At);
  }

  void note(const Location &At, llvm::StringRef Text) {
    if (At.isValid())
      place(At);
    coloured(llvm::raw_ostream::CYAN, "note: ");
    OS << Text << '\n';
  }

  void place(const Location &At) { bold(shown(At) + ": "); }

  std::string shown(const Location &At) {
    return relative(At.File) + ":" + std::to_string(At.Line) + ":" +
           std::to_string(At.Column);
  }

  std::string relative(llvm::StringRef File) {
    std::string Path = Sources.absolute(File);
    llvm::StringRef Below = Path;
    if (!O.WorkingDirectory.empty() &&
        Below.consume_front(O.WorkingDirectory) && Below.consume_front("/"))
      return Below.str();
    return Path;
  }

  /// The source line, tabs as spaces, and a caret below the place.
  void quote(const Location &At) {
    std::optional<llvm::StringRef> Line = Sources.line(At);
    if (!Line)
      return;
    std::string Number = std::to_string(At.Line);
    OS << std::string(Number.size() < 5 ? 5 - Number.size() : 0, ' ') << Number
       << " | " << expanded(*Line) << '\n';
    if (At.Column == 0 || At.Column > Line->size() + 1)
      return;
    OS << std::string(std::max<size_t>(5, Number.size()), ' ') << " | "
       << std::string(width(expanded(Line->take_front(At.Column - 1))), ' ');
    coloured(llvm::raw_ostream::GREEN, "^");
    OS << '\n';
  }

  static std::string expanded(llvm::StringRef Line) {
    std::string Out;
    for (char C : Line) {
      if (C != '\t') {
        Out += C;
        continue;
      }
      do
        Out += ' ';
      while (width(Out) % 8);
    }
    return Out;
  }

  static size_t width(llvm::StringRef Text) {
    int W = llvm::sys::unicode::columnWidthUTF8(Text);
    return W < 0 ? Text.size() : W;
  }

  void bold(llvm::StringRef Text) {
    OS.changeColor(llvm::raw_ostream::SAVEDCOLOR, /*Bold=*/true);
    OS << Text;
    OS.resetColor();
  }

  void coloured(llvm::raw_ostream::Colors C, llvm::StringRef Text) {
    OS.changeColor(C, /*Bold=*/true);
    OS << Text;
    OS.resetColor();
  }

  const Report &R;
  const TextOptions &O;
  llvm::raw_ostream &OS;
  SourceText Sources;
  std::map<unsigned, const Finding *> Groups;
};
} // namespace

void writeText(const Report &R, const TextOptions &O, llvm::raw_ostream &OS) {
  TextWriter(R, O, OS).write();
}

} // namespace cotidy::report
