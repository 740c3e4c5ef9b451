//===- model-rows.cpp - the built-in rows, by name ------------------------===//
// Test tool: prints the name of every row of the built-in model files given by
// name ("std.yaml"), one a line, each once. Judges nothing.
//===----------------------------------------------------------------------===//
#include "model/BuiltInFiles.h"
#include "model/ModelFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <set>
#include <string>

using namespace cotidy::model;

int main(int Argc, char **Argv) {
  std::set<std::string> Names;
  for (int I = 1; I < Argc; ++I) {
    auto Files = builtInFiles();
    auto File = llvm::find_if(Files, [&](const BuiltInFile &F) { return F.Name == Argv[I]; });
    if (File == Files.end()) {
      llvm::errs() << "no built-in model file '" << Argv[I] << "'\n";
      return 1;
    }
    llvm::Expected<ModelFile> Rows = readModelFile(File->Text, File->Name);
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
