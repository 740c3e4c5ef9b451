//===- Workers.h - work in processes of its own -----------------*- C++ -*-===//
// Runs pieces of work in child processes, a few at a time. Whatever happens to
// a child (a crash, an endless loop, no memory) costs its piece alone. Results
// are told by number of piece, so their order cannot change what is made of
// them. Knows nothing of units.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>

namespace cotidy::cli {

struct Outcome {
  enum Kind {
    Done,
    Crashed,     ///< Detail: "signal 11"
    TimedOut,
    OutOfMemory, ///< or killed from outside, which is the same from here
    NotStarted,  ///< Detail: what the system says
  } How = Done;
  std::string Bytes; ///< what the child handed back
  std::string Detail;
};

struct WorkerOptions {
  unsigned Jobs = 1;
  unsigned Timeout = 0; ///< seconds a piece, 0: no bound
};

/// Does the pieces 0 .. N-1: `Work` runs in a child and gives the bytes to hand
/// back; `Finished` runs here. A piece that ran out of memory is tried once
/// more, alone. False if the user interrupted: no child is left then.
bool runWorkers(size_t N, const WorkerOptions &O,
                llvm::function_ref<std::string(size_t)> Work,
                llvm::function_ref<void(size_t, Outcome)> Finished);

/// As many workers as there are cores, and memory for.
unsigned defaultJobs();

} // namespace cotidy::cli
