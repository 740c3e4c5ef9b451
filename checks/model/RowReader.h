//===- RowReader.h - values of a model row ----------------------*- C++ -*-===//
// Reads the values that keys of a row may have: words of a fixed set, numbers,
// actuals, conditions. Keeps the first fault, with the line and key it was found
// at; after a fault the results mean nothing. Knows no key of a row by name.
//===----------------------------------------------------------------------===//
#pragma once

#include "model/ModelSet.h"
#include "model/YamlTree.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace cotidy::model {

using Words = llvm::ArrayRef<llvm::StringRef>;

/// "; did you mean 'blocks'?", or nothing if no word is near.
std::string suggestion(llvm::StringRef Given, Words Known);

class RowReader {
public:
  explicit RowReader(llvm::StringRef FileName) : FileName(FileName) {}

  bool failed() const { return !Message.empty(); }
  void fail(const YamlNode &At, const llvm::Twine &What);
  llvm::Error takeError() const;
  llvm::StringRef fileName() const { return FileName; }

  /// Calls `Entry` for each key of a map. `What` names the map in messages.
  void map(const YamlNode &N, llvm::StringRef What, Words Keys,
           llvm::function_ref<void(llvm::StringRef Key, const YamlNode &Value)> Entry);
  /// Calls `Item` for each element of a list, or once for what is no list.
  void oneOrMany(const YamlNode &N, llvm::function_ref<void(const YamlNode &)> Item);

  std::string text(const YamlNode &N, llvm::StringRef Key);
  std::string word(const YamlNode &N, llvm::StringRef Key, Words Known);
  /// Words of a set, separated by blanks.
  std::string phrase(const YamlNode &N, llvm::StringRef Key, Words Known);
  bool boolean(const YamlNode &N, llvm::StringRef Key);
  int64_t number(const YamlNode &N, llvm::StringRef Key);
  Actual actual(const YamlNode &N, llvm::StringRef Key);
  Condition condition(const YamlNode &N, llvm::StringRef Key);

private:
  void test(const YamlNode &N, llvm::StringRef Key, Condition &Into);

  llvm::StringRef FileName;
  unsigned Line = 0;
  std::string Message;
};

} // namespace cotidy::model
