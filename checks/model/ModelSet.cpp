//===- ModelSet.cpp - what libraries do, as data ----------------*- C++ -*-===//
// Which rows are in force: the built-in ones, then the user's over them. A
// later row replaces an earlier one of the same name; rows that are replaced
// stay in the lists, unreachable, so that references to rows stay valid.
//===----------------------------------------------------------------------===//
#include "model/ModelSet.h"

#include "model/BuiltInFiles.h"
#include "model/ModelFile.h"
#include "model/NamePattern.h"
#include "model/YamlTree.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/xxhash.h"

#include <algorithm>

namespace cotidy::model {

template <typename Row>
static void addRows(std::vector<Row> New, std::vector<Row> &Rows,
                    llvm::StringMap<size_t> &Exact, std::vector<size_t> &Globs) {
  for (Row &M : New) {
    if (isGlob(M.Name))
      Globs.push_back(Rows.size());
    else
      Exact[M.Name] = Rows.size();
    Rows.push_back(std::move(M));
  }
}

template <typename Row>
static const Row *findRow(llvm::StringRef Name, const std::vector<Row> &Rows,
                          const llvm::StringMap<size_t> &Exact,
                          const std::vector<size_t> &Globs) {
  if (auto It = Exact.find(Name); It != Exact.end())
    return &Rows[It->second];
  for (size_t Glob : llvm::reverse(Globs))
    if (matches(Rows[Glob].Name, Name))
      return &Rows[Glob];
  return nullptr;
}

void ModelSet::add(ModelFile Rows) {
  addRows(std::move(Rows.Functions), Functions, ExactFunctions, GlobFunctions);
  addRows(std::move(Rows.Types), Types, ExactTypes, GlobTypes);
}

const ModelSet &ModelSet::builtIn() {
  static const ModelSet Set = [] {
    ModelSet Result;
    for (const BuiltInFile &File : builtInFiles()) {
      llvm::Expected<ModelFile> Rows = readModelFile(File.Text, File.Name);
      if (!Rows)
        llvm::report_fatal_error(Rows.takeError(), /*gen_crash_diag=*/false);
      for (FunctionModel &M : Rows->Functions)
        M.OnlyC = !llvm::StringRef(M.Name).contains("::");
      Result.add(std::move(*Rows));
    }
    Result.NumBuiltInFunctions = Result.Functions.size();
    return Result;
  }();
  return Set;
}

llvm::Error ModelSet::addText(llvm::StringRef Yaml, llvm::StringRef FileName) {
  llvm::Expected<ModelFile> Rows = readModelFile(Yaml, FileName);
  if (!Rows)
    return Rows.takeError();
  add(std::move(*Rows));
  return llvm::Error::success();
}

llvm::Error ModelSet::addFile(llvm::StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!Buffer)
    return faultAt(Path, 0, "cannot read the model file: " +
                                llvm::StringRef(Buffer.getError().message()).lower());
  return addText((*Buffer)->getBuffer(), Path);
}

const FunctionModel *ModelSet::function(llvm::StringRef Qualified) const {
  return findRow(Qualified, Functions, ExactFunctions, GlobFunctions);
}

const TypeModel *ModelSet::type(llvm::StringRef Template) const {
  return findRow(Template, Types, ExactTypes, GlobTypes);
}

bool ModelSet::isUserRow(const FunctionModel &M) const {
  return static_cast<size_t>(&M - Functions.data()) >= NumBuiltInFunctions;
}

//===----------------------------------------------------------------------===//
// The part of the cache's key
//===----------------------------------------------------------------------===//

static std::string toText(const Actual &A) {
  return std::to_string(A.Kind) + "." + std::to_string(A.Number);
}

static std::string toText(const std::optional<bool> &B) {
  return B ? (*B ? "yes" : "no") : "-";
}

/// What the row says about how bodies are read; empty if nothing.
static std::string readingPart(const FunctionModel &M) {
  std::string Result;
  for (const LockOp &Op : M.Locks)
    Result += toText(Op.What) + " " + std::to_string(Op.Do) + " " + Op.How + ";";
  return Result;
}

static std::string readingPart(const TypeModel &M) {
  bool SaysNothing = M.Task.empty() && !M.SingleUse && !M.Affine && !M.OwnsFrame &&
                     M.Lock.empty() && !M.Guard && !M.Wrapper;
  if (SaysNothing)
    return "";
  return M.Task + "|" + toText(M.SingleUse) + toText(M.Affine) + toText(M.OwnsFrame) + "|" +
         M.Lock + (M.Guard ? "|guard" : "") + (M.Wrapper ? "|wrapper" : "");
}

/// The rows in force that matter, and the rows that hide one that matters.
template <typename Row>
static std::string readingPart(const std::vector<Row> &Rows,
                               const llvm::StringMap<size_t> &Exact,
                               const std::vector<size_t> &Globs) {
  std::string Result;
  std::vector<size_t> Deciding; // globs that say something, or stand over one that does
  for (size_t Glob : Globs) {
    std::string Part = readingPart(Rows[Glob]);
    if (Part.empty() && Deciding.empty())
      continue;
    Deciding.push_back(Glob);
    Result += Rows[Glob].Name + "=" + Part + "\n";
  }
  std::vector<std::string> Lines;
  for (const auto &Entry : Exact) {
    std::string Part = readingPart(Rows[Entry.second]);
    bool Hides = llvm::any_of(Deciding, [&](size_t Glob) { return matches(Rows[Glob].Name, Entry.first()); });
    if (!Part.empty() || Hides)
      Lines.push_back((Entry.first() + "=" + Part + "\n").str());
  }
  llvm::sort(Lines);
  return Result + llvm::join(Lines, "");
}

std::string ModelSet::extractionKey() const {
  std::string Text = readingPart(Functions, ExactFunctions, GlobFunctions) + "types\n" +
                     readingPart(Types, ExactTypes, GlobTypes);
  llvm::XXH128_hash_t Hash = llvm::xxh3_128bits(llvm::arrayRefFromStringRef(Text));
  return llvm::utohexstr(Hash.high64, /*LowerCase=*/true, 16) +
         llvm::utohexstr(Hash.low64, /*LowerCase=*/true, 16);
}

} // namespace cotidy::model
