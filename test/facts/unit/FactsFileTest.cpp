//===- FactsFileTest.cpp - facts files beyond what a tool can show --------===//
// The limit of size, the empty unit, files of another build. Round trips and
// damage are in test/facts/*.facts and *.test.
//===----------------------------------------------------------------------===//
#include "program/FactsFile.h"
#include "program/FactsFileFormat.h"

#include "base/CheckInfo.h"
#include "facts/Parser.h"

#include <gtest/gtest.h>

using namespace cotidy;

namespace {

facts::Unit unitOf(llvm::StringRef Text) {
  llvm::Expected<facts::Unit> U = facts::parse(Text, "text");
  EXPECT_TRUE(bool(U)) << llvm::toString(U.takeError());
  return std::move(*U);
}

std::string bytesOf(const facts::Unit &U) {
  llvm::Expected<std::string> Bytes = writeFacts(U);
  EXPECT_TRUE(bool(Bytes)) << llvm::toString(Bytes.takeError());
  return std::move(*Bytes);
}

TEST(FactsFile, RefusesWhatPassesTheLimit) {
  facts::Unit U = unitOf("unit \"src/large.cpp\"\nfunction \"f\"\n");
  size_t Size = bytesOf(U).size();
  llvm::Expected<std::string> Bytes = writeFacts(U, Size - 1);
  ASSERT_FALSE(bool(Bytes));
  EXPECT_EQ(llvm::toString(Bytes.takeError()),
            "the facts of 'src/large.cpp' would take 0 MiB, more than a facts file can hold");
}

/// The limit is compared with an estimate, which must not be too low.
TEST(FactsFile, IsNeverLargerThanItsEstimate) {
  std::string Text = "unit \"a.cpp\"\n";
  for (unsigned I = 0; I < 300; ++I) {
    std::string N = std::to_string(I);
    Text += "unknown-node \"N" + N + "\" 1\nerror \"e\"\nfile " + N + " \"f" + N + "\"\n";
  }
  for (unsigned I = 0; I < 300; ++I) {
    std::string N = std::to_string(I);
    Text += "type \"T" + N + "\"\n  field \"x\"\nfunction \"f" + N +
            "\"\n  param 0\n  local 0\n  call callee \"f0\" args (int " + N +
            ", addr l0[]) to p0\n";
  }
  facts::Unit U = unitOf(Text);
  EXPECT_FALSE(bool(llvm::expectedToOptional(writeFacts(U, bytesOf(U).size() - 1))));
}

TEST(FactsFile, OfAnEmptyUnit) {
  facts::Unit U;
  llvm::Expected<facts::Unit> Again = readFacts(bytesOf(U), "empty");
  ASSERT_TRUE(bool(Again)) << llvm::toString(Again.takeError());
  EXPECT_EQ(*Again, U);
}

TEST(FactsFile, OfAnotherBuildIsSaidToBeSo) {
  std::string Bytes = bytesOf(unitOf("unit \"a.cpp\"\n"));
  uint64_t Digest = store::languageDigest();
  size_t At = Bytes.find(std::string_view(reinterpret_cast<const char *>(&Digest), 8));
  ASSERT_NE(At, std::string::npos);
  Bytes[At] ^= 1;
  llvm::Expected<facts::Unit> U = readFacts(Bytes, "x.facts");
  ASSERT_FALSE(bool(U));
  EXPECT_EQ(llvm::toString(U.takeError()),
            "x.facts: written by another build of cotidy " + std::string(toolVersion()) +
                ": delete it and run again");
}

} // namespace
