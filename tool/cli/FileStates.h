//===- FileStates.h - what files hold, asked once a run ---------*- C++ -*-===//
// Digests of files, remembered, so that a header that a thousand units read is
// looked at once. Whoever knows an earlier state of a file can ask whether it
// still holds without the file being read again.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace cotidy::cli {

/// A file as it was. `Changed` is the time of its last change of any kind, in
/// nanoseconds; 0 if that time cannot vouch for the content.
struct FileState {
  uint64_t Size = 0;
  int64_t Changed = 0;
  std::string Digest; ///< as in facts::SourceFile
};

class FileStates {
public:
  /// True if the file still has this content.
  bool holds(llvm::StringRef Path, const FileState &Then);

  /// The state of a file whose digest at some time after `Since` is known:
  /// its time counts only if the file is older than that.
  FileState stateOf(llvm::StringRef Path, llvm::StringRef Digest,
                    int64_t Since);

  static std::string digestOf(llvm::StringRef Content);
  static int64_t now();

private:
  struct Known {
    bool Exists = false;
    uint64_t Size = 0;
    int64_t Changed = 0;
    std::string Digest; ///< empty: not read yet
  };
  Known &look(llvm::StringRef Path);
  llvm::StringMap<Known> Files;
};

} // namespace cotidy::cli
