//===- Report.h - what a run found, ready to be rendered --------*- C++ -*-===//
// The outcome of one run as plain data, and one function an output format.
// A format knows no check by name and decides nothing: what is shown, hidden
// or failed was settled before. Equal reports give equal bytes.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Finding.h"

#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>
#include <vector>

namespace cotidy::report {

/// Units that could not be analysed for one and the same reason.
struct Failure {
  std::string Cause; ///< follows the number of units: "lack 'gen/foo.pb.h'"
  std::string Cure;  ///< "build the target that makes it first"; may be empty
  std::vector<std::string> Units; ///< sorted
};

struct Report {
  std::string Root; ///< absolute; findings' files are relative to it
  std::vector<Finding> Findings;
  unsigned Hidden = 0;
  Confidence HiddenBelow = Confidence::Likely;
  unsigned Suppressed = 0;
  std::optional<unsigned> Known; ///< in the baseline, if there is one
  unsigned Analysed = 0;
  unsigned Failed = 0;
  bool ClosedWorld = false; ///< everything of the program was read
  std::vector<Failure> Failures;
};

struct TextOptions {
  bool Colour = false;
  std::string WorkingDirectory; ///< paths below it are shown relative to it
};

void writeText(const Report &R, const TextOptions &O, llvm::raw_ostream &OS);
void writeJson(const Report &R, llvm::raw_ostream &OS);
void writeSarif(const Report &R, llvm::raw_ostream &OS);

/// "3 findings (2 hidden below 'likely', 1 suppressed), 41 units analysed, 1 failed"
std::string summaryLine(const Report &R);

/// "37 units lack 'gen/foo.pb.h': build the target that makes it first"
std::string failureLine(const Failure &F);

/// The path as people read it, with the middle of a long one elided; a note
/// without a place says so.
std::vector<Note> shownSteps(const Finding &F);

/// What follows the path: what the finding assumes, and the cure.
std::vector<std::string> closingNotes(const Finding &F);

/// The defaults of an open world that a finding rests on, as words for people.
std::vector<std::string> assumptions(const Finding &F);

} // namespace cotidy::report
