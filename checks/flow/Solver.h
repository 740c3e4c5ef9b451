//===- Solver.h - dataflow over the blocks of one function ------*- C++ -*-===//
// A worklist solver: states at block borders, joined where ways meet, until
// nothing changes. The lattice and the meaning of a block are the caller's; a
// lattice must be of finite height. This file knows blocks and edges only.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <set>
#include <vector>

namespace cotidy::flow {

/// A problem has
///   using State = ...;                                   // equality comparable
///   State boundary() const;     // at the entry (forward) or the exits (backward)
///   State unreached() const;                             // neutral in joins
///   bool join(State &Into, const State &From) const;     // true if Into changed
///   State transfer(uint32_t Block, const State &In) const;
///   State along(uint32_t From, const facts::Edge &E, unsigned Successor,
///               const State &Out) const;                 // forward only
/// States[b] is the state on entry to block b (forward) or on leaving it
/// (backward).
template <class Problem>
std::vector<typename Problem::State> solveForward(const facts::Function &F,
                                                  const Problem &P) {
  std::vector<typename Problem::State> States(F.Blocks.size(), P.unreached());
  if (F.Blocks.empty())
    return States;
  std::set<uint32_t> Work{0};
  States[0] = P.boundary();
  std::vector<bool> Seen(F.Blocks.size());
  Seen[0] = true;
  while (!Work.empty()) {
    uint32_t B = *Work.begin();
    Work.erase(Work.begin());
    auto Out = P.transfer(B, States[B]);
    const auto &Edges = F.Blocks[B].Successors;
    for (unsigned I = 0; I < Edges.size(); ++I) {
      uint32_t To = Edges[I].To;
      bool Changed = P.join(States[To], P.along(B, Edges[I], I, Out));
      if (Changed || !Seen[To])
        Work.insert(To);
      Seen[To] = true;
    }
  }
  return States;
}

template <class Problem>
std::vector<typename Problem::State> solveBackward(const facts::Function &F,
                                                   const Problem &P) {
  size_t N = F.Blocks.size();
  std::vector<typename Problem::State> States(N, P.unreached());
  std::vector<std::vector<uint32_t>> Before(N);
  std::set<uint32_t> Work;
  for (uint32_t B = 0; B < N; ++B) {
    for (const facts::Edge &E : F.Blocks[B].Successors)
      Before[E.To].push_back(B);
    if (F.Blocks[B].Successors.empty())
      States[B] = P.boundary();
    Work.insert(B);
  }
  while (!Work.empty()) {
    uint32_t B = *Work.rbegin();
    Work.erase(B);
    auto In = P.transfer(B, States[B]);
    for (uint32_t Pred : Before[B])
      if (P.join(States[Pred], In))
        Work.insert(Pred);
  }
  return States;
}

} // namespace cotidy::flow
