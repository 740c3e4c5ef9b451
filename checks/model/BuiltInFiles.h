//===- BuiltInFiles.h - the model files compiled in -------------*- C++ -*-===//
// The text of every *.yaml of this folder, put into the binary by EmbedFiles.cmake,
// in the order of their names.
//===----------------------------------------------------------------------===//
#pragma once

#include <span>
#include <string_view>

namespace cotidy::model {

struct BuiltInFile {
  std::string_view Name; ///< "std.yaml"
  std::string_view Text;
};

std::span<const BuiltInFile> builtInFiles();

} // namespace cotidy::model
