//===- MustSet.h - what holds on every way to a block -----------*- C++ -*-===//
// The lattice of must-analyses: a set that shrinks where ways meet. A problem
// derives from MustSet and adds `transfer`, and `along` if edges teach it
// something. The order of the elements is the order in which they came.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Solver.h"

#include <algorithm>
#include <optional>

namespace cotidy::flow {

template <class T> struct MustSet {
  /// Unset: not reached yet, which is neutral for the meet.
  using State = std::optional<std::vector<T>>;

  State boundary() const { return std::vector<T>(); }
  State unreached() const { return std::nullopt; }

  bool join(State &Into, const State &From) const {
    if (!From)
      return false;
    if (!Into) {
      Into = From;
      return true;
    }
    return std::erase_if(*Into, [&](const T &E) { return !contains(*From, E); }) != 0;
  }

  State along(uint32_t, const facts::Edge &, unsigned, const State &Out) const { return Out; }

  static bool contains(const std::vector<T> &All, const T &E) {
    return std::ranges::find(All, E) != All.end();
  }

  static void add(std::vector<T> &To, T E) {
    if (!contains(To, E))
      To.push_back(std::move(E));
  }
};

/// Result[b]: what holds on entry to block b; nothing where it is not reached.
template <class Problem>
auto mustHoldOnEntry(const facts::Function &F, const Problem &P) {
  auto States = solveForward(F, P);
  std::vector<typename Problem::State::value_type> Result(F.Blocks.size());
  for (size_t B = 0; B < States.size(); ++B)
    if (States[B])
      Result[B] = std::move(*States[B]);
  return Result;
}

} // namespace cotidy::flow
