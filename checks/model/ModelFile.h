//===- ModelFile.h - the rows of one YAML file ------------------*- C++ -*-===//
// Turns the text of a model file into rows, the built-in ones and the user's
// alike. Decides what is a valid row; every fault names file, line and key.
// Does not know which rows are in force (ModelSet).
//===----------------------------------------------------------------------===//
#pragma once

#include "model/ModelSet.h"

namespace cotidy::model {

/// In the order of the file; a row with several names is here once a name.
struct ModelFile {
  std::vector<FunctionModel> Functions;
  std::vector<TypeModel> Types;
};

llvm::Expected<ModelFile> readModelFile(llvm::StringRef Text, llvm::StringRef FileName);

} // namespace cotidy::model
