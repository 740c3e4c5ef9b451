#include "cli/Cache.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>

namespace cotidy::cli {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

/// An entry: this word, the digest of all that follows its line, a line of
/// JSON with the files that were read, and the facts file.
static constexpr llvm::StringLiteral Magic = "cotidy-cache-1 ";
static constexpr llvm::StringLiteral Ending = ".unit";

Cache::Cache(std::string Folder, uint64_t MaxBytes,
             std::function<void(std::string)> Note)
    : Folder(std::move(Folder)), MaxBytes(MaxBytes), Note(std::move(Note)) {
  if (std::error_code E = fs::create_directories(this->Folder)) {
    Works = false;
    this->Note("the cache folder '" + this->Folder + "' cannot be made (" +
               E.message() + "); every unit is read afresh");
  }
}

std::string Cache::defaultFolder() {
  llvm::SmallString<128> Dir;
  if (!path::cache_directory(Dir))
    return "";
  path::append(Dir, "cotidy");
  return std::string(Dir);
}

std::string Cache::fileOf(const std::string &Key) const {
  llvm::SmallString<256> File(Folder);
  path::append(File, llvm::StringRef(Key).take_front(2),
               llvm::StringRef(Key).drop_front(2) + Ending);
  return std::string(File);
}

//===----------------------------------------------------------------------===//
// The form of an entry
//===----------------------------------------------------------------------===//

static std::string entryText(const std::vector<ReadFile> &Files,
                             const std::string &Facts) {
  std::string Rest;
  {
    llvm::raw_string_ostream OS(Rest);
    llvm::json::OStream J(OS);
    J.array([&] {
      for (const ReadFile &F : Files)
        J.array([&] {
          J.value(llvm::json::fixUTF8(F.Path));
          J.value(F.State.Size);
          J.value(F.State.Changed);
          J.value(F.State.Digest);
        });
    });
    OS << '\n' << Facts;
  }
  return Magic.str() + FileStates::digestOf(Rest) + "\n" + Rest;
}

/// Nothing if the text is no whole entry.
static std::optional<std::string> readEntry(llvm::StringRef Text,
                                            std::vector<ReadFile> &Files) {
  if (!Text.consume_front(Magic))
    return std::nullopt;
  auto [Digest, Rest] = Text.split('\n');
  if (FileStates::digestOf(Rest) != Digest)
    return std::nullopt;
  auto [List, Facts] = Rest.split('\n');
  llvm::Expected<llvm::json::Value> V = llvm::json::parse(List);
  if (!V) {
    llvm::consumeError(V.takeError());
    return std::nullopt;
  }
  const llvm::json::Array *All = V->getAsArray();
  if (!All)
    return std::nullopt;
  for (const llvm::json::Value &One : *All) {
    const llvm::json::Array *F = One.getAsArray();
    if (!F || F->size() != 4)
      return std::nullopt;
    auto Path = (*F)[0].getAsString();
    auto Size = (*F)[1].getAsUINT64();
    auto Changed = (*F)[2].getAsInteger();
    auto Content = (*F)[3].getAsString();
    if (!Path || !Size || !Changed || !Content)
      return std::nullopt;
    Files.push_back({Path->str(), {*Size, *Changed, Content->str()}});
  }
  return Facts.str();
}

//===----------------------------------------------------------------------===//
// Using it
//===----------------------------------------------------------------------===//

std::optional<std::string> Cache::find(const std::string &Key,
                                       FileStates &Files) {
  if (!Works)
    return std::nullopt;
  std::string File = fileOf(Key);
  auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  std::vector<ReadFile> Read;
  std::optional<std::string> Facts = readEntry((*Buffer)->getBuffer(), Read);
  if (!Facts) {
    drop(Key);
    return std::nullopt;
  }
  for (const ReadFile &F : Read)
    if (!Files.holds(F.Path, F.State))
      return std::nullopt;
  // The time of the last use decides what goes when room is short.
  utimensat(AT_FDCWD, File.c_str(), nullptr, 0);
  return Facts;
}

void Cache::drop(const std::string &Key) {
  fs::remove(fileOf(Key));
  Note("the cache entry '" + fileOf(Key) +
       "' was damaged; it was dropped and its unit read afresh");
}

void Cache::store(const std::string &Key, const std::vector<ReadFile> &Files,
                  const std::string &Facts) {
  if (!Works)
    return;
  std::string File = fileOf(Key);
  std::error_code E = fs::create_directories(path::parent_path(File));
  llvm::SmallString<256> Temporary;
  int FD = -1;
  if (!E)
    E = fs::createUniqueFile(File + ".%%%%%%%%.tmp", FD, Temporary);
  if (!E) {
    llvm::raw_fd_ostream OS(FD, /*shouldClose=*/true);
    OS << entryText(Files, Facts);
    OS.close();
    E = OS.error();
    OS.clear_error();
    if (!E)
      E = fs::rename(Temporary, File);
    if (E)
      fs::remove(Temporary);
  }
  if (!E)
    return;
  Works = false;
  Note("the cache in '" + Folder + "' cannot be written (" + E.message() +
       "); it is not used further");
}

void Cache::shrink() {
  struct Entry {
    std::string File;
    uint64_t Size;
    llvm::sys::TimePoint<> Used;
  };
  std::vector<Entry> Entries;
  uint64_t Total = 0;
  auto Now = std::chrono::system_clock::now();
  std::error_code E;
  for (fs::recursive_directory_iterator I(Folder, E), End; I != End && !E;
       I.increment(E)) {
    auto Status = I->status();
    if (!Status || Status->type() != fs::file_type::regular_file)
      continue;
    auto Used = Status->getLastModificationTime();
    llvm::StringRef Name = I->path();
    // What a killed run left; a living one renames within moments.
    if (Name.ends_with(".tmp") && Now - Used > std::chrono::hours(1))
      fs::remove(Name);
    if (!Name.ends_with(Ending))
      continue;
    Entries.push_back({Name.str(), Status->getSize(), Used});
    Total += Status->getSize();
  }
  if (Total <= MaxBytes)
    return;
  std::sort(Entries.begin(), Entries.end(),
            [](const Entry &A, const Entry &B) { return A.Used < B.Used; });
  for (const Entry &Old : Entries) {
    if (Total <= MaxBytes)
      return;
    fs::remove(Old.File);
    Total -= Old.Size;
  }
}

} // namespace cotidy::cli
