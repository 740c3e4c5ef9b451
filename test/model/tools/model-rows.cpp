//===- model-rows.cpp - the built-in rows, by name ------------------------===//
// Test tool: prints the name of every row of the built-in model files given by
// name ("std.yaml"), or of any file given by its path ("./mine.yaml"), one a
// line, each once. "--list" prints the built-in files; "--blocking" limits the rows
// to functions that block whatever their arguments are, as far as these are not
// known, and adds the category. Judges nothing.
//===----------------------------------------------------------------------===//
#include "model/BuiltInFiles.h"
#include "model/ModelFile.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <set>
#include <string>

using namespace cotidy::model;

static llvm::Expected<ModelFile> readNamed(llvm::StringRef Name) {
  for (const BuiltInFile &File : builtInFiles())
    if (File.Name == std::string_view(Name))
      return readModelFile(File.Text, Name);
  auto Buffer = llvm::MemoryBuffer::getFile(Name, /*IsText=*/true);
  if (!Buffer)
    return llvm::createStringError(Buffer.getError(), "no model file '" + Name + "'");
  return readModelFile((*Buffer)->getBuffer(), Name);
}

/// A test that holds of an unknown argument makes the call silent.
static bool blocksByItself(const FunctionModel &M) {
  return !M.Blocks.empty() && llvm::none_of(M.Unless, [](const Condition &C) {
    return C.Is == Condition::NotEquals;
  });
}

int main(int Argc, char **Argv) {
  std::set<std::string> Names;
  bool OnlyBlocking = false;
  for (llvm::StringRef Argument : llvm::ArrayRef(Argv + 1, Argv + Argc)) {
    if (Argument == "--blocking") {
      OnlyBlocking = true;
      continue;
    }
    if (Argument == "--list") {
      for (const BuiltInFile &File : builtInFiles())
        Names.emplace(File.Name);
      continue;
    }
    llvm::Expected<ModelFile> Rows = readNamed(Argument);
    if (!Rows) {
      llvm::errs() << llvm::toString(Rows.takeError()) << "\n";
      return 1;
    }
    for (const FunctionModel &M : Rows->Functions)
      if (!OnlyBlocking)
        Names.insert(M.Name);
      else if (blocksByItself(M))
        Names.insert(M.Name + " " + M.Blocks);
    if (!OnlyBlocking)
      for (const TypeModel &M : Rows->Types)
        Names.insert(M.Name);
  }
  for (const std::string &Name : Names)
    llvm::outs() << Name << "\n";
  return Names.empty();
}
