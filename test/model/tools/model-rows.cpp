//===- model-rows.cpp - the built-in rows, by name ------------------------===//
// Test tool: prints the name of every row of the built-in model files given by
// name ("std.yaml"), or of any file given by its path ("./mine.yaml"), one a
// line, each once. "--list" prints the built-in files; "--blocking" limits the rows
// to functions that block whatever their arguments are, as far as these are not
// known, and adds the category; "--calls" prints a JSON object for each that
// blocks, with what a call must pass. Judges nothing.
//===----------------------------------------------------------------------===//
#include "model/BuiltInFiles.h"
#include "model/ModelFile.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
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

static llvm::json::Value which(const Actual &A) {
  switch (A.Kind) {
  case Actual::Argument:
    return A.Number;
  case Actual::Last:
    return "last";
  default:
    return "receiver";
  }
}

static llvm::StringRef testWord(Condition::Test T) {
  static constexpr llvm::StringRef Words[] = {"equals", "not",    "zero", "null", "flag",
                                              "true",   "absent", "points-to-zero", "named"};
  return Words[T];
}

/// What a caller of the row's function must know to write a call that blocks.
static llvm::json::Object callOf(const FunctionModel &M) {
  llvm::json::Array Unless;
  unsigned Arguments = 0;
  for (const Condition &C : M.Unless) {
    if (C.What.Kind == Actual::Argument)
      Arguments = std::max(Arguments, C.What.Number + 1);
    Unless.push_back(llvm::json::Object{
        {"arg", which(C.What)}, {"is", testWord(C.Is)}, {"number", C.Number}});
  }
  if (M.Descriptor && M.Descriptor->Kind == Actual::Argument)
    Arguments = std::max(Arguments, M.Descriptor->Number + 1);
  return llvm::json::Object{{"name", M.Name}, {"category", M.Blocks}, {"origin", M.Origin},
                            {"arguments", Arguments}, {"unless", std::move(Unless)}};
}

int main(int Argc, char **Argv) {
  std::set<std::string> Names;
  bool OnlyBlocking = false, Calls = false;
  for (llvm::StringRef Argument : llvm::ArrayRef(Argv + 1, Argv + Argc)) {
    if (Argument == "--blocking") {
      OnlyBlocking = true;
      continue;
    }
    if (Argument == "--calls") {
      Calls = true;
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
      if (Calls && !M.Blocks.empty())
        Names.insert(llvm::formatv("{0}", llvm::json::Value(callOf(M))).str());
      else if (Calls)
        continue;
      else if (!OnlyBlocking)
        Names.insert(M.Name);
      else if (blocksByItself(M))
        Names.insert(M.Name + " " + M.Blocks);
    if (!OnlyBlocking && !Calls)
      for (const TypeModel &M : Rows->Types)
        Names.insert(M.Name);
  }
  for (const std::string &Name : Names)
    llvm::outs() << Name << "\n";
  return Names.empty();
}
