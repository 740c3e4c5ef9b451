#include "cli/Commands.h"
#include "cli/DriverFlags.h"
#include "cli/Launchers.h"
#include "settings/Paths.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <cctype>

namespace cotidy::cli {

namespace path = llvm::sys::path;
namespace fs = llvm::sys::fs;

//===----------------------------------------------------------------------===//
// clang itself
//===----------------------------------------------------------------------===//

static std::string askForResourceDir() {
  auto Program = llvm::sys::findProgramByName("clang++-22");
  if (!Program)
    Program = llvm::sys::findProgramByName("clang++");
  if (!Program)
    return "";
  llvm::SmallString<128> Answer;
  if (fs::createTemporaryFile("cotidy", "txt", Answer))
    return "";
  llvm::StringRef Arguments[] = {*Program, "-print-resource-dir"};
  std::optional<llvm::StringRef> Redirects[] = {"", Answer.str(), ""};
  llvm::sys::ExecuteAndWait(*Program, Arguments, std::nullopt, Redirects);
  std::string Dir;
  if (auto Buffer = llvm::MemoryBuffer::getFile(Answer))
    Dir = (*Buffer)->getBuffer().trim().str();
  fs::remove(Answer);
  return fs::is_directory(Dir) ? Dir : "";
}

const std::string &resourceDir() {
  static const std::string Dir = fs::is_directory(COTIDY_RESOURCE_DIR)
                                     ? std::string(COTIDY_RESOURCE_DIR)
                                     : askForResourceDir();
  return Dir;
}

//===----------------------------------------------------------------------===//
// What a command says of its unit
//===----------------------------------------------------------------------===//

bool isBelowCxx20(llvm::StringRef Standard) {
  if (!Standard.consume_front("c++") && !Standard.consume_front("gnu++"))
    return false;
  for (llvm::StringRef Old : {"98", "03", "0x", "11", "1y", "14", "1z", "17"})
    if (Standard == Old)
      return true;
  return false;
}

/// "CMakeFiles/server.dir/src/a.cpp.o" belongs to the target "server".
static std::string targetOf(llvm::StringRef Object) {
  size_t Start = Object.rfind("CMakeFiles/");
  if (Start == llvm::StringRef::npos)
    return "";
  llvm::StringRef Rest = Object.substr(Start + strlen("CMakeFiles/"));
  size_t End = Rest.find(".dir/");
  return End == llvm::StringRef::npos ? "" : Rest.take_front(End).str();
}

/// The header that a precompiled one was made from.
static std::string headerOf(llvm::StringRef Pch) {
  Pch.consume_back(".pch") || Pch.consume_back(".gch");
  return Pch.str();
}

namespace {
/// Goes through a command's flags once and keeps what clang shall see.
class Normaliser {
public:
  Normaliser(RawCommand C, Normalised &N) : C(std::move(C)), N(N) {}

  void run() {
    CompilerName Compiler = readCompilerName(C.Arguments[0]);
    std::vector<std::string> Given(C.Arguments.begin() + 1, C.Arguments.end());
    std::vector<DriverFlag> Flags = readFlags(Given, Compiler.MsvcStyle);
    for (size_t I = 0; I < Flags.size(); ++I)
      I += take(Flags[I], I + 1 < Flags.size() ? &Flags[I + 1] : nullptr);
    Language L = languageOf(C.File, X);
    if (!wanted(L))
      return;
    N.Cxx = L == Language::Cxx || Compiler.Cxx || L == Language::ObjectiveC;
    N.Target = targetOf(C.Output.empty() ? Object : C.Output);
    assemble(Compiler);
  }

private:
  /// Returns how many further flags it used up.
  unsigned take(const DriverFlag &F, const DriverFlag *Next) {
    switch (F.Is) {
    case Meaning::Input:
      return 0; // the unit's file is added at the end, others are no units
    case Meaning::Output:
      Object = F.Value;
      return 0;
    case Meaning::Action:
    case Meaning::Dependencies:
    case Meaning::Aside:
    case Meaning::Strictness:
    case Meaning::Plugin:
    case Meaning::Pch:
      return 0;
    case Meaning::Foreign:
      N.Dropped.insert(N.Dropped.end(), F.Words.begin(), F.Words.end());
      return 0;
    case Meaning::Include:
      include(F.Value);
      return 0;
    case Meaning::IncludePch:
      include(headerOf(F.Value));
      return 0;
    case Meaning::Sanitizers:
      takeSanitizers(F);
      return 0;
    case Meaning::Verbatim:
      return takeVerbatim(F, Next);
    case Meaning::Language:
      X = F.Value;
      break;
    case Meaning::Standard:
      N.Standard = F.Value;
      break;
    case Meaning::Other:
      break;
    }
    Kept.insert(Kept.end(), F.Words.begin(), F.Words.end());
    return 0;
  }

  /// Only these change what a program's source looks like; of the others,
  /// gcc and clang know different ones.
  void takeSanitizers(const DriverFlag &F) {
    for (const std::string &S : F.Values) {
      bool Known = S == "address" || S == "hwaddress" || S == "leak" ||
                   S == "memory" || S == "thread" || S == "undefined";
      if (Known)
        Kept.push_back("-fsanitize=" + S);
    }
  }

  /// CMake writes `-Xclang -include-pch -Xclang FILE`.
  unsigned takeVerbatim(const DriverFlag &F, const DriverFlag *Next) {
    bool Pair = Next && Next->Is == Meaning::Verbatim;
    if (Pair && F.Value == "-include-pch") {
      include(headerOf(Next->Value));
      return 1;
    }
    if (Pair && F.Value == "-include") {
      include(Next->Value);
      return 1;
    }
    for (llvm::StringRef Of : {"-load", "-plugin", "-add-plugin"})
      if (Pair && F.Value == Of)
        return 1;
    if (F.Value == "-fno-pch-timestamp" ||
        F.Value == "-fpch-instantiate-templates")
      return 0;
    Kept.insert(Kept.end(), F.Words.begin(), F.Words.end());
    return 0;
  }

  /// Told to the compiler proper: the driver would look for FILE.pch or
  /// FILE.gch beside it, which may be another compiler's.
  void include(const std::string &Header) {
    if (llvm::is_contained(Included, Header))
      return;
    Included.push_back(Header);
    for (const std::string &W :
         {std::string("-Xclang"), std::string("-include"),
          std::string("-Xclang"), Header})
      Kept.push_back(W);
  }

  bool wanted(Language L) {
    switch (L) {
    case Language::Assembler:
      N.Skipped = "assembler";
      return false;
    case Language::Cuda:
      N.Skipped = "CUDA or HIP";
      return false;
    case Language::Header:
      N.Skipped = "a header to precompile";
      return false;
    case Language::Other:
      N.Skipped = "not C or C++";
      return false;
    case Language::C:
    case Language::Cxx:
    case Language::ObjectiveC:
      break;
    }
    return true;
  }

  void assemble(const CompilerName &Compiler) {
    std::vector<std::string> Out;
    Out.push_back(COTIDY_CLANG);
    Out.push_back(Compiler.MsvcStyle ? "--driver-mode=cl"
                  : Compiler.Cxx     ? "--driver-mode=g++"
                                     : "--driver-mode=gcc");
    if (!Compiler.Target.empty())
      Out.push_back("--target=" + Compiler.Target);
    addToolchain(Out);
    if (!resourceDir().empty())
      Out.push_back("-resource-dir=" + resourceDir());
    Out.insert(Out.end(), Kept.begin(), Kept.end());
    // What a compiler warns about is not our concern, and gcc only warns of
    // narrowing where clang makes it an error.
    Out.push_back("-w");
    if (N.Cxx && !Compiler.MsvcStyle)
      Out.push_back("-Wno-c++11-narrowing");
    Out.push_back("-fsyntax-only");
    Out.push_back("--");
    Out.push_back(C.File);
    N.Command = {C.Directory, C.File, std::move(Out)};
  }

  /// A gcc outside /usr has its own standard library.
  void addToolchain(std::vector<std::string> &Out) const {
    llvm::StringRef Compiler = C.Arguments[0];
    if (!path::is_absolute(Compiler) || Compiler.starts_with("/usr/bin/") ||
        !(path::filename(Compiler).contains("gcc") ||
          path::filename(Compiler).contains("g++")))
      return;
    llvm::SmallString<128> Prefix(path::parent_path(path::parent_path(Compiler)));
    llvm::SmallString<128> Libraries(Prefix);
    path::append(Libraries, "lib", "gcc");
    if (fs::is_directory(Libraries))
      Out.push_back("--gcc-toolchain=" + std::string(Prefix));
  }

  RawCommand C;
  Normalised &N;
  std::string Object, X;
  std::vector<std::string> Kept, Included;
};
} // namespace

Normalised normalise(const RawCommand &Raw) {
  Normalised N;
  N.Command.Directory = Raw.Directory;
  N.Command.File = Raw.File;
  llvm::Expected<RawCommand> C = withoutLaunchers(Raw);
  if (!C) {
    N.Fault = llvm::toString(C.takeError());
    return N;
  }
  if (C->Arguments.empty() ||
      llvm::StringRef(C->Arguments[0]).starts_with("-")) {
    N.Fault = "have a command without a compiler";
    return N;
  }
  if (llvm::StringRef Program = path::filename(C->Arguments[0]);
      Program.starts_with("nvcc")) {
    N.Skipped = "CUDA or HIP";
    return N;
  }
  if (!fs::exists(C->File)) {
    N.Fault = "name a file that is not there";
    return N;
  }
  Normaliser(std::move(*C), N).run();
  return N;
}

} // namespace cotidy::cli
