//===- Paths.h - ways through one function, with their conditions -*- C++ -*-===//
// Explores the ways from a point of a body, with a small state that a visitor
// advances fact by fact, and with the tests that each way has passed: one that
// contradicts an earlier test of an unchanged place is no way. Follows no
// exception and no code that can only end the program. Bounded: it rather
// overlooks a way than invents one.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Callees.h"
#include "flow/Guards.h"

#include <functional>
#include <optional>
#include <vector>

namespace cotidy::flow {

/// A branch that a way takes.
struct Turn {
  Point At;           ///< of the Branch fact
  bool Holds = false; ///< its test held
};

struct Way {
  std::vector<Turn> Turns; ///< since the state last became nonzero
  Point End;
  uint32_t State = 0;
};

enum class Advance : uint8_t {
  On,   ///< go on (the state may have changed)
  Stop, ///< nothing of interest can follow
  Hit,  ///< this is what was looked for; the way ends
};

class Paths {
public:
  /// `Doomed`: blocks that can only end the program.
  Paths(const facts::Unit &U, const facts::Function &F, std::vector<bool> Doomed);

  /// What happens to the state at a fact; `At.Fact` equals the number of facts
  /// at the end of the function's last block.
  using Visitor = std::function<Advance(Point At, const facts::Fact *X, uint32_t &State)>;

  /// The hits, shortest ways first, one for each place. Begins at the entry
  /// with `State` if some test is made twice, and at `From` otherwise; ways of
  /// state 0 may go through handlers.
  std::vector<Way> explore(Point From, const Visitor &V, uint32_t State = 0) const;

  /// What the place is known to hold in this (nonzero) state: a test that says
  /// otherwise is not passed.
  enum class Content : uint8_t { Unknown, Full, Empty };
  std::function<Content(uint32_t State, const facts::Place &P)> ContentOf =
      [](uint32_t, const facts::Place &) { return Content::Unknown; };

private:
  using Known = std::vector<Guard>;
  void update(Known &K, const facts::Fact &X) const;
  std::optional<Guard> testAt(const facts::Block &B, bool Holds) const;
  facts::Place tested(const facts::Place &P, unsigned Depth = 0) const;

  const facts::Unit &U;
  const facts::Function &F;
  std::vector<bool> Doomed;
  std::vector<facts::Place> Twice; ///< places whose tests are worth keeping
};

} // namespace cotidy::flow
