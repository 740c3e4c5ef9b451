//===- Graph.cpp - `cotidy graph` -----------------------------------------===//
// Links the units that were read and draws what was asked for: the order in
// which locks are taken. It reports no findings.
//===----------------------------------------------------------------------===//
#include "cli/Judge.h"
#include "cli/Outputs.h"
#include "cli/Run.h"

#include "program/LockGraph.h"

namespace cotidy::cli {

int drawGraph(std::vector<facts::Unit> Units, const Options &O, const Plan &P,
              const report::Report &R) {
  LinkOptions Link;
  Link.Models = &P.Models;
  Link.WholeDatabase = P.WholeDatabase && R.Failed == 0;
  auto Linked = Program::link(std::move(Units), Link);
  if (!Linked)
    return complain(Linked.takeError());
  if (llvm::Error E = writeOut(O.Outputs.front().File, drawLocks(**Linked)))
    return complain(std::move(E));
  printFailures(R);
  return R.Failed > O.AllowedFailures ? 2 : 0;
}

} // namespace cotidy::cli
