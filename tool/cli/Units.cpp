#include "cli/Units.h"
#include "settings/Paths.h"

#include "base/CheckInfo.h"
#include "program/FactsFile.h"

#include "llvm-c/Core.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/MemoryBuffer.h"

#include <optional>

namespace cotidy::cli {

namespace {
/// A digest of texts in which the borders between them count.
class KeyBuilder {
public:
  void add(llvm::StringRef Text) {
    Hash.update(std::to_string(Text.size()) + ":");
    Hash.update(Text);
  }
  std::string take() {
    return llvm::toHex(Hash.final<16>(), /*LowerCase=*/true);
  }

private:
  llvm::BLAKE3 Hash;
};
} // namespace

/// Tells apart tools of one version built from different sources, and the
/// clang that they run with.
static std::string programDigest() {
  unsigned Major, Minor, Patch;
  LLVMGetVersion(&Major, &Minor, &Patch);
  std::string Digest = std::to_string(Major) + "." + std::to_string(Minor) +
                       "." + std::to_string(Patch) + "+";
  if (auto Program = llvm::MemoryBuffer::getFile("/proc/self/exe", false, false))
    Digest += FileStates::digestOf((*Program)->getBuffer());
  return Digest;
}

static std::string keyOf(const Normalised &N, const ExtractOptions &O,
                         llvm::StringRef ToolDigest) {
  KeyBuilder K;
  K.add(llvm::StringRef(toolVersion()));
  K.add(ToolDigest);
  K.add(O.Models->extractionKey());
  K.add(O.Root);
  K.add(O.BuildDir);
  K.add(std::to_string(O.Exclude.size()));
  for (const std::string &E : O.Exclude)
    K.add(E);
  K.add(N.Target);
  K.add(N.Command.Directory);
  K.add(N.Command.File);
  for (const std::string &A : N.Command.Arguments)
    K.add(A);
  return K.take();
}

/// A worker hands back a facts file after this mark, or a message without it.
static constexpr char FactsMark = '\1';

static std::string extractOne(const Normalised &N, ExtractOptions O) {
  O.Target = N.Target;
  llvm::Expected<std::string> Bytes =
      writeFacts(extractCommand(N.Command, O));
  if (!Bytes)
    return llvm::toString(Bytes.takeError());
  return FactsMark + *Bytes;
}

namespace {
class Reader {
public:
  Reader(const std::vector<Normalised> &Commands, const Reading &R)
      : Commands(Commands), R(R), Facts(Commands.size()),
        Keys(Commands.size()) {}

  ReadUnits run() {
    Since = FileStates::now();
    lookUp();
    Out.Interrupted = !extractMissing();
    if (R.Kept && Stored)
      R.Kept->shrink();
    for (size_t I = 0; I < Commands.size() && !Out.Interrupted; ++I)
      if (Facts[I])
        take(I);
    return std::move(Out);
  }

private:
  std::string nameOf(size_t I) const {
    return relativeTo(Commands[I].Command.File, R.Extract.Root);
  }

  void lookUp() {
    std::string ToolDigest = R.Kept ? programDigest() : "";
    for (size_t I = 0; I < Commands.size(); ++I) {
      if (R.Kept)
        Keys[I] = keyOf(Commands[I], R.Extract, ToolDigest);
      if (R.Kept && reuse(I)) {
        ++Out.Reused;
        tell(I);
      } else {
        Missing.push_back(I);
      }
    }
  }

  /// The cache vouches for the bytes; the reader, for what they mean.
  bool reuse(size_t I) {
    std::optional<std::string> Bytes = R.Kept->find(Keys[I], States);
    if (!Bytes)
      return false;
    llvm::Expected<facts::Unit> U = readFacts(*Bytes, nameOf(I));
    if (!U) {
      llvm::consumeError(U.takeError());
      R.Kept->drop(Keys[I]);
      return false;
    }
    Facts[I] = std::move(*U);
    return true;
  }

  bool extractMissing() {
    auto Work = [&](size_t M) {
      return extractOne(Commands[Missing[M]], R.Extract);
    };
    auto Finished = [&](size_t M, Outcome O) {
      ++Out.Extracted;
      finish(Missing[M], std::move(O));
      tell(Missing[M]);
    };
    return runWorkers(Missing.size(), R.Workers, Work, Finished);
  }

  void finish(size_t I, Outcome O) {
    if (O.How != Outcome::Done || O.Bytes.empty())
      return Out.Failed.add(causeOf(O, R.Workers.Timeout), nameOf(I));
    if (O.Bytes.front() != FactsMark)
      return Out.Failed.add({"have facts that cannot be written", O.Bytes},
                            nameOf(I));
    O.Bytes.erase(0, 1);
    llvm::Expected<facts::Unit> U = readFacts(O.Bytes, nameOf(I));
    if (!U)
      return Out.Failed.add({"have facts that cannot be read",
                             llvm::toString(U.takeError())},
                            nameOf(I));
    if (R.Kept && !U->Failed)
      keep(I, *U, O.Bytes);
    Facts[I] = std::move(*U);
  }

  void tell(size_t I) {
    if (R.Progress)
      R.Progress(++Told, Commands.size(), nameOf(I));
  }

  void take(size_t I) {
    facts::Unit &U = *Facts[I];
    if (Commands[I].Cxx && isBelowCxx20(U.Standard) &&
        mentionsCoroutines(U, R.Extract.Root)) {
      U.Failed = true;
      Out.Failed.add(belowCxx20(Commands[I].Standard), nameOf(I));
    } else if (U.Failed) {
      Out.Failed.add(causeOf(U), nameOf(I));
    }
    Out.Units.push_back(std::move(U));
  }

  /// A unit that failed is not kept: what it lacks may come at any time.
  void keep(size_t I, const facts::Unit &U, const std::string &Bytes) {
    std::vector<ReadFile> Read;
    for (const facts::SourceFile &F : U.Files) {
      if (F.Path.empty() || F.Path.front() == '<')
        continue;
      if (F.Digest.empty())
        return;
      std::string Path = absolutePath(F.Path, R.Extract.Root);
      Read.push_back({Path, States.stateOf(Path, F.Digest, Since)});
    }
    R.Kept->store(Keys[I], Read, Bytes);
    Stored = true;
  }

  const std::vector<Normalised> &Commands;
  const Reading &R;
  ReadUnits Out;
  std::vector<std::optional<facts::Unit>> Facts;
  std::vector<std::string> Keys;
  std::vector<size_t> Missing;
  FileStates States;
  int64_t Since = 0;
  size_t Told = 0;
  bool Stored = false;
};
} // namespace

ReadUnits readUnits(const std::vector<Normalised> &Commands,
                    const Reading &R) {
  return Reader(Commands, R).run();
}

} // namespace cotidy::cli
