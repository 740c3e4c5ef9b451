#include "cli/Outputs.h"
#include "settings/Paths.h"
#include "settings/Root.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <unistd.h>

namespace cotidy::cli {

namespace fs = llvm::sys::fs;

static llvm::Error cannotWrite(llvm::StringRef File, std::error_code E) {
  return llvm::createStringError("cannot write '" + File.str() +
                                 "': " + E.message());
}

static std::error_code writeTo(int FD, llvm::StringRef Bytes, bool Close) {
  llvm::raw_fd_ostream OS(FD, Close, /*unbuffered=*/true);
  OS << Bytes;
  if (Close)
    OS.close();
  else
    OS.flush();
  std::error_code E = OS.error();
  OS.clear_error();
  return E;
}

llvm::Error writeOut(const std::string &Name, llvm::StringRef Bytes) {
  // A link stays a link: what it names is written.
  std::string File = fs::exists(Name) && Name != "-" ? realPath(Name) : Name;
  if (File.empty() || File == "-") {
    if (std::error_code E = writeTo(STDOUT_FILENO, Bytes, false))
      return cannotWrite("standard output", E);
    return llvm::Error::success();
  }
  int FD;
  // A pipe or a device has no name to give to something else.
  if (fs::exists(File) && !fs::is_regular_file(File)) {
    if (fs::is_directory(File))
      return llvm::createStringError("cannot write '" + Name +
                                     "': it is a folder");
    std::error_code E = fs::openFileForWrite(File, FD, fs::CD_OpenExisting);
    if (!E)
      E = writeTo(FD, Bytes, true);
    return E ? cannotWrite(Name, E) : llvm::Error::success();
  }
  llvm::SmallString<256> Temporary;
  if (std::error_code E =
          fs::createUniqueFile(File + ".%%%%%%.tmp", FD, Temporary,
                               fs::OF_None, fs::all_read | fs::all_write))
    return cannotWrite(Name, E);
  std::error_code E = writeTo(FD, Bytes, true);
  if (!E)
    E = fs::rename(Temporary, File);
  if (!E)
    return llvm::Error::success();
  fs::remove(Temporary);
  return cannotWrite(Name, E);
}

static bool wantsColour(const Options &O, const Output &Out) {
  switch (O.Colours) {
  case Colour::Always:
    return true;
  case Colour::Never:
    return false;
  case Colour::Auto:
    break;
  }
  return Out.File.empty() && !llvm::sys::Process::GetEnv("NO_COLOR") &&
         llvm::sys::Process::StandardOutHasColors();
}

llvm::Error writeReports(const report::Report &R, const Options &O) {
  for (const Output &Out : O.Outputs) {
    std::string Bytes;
    llvm::raw_string_ostream OS(Bytes);
    switch (Out.As) {
    case Format::Text:
      report::writeText(R, {wantsColour(O, Out), workingDirectory()}, OS);
      break;
    case Format::Json:
      report::writeJson(R, OS);
      break;
    case Format::Sarif:
      report::writeSarif(R, OS);
      break;
    }
    if (llvm::Error E = writeOut(Out.File, Bytes))
      return E;
  }
  return llvm::Error::success();
}

int complain(llvm::Error E) {
  llvm::errs() << "cotidy: error: " << llvm::toString(std::move(E)) << '\n';
  return 3;
}

void note(const std::string &Text) {
  llvm::errs() << "cotidy: note: " << Text << '\n';
}

} // namespace cotidy::cli
