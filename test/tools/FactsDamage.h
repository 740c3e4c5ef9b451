//===- FactsDamage.h - facts files, damaged in every way --------*- C++ -*-===//
// Damages the file form of a unit in every byte region and says what the reader
// made of it. Each result must be an error that names the file, or a sound
// unit: an equal one, unless the damage was sealed with a checksum of its own.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

namespace cotidy {

struct DamageReport {
  unsigned Truncated = 0, Flipped = 0, Overwritten = 0; ///< files tried
  unsigned Equal = 0; ///< read all the same, as the unit they were made of
  unsigned Other = 0; ///< sealed, and read as another sound unit
  std::string Fault;  ///< what the reader should not have done; empty if nothing
};

DamageReport damageEverywhere(const facts::Unit &U);

} // namespace cotidy
