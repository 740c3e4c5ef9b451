//===- ModelSetTest.cpp - which rows are in force -------------------------===//
// Look-up, precedence, the cache's key, and what holds of all built-in rows.
//===----------------------------------------------------------------------===//
#include "model/BuiltInFiles.h"
#include "model/ModelFile.h"
#include "model/NamePattern.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <map>

using namespace cotidy::model;

namespace {

std::string add(ModelSet &Set, llvm::StringRef Text, llvm::StringRef Name = "u.yaml") {
  llvm::Error Fault = Set.addText(Text, Name);
  return Fault ? llvm::toString(std::move(Fault)) : "";
}

std::string blocks(const ModelSet &Set, llvm::StringRef Name) {
  const FunctionModel *M = Set.function(Name);
  return M ? M->Blocks : "no row";
}

TEST(ModelSet, FindsFunctionsAndTypesByName) {
  ModelSet Set;
  ASSERT_EQ(add(Set, "functions: [{name: a::f, blocks: wait}]\ntypes: [{name: a::m, lock: shared}]\n"), "");
  EXPECT_EQ(blocks(Set, "a::f"), "wait");
  EXPECT_EQ(Set.function("a::g"), nullptr);
  EXPECT_EQ(Set.function("a::m"), nullptr);
  ASSERT_NE(Set.type("a::m"), nullptr);
  EXPECT_EQ(Set.type("a::m")->Lock, "shared");
  EXPECT_EQ(Set.type("a::f"), nullptr);
}

TEST(ModelSet, AnExactNameWinsOverAGlobWhereverItStands) {
  ModelSet Set;
  ASSERT_EQ(add(Set, "functions: [{name: a::f, blocks: wait}, {name: 'a::*', blocks: file}]\n"), "");
  EXPECT_EQ(blocks(Set, "a::f"), "wait");
  EXPECT_EQ(blocks(Set, "a::g"), "file");
}

TEST(ModelSet, ALaterGlobWinsOverAnEarlierOne) {
  ModelSet Set;
  ASSERT_EQ(add(Set, "functions: [{name: 'a::*', blocks: file}, {name: 'a::get*', blocks: dns}]\n"), "");
  EXPECT_EQ(blocks(Set, "a::getName"), "dns");
  EXPECT_EQ(blocks(Set, "a::put"), "file");
}

TEST(ModelSet, ALaterFileReplacesTheWholeRow) {
  ModelSet Set = ModelSet::builtIn();
  ASSERT_EQ(blocks(Set, "poll"), "wait");
  ASSERT_EQ(add(Set, "functions: [{name: poll}, {name: mine, blocks: cpu}]\n"), "");
  EXPECT_EQ(blocks(Set, "poll"), "");
  EXPECT_TRUE(Set.function("poll")->Unless.empty());
  EXPECT_EQ(blocks(Set, "mine"), "cpu");
  EXPECT_EQ(blocks(ModelSet::builtIn(), "poll"), "wait");
  ASSERT_EQ(add(Set, "functions: [{name: mine, blocks: dns}]\n"), "");
  EXPECT_EQ(blocks(Set, "mine"), "dns");
}

TEST(ModelSet, KnowsTheUsersRows) {
  ModelSet Set = ModelSet::builtIn();
  ASSERT_EQ(add(Set, "functions: [{name: poll}, {name: 'mine::*'}]\n"), "");
  EXPECT_TRUE(Set.isUserRow(*Set.function("poll")));
  EXPECT_TRUE(Set.isUserRow(*Set.function("mine::f")));
  EXPECT_FALSE(Set.isUserRow(*Set.function("select")));
  EXPECT_FALSE(ModelSet::builtIn().isUserRow(*ModelSet::builtIn().function("poll")));
}

TEST(ModelSet, AFaultAddsNothing) {
  ModelSet Set = ModelSet::builtIn();
  size_t Before = Set.functions().size();
  std::string Key = Set.extractionKey();
  EXPECT_EQ(add(Set, "functions:\n  - name: poll\n  - name: g\n    blocks: x\n"),
            "u.yaml:4: key 'blocks' does not know 'x' (one of 'sleep', 'wait', 'file', 'socket', "
            "'process', 'dns', 'database', 'cpu', 'lock', 'sync-wait', 'console', 'log')");
  EXPECT_EQ(Set.functions().size(), Before);
  EXPECT_EQ(Set.extractionKey(), Key);
  EXPECT_EQ(blocks(Set, "poll"), "wait");
}

TEST(ModelSet, AMissingFileIsNamed) {
  ModelSet Set;
  llvm::Error Fault = Set.addFile("no/such/models.yaml");
  EXPECT_EQ(llvm::toString(std::move(Fault)),
            "no/such/models.yaml: cannot read the model file: no such file or directory");
}

//===----------------------------------------------------------------------===//
// The cache's key
//===----------------------------------------------------------------------===//

std::string keyWith(llvm::StringRef Text) {
  ModelSet Set = ModelSet::builtIn();
  EXPECT_EQ(add(Set, Text), "");
  return Set.extractionKey();
}

TEST(ExtractionKey, StaysForRowsThatAreAppliedWhenLinking) {
  std::string Key = ModelSet::builtIn().extractionKey();
  for (const char *Text :
       {"functions: [{name: f, blocks: wait, unless: [{arg: 0, is: zero}]}]\n",
        "functions: [{name: poll}]\n", "functions: [{name: 'a::*', runs: {arg: 0, when: now}}]\n",
        "functions: [{name: f, joins: {arg: 0, what: thread}, spawns: 1, keeps: 0}]\n",
        "types: [{name: a::pool, executor: pool}]\n", "types: [{name: 'a::*'}]\n"})
    EXPECT_EQ(keyWith(Text), Key) << Text;
}

TEST(ExtractionKey, ChangesForTasksAndLocks) {
  std::vector<std::string> Keys{ModelSet::builtIn().extractionKey()};
  for (const char *Text :
       {"types: [{name: a::task, task: lazy}]\n", "types: [{name: a::task, task: eager}]\n",
        "types: [{name: a::task, single-use: false}]\n", "types: [{name: a::task, affine: true}]\n",
        "types: [{name: a::task, owns-frame: true}]\n", "types: [{name: a::m, lock: shared}]\n",
        "types: [{name: a::g, guard: true}]\n", "types: [{name: 'a::*', guard: true}]\n",
        "types: [{name: std::mutex}]\n", "types: [{name: std::mutex, lock: recursive}]\n",
        "functions: [{name: a::m::take, locks: {arg: receiver, do: acquire}}]\n",
        "functions: [{name: a::m::take, locks: {arg: receiver, do: release}}]\n",
        "functions: [{name: std::mutex::lock}]\n",
        "types: [{name: 'a::*', guard: true}, {name: 'a::b*'}]\n",
        "types: [{name: 'a::*', guard: true}, {name: a::b}]\n"})
    Keys.push_back(keyWith(Text));
  std::vector<std::string> Distinct = Keys;
  llvm::sort(Distinct);
  Distinct.erase(llvm::unique(Distinct), Distinct.end());
  EXPECT_EQ(Distinct.size(), Keys.size());
}

TEST(ExtractionKey, DependsOnWhatIsInForceNotOnItsOrder) {
  EXPECT_EQ(keyWith("types: [{name: a::x, task: lazy}, {name: a::y, task: eager}]\n"),
            keyWith("types: [{name: a::y, task: eager}, {name: a::x, task: lazy}]\n"));
  ModelSet Twice = ModelSet::builtIn();
  ASSERT_EQ(add(Twice, "types: [{name: std::mutex, lock: recursive}]\n"), "");
  ASSERT_EQ(add(Twice, "types: [{name: std::mutex, lock: exclusive}]\n"), "");
  EXPECT_EQ(Twice.extractionKey(), ModelSet::builtIn().extractionKey());
}

//===----------------------------------------------------------------------===//
// All built-in rows
//===----------------------------------------------------------------------===//

TEST(BuiltInModels, EveryFileIsReadAndHasRows) {
  ASSERT_GE(builtInFiles().size(), 2u);
  for (const BuiltInFile &File : builtInFiles()) {
    llvm::Expected<ModelFile> Rows = readModelFile(File.Text, File.Name);
    ASSERT_TRUE(static_cast<bool>(Rows)) << llvm::toString(Rows.takeError());
    EXPECT_FALSE(Rows->Functions.empty() && Rows->Types.empty()) << File.Name;
  }
}

template <typename Row> void expectNoDuplicates(const std::vector<Row> &Rows) {
  std::map<std::string, std::string> Origins;
  for (const Row &M : Rows) {
    auto [It, IsNew] = Origins.try_emplace(M.Name, M.Origin);
    EXPECT_TRUE(IsNew) << M.Name << " in " << It->second << " and " << M.Origin;
  }
}

TEST(BuiltInModels, NoNameHasTwoRows) {
  expectNoDuplicates(ModelSet::builtIn().functions());
  expectNoDuplicates(ModelSet::builtIn().types());
}

TEST(BuiltInModels, NamesAreWellFormed) {
  for (const FunctionModel &M : ModelSet::builtIn().functions()) {
    EXPECT_EQ(faultInName(M.Name), "") << M.Name;
    EXPECT_EQ(M.OnlyC, !llvm::StringRef(M.Name).contains("::")) << M.Name;
  }
}

TEST(BuiltInModels, BlockingRowsAreComplete) {
  unsigned NumBlocking = 0;
  for (const FunctionModel &M : ModelSet::builtIn().functions()) {
    if (M.Blocks.empty())
      continue;
    ++NumBlocking;
    EXPECT_TRUE(ModelSet::isCategory(M.Blocks)) << M.Name;
    EXPECT_FALSE(M.Instead.empty()) << M.Name << " at " << M.Origin << " names no alternative";
    EXPECT_FALSE(llvm::StringRef(M.Instead).ends_with(".")) << M.Instead;
  }
  EXPECT_GT(NumBlocking, 250u);
}

/// A glob that says "blocks" would also catch what is added to a library later.
TEST(BuiltInModels, GlobsSayNothingOrAreNarrow) {
  for (const FunctionModel &M : ModelSet::builtIn().functions())
    if (isGlob(M.Name) && !M.Blocks.empty()) {
      EXPECT_FALSE(llvm::StringRef(M.Name).ends_with("::*")) << M.Name << " at " << M.Origin;
    }
}

TEST(BuiltInModels, NoGlobHidesAnExactRowOfAnotherKind) {
  // Globs without content stand for the rest of a class; the members that do
  // something must have rows of their own, which win.
  const ModelSet &Set = ModelSet::builtIn();
  EXPECT_EQ(blocks(Set, "std::condition_variable::wait"), "wait");
  EXPECT_EQ(blocks(Set, "std::condition_variable::notify_all"), "");
  EXPECT_EQ(blocks(Set, "std::atomic::wait"), "wait");
  EXPECT_EQ(blocks(Set, "std::atomic::load"), "");
  EXPECT_EQ(blocks(Set, "std::basic_ifstream::open"), "file");
  EXPECT_EQ(blocks(Set, "std::basic_ifstream::is_open"), "");
}

TEST(Categories, ConsoleAndLogAreOffByDefault) {
  EXPECT_TRUE(ModelSet::isCategory("sync-wait"));
  EXPECT_FALSE(ModelSet::isCategory("waiting"));
  EXPECT_TRUE(ModelSet::isOffByDefault("console"));
  EXPECT_TRUE(ModelSet::isOffByDefault("log"));
  EXPECT_FALSE(ModelSet::isOffByDefault("file"));
}

} // namespace
