//===- Spot.h - places in source text ---------------------------*- C++ -*-===//
// A spot is a place in source text, small enough to stand in every fact.
// A location is the same place with its file's name, for findings.
// Neither holds or reads text; neither knows a compiler.
//===----------------------------------------------------------------------===//
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace cotidy {

/// A place in a unit's files. Line and column count from 1, columns in bytes;
/// line 0 means "nowhere". `File` indexes the file table of the unit (or, in a
/// linked program, of the program) that holds the spot.
struct Spot {
  uint32_t File = 0;
  uint32_t Line = 0;
  uint32_t Column = 0;

  bool isValid() const { return Line != 0; }
  auto operator<=>(const Spot &) const = default;
};

/// A place with its file's name. Paths are relative to the project root with
/// forward slashes when the file is below it, absolute otherwise.
struct Location {
  std::string File;
  uint32_t Line = 0;
  uint32_t Column = 0;

  bool isValid() const { return Line != 0; }
  auto operator<=>(const Location &) const = default;
};

} // namespace cotidy
