//===- Extract.cpp - `cotidy extract` -------------------------------------===//
// One compile command into one facts file: a pure function of its inputs, to
// be an action of a build system. The file is written even if the unit has
// errors, which the exit status tells.
//===----------------------------------------------------------------------===//
#include "cli/Config.h"
#include "cli/DriverFlags.h"
#include "cli/Launchers.h"
#include "cli/Outputs.h"
#include "settings/Paths.h"
#include "cli/Plan.h"
#include "settings/Root.h"
#include "cli/Run.h"
#include "program/FactsFile.h"

namespace cotidy::cli {

static llvm::Error failure(const llvm::Twine &Message) {
  return llvm::createStringError(Message.str());
}

/// A cause of failure as one line.
static std::string asLine(const std::string &Cause, const std::string &Unit) {
  return report::failureLine({Cause, "", {Unit}}) + " (" + Unit + ")";
}

/// The one input file of a command line.
static llvm::Expected<std::string> inputOf(const RawCommand &Raw) {
  llvm::Expected<RawCommand> C = withoutLaunchers(Raw);
  if (!C)
    return failure(asLine(llvm::toString(C.takeError()), "the command"));
  if (C->Arguments.empty())
    return failure("no command is given: 'cotidy extract -o FILE -- g++ -c "
                   "a.cpp'");
  std::vector<std::string> Inputs;
  std::vector<std::string> Flags(C->Arguments.begin() + 1, C->Arguments.end());
  for (const DriverFlag &F :
       readFlags(Flags, readCompilerName(C->Arguments[0]).MsvcStyle))
    if (F.Is == Meaning::Input)
      Inputs.push_back(F.Value);
  if (Inputs.size() != 1)
    return failure("the command has " + llvm::Twine(Inputs.size()) +
                   " input files; one is wanted");
  return Inputs.front();
}

int runExtract(const Options &O) {
  if (O.OutputFile.empty() || !O.HasFlags || !O.Paths.empty())
    return complain(failure("'cotidy extract -o FILE -- COMMAND' is wanted, "
                            "COMMAND as in 'g++ -c a.cpp'"));
  RawCommand C;
  C.Directory = workingDirectory();
  C.Arguments = O.Flags;
  llvm::Expected<std::string> Input = inputOf(C);
  if (!Input)
    return complain(Input.takeError());
  C.File = absolutePath(*Input, C.Directory);
  Normalised N = normalise(C);
  if (!N.Fault.empty())
    return complain(failure(asLine(N.Fault, *Input)));
  if (!N.Skipped.empty())
    return complain(failure("'" + *Input + "' is " + N.Skipped +
                            ", of which no facts can be had"));

  Options Local = O;
  Plan P(Local);
  if (Local.Root.empty())
    Local.Root = projectRoot({C.File}, "");
  if (llvm::Error E = makePlanForFacts(Local, P))
    return complain(std::move(E));
  ExtractOptions E = P.extractOptions();
  E.Target = N.Target;
  facts::Unit U = extractCommand(N.Command, E);
  for (const std::string &Error : U.Errors)
    llvm::errs() << Error << '\n';
  llvm::Expected<std::string> Bytes = writeFacts(U);
  if (!Bytes)
    return complain(Bytes.takeError());
  if (llvm::Error E = writeOut(O.OutputFile, *Bytes))
    return complain(std::move(E));
  return U.Failed ? 2 : 0;
}

} // namespace cotidy::cli
