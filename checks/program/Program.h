//===- Program.h - units merged, effects propagated -------------*- C++ -*-===//
// A program: the facts of one or many units, merged, with models applied and
// effects propagated over the call graph. Rules ask it questions; it prints
// nothing. Merging is commutative and associative, so the order of units,
// sharding and caching cannot change an answer.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"
#include "model/ModelSet.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <vector>

namespace cotidy {

struct LinkOptions {
  const model::ModelSet *Models = &model::ModelSet::builtIn();
  /// All units of a database are here (design 4). The world is closed if this
  /// holds, no unit failed and one of them defines main.
  bool WholeDatabase = false;
  /// Categories of blocking that count; console and log are off by default.
  std::vector<std::string> CategoriesOn, CategoriesOff;
};

class Program {
public:
  static llvm::Expected<std::unique_ptr<Program>>
  link(std::vector<facts::Unit> Units, const LinkOptions &O);
  ~Program();

  struct Impl;
  const Impl &impl() const { return *I; }

private:
  explicit Program(std::unique_ptr<Impl> I);
  std::unique_ptr<Impl> I;
};

} // namespace cotidy
