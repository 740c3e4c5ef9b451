//===- ModelFileTest.cpp - the format of model files ----------------------===//
// What a row may say, and what is told to whoever writes a wrong one: each
// fault with its file, line and key.
//===----------------------------------------------------------------------===//
#include "model/ModelFile.h"

#include <gtest/gtest.h>

using namespace cotidy::model;

namespace {

std::string faultOf(llvm::StringRef Text) {
  auto Rows = readModelFile(Text, "m.yaml");
  return Rows ? "" : llvm::toString(Rows.takeError());
}

ModelFile read(llvm::StringRef Text) {
  auto Rows = readModelFile(Text, "m.yaml");
  if (Rows)
    return *Rows;
  ADD_FAILURE() << llvm::toString(Rows.takeError());
  return {};
}

/// The one function row of "functions: [- name: f, <Keys>]".
FunctionModel rowOf(const std::string &Keys) {
  ModelFile File = read("functions:\n  - name: f\n" + Keys);
  EXPECT_EQ(File.Functions.size(), 1u);
  return File.Functions.empty() ? FunctionModel() : File.Functions.front();
}

TEST(ModelFile, ReadsWhatAFunctionRowSays) {
  FunctionModel M = rowOf("    blocks: wait\n"
                          "    unless: [{arg: 2, is: zero}, {arg: 1, has: O_NONBLOCK}]\n"
                          "    instead: await it\n"
                          "    await: receiver\n"
                          "    descriptor: 0\n"
                          "    joins: {arg: receiver, what: thread}\n"
                          "    consumes: 1\n"
                          "    starts: 0\n"
                          "    may-destroy: receiver\n"
                          "    borrows: 0\n"
                          "    returns-same: last\n"
                          "    forks: true\n"
                          "    no-return: true\n");
  EXPECT_EQ(M.Name, "f");
  EXPECT_EQ(M.Blocks, "wait");
  ASSERT_EQ(M.Unless.size(), 2u);
  EXPECT_EQ(M.Unless[0].Is, Condition::Zero);
  EXPECT_EQ(M.Unless[0].What, (Actual{Actual::Argument, 2}));
  EXPECT_EQ(M.Unless[1].Is, Condition::Flag);
  EXPECT_EQ(M.Unless[1].Number, 04000);
  EXPECT_EQ(M.Instead, "await it");
  EXPECT_EQ(M.Await, (Actual{Actual::Receiver, 0}));
  EXPECT_FALSE(M.SleepsFor);
  EXPECT_EQ(M.Descriptor, (Actual{Actual::Argument, 0}));
  EXPECT_EQ(M.Joins, (Actual{Actual::Receiver, 0}));
  EXPECT_EQ(M.JoinsWhat, "thread");
  EXPECT_EQ(M.Consumes, (Actual{Actual::Argument, 1}));
  EXPECT_EQ(M.Starts, (Actual{Actual::Argument, 0}));
  EXPECT_EQ(M.MayDestroy, (Actual{Actual::Receiver, 0}));
  EXPECT_EQ(M.Borrows, (Actual{Actual::Argument, 0}));
  EXPECT_EQ(M.ReturnsSame, (Actual{Actual::Last, 0}));
  EXPECT_TRUE(M.Forks);
  EXPECT_TRUE(M.NoReturn);
  EXPECT_EQ(M.Origin, "m.yaml:2");
}

TEST(ModelFile, ReadsEveryTest) {
  FunctionModel M = rowOf("    blocks: wait\n"
                          "    unless:\n"
                          "      - {arg: 0, is: 0x10}\n"
                          "      - {arg: 0, is-not: -1}\n"
                          "      - {arg: 0, is: 'null'}\n"
                          "      - {arg: 0, is: 'true'}\n"
                          "      - {arg: 0, is: absent}\n"
                          "      - {arg: 0, is: points-to-zero}\n"
                          "      - {arg: 0, named: stderr}\n");
  std::vector<Condition::Test> Tests;
  for (const Condition &C : M.Unless)
    Tests.push_back(C.Is);
  EXPECT_EQ(Tests, (std::vector{Condition::Equals, Condition::NotEquals, Condition::Null,
                                Condition::True, Condition::Absent, Condition::PointsToZero,
                                Condition::Named}));
  ASSERT_EQ(M.Unless.size(), 7u);
  EXPECT_EQ(M.Unless[0].Number, 16);
  EXPECT_EQ(M.Unless[1].Number, -1);
  EXPECT_EQ(M.Unless[6].Name, "stderr");
}

TEST(ModelFile, ReadsRunsAndLocksOneOrMany) {
  FunctionModel M = rowOf("    runs:\n"
                          "      - {arg: 0, when: later, on: pool, executor: receiver}\n"
                          "      - {arg: callables, when: now, on: many}\n"
                          "    locks: {arg: 1, do: guard, how: shared try}\n");
  ASSERT_EQ(M.Runs.size(), 2u);
  EXPECT_EQ(M.Runs[0].When, Run::Later);
  EXPECT_EQ(M.Runs[0].On, "pool");
  EXPECT_EQ(M.Runs[0].Executor, (Actual{Actual::Receiver, 0}));
  EXPECT_EQ(M.Runs[1].When, Run::Now);
  EXPECT_EQ(M.Runs[1].On, "many");
  EXPECT_EQ(M.Runs[1].What.Kind, Actual::AnyCallable);
  ASSERT_EQ(M.Locks.size(), 1u);
  EXPECT_EQ(M.Locks[0].Do, LockOp::Guard);
  EXPECT_EQ(M.Locks[0].How, "shared try");
  EXPECT_EQ(M.Locks[0].What, (Actual{Actual::Argument, 1}));
}

TEST(ModelFile, ReadsModesAndSwitches) {
  FunctionModel M = rowOf("    sets-mode: {arg: result, mode: nonblocking, if: [{arg: 1, is: 4}]}\n"
                          "    switches: {arg: receiver, to: blocking-pool}\n"
                          "    spawns: 0\n"
                          "    calls-stored: receiver\n"
                          "    keeps: 0\n");
  EXPECT_EQ(M.SetsMode, (Actual{Actual::Result, 0}));
  EXPECT_EQ(M.Mode, "nonblocking");
  ASSERT_EQ(M.SetsModeIf.size(), 1u);
  EXPECT_EQ(M.SetsModeIf[0].Number, 4);
  EXPECT_EQ(M.SwitchesTo, (Actual{Actual::Receiver, 0}));
  EXPECT_EQ(M.SwitchKind, "blocking-pool");
  EXPECT_EQ(M.Spawns, (Actual{Actual::Argument, 0}));
  EXPECT_EQ(M.CallsStored, (Actual{Actual::Receiver, 0}));
  EXPECT_EQ(M.Keeps, (Actual{Actual::Argument, 0}));
}

TEST(ModelFile, ReadsWhatATypeRowSays) {
  ModelFile File = read("types:\n"
                        "  - name: a::task\n"
                        "    task: lazy\n"
                        "    single-use: false\n"
                        "    affine: true\n"
                        "    posted: true\n"
                        "  - name: [a::loop, a::Pool]\n"
                        "    executor: loop\n"
                        "    unverified: true\n");
  ASSERT_EQ(File.Types.size(), 3u);
  EXPECT_EQ(File.Types[0].Task, "lazy");
  EXPECT_EQ(File.Types[0].SingleUse, std::optional(false));
  EXPECT_EQ(File.Types[0].Affine, std::optional(true));
  EXPECT_EQ(File.Types[0].OwnsFrame, std::nullopt);
  EXPECT_EQ(File.Types[2].Name, "a::Pool");
  EXPECT_EQ(File.Types[2].Executor, "loop");
  EXPECT_TRUE(File.Types[2].Unverified);
  EXPECT_EQ(File.Types[2].Origin, "m.yaml:7");
  EXPECT_TRUE(File.Types[0].Posted);
  EXPECT_FALSE(File.Types[2].Posted);
}

TEST(ModelFile, AFileMayBeUnverifiedAsAWhole) {
  ModelFile File = read("unverified: true\n"
                        "functions:\n"
                        "  - name: a::f\n"
                        "types:\n"
                        "  - name: a::T\n"
                        "    lock: exclusive\n");
  ASSERT_EQ(File.Functions.size(), 1u);
  EXPECT_TRUE(File.Functions[0].Unverified);
  ASSERT_EQ(File.Types.size(), 1u);
  EXPECT_TRUE(File.Types[0].Unverified);
}

TEST(ModelFile, AnAliasRepeatsTheRowsOfALibrary) {
  ModelFile File = read("functions: [{name: old::lib::f, blocks: wait}, {name: old::library}]\n"
                        "types: [{name: old::lib::t, task: lazy}]\n"
                        "aliases: {lib: old::lib}\n");
  std::vector<std::string> Names;
  for (const FunctionModel &M : File.Functions)
    Names.push_back(M.Name + " " + M.Blocks);
  EXPECT_EQ(Names, (std::vector<std::string>{"old::lib::f wait", "lib::f wait", "old::library "}));
  ASSERT_EQ(File.Types.size(), 2u);
  EXPECT_EQ(File.Types[1].Name, "lib::t");
  EXPECT_EQ(File.Types[1].Task, "lazy");
}

TEST(ModelFile, NothingIsNoRow) {
  for (const char *Text : {"", "\n\n", "# only a comment\n", "---\n", "functions:\n", "types: []\n"}) {
    ModelFile File = read(Text);
    EXPECT_TRUE(File.Functions.empty() && File.Types.empty()) << Text;
  }
}

struct Wrong {
  const char *Text;
  const char *Fault;
};

void PrintTo(const Wrong &W, std::ostream *OS) { *OS << W.Text; }

class Faults : public testing::TestWithParam<Wrong> {};

TEST_P(Faults, NameFileLineAndKey) { EXPECT_EQ(faultOf(GetParam().Text), GetParam().Fault); }

INSTANTIATE_TEST_SUITE_P(Keys, Faults, testing::Values(
    Wrong{"functions:\n  - name: poll\n    bloks: wait\n",
          "m.yaml:3: unknown key 'bloks' in a function row; did you mean 'blocks'?"},
    Wrong{"function:\n  - name: poll\n",
          "m.yaml:1: unknown key 'function' in a model file; did you mean 'functions'?"},
    Wrong{"types:\n  - name: t\n    blocks: wait\n",
          "m.yaml:3: unknown key 'blocks' in a type row; did you mean 'lock'?"},
    Wrong{"functions:\n  - name: f\n    runs: {arg: 0, whn: now}\n",
          "m.yaml:3: unknown key 'whn' in 'runs'; did you mean 'when'?"},
    Wrong{"functions:\n  - blocks: wait\n", "m.yaml:2: a function row lacks the key 'name'"},
    Wrong{"functions:\n  - name: f\n    name: g\n", "m.yaml:3: key 'name' is given twice"},
    Wrong{"functions:\n  - name: f\n    runs: {arg: 0}\n", "m.yaml:3: 'runs' lacks the key 'when'"},
    Wrong{"functions:\n  - name: f\n    locks: {arg: 0}\n", "m.yaml:3: 'locks' lacks the key 'do'"},
    Wrong{"functions:\n  - name: f\n    joins: {arg: 0}\n", "m.yaml:3: 'joins' lacks the key 'what'"},
    Wrong{"functions:\n  - name: f\n    sets-mode: {mode: blocking}\n",
          "m.yaml:3: 'sets-mode' lacks the key 'arg'"},
    Wrong{"functions:\n  - name: f\n    instead: x\n",
          "m.yaml:2: key 'instead' without 'blocks' has no meaning"}));

INSTANTIATE_TEST_SUITE_P(Values, Faults, testing::Values(
    Wrong{"functions:\n  - name: f\n    blocks: slep\n",
          "m.yaml:3: key 'blocks' does not know 'slep'; did you mean 'sleep'? (one of 'sleep', "
          "'wait', 'file', 'socket', 'process', 'dns', 'database', 'cpu', 'lock', 'sync-wait', "
          "'console', 'log')"},
    Wrong{"functions:\n  - name: f\n    blocks: [wait]\n",
          "m.yaml:3: key 'blocks' wants text, not a list"},
    Wrong{"functions:\n  - name: f\n    blocks:\n\n\n    instead: x\n",
          "m.yaml:3: key 'blocks' wants text, not nothing"},
    Wrong{"functions:\n  - name: f\n    forks: perhaps\n", "m.yaml:3: key 'forks' wants true or false"},
    Wrong{"functions:\n  - name: f\n    keeps: first\n",
          "m.yaml:3: key 'keeps' wants the number of an argument (from 0) or one of 'receiver', "
          "'result', 'callables', 'last', not 'first'"},
    Wrong{"functions:\n  - name: f\n    keeps: 99\n",
          "m.yaml:3: key 'keeps' wants the number of an argument (from 0) or one of 'receiver', "
          "'result', 'callables', 'last', not '99'"},
    Wrong{"functions:\n  - name: f\n    blocks: wait\n    unless: [{arg: 1, is: big}]\n",
          "m.yaml:4: key 'is' wants a number, not 'big'"},
    Wrong{"functions:\n  - name: f\n    blocks: wait\n    unless: [{arg: 1, is: 1, has: 2}]\n",
          "m.yaml:4: a condition of 'unless' wants exactly one of 'is', 'is-not', 'has', 'named'"},
    Wrong{"functions:\n  - name: f\n    blocks: wait\n    unless: zero\n",
          "m.yaml:4: a condition of 'unless' must be a map of keys, not a plain value"},
    Wrong{"functions:\n  - name: f\n    runs: {arg: 0, when: now, on: pool}\n",
          "m.yaml:3: key 'on' does not know 'pool' (one of 'once', 'many', 'stackful')"},
    Wrong{"functions:\n  - name: f\n    locks: {arg: 0, do: acquire, how: exclusiv try}\n",
          "m.yaml:3: key 'how' does not know 'exclusiv'; did you mean 'exclusive'? (words of "
          "'exclusive', 'shared', 'try', 'timed', 'adopt', 'defer')"},
    Wrong{"functions: {name: f}\n",
          "m.yaml:1: key 'functions' wants a list of rows ('- name: ...'), not a map"},
    Wrong{"functions:\n  - f\n", "m.yaml:2: a function row must be a map of keys, not a plain value"},
    Wrong{"just text\n", "m.yaml:1: a model file must be a map of keys, not a plain value"},
    Wrong{"types:\n  - name: t\n    task: none\n    affine: true\n",
          "m.yaml:2: key 'task' says none, the others describe a task"}));

INSTANTIATE_TEST_SUITE_P(Names, Faults, testing::Values(
    Wrong{"functions:\n  - name: f\n  - name: g\n  - name: [h, f]\n",
          "m.yaml:4: key 'name': 'f' has a row already, in line 2"},
    Wrong{"functions:\n  - name: 'a::**'\n",
          "m.yaml:2: key 'name': 'a::**' has '**': one '*' stands for any characters, '::' included"},
    Wrong{"functions:\n  - name: '*'\n",
          "m.yaml:2: key 'name': '*' matches everything: name a namespace or a class"},
    Wrong{"functions:\n  - name: std::vector<int>::push_back\n",
          "m.yaml:2: key 'name': 'std::vector<int>::push_back' has template arguments: leave them out"},
    Wrong{"functions:\n  - name: a::f(int)\n",
          "m.yaml:2: key 'name': 'a::f(int)' has parameters: leave them out, a row speaks of all overloads"},
    Wrong{"functions:\n  - name: ::f\n",
          "m.yaml:2: key 'name': '::f' has an empty part: write 'namespace::name', without a leading '::'"},
    Wrong{"functions:\n  - name: std::__1::mutex::lock\n",
          "m.yaml:2: key 'name': 'std::__1::mutex::lock' names the inline namespace '__1': leave it out"},
    Wrong{"aliases: {'a*': b}\n", "m.yaml:1: key 'aliases': 'a*' is a glob"},
    Wrong{"aliases: [a]\n", "m.yaml:1: key 'aliases' wants a map of 'new name: old name', not a list"},
    Wrong{"aliases: {a: b}\nfunctions: [{name: 'b::f'}, {name: 'a::f'}]\n",
          "m.yaml:2: key 'name': 'a::f' has a row already, in line 2"},
    Wrong{"functions:\n  - name: []\n", "m.yaml:2: a function row lacks the key 'name'"},
    Wrong{"functions:\n  - name: ''\n", "m.yaml:2: key 'name' wants text, not an empty one"}));

INSTANTIATE_TEST_SUITE_P(Texts, Faults, testing::Values(
    Wrong{"functions: {a: b\n", "m.yaml:1: this is not valid YAML: unexpected token; expected key, "
                                "flow entry, or flow mapping end"},
    Wrong{"functions:\n  - name: *f\n",
          "m.yaml:2: anchors ('&'), aliases ('*') and tags ('!') have no meaning here; quote a "
          "name that begins with one of these characters"},
    Wrong{"types: []\n---\ntypes: []\n", "m.yaml:3: more than one YAML document ('---') in the file"},
    Wrong{"# fine\n\xff\xfe\n", "m.yaml:2: this is not UTF-8 text"}));

TEST(ModelFile, BinaryInputIsNamed) {
  EXPECT_EQ(faultOf(llvm::StringRef("\x7f" "ELF\n\0\0\0", 8)),
            "m.yaml:2: this is not a text file: it holds a zero byte");
}

TEST(ModelFile, NestingIsBounded) {
  EXPECT_EQ(faultOf(std::string(1000000, '[')), "m.yaml:1: nested too deeply");
  std::string Dashes;
  for (int I = 0; I < 100000; ++I)
    Dashes += "- ";
  EXPECT_EQ(faultOf(Dashes), "m.yaml:1: nested too deeply");
  std::string Maps;
  for (int I = 0; I < 100000; ++I)
    Maps += "{a: ";
  EXPECT_EQ(faultOf(Maps), "m.yaml:1: nested too deeply");
}

TEST(ModelFile, SizeIsBounded) {
  EXPECT_EQ(faultOf(std::string((4u << 20) + 1, ' ')),
            "m.yaml: larger than 4 MiB, which no model file is");
}

} // namespace
