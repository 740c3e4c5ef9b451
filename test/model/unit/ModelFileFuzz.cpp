//===- ModelFileFuzz.cpp - any bytes as a model file ----------------------===//
// A target for libFuzzer, built by tool/dev/fuzz: whatever a model file holds
// is read or refused, and a refusal names the file and a line. Not part of any
// other build.
//===----------------------------------------------------------------------===//
#include "model/ModelFile.h"

#include "llvm/ADT/StringExtras.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Text(reinterpret_cast<const char *>(Data), Size);
  auto Rows = cotidy::model::readModelFile(Text, "any.yaml");
  if (Rows)
    return 0;
  std::string Fault = llvm::toString(Rows.takeError());
  llvm::StringRef Rest = Fault;
  if (!Rest.consume_front("any.yaml:") || Rest.empty() || !llvm::isDigit(Rest.front()))
    std::abort();
  return 0;
}
