//===- Views.cpp - `cotidy graph` and `cotidy models` ---------------------===//
// Links the units that were read and prints what was asked for: the order in
// which locks are taken, or what was inferred, as models. It reports no
// findings.
//===----------------------------------------------------------------------===//
#include "cli/Judge.h"
#include "cli/Outputs.h"
#include "cli/Run.h"

#include "program/LockGraph.h"
#include "program/Suggest.h"

namespace cotidy::cli {

int printView(std::vector<facts::Unit> Units, const Options &O, const Plan &P,
              const report::Report &R) {
  LinkOptions Link;
  Link.Models = &P.Models;
  Link.WholeDatabase = P.WholeDatabase && R.Failed == 0;
  auto Linked = Program::link(std::move(Units), Link);
  if (!Linked)
    return complain(Linked.takeError());
  std::string Text = O.Do == Command::Graph ? drawLocks(**Linked) : suggestModels(**Linked);
  if (llvm::Error E = writeOut(O.Outputs.front().File, Text))
    return complain(std::move(E));
  printFailures(R);
  return R.Failed > O.AllowedFailures ? 2 : 0;
}

} // namespace cotidy::cli
