//===- Json.cpp - findings for programs -----------------------------------===//
// One object, documented in docs/running.md. A member's meaning never changes
// while "format" stays the same; members may be added. No times and no
// absolute paths but "root": equal findings give equal bytes.
//===----------------------------------------------------------------------===//
#include "base/CheckInfo.h"
#include "report/Report.h"

#include "llvm/Support/JSON.h"

namespace cotidy::report {

static constexpr int FormatVersion = 1;

/// Text from source files may be anything; JSON is UTF-8.
static std::string utf8(llvm::StringRef S) { return llvm::json::fixUTF8(S); }

static void place(llvm::json::OStream &J, const Location &At) {
  J.attribute("file", utf8(At.File));
  J.attribute("line", At.Line);
  J.attribute("column", At.Column);
}

static void edit(llvm::json::OStream &J, const Edit &E) {
  J.object([&] {
    J.attribute("file", utf8(E.Begin.File));
    J.attribute("line", E.Begin.Line);
    J.attribute("column", E.Begin.Column);
    J.attribute("endLine", E.End.Line);
    J.attribute("endColumn", E.End.Column);
    J.attribute("text", utf8(E.Text));
  });
}

static void finding(llvm::json::OStream &J, const Finding &F) {
  J.object([&] {
    J.attribute("check", F.Check);
    place(J, F.Primary);
    J.attribute("message", utf8(F.Message));
    J.attribute("confidence", llvm::StringRef(nameOf(F.Sure)));
    J.attributeArray("assumes", [&] {
      for (const std::string &A : assumptions(F))
        J.value(A);
    });
    J.attribute("function", utf8(F.Function));
    J.attribute("leaf", utf8(F.Leaf));
    J.attribute("category", F.Category);
    J.attribute("group", F.Group);
    J.attribute("fingerprint", F.Fingerprint);
    J.attributeArray("witness", [&] {
      for (const Note &N : F.Witness)
        J.object([&] {
          place(J, N.At);
          J.attribute("text", utf8(N.Text));
        });
    });
    J.attribute("cure", utf8(F.Cure));
    J.attributeArray("fixes", [&] {
      for (const Fix &X : F.Fixes)
        J.object([&] {
          J.attribute("title", utf8(X.Title));
          J.attribute("changesMeaning", X.ChangesMeaning);
          J.attributeArray("edits", [&] {
            for (const Edit &E : X.Edits)
              edit(J, E);
          });
        });
    });
  });
}

static void summary(llvm::json::OStream &J, const Report &R) {
  J.attribute("findings", R.Findings.size());
  J.attribute("hidden", R.Hidden);
  J.attribute("hiddenBelow", llvm::StringRef(nameOf(R.HiddenBelow)));
  J.attribute("suppressed", R.Suppressed);
  if (R.Known)
    J.attribute("inBaseline", *R.Known);
  J.attribute("analysed", R.Analysed);
  J.attribute("failed", R.Failed);
  J.attribute("world", R.ClosedWorld ? "closed" : "open");
  J.attributeArray("failures", [&] {
    for (const Failure &F : R.Failures)
      J.object([&] {
        J.attribute("cause", utf8(F.Cause));
        J.attribute("cure", utf8(F.Cure));
        J.attributeArray("units", [&] {
          for (const std::string &U : F.Units)
            J.value(utf8(U));
        });
      });
  });
}

void writeJson(const Report &R, llvm::raw_ostream &OS) {
  llvm::json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attribute("format", FormatVersion);
    J.attribute("tool", "cotidy");
    J.attribute("version", llvm::StringRef(toolVersion()));
    J.attribute("root", utf8(R.Root));
    J.attributeArray("findings", [&] {
      for (const Finding &F : R.Findings)
        finding(J, F);
    });
    J.attributeObject("summary", [&] { summary(J, R); });
  });
  OS << '\n';
}

} // namespace cotidy::report
