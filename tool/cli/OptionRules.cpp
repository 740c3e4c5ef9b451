#include "cli/OptionRules.h"

namespace cotidy::cli {

llvm::Error failure(const llvm::Twine &Message) {
  return llvm::createStringError(Message.str());
}

llvm::Error findContradiction(const Options &O) {
  unsigned OnStandardOutput = 0;
  for (const Output &Out : O.Outputs)
    OnStandardOutput += Out.File.empty();
  if (OnStandardOutput > 1)
    return failure("only one '--format' can go to standard output; give the "
                   "others an '--output=FILE'");
  for (size_t I = 0; I < O.Outputs.size(); ++I)
    for (size_t K = I + 1; K < O.Outputs.size(); ++K)
      if (O.Outputs[I].File == O.Outputs[K].File)
        return failure("two formats go to the file '" + O.Outputs[I].File +
                       "'");
  if (O.HasFlags && !O.BuildDir.empty())
    return failure("'-p' and '-- FLAGS' exclude each other: a command comes "
                   "from the database or from the flags");
  return llvm::Error::success();
}

llvm::Error takeTopic(Options &O) {
  if (O.Do != Command::Graph && O.Do != Command::Models)
    return llvm::Error::success();
  bool Graph = O.Do == Command::Graph;
  if (O.Paths.empty() || O.Paths.front() != (Graph ? "locks" : "suggest"))
    return failure(Graph ? "'cotidy graph' draws 'locks': 'cotidy graph locks ...'"
                         : "'cotidy models' can 'suggest' them: 'cotidy models suggest ...'");
  O.Paths.erase(O.Paths.begin());
  return llvm::Error::success();
}

} // namespace cotidy::cli
