#include "cli/FileStates.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/xxhash.h"

#include <ctime>
#include <sys/stat.h>

namespace cotidy::cli {

/// Clocks of file systems are coarse: a file changed this shortly before it
/// was read may change again without its time telling.
static constexpr int64_t Coarseness = 2'000'000'000;

static int64_t nanoseconds(const timespec &T) {
  return int64_t(T.tv_sec) * 1'000'000'000 + T.tv_nsec;
}

int64_t FileStates::now() {
  timespec T;
  clock_gettime(CLOCK_REALTIME, &T);
  return nanoseconds(T);
}

std::string FileStates::digestOf(llvm::StringRef Content) {
  return llvm::utohexstr(llvm::xxh3_64bits(Content), /*LowerCase=*/true);
}

FileStates::Known &FileStates::look(llvm::StringRef Path) {
  auto [It, New] = Files.try_emplace(Path);
  Known &K = It->second;
  struct stat S;
  if (New && !stat(It->first().str().c_str(), &S)) {
    K.Exists = true;
    K.Size = S.st_size;
    K.Changed = nanoseconds(S.st_ctim);
  }
  return K;
}

bool FileStates::holds(llvm::StringRef Path, const FileState &Then) {
  Known &K = look(Path);
  if (!K.Exists || K.Size != Then.Size)
    return false;
  if (Then.Changed != 0 && K.Changed == Then.Changed)
    return true;
  if (K.Digest.empty()) {
    auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false);
    if (!Buffer)
      return false;
    K.Digest = digestOf((*Buffer)->getBuffer());
  }
  return K.Digest == Then.Digest;
}

FileState FileStates::stateOf(llvm::StringRef Path, llvm::StringRef Digest,
                              int64_t Since) {
  FileState State;
  State.Digest = Digest.str();
  struct stat S;
  if (stat(Path.str().c_str(), &S))
    return State;
  State.Size = S.st_size;
  if (nanoseconds(S.st_ctim) < Since - Coarseness)
    State.Changed = nanoseconds(S.st_ctim);
  return State;
}

} // namespace cotidy::cli
