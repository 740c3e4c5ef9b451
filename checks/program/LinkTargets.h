//===- LinkTargets.h - which code ends up in one program --------*- C++ -*-===//
// A database often builds several executables. What one of them defines is no
// part of another: two definitions of one external name are kept apart, and a
// path through functions of two executables cannot happen (design, section 9).
// An executable is a link target of which a unit defines main; units of other
// targets, or of none, may be linked into anything.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace cotidy {

class LinkTargets {
public:
  LinkTargets() = default;
  /// Before merging: gives functions and types that several executables define
  /// differently a name of their own in each, and notes who defines what.
  explicit LinkTargets(std::vector<facts::Unit> &Units);

  /// After merging: looks the functions of the merged unit up, once.
  void bind(const facts::Unit &Merged);

  /// False if no executable can hold all of these functions.
  bool canRunTogether(const std::vector<facts::FnId> &Functions) const;

  /// True if a step goes from code of one link target to code that only others
  /// define: right if the one links the other, and nothing unseen defines it too.
  bool crossesTargets(const std::vector<facts::FnId> &Path) const;

private:
  using Set = std::vector<uint32_t>; ///< sorted; empty: anywhere

  void findExecutables(const std::vector<facts::Unit> &Units);
  uint32_t executableOf(const facts::Unit &U) const;
  void separate(std::vector<facts::Unit> &Units);
  void noteTargets(const std::vector<facts::Unit> &Units);
  void noteDefinitions(const std::vector<facts::Unit> &Units);

  std::vector<std::string> Executables; ///< sorted
  std::unordered_map<std::string, Set> ByName;
  std::vector<Set> ByFunction;
  std::unordered_map<std::string, Set> TargetsByName; ///< targets that define it
  std::vector<Set> TargetsByFunction;
};

} // namespace cotidy
