//===- YamlTree.h - a YAML file as a small tree -----------------*- C++ -*-===//
// Reads YAML text into a tree of values that know their line. Rejects what the
// model format has no use for (anchors, tags, several documents, deep nesting),
// so that whoever reads the tree meets scalars, lists and maps only. Knows
// nothing of models.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace cotidy::model {

struct YamlNode {
  enum Shape : uint8_t { Null, Scalar, List, Map } Is = Null;
  std::string Text; ///< Scalar: its value, quotes and escapes resolved
  unsigned Line = 0;
  std::vector<YamlNode> Keys;  ///< Map: always scalars, no two alike
  std::vector<YamlNode> Items; ///< List: elements; Map: the value of each key
};

/// "a list", "a map", ... for messages.
llvm::StringRef describe(YamlNode::Shape Shape);

/// "file:line: message"; line 0 leaves the line out.
llvm::Error faultAt(llvm::StringRef FileName, unsigned Line, const llvm::Twine &Message);

/// The one document of `Text`. Null if there is nothing but comments.
llvm::Expected<YamlNode> readYaml(llvm::StringRef Text, llvm::StringRef FileName);

} // namespace cotidy::model
