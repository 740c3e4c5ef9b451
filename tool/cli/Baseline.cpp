#include "cli/Baseline.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

namespace cotidy::cli {

static constexpr int FormatVersion = 1;

static llvm::Error noBaseline(const std::string &File, const llvm::Twine &Why) {
  return llvm::createStringError("'" + File + "' is no baseline: " + Why +
                                 "; write one with '--write-baseline'");
}

llvm::Expected<std::set<std::string>> readBaseline(const std::string &File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/true);
  if (!Buffer)
    return llvm::createStringError("cannot read the baseline '" + File +
                                   "': " + Buffer.getError().message());
  llvm::Expected<llvm::json::Value> Root = llvm::json::parse((*Buffer)->getBuffer());
  if (!Root)
    return noBaseline(File, llvm::toString(Root.takeError()));
  const llvm::json::Object *Map = Root->getAsObject();
  const llvm::json::Array *All = Map ? Map->getArray("findings") : nullptr;
  if (!All)
    return noBaseline(File, "it has no list 'findings'");
  if (std::optional<int64_t> Format = Map->getInteger("format"); Format != FormatVersion)
    return noBaseline(File, "its format is not " + llvm::Twine(FormatVersion));
  std::set<std::string> Fingerprints;
  for (const llvm::json::Value &One : *All) {
    const llvm::json::Object *Entry = One.getAsObject();
    std::optional<llvm::StringRef> F = Entry ? Entry->getString("fingerprint") : std::nullopt;
    if (!F)
      return noBaseline(File, "a finding has no 'fingerprint'");
    Fingerprints.insert(F->str());
  }
  return Fingerprints;
}

std::string baselineOf(const std::vector<Finding> &Findings) {
  std::map<std::string, const Finding *> Sorted;
  for (const Finding &F : Findings)
    Sorted.emplace(F.Fingerprint, &F);
  std::string Bytes;
  llvm::raw_string_ostream OS(Bytes);
  llvm::json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attribute("format", FormatVersion);
    J.attributeArray("findings", [&] {
      for (const auto &[Fingerprint, F] : Sorted)
        J.object([&] {
          // What people look for; only the fingerprint counts.
          J.attribute("fingerprint", Fingerprint);
          J.attribute("check", F->Check);
          J.attribute("file", llvm::json::fixUTF8(F->Primary.File));
          J.attribute("function", llvm::json::fixUTF8(F->Function));
        });
    });
  });
  Bytes += '\n';
  return Bytes;
}

} // namespace cotidy::cli
