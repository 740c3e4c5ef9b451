//===- Cache.h - facts of units that did not change -------------*- C++ -*-===//
// Keeps facts files by what they were made from: the command, and the content
// of every file that was read. Entries are written under another name and
// renamed, so that runs at the same time and a kill at any moment leave whole
// entries only. A damaged one is dropped. Never a reason for a run to fail.
//===----------------------------------------------------------------------===//
#pragma once

#include "cli/FileStates.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cotidy::cli {

struct ReadFile {
  std::string Path; ///< absolute
  FileState State;
};

class Cache {
public:
  /// `Note` is told what a user may want to know, at most once a kind.
  Cache(std::string Folder, uint64_t MaxBytes,
        std::function<void(std::string)> Note);

  /// The facts file for a key, if every file that it was made from still has
  /// the same content.
  std::optional<std::string> find(const std::string &Key, FileStates &Files);

  void store(const std::string &Key, const std::vector<ReadFile> &Files,
             const std::string &Facts);

  /// An entry that turned out to be unreadable.
  void drop(const std::string &Key);

  /// Removes what was used least recently until the rest fits.
  void shrink();

  /// $XDG_CACHE_HOME/cotidy or its like; empty if the user has no home.
  static std::string defaultFolder();

private:
  std::string fileOf(const std::string &Key) const;

  std::string Folder;
  uint64_t MaxBytes;
  std::function<void(std::string)> Note;
  bool Works = true;
};

} // namespace cotidy::cli
