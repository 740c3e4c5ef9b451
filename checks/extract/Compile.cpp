//===- Compile.cpp - from a compile command to a parsed unit --------------===//
// Runs clang's front end over one normalised command and hands the syntax tree
// to the extraction. Bodies of system functions that by the design have no say
// are not parsed. Errors of the compiler are kept with the unit.
//===----------------------------------------------------------------------===//
#include "extract/Extract.h"

#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace clang;
using namespace llvm;

namespace cotidy {
namespace {

class ErrorKeeper : public DiagnosticConsumer {
public:
  explicit ErrorKeeper(facts::Unit &U) : U(U) {}
  void HandleDiagnostic(DiagnosticsEngine::Level Level, const Diagnostic &D) override {
    DiagnosticConsumer::HandleDiagnostic(Level, D);
    if (Level < DiagnosticsEngine::Error)
      return;
    U.Failed = true;
    if (U.Errors.size() >= 20)
      return;
    SmallString<128> Text;
    D.FormatDiagnostic(Text);
    std::string Out;
    if (D.getLocation().isValid() && D.hasSourceManager()) {
      PresumedLoc P = D.getSourceManager().getPresumedLoc(
          D.getSourceManager().getExpansionLoc(D.getLocation()));
      if (P.isValid())
        Out = (Twine(P.getFilename()) + ":" + Twine(P.getLine()) + ":" +
               Twine(P.getColumn()) + ": ")
                  .str();
    }
    U.Errors.push_back(Out + Text.str().str());
  }

private:
  facts::Unit &U;
};

/// Bodies that can be left out: of functions in system headers that are no
/// templates, no members of one, not constexpr, and deduce no type.
bool maySkip(const Decl *D, const SourceManager &SM) {
  const FunctionDecl *F = D->getAsFunction();
  if (!F || isa<FunctionTemplateDecl>(D) || F->isDependentContext() || F->isConstexpr() ||
      F->getReturnType()->getContainedAutoType())
    return false;
  return SM.isInSystemHeader(SM.getExpansionLoc(F->getLocation()));
}

class Consumer : public ASTConsumer {
public:
  Consumer(const ExtractOptions &O, facts::Unit &U) : O(O), U(U) {}
  void Initialize(ASTContext &C) override { Ctx = &C; }
  bool shouldSkipFunctionBody(Decl *D) override { return maySkip(D, Ctx->getSourceManager()); }
  void HandleTranslationUnit(ASTContext &C) override {
    bool Failed = U.Failed;
    std::vector<std::string> Errors = std::move(U.Errors);
    U = extractAST(C, O);
    U.Failed = Failed || C.getDiagnostics().hasErrorOccurred();
    U.Errors = std::move(Errors);
  }

private:
  const ExtractOptions &O;
  facts::Unit &U;
  ASTContext *Ctx = nullptr;
};

class Action : public ASTFrontendAction {
public:
  Action(const ExtractOptions &O, facts::Unit &U) : O(O), U(U) {}
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI, StringRef) override {
    CI.getFrontendOpts().SkipFunctionBodies = true;
    CI.getDiagnostics().setIgnoreAllWarnings(true);
    CI.getDiagnostics().setErrorLimit(0);
    CI.getDiagnosticOpts().ShowCarets = false; // no closing count on stderr
    return std::make_unique<Consumer>(O, U);
  }

private:
  const ExtractOptions &O;
  facts::Unit &U;
};

bool names(const std::vector<std::string> &Args, StringRef Flag) {
  return llvm::any_of(Args, [&](StringRef A) { return A.starts_with(Flag); });
}

} // namespace

facts::Unit extractCommand(const UnitCommand &C, const ExtractOptions &O) {
  facts::Unit U;
  std::vector<std::string> Args = C.Arguments;
  auto Tail = llvm::find(Args, "--");
  if (!names(Args, "-resource-dir"))
    Tail = Args.insert(Tail, "-resource-dir=" COTIDY_RESOURCE_DIR) + 1;
  Args.insert(Tail, {"-fsyntax-only", "-w"});
  auto FS = llvm::makeIntrusiveRefCnt<vfs::OverlayFileSystem>(vfs::createPhysicalFileSystem());
  if (std::error_code E = FS->setCurrentWorkingDirectory(C.Directory)) {
    U.Failed = true;
    U.Errors.push_back(C.Directory + ": no such folder (of the compile command of '" + C.File +
                       "'): " + E.message());
  } else {
    auto Files = llvm::makeIntrusiveRefCnt<FileManager>(
        FileSystemOptions{C.Directory}, FS);
    ErrorKeeper Keeper(U);
    tooling::ToolInvocation Run(Args, std::make_unique<Action>(O, U), Files.get());
    Run.setDiagnosticConsumer(&Keeper);
    bool Ok = Run.run();
    if (!Ok && U.Errors.empty() && !U.Failed) {
      U.Failed = true;
      U.Errors.push_back(C.File + ": the compile command cannot be run");
    }
  }
  if (U.MainFile.empty()) {
    SmallString<256> Path(C.File);
    if (!sys::path::is_absolute(Path))
      Path = C.Directory + "/" + C.File;
    sys::path::remove_dots(Path, true);
    StringRef Shown = Path;
    if (Shown.consume_front(O.Root))
      Shown.consume_front("/");
    U.MainFile = Shown.str();
  }
  U.Target = O.Target;
  return U;
}

} // namespace cotidy
