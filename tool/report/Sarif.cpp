//===- Sarif.cpp - findings as SARIF 2.1.0 --------------------------------===//
// For code-scanning services and viewers: the manifest as rules, the witness
// as a code flow, the fingerprint as a partial fingerprint. Files below the
// root are relative to "ROOT", so that the log means the same on any machine.
//===----------------------------------------------------------------------===//
#include "base/CheckInfo.h"
#include "report/Report.h"
#include "report/SourceText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

#include <algorithm>

namespace cotidy::report {

static llvm::StringRef levelOf(Confidence C) {
  switch (C) {
  case Confidence::Certain:
    return "error";
  case Confidence::Likely:
    return "warning";
  case Confidence::Possible:
    break;
  }
  return "note";
}

/// Escapes what may not stand in the path of a URI.
static std::string escaped(llvm::StringRef Path) {
  std::string Out;
  for (unsigned char C : Path) {
    if (llvm::isAlnum(C) || llvm::StringRef("/-._~!$&'()*+,=:@").contains(C)) {
      Out += C;
      continue;
    }
    Out += '%';
    Out += llvm::hexdigit(C >> 4);
    Out += llvm::hexdigit(C & 15);
  }
  return Out;
}

static std::string utf8(llvm::StringRef S) { return llvm::json::fixUTF8(S); }

namespace {
class SarifWriter {
public:
  SarifWriter(const Report &R, llvm::raw_ostream &OS)
      : R(R), J(OS, /*IndentSize=*/2), Sources(R.Root) {}

  void write() {
    J.object([&] {
      J.attribute("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/"
                             "errata01/os/schemas/sarif-schema-2.1.0.json");
      J.attribute("version", "2.1.0");
      J.attributeArray("runs", [&] { J.object([&] { run(); }); });
    });
    J.flush();
  }

private:
  void run() {
    J.attributeObject("tool", [&] {
      J.attributeObject("driver", [&] {
        J.attribute("name", "cotidy");
        J.attribute("version", llvm::StringRef(toolVersion()));
        J.attribute("semanticVersion", llvm::StringRef(toolVersion()));
        J.attributeArray("rules", [&] {
          for (const CheckInfo &C : allChecks())
            J.object([&] { rule(C); });
        });
      });
    });
    J.attribute("columnKind", "unicodeCodePoints");
    J.attributeObject("originalUriBaseIds", [&] {
      J.attributeObject("ROOT", [&] {
        J.attribute("uri", "file://" + escaped(R.Root) +
                               (llvm::StringRef(R.Root).ends_with("/") ? ""
                                                                       : "/"));
      });
    });
    J.attributeArray("invocations", [&] { J.object([&] { invocation(); }); });
    J.attributeArray("results", [&] {
      for (const Finding &F : R.Findings)
        J.object([&] { result(F); });
    });
  }

  void rule(const CheckInfo &C) {
    J.attribute("id", llvm::StringRef(C.Name));
    J.attribute("name", llvm::StringRef(C.RuleName));
    J.attributeObject("shortDescription", [&] {
      J.attribute("text", llvm::StringRef(C.Summary));
    });
    J.attributeObject("defaultConfiguration",
                      [&] { J.attribute("level", "warning"); });
  }

  void invocation() {
    J.attribute("executionSuccessful", R.Failed == 0);
    J.attributeArray("toolExecutionNotifications", [&] {
      for (const Failure &F : R.Failures)
        J.object([&] {
          J.attribute("level", "error");
          J.attributeObject("message",
                            [&] { J.attribute("text", utf8(failureLine(F))); });
          J.attributeArray("locations", [&] {
            for (const std::string &U : F.Units)
              J.object([&] { physical({U, 0, 0}); });
          });
        });
    });
  }

  void result(const Finding &F) {
    J.attribute("ruleId", F.Check);
    if (const CheckInfo *C = findCheck(F.Check))
      J.attribute("ruleIndex", C - allChecks().data());
    J.attribute("level", levelOf(F.Sure));
    message(F.Cure.empty() ? F.Message : F.Message + "; " + F.Cure);
    J.attributeArray("locations", [&] {
      J.object([&] {
        physical(F.Primary);
        if (F.Function.empty())
          return;
        J.attributeArray("logicalLocations", [&] {
          J.object([&] {
            J.attribute("fullyQualifiedName", utf8(F.Function));
            J.attribute("kind", "function");
          });
        });
      });
    });
    J.attributeObject("partialFingerprints", [&] {
      J.attribute("cotidyFingerprint/v1", F.Fingerprint);
    });
    codeFlow(F);
    fixes(F);
    J.attributeObject("properties", [&] { properties(F); });
  }

  void properties(const Finding &F) {
    J.attribute("confidence", llvm::StringRef(nameOf(F.Sure)));
    J.attribute("group", F.Group);
    if (!F.Category.empty())
      J.attribute("category", F.Category);
    J.attributeArray("assumes", [&] {
      for (const std::string &A : assumptions(F))
        J.value(A);
    });
  }

  /// A viewer steps through places, so notes without one are left out.
  void codeFlow(const Finding &F) {
    if (std::none_of(F.Witness.begin(), F.Witness.end(),
                     [](const Note &N) { return N.At.isValid(); }))
      return;
    J.attributeArray("codeFlows", [&] {
      J.object([&] {
        J.attributeArray("threadFlows", [&] {
          J.object([&] {
            J.attributeArray("locations", [&] {
              for (const Note &N : F.Witness)
                if (N.At.isValid())
                  J.object([&] { step(N); });
            });
          });
        });
      });
    });
  }

  void step(const Note &N) {
    J.attributeObject("location", [&] {
      physical(N.At);
      message(N.Text);
    });
  }

  void fixes(const Finding &F) {
    if (F.Fixes.empty())
      return;
    J.attributeArray("fixes", [&] {
      for (const Fix &X : F.Fixes)
        J.object([&] { fix(X); });
    });
  }

  void fix(const Fix &X) {
    J.attributeObject("description",
                      [&] { J.attribute("text", utf8(X.Title)); });
    J.attributeArray("artifactChanges", [&] {
      for (const Edit &E : X.Edits)
        J.object([&] {
          artifact(E.Begin.File);
          J.attributeArray("replacements", [&] {
            J.object([&] { replacement(E); });
          });
        });
    });
  }

  void replacement(const Edit &E) {
    J.attributeObject("deletedRegion", [&] {
      J.attribute("startLine", E.Begin.Line);
      J.attribute("startColumn", Sources.characterColumn(E.Begin));
      J.attribute("endLine", E.End.Line);
      J.attribute("endColumn", Sources.characterColumn(E.End));
    });
    J.attributeObject("insertedContent",
                      [&] { J.attribute("text", utf8(E.Text)); });
  }

  void message(llvm::StringRef Text) {
    J.attributeObject("message", [&] { J.attribute("text", utf8(Text)); });
  }

  void physical(const Location &At) {
    J.attributeObject("physicalLocation", [&] {
      artifact(At.File);
      if (!At.isValid())
        return;
      J.attributeObject("region", [&] {
        J.attribute("startLine", At.Line);
        if (At.Column)
          J.attribute("startColumn", Sources.characterColumn(At));
      });
    });
  }

  void artifact(llvm::StringRef File) {
    J.attributeObject("artifactLocation", [&] {
      if (llvm::sys::path::is_absolute(File)) {
        J.attribute("uri", "file://" + escaped(File));
        return;
      }
      J.attribute("uri", escaped(File));
      J.attribute("uriBaseId", "ROOT");
    });
  }

  const Report &R;
  llvm::json::OStream J;
  SourceText Sources;
};
} // namespace

void writeSarif(const Report &R, llvm::raw_ostream &OS) {
  SarifWriter(R, OS).write();
  OS << '\n';
}

} // namespace cotidy::report
