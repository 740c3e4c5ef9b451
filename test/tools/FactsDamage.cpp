//===- FactsDamage.cpp - facts files, damaged in every way ----------------===//
// Truncation at every length, every bit flipped, every aligned word of the
// payload overwritten with ids that are out of range, absent or another's. The
// last kind is sealed with a fitting checksum, so that it reaches the verifier
// and what comes behind it.
//===----------------------------------------------------------------------===//
#include "FactsDamage.h"

#include "facts/Printer.h"
#include "program/FactsFile.h"
#include "program/FactsFileFormat.h"
#include "program/FactsFile_generated.h"

#include <cstring>

namespace cotidy {

namespace {

class Damager {
public:
  explicit Damager(const facts::Unit &U) : Original(U) {}

  DamageReport run();

private:
  void truncate();
  void flip();
  void overwrite();
  /// Reads `Bytes`; a sealed damage may give another sound unit.
  bool tryOut(const std::string &Bytes, bool Sealed, const std::string &What);
  bool fault(const std::string &What, const std::string &Why);

  const facts::Unit &Original;
  std::string Sound;
  DamageReport Report;
};

bool Damager::fault(const std::string &What, const std::string &Why) {
  Report.Fault = What + ": " + Why;
  return false;
}

bool Damager::tryOut(const std::string &Bytes, bool Sealed, const std::string &What) {
  llvm::Expected<facts::Unit> Got = readFacts(Bytes, "unit.facts");
  if (!Got) {
    std::string Error = llvm::toString(Got.takeError());
    return llvm::StringRef(Error).starts_with("unit.facts: ") ||
           fault(What, "an error without the file's name: " + Error);
  }
  if (*Got == Original) {
    ++Report.Equal;
    return true;
  }
  if (!Sealed)
    return fault(What, "read as another unit");
  if (std::string Why = findFault(*Got); !Why.empty())
    return fault(What, "read as a unit with a fault: " + Why);
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  print(*Got, OS);
  ++Report.Other;
  return true;
}

void Damager::truncate() {
  for (size_t Length = 0; Length < Sound.size() && Report.Fault.empty(); ++Length) {
    ++Report.Truncated;
    tryOut(Sound.substr(0, Length), false, "cut after " + std::to_string(Length));
  }
}

void Damager::flip() {
  for (size_t At = 0; At < Sound.size(); ++At)
    for (unsigned Bit = 0; Bit < 8; ++Bit) {
      std::string Bytes = Sound;
      Bytes[At] ^= char(1u << Bit);
      ++Report.Flipped;
      if (!tryOut(Bytes, false, "bit " + std::to_string(Bit) + " of byte " + std::to_string(At)))
        return;
    }
}

void Damager::overwrite() {
  const store::File &File = *store::GetFile(Sound.data());
  const auto *Base = reinterpret_cast<const uint8_t *>(Sound.data());
  size_t Begin = File.payload()->data() - Base, Size = File.payload()->size();
  // Where the checksum stands: found by its value, which occurs once.
  uint64_t Checksum = File.checksum();
  size_t Seal = Sound.find(std::string_view(reinterpret_cast<const char *>(&Checksum), 8));
  for (size_t At = Begin; At + 4 <= Begin + Size; At += 4) {
    uint32_t Old;
    std::memcpy(&Old, Base + At, 4);
    for (uint32_t New : {0u, 1u, Old + 1, Old - 1, Old ^ 0x100u, 0x7fffffffu, ~0u}) {
      std::string Bytes = Sound;
      std::memcpy(Bytes.data() + At, &New, 4);
      uint64_t Fitting = store::checksumOf(
          {reinterpret_cast<const uint8_t *>(Bytes.data()) + Begin, Size});
      std::memcpy(Bytes.data() + Seal, &Fitting, 8);
      ++Report.Overwritten;
      if (!tryOut(Bytes, true, "word at " + std::to_string(At) + " now " + std::to_string(New)))
        return;
    }
  }
}

DamageReport Damager::run() {
  llvm::Expected<std::string> Bytes = writeFacts(Original);
  if (!Bytes) {
    Report.Fault = llvm::toString(Bytes.takeError());
    return Report;
  }
  Sound = std::move(*Bytes);
  if (tryOut(Sound, false, "undamaged") && Report.Equal != 1)
    fault("undamaged", "not read back");
  if (Report.Fault.empty())
    truncate();
  if (Report.Fault.empty())
    flip();
  if (Report.Fault.empty())
    overwrite();
  return Report;
}

} // namespace

DamageReport damageEverywhere(const facts::Unit &U) { return Damager(U).run(); }

} // namespace cotidy
