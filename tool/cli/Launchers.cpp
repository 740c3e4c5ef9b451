#include "cli/Launchers.h"
#include "settings/Paths.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"

namespace cotidy::cli {

using Words = std::vector<std::string>;

/// A response file may name another; more levels than this are a loop.
static constexpr unsigned MaxNesting = 16;

static Words tokens(llvm::StringRef Text) {
  llvm::BumpPtrAllocator Memory;
  llvm::StringSaver Saver(Memory);
  llvm::SmallVector<const char *, 32> Out;
  llvm::cl::TokenizeGNUCommandLine(Text, Saver, Out);
  return {Out.begin(), Out.end()};
}

static llvm::Error expand(const Words &In, llvm::StringRef Directory,
                          unsigned Depth, Words &Out) {
  for (const std::string &W : In) {
    if (W.size() < 2 || W[0] != '@') {
      Out.push_back(W);
      continue;
    }
    std::string File = absolutePath(W.substr(1), Directory);
    auto Buffer = llvm::MemoryBuffer::getFile(File);
    // CMake names these for every unit of C++20; a build makes them.
    if (!Buffer && llvm::StringRef(W).ends_with(".modmap"))
      continue;
    if (!Buffer)
      return llvm::createStringError("name a response file that is not there, '" +
                                     W.substr(1) + "'");
    if (Depth == MaxNesting)
      return llvm::createStringError("have response files that name each "
                                     "other, '" + W.substr(1) + "'");
    if (llvm::Error E = expand(tokens((*Buffer)->getBuffer()), Directory,
                               Depth + 1, Out))
      return E;
  }
  return llvm::Error::success();
}

static llvm::StringRef programOf(llvm::StringRef Word) {
  llvm::StringRef Name = llvm::sys::path::filename(Word);
  Name.consume_back(".exe");
  return Name;
}

static bool isAssignment(llvm::StringRef Word) {
  return !Word.starts_with("-") && !Word.contains('/') && Word.contains('=');
}

static void dropFront(Words &W, size_t N) {
  W.erase(W.begin(), W.begin() + std::min(N, W.size()));
}

/// `env` and `cmake -E env`: settings and flags up to the program.
static void dropEnvironment(Words &W) {
  while (!W.empty() &&
         (isAssignment(W[0]) || llvm::StringRef(W[0]).starts_with("-"))) {
    bool End = W[0] == "--";
    bool TakesNext = W[0] == "-u";
    dropFront(W, TakesNext ? 2 : 1);
    if (End)
      return;
  }
}

/// `sh -c "cd X && CC ..."`: the part that names the unit's file.
static void enterShell(RawCommand &C) {
  size_t Script = 1;
  while (Script < C.Arguments.size() &&
         !llvm::StringRef(C.Arguments[Script]).ends_with("c"))
    ++Script;
  if (Script + 1 >= C.Arguments.size())
    return;
  Words All = tokens(C.Arguments[Script + 1]);
  llvm::StringRef FileName = llvm::sys::path::filename(C.File);
  Words Part, Chosen;
  All.push_back("&&");
  for (const std::string &W : All) {
    bool Ends = W == "&&" || W == ";" || W == "||";
    if (!Ends) {
      Part.push_back(W);
      continue;
    }
    if (Part.size() == 2 && Part[0] == "cd")
      C.Directory = absolutePath(Part[1], C.Directory);
    for (const std::string &P : Part)
      if (llvm::sys::path::filename(P) == FileName)
        Chosen = Part;
    Part.clear();
  }
  C.Arguments = std::move(Chosen);
  if (!C.Arguments.empty() && C.Arguments[0] == "exec")
    dropFront(C.Arguments, 1);
}

/// Strips one wrapper; false if the first word is none.
static bool stripOne(RawCommand &C) {
  static constexpr llvm::StringLiteral Plain[] = {
      "ccache", "distcc", "sccache", "icecc", "gomacc", "buildcache",
      "fastbuild", "time", "nice", "colorgcc"};
  Words &W = C.Arguments;
  if (W.empty())
    return false;
  if (isAssignment(W[0])) { // CCACHE_DIR=x ccache ...
    dropFront(W, 1);
    return true;
  }
  llvm::StringRef Program = programOf(W[0]);
  if (llvm::is_contained(Plain, Program)) {
    // A launcher under the compiler's name has flags only: leave it.
    if (W.size() < 2 || llvm::StringRef(W[1]).starts_with("-"))
      return false;
    dropFront(W, 1);
    return true;
  }
  if (Program == "env") {
    dropFront(W, 1);
    dropEnvironment(W);
    return true;
  }
  if (Program == "sh" || Program == "bash" || Program == "dash") {
    enterShell(C);
    return true;
  }
  if (!Program.starts_with("cmake") || W.size() < 3 || W[1] != "-E")
    return false;
  std::string Tool = W[2];
  dropFront(W, 3);
  if (Tool == "env")
    dropEnvironment(W);
  else if (Tool == "__run_co_compile")
    while (!W.empty()) {
      bool End = W[0] == "--";
      dropFront(W, 1);
      if (End)
        break;
    }
  return true;
}

llvm::Expected<RawCommand> withoutLaunchers(RawCommand C) {
  while (stripOne(C))
    ;
  Words Expanded;
  if (llvm::Error E = expand(C.Arguments, C.Directory, 0, Expanded))
    return E;
  C.Arguments = std::move(Expanded);
  return C;
}

} // namespace cotidy::cli
