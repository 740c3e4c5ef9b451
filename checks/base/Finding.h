//===- Finding.h - what a rule reports --------------------------*- C++ -*-===//
// One finding: where, what, how sure, by which path, and how to mend it.
// Plain data: rules make it, RunRules completes it, reports render it.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Confidence.h"
#include "base/Spot.h"

#include <string>
#include <vector>

namespace cotidy {

/// One step of a witness, in execution order, or the closing note (the cure).
struct Note {
  Location At; ///< invalid for a note without a place of its own
  std::string Text;
  bool operator==(const Note &) const = default;
};

/// Replaces the bytes [Begin, End) of a file, as line and column pairs.
struct Edit {
  Location Begin;
  Location End; ///< same file as Begin
  std::string Text;
  bool operator==(const Edit &) const = default;
};

/// A way to mend the code. One that changes what the program does when it is
/// applied (inserting co_await) is only applied when asked for by name.
struct Fix {
  std::string Title;
  std::vector<Edit> Edits;
  bool ChangesMeaning = false;
  bool operator==(const Fix &) const = default;
};

struct Finding {
  std::string Check;    ///< manifest name, e.g. "cotidy-blocking-call"
  Location Primary;     ///< always in user code
  std::string Message;  ///< lower case, no full stop, subject first
  Confidence Sure = Confidence::Likely;
  uint8_t RestsOn = NoDefault; ///< mask of OpenWorldDefault
  std::string Function; ///< qualified name of the function of the primary place
  std::string Leaf;     ///< what the path ends in: the other end of the chain
  std::string Category; ///< of the effect ("dns", "sleep" ...), may be empty
  std::vector<Note> Witness; ///< execution order; elided to eight when shown
  std::string Cure;          ///< the closing note; may be empty
  std::vector<Fix> Fixes;

  // Filled by RunRules.
  std::string Fingerprint; ///< stable under edits that move lines
  unsigned Group = 0;      ///< findings of one group share their leaf call
};

} // namespace cotidy
