//===- Module.cpp - cotidy's checks for clang-tidy and clangd -------------===//
// One adapter for all checks: each reports its part of the unit's verdict.
// Names, options and descriptions expand from the manifest; nothing here knows
// a check by name or judges.
//===----------------------------------------------------------------------===//
#include "base/CheckInfo.h"
#include "extract/SourceFiles.h"
#include "report/Report.h"
#include "settings/Paths.h"
#include "tidy/UnitVerdict.h"

#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"

namespace cotidy::tidy {

using clang::SourceLocation;
using clang::SourceManager;
using clang::DiagnosticIDs;

/// The place in the parsed sources, or the beginning of the main file, so that
/// nothing is lost.
static SourceLocation locate(const SourceManager &SM, const std::string &Root,
                             const Location &At) {
  if (At.isValid())
    if (auto File = SM.getFileManager().getOptionalFileRef(absolutePath(At.File, Root)))
      if (auto L = SM.translateFileLineCol(*File, At.Line, At.Column); L.isValid())
        return L;
  return SM.getLocForStartOfFile(SM.getMainFileID());
}

namespace {
class Check : public clang::tidy::ClangTidyCheck {
public:
  Check(llvm::StringRef Name, clang::tidy::ClangTidyContext *Tidy)
      : ClangTidyCheck(Name, Tidy), Name(Name.str()), Tidy(*Tidy),
        Global("cotidy", Tidy->getOptions().CheckOptions, Tidy) {
    // Reading them is what makes them known to --verify-config.
    for (const OptionInfo &O : allOptions())
      Values.push_back(Global.get(O.Name, O.Default).str());
  }

  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Out) override {
    for (size_t I = 0; I < Values.size(); ++I)
      Global.store(Out, allOptions()[I].Name, Values[I]);
  }

  void registerMatchers(clang::ast_matchers::MatchFinder *Finder) override {
    Finder->addMatcher(clang::ast_matchers::translationUnitDecl(), this);
  }

  void check(const clang::ast_matchers::MatchFinder::MatchResult &Result) override {
    std::shared_ptr<UnitVerdict> V = verdictOn(*Result.Context, Tidy);
    const SourceManager &SM = *Result.SourceManager;
    if (!V->Fault.empty() && !V->Told) {
      V->Told = true;
      diag(SM.getLocForStartOfFile(SM.getMainFileID()), "cotidy: %0", DiagnosticIDs::Error)
          << V->Fault;
    }
    for (const Finding &F : V->Findings)
      if (F.Check == Name)
        report(F, SM, V->Root);
  }

  void onEndOfTranslationUnit() override { forgetUnit(); }

private:
  /// clang-tidy drops a note at a line that is marked NOLINT, and all that follow
  /// it. A mark that silences this finding has been heeded: this one does not.
  bool isMarked(const SourceManager &SM, SourceLocation L) {
    auto [File, Offset] = SM.getDecomposedExpansionLoc(L);
    auto [It, New] = Marks.try_emplace(File);
    if (New)
      It->second = extract::readSuppressions(SM.getBufferData(File));
    return It->second.count(SM.getLineNumber(File, Offset));
  }

  void report(const Finding &F, const SourceManager &SM, const std::string &Root) {
    auto At = [&](const Location &L) { return locate(SM, Root, L); };
    auto edit = [&](const clang::DiagnosticBuilder &D, const Fix &X) {
      for (const Edit &E : X.Edits)
        D << clang::FixItHint::CreateReplacement(
            clang::CharSourceRange::getCharRange(At(E.Begin), At(E.End)), E.Text);
    };
    {
      auto D = diag(At(F.Primary), F.Sure == Confidence::Possible ? "%0 (possible)" : "%0");
      D << F.Message;
      for (const Fix &X : F.Fixes)
        if (!X.ChangesMeaning) {
          edit(D, X);
          break;
        }
    }
    SourceLocation Last = At(F.Primary);
    for (const Note &N : report::shownSteps(F)) {
      SourceLocation L = N.At.isValid() ? At(N.At) : Last;
      if (!isMarked(SM, L))
        diag(Last = L, "%0", DiagnosticIDs::Note) << N.Text;
      else
        diag(Last, "%0 (at %1:%2:%3)", DiagnosticIDs::Note)
            << N.Text << N.At.File << N.At.Line << N.At.Column;
    }
    for (const std::string &N : report::closingNotes(F))
      diag(At(F.Primary), "%0", DiagnosticIDs::Note) << N;
    // A fix on a note is offered, and applied only by who asks for those.
    for (const Fix &X : F.Fixes)
      if (X.ChangesMeaning)
        edit(diag(At(F.Primary), "%0", DiagnosticIDs::Note) << X.Title, X);
  }

  std::string Name;
  clang::tidy::ClangTidyContext &Tidy;
  OptionsView Global;
  std::vector<std::string> Values; ///< in the manifest's order
  std::map<clang::FileID, extract::Suppressions> Marks; ///< of this unit's files
};

class Module : public clang::tidy::ClangTidyModule {
public:
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories &Factories) override {
    for (const CheckInfo &C : allChecks())
      Factories.registerCheck<Check>(C.Name);
  }
};

const clang::tidy::ClangTidyModuleRegistry::Add<Module>
    Register("cotidy-module", "mistakes of coroutine and thread code");
} // namespace

} // namespace cotidy::tidy
