//===- Link.cpp - `cotidy link` -------------------------------------------===//
// Judges facts files that were extracted before, maybe on other machines, as
// one program. Reads no source but to quote it.
//===----------------------------------------------------------------------===//
#include "cli/Judge.h"
#include "cli/Outputs.h"
#include "cli/Run.h"
#include "program/FactsFile.h"

#include "llvm/Support/MemoryBuffer.h"

namespace cotidy::cli {

int runLink(const Options &O) {
  if (O.Paths.empty())
    return complain(llvm::createStringError(
        "no facts file is named: 'cotidy link FILE.facts ...'"));
  Plan P(O);
  if (llvm::Error E = makePlanForFacts(O, P))
    return complain(std::move(E));
  std::vector<facts::Unit> Units;
  Failures Failed;
  for (const std::string &File : O.Paths) {
    auto Buffer = llvm::MemoryBuffer::getFile(
        File, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!Buffer)
      return complain(llvm::createStringError(
          "cannot read '" + File + "': " + Buffer.getError().message()));
    auto U = readFacts((*Buffer)->getBuffer(), File);
    if (!U)
      return complain(U.takeError());
    if (U->Failed)
      Failed.add(causeOf(*U), U->MainFile);
    Units.push_back(std::move(*U));
  }
  report::Report R;
  R.Analysed = Units.size() - Failed.units();
  R.Failed = Failed.units();
  R.Failures = Failed.grouped();
  if (llvm::Error E = judge(std::move(Units), O, P, R))
    return complain(std::move(E));
  return present(R, O);
}

} // namespace cotidy::cli
