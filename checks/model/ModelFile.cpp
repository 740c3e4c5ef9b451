//===- ModelFile.cpp - the rows of one YAML file ----------------*- C++ -*-===//
// The format, key by key: one table entry a key. docs/models.md describes the
// same keys for those who write rows.
//===----------------------------------------------------------------------===//
#include "model/ModelFile.h"

#include "model/NamePattern.h"
#include "model/RowReader.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

namespace cotidy::model {

static constexpr llvm::StringRef Categories[] = {
    "sleep", "wait", "file", "socket", "process", "dns",
    "database", "cpu", "lock", "sync-wait", "console", "log"};

bool ModelSet::isCategory(llvm::StringRef Word) { return llvm::is_contained(Categories, Word); }

bool ModelSet::isOffByDefault(llvm::StringRef Category) {
  return Category == "console" || Category == "log";
}

namespace {

Run readRun(RowReader &R, const YamlNode &N) {
  static constexpr llvm::StringRef Keys[] = {"arg", "when", "on", "executor"};
  static constexpr llvm::StringRef Times[] = {"now", "later"};
  static constexpr llvm::StringRef Later[] = {"thread", "pool", "blocking-pool", "loop", "later"};
  static constexpr llvm::StringRef Now[] = {"once", "many", "stackful"};
  Run Result;
  const YamlNode *What = nullptr, *When = nullptr, *On = nullptr;
  R.map(N, "'runs'", Keys, [&](llvm::StringRef Key, const YamlNode &Value) {
    if (Key == "arg")
      Result.What = R.actual(*(What = &Value), Key);
    else if (Key == "when")
      Result.When = R.word(*(When = &Value), Key, Times) == "now" ? Run::Now : Run::Later;
    else if (Key == "on")
      On = &Value;
    else
      Result.Executor = R.actual(Value, Key);
  });
  if (!What || !When)
    R.fail(N, "'runs' lacks the key '" + llvm::Twine(What ? "when" : "arg") + "'");
  if (R.failed())
    return Result;
  bool IsNow = Result.When == Run::Now;
  Result.On = IsNow ? "once" : "later";
  if (On)
    Result.On = R.word(*On, "on", IsNow ? Words(Now) : Words(Later));
  return Result;
}

LockOp readLock(RowReader &R, const YamlNode &N) {
  static constexpr llvm::StringRef Keys[] = {"arg", "do", "how"};
  static constexpr llvm::StringRef Operations[] = {"acquire", "release", "guard", "disown"};
  static constexpr llvm::StringRef Manners[] = {"exclusive", "shared", "try", "timed", "adopt", "defer"};
  LockOp Result;
  Result.How = "exclusive";
  bool HasArgument = false, HasOperation = false;
  R.map(N, "'locks'", Keys, [&](llvm::StringRef Key, const YamlNode &Value) {
    if (Key == "arg") {
      HasArgument = true;
      Result.What = R.actual(Value, Key);
    } else if (Key == "do") {
      HasOperation = true;
      std::string Word = R.word(Value, Key, Operations);
      Result.Do = Word == "release" ? LockOp::Release
                  : Word == "guard" ? LockOp::Guard
                  : Word == "disown" ? LockOp::Disown
                                    : LockOp::Acquire;
    } else {
      Result.How = R.phrase(Value, Key, Manners);
    }
  });
  if (!HasArgument || !HasOperation)
    R.fail(N, "'locks' lacks the key '" + llvm::Twine(HasArgument ? "do" : "arg") + "'");
  return Result;
}

/// "{arg: 0, KEY: word}": an actual and a word about it.
void readActualAndWord(RowReader &R, const YamlNode &N, llvm::StringRef What,
                       llvm::StringRef WordKey, Words Known, std::optional<Actual> &Into,
                       std::string &Word) {
  llvm::StringRef Keys[] = {"arg", WordKey};
  R.map(N, ("'" + What + "'").str(), Keys, [&](llvm::StringRef Key, const YamlNode &Value) {
    if (Key == "arg")
      Into = R.actual(Value, Key);
    else
      Word = R.word(Value, Key, Known);
  });
  if (!Into || Word.empty())
    R.fail(N, "'" + What + "' lacks the key '" + (Into ? WordKey : "arg") + "'");
}

void readConditions(RowReader &R, const YamlNode &N, llvm::StringRef Key,
                    std::vector<Condition> &Into) {
  R.oneOrMany(N, [&](const YamlNode &One) { Into.push_back(R.condition(One, Key)); });
}

void readMode(RowReader &R, const YamlNode &N, FunctionModel &M) {
  static constexpr llvm::StringRef Keys[] = {"arg", "mode", "if"};
  static constexpr llvm::StringRef Modes[] = {"nonblocking", "blocking"};
  R.map(N, "'sets-mode'", Keys, [&](llvm::StringRef Key, const YamlNode &Value) {
    if (Key == "arg")
      M.SetsMode = R.actual(Value, Key);
    else if (Key == "mode")
      M.Mode = R.word(Value, Key, Modes);
    else
      readConditions(R, Value, Key, M.SetsModeIf);
  });
  if (!M.SetsMode || M.Mode.empty())
    R.fail(N, "'sets-mode' lacks the key '" + llvm::Twine(M.SetsMode ? "mode" : "arg") + "'");
}

void readJoins(RowReader &R, const YamlNode &N, FunctionModel &M) {
  static constexpr llvm::StringRef Known[] = {"thread", "task", "future", "process", "group", "condition"};
  readActualAndWord(R, N, "joins", "what", Known, M.Joins, M.JoinsWhat);
}

void readSwitch(RowReader &R, const YamlNode &N, FunctionModel &M) {
  static constexpr llvm::StringRef Known[] = {"loop", "pool", "blocking-pool", "thread", "unknown"};
  readActualAndWord(R, N, "switches", "to", Known, M.SwitchesTo, M.SwitchKind);
}

template <typename Row> struct KeyReader {
  llvm::StringRef Key;
  void (*Read)(RowReader &, const YamlNode &, Row &);
};

using F = FunctionModel;
using T = TypeModel;

const KeyReader<F> FunctionKeys[] = {
    {"blocks", [](RowReader &R, const YamlNode &N, F &M) { M.Blocks = R.word(N, "blocks", Categories); }},
    {"unless", [](RowReader &R, const YamlNode &N, F &M) { readConditions(R, N, "unless", M.Unless); }},
    {"instead", [](RowReader &R, const YamlNode &N, F &M) { M.Instead = R.text(N, "instead"); }},
    {"await", [](RowReader &R, const YamlNode &N, F &M) { M.Await = R.actual(N, "await"); }},
    {"sleeps-for", [](RowReader &R, const YamlNode &N, F &M) { M.SleepsFor = R.boolean(N, "sleeps-for"); }},
    {"descriptor", [](RowReader &R, const YamlNode &N, F &M) { M.Descriptor = R.actual(N, "descriptor"); }},
    {"runs",
     [](RowReader &R, const YamlNode &N, F &M) {
       R.oneOrMany(N, [&](const YamlNode &One) { M.Runs.push_back(readRun(R, One)); });
     }},
    {"locks",
     [](RowReader &R, const YamlNode &N, F &M) {
       R.oneOrMany(N, [&](const YamlNode &One) { M.Locks.push_back(readLock(R, One)); });
     }},
    {"joins", [](RowReader &R, const YamlNode &N, F &M) { readJoins(R, N, M); }},
    {"spawns", [](RowReader &R, const YamlNode &N, F &M) { M.Spawns = R.actual(N, "spawns"); }},
    {"starts", [](RowReader &R, const YamlNode &N, F &M) { M.Starts = R.actual(N, "starts"); }},
    {"switches", [](RowReader &R, const YamlNode &N, F &M) { readSwitch(R, N, M); }},
    {"sets-mode", [](RowReader &R, const YamlNode &N, F &M) { readMode(R, N, M); }},
    {"consumes", [](RowReader &R, const YamlNode &N, F &M) { M.Consumes = R.actual(N, "consumes"); }},
    {"calls-stored", [](RowReader &R, const YamlNode &N, F &M) { M.CallsStored = R.actual(N, "calls-stored"); }},
    {"keeps", [](RowReader &R, const YamlNode &N, F &M) { M.Keeps = R.actual(N, "keeps"); }},
    {"borrows", [](RowReader &R, const YamlNode &N, F &M) { M.Borrows = R.actual(N, "borrows"); }},
    {"returns-same", [](RowReader &R, const YamlNode &N, F &M) { M.ReturnsSame = R.actual(N, "returns-same"); }},
    {"may-destroy", [](RowReader &R, const YamlNode &N, F &M) { M.MayDestroy = R.actual(N, "may-destroy"); }},
    {"forks", [](RowReader &R, const YamlNode &N, F &M) { M.Forks = R.boolean(N, "forks"); }},
    {"no-return", [](RowReader &R, const YamlNode &N, F &M) { M.NoReturn = R.boolean(N, "no-return"); }},
    {"drops-result", [](RowReader &R, const YamlNode &N, F &M) { M.DropsResult = R.boolean(N, "drops-result"); }},
    {"dispatches", [](RowReader &R, const YamlNode &N, F &M) { M.Dispatches = R.boolean(N, "dispatches"); }},
    {"unverified", [](RowReader &R, const YamlNode &N, F &M) { M.Unverified = R.boolean(N, "unverified"); }},
};

constexpr llvm::StringRef TaskWords[] = {"lazy", "eager", "none"};
constexpr llvm::StringRef ExecutorWords[] = {"loop", "pool", "blocking-pool"};
constexpr llvm::StringRef LockWords[] = {"exclusive", "shared", "recursive-read", "recursive", "asynchronous"};

const KeyReader<T> TypeKeys[] = {
    {"task", [](RowReader &R, const YamlNode &N, T &M) { M.Task = R.word(N, "task", TaskWords); }},
    {"single-use", [](RowReader &R, const YamlNode &N, T &M) { M.SingleUse = R.boolean(N, "single-use"); }},
    {"affine", [](RowReader &R, const YamlNode &N, T &M) { M.Affine = R.boolean(N, "affine"); }},
    {"owns-frame", [](RowReader &R, const YamlNode &N, T &M) { M.OwnsFrame = R.boolean(N, "owns-frame"); }},
    {"posted", [](RowReader &R, const YamlNode &N, T &M) { M.Posted = R.boolean(N, "posted"); }},
    {"sleep", [](RowReader &R, const YamlNode &N, T &M) { M.Sleep = R.text(N, "sleep"); }},
    {"executor", [](RowReader &R, const YamlNode &N, T &M) { M.Executor = R.word(N, "executor", ExecutorWords); }},
    {"lock", [](RowReader &R, const YamlNode &N, T &M) { M.Lock = R.word(N, "lock", LockWords); }},
    {"guard", [](RowReader &R, const YamlNode &N, T &M) { M.Guard = R.boolean(N, "guard"); }},
    {"wrapper", [](RowReader &R, const YamlNode &N, T &M) { M.Wrapper = R.boolean(N, "wrapper"); }},
    {"unverified", [](RowReader &R, const YamlNode &N, T &M) { M.Unverified = R.boolean(N, "unverified"); }},
};

/// Checks that the row's keys go together. Empty if they do.
llvm::StringRef faultIn(const FunctionModel &M) {
  if (M.Blocks.empty() && !M.Unless.empty())
    return "key 'unless' without 'blocks' has no meaning";
  if (M.Blocks.empty() && !M.Instead.empty())
    return "key 'instead' without 'blocks' has no meaning";
  if (M.Blocks.empty() && M.Await)
    return "key 'await' without 'blocks' has no meaning";
  if (M.Blocks != "sleep" && M.SleepsFor)
    return "key 'sleeps-for' without 'blocks: sleep' has no meaning";
  if (M.Blocks.empty() && M.Descriptor)
    return "key 'descriptor' without 'blocks' has no meaning";
  return "";
}

llvm::StringRef faultIn(const TypeModel &M) {
  bool SaysNoTask = M.Task == "none";
  if (SaysNoTask && (M.SingleUse || M.Affine || M.OwnsFrame || M.Posted))
    return "key 'task' says none, the others describe a task";
  return "";
}

/// One library under two names: rows for what begins with `Old` hold for the
/// same name that begins with `New` instead.
struct Alias {
  std::string New, Old;
};

/// "aliases: {asio: boost::asio}".
std::vector<Alias> readAliases(RowReader &R, const YamlNode &N) {
  std::vector<Alias> Result;
  if (N.Is != YamlNode::Map) {
    R.fail(N, "key 'aliases' wants a map of 'new name: old name', not " + describe(N.Is));
    return Result;
  }
  for (size_t I = 0; I != N.Keys.size() && !R.failed(); ++I) {
    Alias A{N.Keys[I].Text, R.text(N.Items[I], N.Keys[I].Text)};
    for (const std::string &Name : {A.New, A.Old})
      if (std::string Fault = faultInName(Name); !R.failed() && (!Fault.empty() || isGlob(Name)))
        R.fail(N.Keys[I], "key 'aliases': '" + Name + "' " + (Fault.empty() ? "is a glob" : Fault));
    Result.push_back(std::move(A));
  }
  return Result;
}

/// Reads a section ("functions" or "types"): a list of rows.
template <typename Row> class Section {
public:
  Section(RowReader &R, llvm::ArrayRef<KeyReader<Row>> Keys, llvm::StringRef RowKind,
          llvm::ArrayRef<Alias> Aliases)
      : R(R), Keys(Keys), RowKind(RowKind), Aliases(Aliases) {
    KnownKeys.push_back("name");
    for (const KeyReader<Row> &K : Keys)
      KnownKeys.push_back(K.Key);
  }

  void read(llvm::StringRef Name, const YamlNode &N, std::vector<Row> &Into) {
    if (N.Is == YamlNode::Null)
      return;
    if (N.Is != YamlNode::List)
      return R.fail(N, "key '" + Name + "' wants a list of rows ('- name: ...'), not " + describe(N.Is));
    for (const YamlNode &One : N.Items)
      if (!R.failed())
        readRow(One, Into);
  }

private:
  void readRow(const YamlNode &N, std::vector<Row> &Into) {
    Row Common;
    std::vector<const YamlNode *> Names;
    R.map(N, RowKind, KnownKeys, [&](llvm::StringRef Key, const YamlNode &Value) {
      if (Key == "name")
        R.oneOrMany(Value, [&](const YamlNode &One) { Names.push_back(&One); });
      else
        llvm::find_if(Keys, [&](const KeyReader<Row> &K) { return K.Key == Key; })->Read(R, Value, Common);
    });
    if (Names.empty())
      R.fail(N, RowKind + " lacks the key 'name'");
    if (llvm::StringRef Fault = faultIn(Common); !Fault.empty())
      R.fail(N, Fault);
    for (const YamlNode *Node : Names) {
      std::string Name = R.text(*Node, "name");
      if (!R.failed())
        addRow(*Node, Name, Common, Into);
      for (const Alias &A : Aliases)
        if (llvm::StringRef Rest = Name; Rest.consume_front(A.Old) && Rest.starts_with("::"))
          addRow(*Node, A.New + Rest.str(), Common, Into);
    }
  }

  void addRow(const YamlNode &NameNode, std::string Name, Row M, std::vector<Row> &Into) {
    M.Name = std::move(Name);
    if (std::string Fault = faultInName(M.Name); !R.failed() && !Fault.empty())
      R.fail(NameNode, "key 'name': '" + M.Name + "' " + Fault);
    auto [Earlier, IsNew] = Lines.try_emplace(M.Name, NameNode.Line);
    if (!IsNew)
      R.fail(NameNode, "key 'name': '" + M.Name + "' has a row already, in line " +
                           std::to_string(Earlier->second));
    M.Origin = (R.fileName() + ":" + llvm::Twine(NameNode.Line)).str();
    Into.push_back(std::move(M));
  }

  RowReader &R;
  llvm::ArrayRef<KeyReader<Row>> Keys;
  llvm::StringRef RowKind;
  llvm::ArrayRef<Alias> Aliases;
  llvm::SmallVector<llvm::StringRef, 20> KnownKeys;
  llvm::StringMap<unsigned> Lines;
};

} // namespace

llvm::Expected<ModelFile> readModelFile(llvm::StringRef Text, llvm::StringRef FileName) {
  llvm::Expected<YamlNode> Root = readYaml(Text, FileName);
  if (!Root)
    return Root.takeError();
  ModelFile Result;
  if (Root->Is == YamlNode::Null)
    return Result;
  static constexpr llvm::StringRef Sections[] = {"aliases", "unverified", "functions", "types"};
  RowReader R(FileName);
  const YamlNode *FunctionRows = nullptr, *TypeRows = nullptr;
  std::vector<Alias> Aliases;
  bool Unverified = false; // all of the file's rows
  R.map(*Root, "a model file", Sections, [&](llvm::StringRef Key, const YamlNode &Value) {
    if (Key == "aliases")
      Aliases = readAliases(R, Value);
    else if (Key == "unverified")
      Unverified = R.boolean(Value, Key);
    else
      (Key == "types" ? TypeRows : FunctionRows) = &Value;
  });
  if (FunctionRows && !R.failed())
    Section<F>(R, FunctionKeys, "a function row", Aliases).read("functions", *FunctionRows, Result.Functions);
  if (TypeRows && !R.failed())
    Section<T>(R, TypeKeys, "a type row", Aliases).read("types", *TypeRows, Result.Types);
  if (R.failed())
    return R.takeError();
  for (FunctionModel &M : Result.Functions)
    M.Unverified |= Unverified;
  for (TypeModel &M : Result.Types)
    M.Unverified |= Unverified;
  return Result;
}

} // namespace cotidy::model
