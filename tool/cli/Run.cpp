#include "cli/Run.h"
#include "cli/Outputs.h"

#include "base/CheckInfo.h"

#include "llvm/Config/llvm-config.h"

namespace cotidy::cli {

int run(llvm::ArrayRef<std::string> Arguments) {
  llvm::Expected<Options> Parsed = parseOptions(Arguments);
  if (!Parsed)
    return complain(Parsed.takeError());
  const Options &O = *Parsed;
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  if (O.WantsHelp)
    printHelp(O, OS);
  else if (O.WantsVersion)
    OS << "cotidy " << llvm::StringRef(toolVersion()) << " (clang "
       << LLVM_VERSION_STRING << ")\n";
  if (!Text.empty()) {
    if (llvm::Error E = writeOut("", Text))
      return complain(std::move(E));
    return 0;
  }
  switch (O.Do) {
  case Command::Check:
  case Command::Graph:
  case Command::Models:
    return runCheck(O);
  case Command::Extract:
    return runExtract(O);
  case Command::Link:
    return runLink(O);
  case Command::Dump:
    return runDump(O);
  case Command::ListChecks:
    return runListChecks(O);
  case Command::Explain:
    return runExplain(O);
  }
  return 3;
}

} // namespace cotidy::cli
