//===- UnitMapping.h - one unit's ids in a program's tables -----*- C++ -*-===//
// Hashes a function or type by content (names, not ids, so that equal content
// of two units is equal), and rewrites its ids into those of the program.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Interner.h"

namespace cotidy {

struct UnitMapping {
  const facts::Unit *Unit = nullptr;
  std::vector<facts::StrId> Strings; ///< unit's StrId to the interner's
  std::vector<uint64_t> StringHash;
  std::vector<uint64_t> FileHash;
  // Filled once the order of the program's tables is known.
  std::vector<facts::FnId> Functions;
  std::vector<facts::TypeId> Types;
  std::vector<uint32_t> Files;

  UnitMapping(const facts::Unit &U, Interner &I);

  uint64_t hashOf(const facts::Function &F) const;
  uint64_t hashOf(const facts::Type &T) const;

  facts::Function mapped(const facts::Function &F) const;
  facts::Type mapped(const facts::Type &T) const;

  facts::StrId map(facts::StrId I) const { return Strings[raw(I)]; }
  facts::FnId map(facts::FnId I) const {
    return I == facts::FnId::None ? I : Functions[raw(I)];
  }
  facts::TypeId map(facts::TypeId I) const {
    return I == facts::TypeId::None ? I : Types[raw(I)];
  }
};

} // namespace cotidy
