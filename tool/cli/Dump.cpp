//===- Dump.cpp - `cotidy dump` -------------------------------------------===//
// Prints the facts of a source, or of a facts file, as text. Runs in this
// process, so that a debugger sees the extraction.
//===----------------------------------------------------------------------===//
#include "cli/Outputs.h"
#include "cli/Plan.h"
#include "cli/Run.h"
#include "facts/Printer.h"
#include "program/FactsFile.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace cotidy::cli {

static int printUnit(const facts::Unit &U, const Options &O) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  facts::print(U, OS, {/*UserOnly=*/!O.All});
  if (llvm::Error E = writeOut("", Text))
    return complain(std::move(E));
  for (const std::string &E : U.Errors)
    llvm::errs() << E << '\n';
  return U.Failed ? 2 : 0;
}

static int dumpFactsFile(const std::string &File, const Options &O) {
  auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return complain(llvm::createStringError("cannot read '" + File + "': " +
                                            Buffer.getError().message()));
  auto U = readFacts((*Buffer)->getBuffer(), File);
  if (!U)
    return complain(U.takeError());
  return printUnit(*U, O);
}

static int dumpSource(const Options &O) {
  Options Named = O;
  Named.Alone = true;
  Plan P(Named);
  if (llvm::Error E = makePlan(Named, P))
    return complain(std::move(E));
  for (const report::Failure &F : P.Faulty.grouped())
    return complain(llvm::createStringError(report::failureLine(F)));
  int Status = 0;
  for (const Normalised &N : P.Commands) {
    ExtractOptions E = P.extractOptions();
    E.Target = N.Target;
    Status = std::max(Status, printUnit(extractCommand(N.Command, E), O));
  }
  return Status;
}

int runDump(const Options &O) {
  if (O.Paths.size() != 1)
    return complain(llvm::createStringError(
        "one file is wanted: 'cotidy dump FILE.cpp -- FLAGS' or "
        "'cotidy dump FILE.facts'"));
  if (llvm::sys::path::extension(O.Paths.front()) == ".facts")
    return dumpFactsFile(O.Paths.front(), O);
  return dumpSource(O);
}

} // namespace cotidy::cli
