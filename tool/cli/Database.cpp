#include "cli/Database.h"
#include "settings/Paths.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"

#include <algorithm>
#include <tuple>

namespace cotidy::cli {

namespace path = llvm::sys::path;
namespace fs = llvm::sys::fs;

static llvm::Error failure(const llvm::Twine &Message) {
  return llvm::createStringError(Message.str());
}

static std::string joined(llvm::StringRef Folder, llvm::StringRef Name) {
  llvm::SmallString<256> Path(Folder);
  path::append(Path, Name);
  return std::string(Path);
}

static llvm::Expected<std::string> read(llvm::StringRef File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return failure("cannot read '" + File +
                   "': " + Buffer.getError().message());
  return (*Buffer)->getBuffer().str();
}

//===----------------------------------------------------------------------===//
// compile_commands.json
//===----------------------------------------------------------------------===//

static std::vector<std::string> split(llvm::StringRef Command) {
  llvm::BumpPtrAllocator Memory;
  llvm::StringSaver Saver(Memory);
  llvm::SmallVector<const char *, 32> Words;
  llvm::cl::TokenizeGNUCommandLine(Command, Saver, Words);
  return {Words.begin(), Words.end()};
}

/// One entry; `Where` names it in errors.
static llvm::Expected<RawCommand> readEntry(const llvm::json::Value &V,
                                            const std::string &Where,
                                            llvm::StringRef Folder) {
  const llvm::json::Object *Entry = V.getAsObject();
  if (!Entry)
    return failure(Where + " is not an object");
  auto File = Entry->getString("file");
  if (!File)
    return failure(Where + " has no \"file\"");
  RawCommand C;
  C.Directory = absolutePath(Entry->getString("directory").value_or("."),
                             Folder);
  C.File = absolutePath(*File, C.Directory);
  if (auto Output = Entry->getString("output"))
    C.Output = Output->str();
  if (const llvm::json::Array *Arguments = Entry->getArray("arguments")) {
    for (const llvm::json::Value &A : *Arguments) {
      auto Text = A.getAsString();
      if (!Text)
        return failure(Where + " has \"arguments\" that are not strings");
      C.Arguments.push_back(Text->str());
    }
  } else if (auto Command = Entry->getString("command")) {
    C.Arguments = split(*Command);
  } else {
    return failure(Where + " has neither \"command\" nor \"arguments\"");
  }
  if (C.Arguments.empty())
    return failure(Where + " has an empty command");
  return C;
}

static llvm::Expected<Database> readJson(const std::string &File) {
  llvm::Expected<std::string> Text = read(File);
  if (!Text)
    return Text.takeError();
  llvm::Expected<llvm::json::Value> Root = llvm::json::parse(*Text);
  if (!Root)
    return failure("'" + File + "' is not a compilation database: " +
                   llvm::toString(Root.takeError()));
  const llvm::json::Array *Entries = Root->getAsArray();
  if (!Entries)
    return failure("'" + File + "' is not a compilation database: it holds no "
                   "list");
  Database D;
  D.Source = File;
  D.BuildDir = path::parent_path(File).str();
  for (size_t I = 0; I < Entries->size(); ++I) {
    std::string Where =
        "'" + File + "': entry " + std::to_string(I + 1);
    llvm::Expected<RawCommand> C = readEntry((*Entries)[I], Where, D.BuildDir);
    if (!C)
      return C.takeError();
    D.Commands.push_back(std::move(*C));
  }
  if (D.Commands.empty())
    return failure("'" + File + "' lists no commands; configure the build "
                   "again");
  // A total order: how the build system listed them changes nothing.
  std::sort(D.Commands.begin(), D.Commands.end(),
            [](const RawCommand &A, const RawCommand &B) {
              return std::tie(A.File, A.Directory, A.Output, A.Arguments) <
                     std::tie(B.File, B.Directory, B.Output, B.Arguments);
            });
  return D;
}

//===----------------------------------------------------------------------===//
// Commands without a database
//===----------------------------------------------------------------------===//

static bool isSource(llvm::StringRef File) {
  static constexpr llvm::StringLiteral Endings[] = {
      ".cpp", ".cc", ".cxx", ".c++", ".C", ".c", ".cppm", ".ixx", ".cp"};
  return llvm::any_of(Endings, [&](llvm::StringRef E) {
    return path::extension(File) == E;
  });
}

/// The files that PATHs name; a folder stands for the sources below it.
static llvm::Expected<std::vector<std::string>>
namedSources(const Options &O) {
  std::string Here = workingDirectory();
  std::vector<std::string> Files;
  for (const std::string &P : O.Paths) {
    std::string Path = absolutePath(P, Here);
    if (!fs::is_directory(Path)) {
      Files.push_back(Path);
      continue;
    }
    std::error_code Error;
    for (fs::recursive_directory_iterator I(Path, Error), End;
         I != End && !Error; I.increment(Error))
      if (isSource(I->path()))
        Files.push_back(absolutePath(I->path(), Here));
  }
  std::sort(Files.begin(), Files.end());
  Files.erase(std::unique(Files.begin(), Files.end()), Files.end());
  if (Files.empty())
    return failure("no source file is named; write 'cotidy " + nameOf(O.Do) +
                   " FILE... -- FLAGS'");
  return Files;
}

static Database withFlags(const std::vector<std::string> &Files,
                          const std::vector<std::string> &Flags,
                          const std::string &Directory) {
  Database D;
  for (const std::string &File : Files) {
    RawCommand C;
    C.Directory = Directory;
    C.File = File;
    bool IsC = path::extension(File) == ".c";
    C.Arguments.push_back(IsC ? "clang" : "clang++");
    C.Arguments.insert(C.Arguments.end(), Flags.begin(), Flags.end());
    C.Arguments.push_back(File);
    D.Commands.push_back(std::move(C));
  }
  return D;
}

/// compile_flags.txt: one flag a line, for every file beside or below it.
static llvm::Expected<Database> readFlagsFile(const std::string &File,
                                              const Options &O) {
  llvm::Expected<std::string> Text = read(File);
  if (!Text)
    return Text.takeError();
  std::vector<std::string> Flags;
  llvm::StringRef Rest = *Text;
  while (!Rest.empty()) {
    auto [Line, Tail] = Rest.split('\n');
    if (Line = Line.trim(); !Line.empty())
      Flags.push_back(Line.str());
    Rest = Tail;
  }
  Options Everything = O;
  if (Everything.Paths.empty())
    Everything.Paths.push_back(path::parent_path(File).str());
  auto Files = namedSources(Everything);
  if (!Files)
    return Files.takeError();
  Database D = withFlags(*Files, Flags, path::parent_path(File).str());
  D.Source = File;
  return D;
}

//===----------------------------------------------------------------------===//
// Discovery
//===----------------------------------------------------------------------===//

/// The database in this folder or its `build`, or an empty string.
static std::string databaseIn(llvm::StringRef Folder) {
  for (llvm::StringRef Name : {"compile_commands.json",
                               "build/compile_commands.json",
                               "compile_flags.txt"})
    if (std::string File = joined(Folder, Name); fs::exists(File))
      return File;
  return "";
}

static std::string databaseAbove(llvm::StringRef Folder) {
  for (; !Folder.empty(); Folder = path::parent_path(Folder))
    if (std::string File = databaseIn(Folder); !File.empty())
      return File;
  return "";
}

static llvm::Error noDatabase(llvm::StringRef Folder) {
  return failure(
      "no compilation database in '" + Folder + "' or above: make one with "
      "'cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON' "
      "('meson setup build' makes one too, 'bear -- make' for make), name its "
      "folder with '-p BUILD', or give the flags: "
      "'cotidy check FILE... -- -std=c++20'");
}

static llvm::Expected<std::string> findDatabase(const Options &O) {
  std::string Here = workingDirectory();
  if (!O.BuildDir.empty()) {
    std::string Given = absolutePath(O.BuildDir, Here);
    if (fs::is_regular_file(Given))
      return Given;
    if (!fs::is_directory(Given))
      return failure("'-p': there is no folder '" + O.BuildDir + "'");
    std::string File = databaseIn(Given);
    if (File.empty())
      return failure("'-p': no compile_commands.json in '" + O.BuildDir +
                     "'; configure the build with "
                     "'-DCMAKE_EXPORT_COMPILE_COMMANDS=ON'");
    return File;
  }
  std::string Start = Here;
  if (!O.Paths.empty()) {
    Start = absolutePath(O.Paths.front(), Here);
    if (!fs::is_directory(Start))
      Start = path::parent_path(Start).str();
  }
  std::string File = databaseAbove(Start);
  if (File.empty())
    return noDatabase(Start);
  return File;
}

llvm::Expected<Database> openDatabase(const Options &O) {
  if (O.HasFlags) {
    auto Files = namedSources(O);
    if (!Files)
      return Files.takeError();
    return withFlags(*Files, O.Flags, workingDirectory());
  }
  llvm::Expected<std::string> File = findDatabase(O);
  if (!File)
    return File.takeError();
  if (path::filename(*File) == "compile_flags.txt")
    return readFlagsFile(*File, O);
  return readJson(*File);
}

} // namespace cotidy::cli
