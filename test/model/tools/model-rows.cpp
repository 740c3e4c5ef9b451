//===- model-rows.cpp - the built-in rows, by name ------------------------===//
// Test tool: prints the name of every row of the built-in model files given by
// name ("std.yaml"), or of any file given by its path ("./mine.yaml"), one a
// line, each once. "--list" prints the built-in files. Judges nothing.
//===----------------------------------------------------------------------===//
#include "model/BuiltInFiles.h"
#include "model/ModelFile.h"

#include "llvm/ADT/ArrayRef.h"
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

int main(int Argc, char **Argv) {
  std::set<std::string> Names;
  for (llvm::StringRef Argument : llvm::ArrayRef(Argv + 1, Argv + Argc)) {
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
      Names.insert(M.Name);
    for (const TypeModel &M : Rows->Types)
      Names.insert(M.Name);
  }
  for (const std::string &Name : Names)
    llvm::outs() << Name << "\n";
  return Names.empty();
}
