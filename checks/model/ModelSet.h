//===- ModelSet.h - what libraries do, as data ------------------*- C++ -*-===//
// What functions and types of libraries do, by qualified name: the built-in
// rows (*.yaml, compiled in) and the user's, which extend and override them.
// A model takes precedence over a visible body and ends the descent into it.
// Immutable once built; safe to share between threads.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cotidy::model {

struct ModelFile;

/// Which object of a call a row speaks of: an argument by number (from 0), the
/// object the function is called on, the result, every callable argument, or
/// the last argument.
struct Actual {
  enum Which : uint8_t { Argument, Receiver, Result, AnyCallable, Last } Kind = Argument;
  unsigned Number = 0;
  bool operator==(const Actual &) const = default;
};

/// A test of a constant argument. "zero" holds for 0, a null pointer, false,
/// a default-constructed object and a duration of zero; "flag" if all bits of
/// Number are set; "absent" if the call has no such argument; "points to zero"
/// for the address of a zeroed or default-constructed object; "named" for (the
/// address or value of) the global or enumerator Name. Of a value that is not
/// known only NotEquals holds.
struct Condition {
  Actual What;
  enum Test : uint8_t {
    Equals, NotEquals, Zero, Null, Flag, True, Absent, PointsToZero, Named
  } Is = Equals;
  int64_t Number = 0;
  std::string Name; ///< Named only
  bool operator==(const Condition &) const = default;
};

/// "runs: the callable `What`, `When`, on `On`".
struct Run {
  Actual What;
  enum Time : uint8_t { Now, Later } When = Later;
  std::string On; ///< Later: thread, pool, blocking-pool, loop, later; Now: once, many, stackful
  std::optional<Actual> Executor; ///< the object whose type decides, if any
};

struct LockOp {
  Actual What;
  enum Op : uint8_t { Acquire, Release, Guard, Disown } Do = Acquire;
  std::string How; ///< as in facts: "exclusive", "shared try" ...
};

/// One row about a function. Empty members say nothing.
struct FunctionModel {
  std::string Name;     ///< qualified, `*` as a glob
  std::string Blocks;   ///< category: sleep, wait, file, socket, process, dns,
                        ///< database, cpu, lock, sync-wait, console, log
  std::vector<Condition> Unless; ///< any that holds: does not block
  std::string Instead;  ///< what to call in asynchronous code
  std::optional<Actual> Await; ///< awaiting this does the same without blocking
  bool SleepsFor = false;      ///< sleeps for its only argument, a duration
  std::optional<Actual> Descriptor; ///< blocks only if this descriptor is in
                                    ///< blocking mode: `likely` if not known
  std::vector<Run> Runs;
  std::vector<LockOp> Locks;
  std::optional<Actual> Joins;  std::string JoinsWhat; ///< word of a Join fact
  std::optional<Actual> Spawns;
  std::optional<Actual> Starts; ///< runs this task up to its first suspension
  std::optional<Actual> SwitchesTo;  std::string SwitchKind; ///< awaiting the result moves the coroutine
  std::optional<Actual> SetsMode;    std::string Mode; ///< of a descriptor
  std::vector<Condition> SetsModeIf; ///< all must hold
  std::optional<Actual> Consumes;    ///< takes the task over
  std::optional<Actual> CallsStored; ///< calls the callable kept in this object
  std::optional<Actual> Keeps;       ///< keeps this callable in the receiver
  std::optional<Actual> Borrows;     ///< the task in its result uses this reference until it ends
  std::optional<Actual> ReturnsSame; ///< its result is (or holds) this actual
  std::optional<Actual> MayDestroy;  ///< may destroy what this actual owns
  bool Forks = false;
  bool NoReturn = false;
  bool DropsResult = false; ///< what the callable it runs returns is dropped
  bool Dispatches = false; ///< given the caller's own executor, it runs a part before it returns
  bool OnlyC = false;      ///< a built-in row of a C library: speaks only of a
                           ///< function with C linkage, not of one of that name
                           ///< in the global namespace of a C++ program
  bool Unverified = false; ///< never met the library's real headers in a test
  std::string Origin;   ///< "std.yaml:12" for messages
};

/// One row about a type and the types derived from it.
struct TypeModel {
  std::string Name;     ///< qualified, no template arguments, `*` as a glob
  std::string Task;     ///< lazy, eager, none
  std::optional<bool> SingleUse, Affine, OwnsFrame;
  bool Posted = false;  ///< a task that its executor runs, whoever starts it
  std::string Sleep;    ///< of a task: what its coroutines await to sleep for a duration
  std::string Executor; ///< loop, pool, blocking-pool
  std::string Lock;     ///< exclusive, shared, recursive, asynchronous
  bool Guard = false;
  bool Wrapper = false; ///< a smart pointer or container: destroys what it holds
  bool Unverified = false;
  std::string Origin;
};

class ModelSet {
public:
  /// The rows compiled into the binary. Cannot fail in a tested build.
  static const ModelSet &builtIn();

  /// Adds the rows of a user's file over those here. The error names file,
  /// line and key. On error nothing is added.
  llvm::Error addText(llvm::StringRef Yaml, llvm::StringRef FileName);
  llvm::Error addFile(llvm::StringRef Path);

  /// The row for a function by qualified name ("std::mutex::lock"), or null.
  /// An exact name wins over a glob, a later row over an earlier one. O(1) for
  /// exact names; globs are tried once per name and remembered by the caller.
  const FunctionModel *function(llvm::StringRef Qualified) const;
  const TypeModel *type(llvm::StringRef Template) const;

  /// True if the user's rows (not built-in ones) decide this function.
  bool isUserRow(const FunctionModel &M) const;

  /// Changes whenever a row changes that decides how bodies are read (tasks
  /// and locks): a part of the cache's key.
  std::string extractionKey() const;

  const std::vector<FunctionModel> &functions() const { return Functions; }
  const std::vector<TypeModel> &types() const { return Types; }
  static bool isCategory(llvm::StringRef Word);
  /// Off unless switched on: console and log.
  static bool isOffByDefault(llvm::StringRef Category);

private:
  void add(ModelFile Rows);

  std::vector<FunctionModel> Functions;
  std::vector<TypeModel> Types;
  size_t NumBuiltInFunctions = 0;
  llvm::StringMap<size_t> ExactFunctions, ExactTypes;
  std::vector<size_t> GlobFunctions, GlobTypes;
};

} // namespace cotidy::model
