//===- MutationTest.cpp - the reader never crashes ------------------------===//
// Random edits of the built-in files, with a fixed seed: whatever comes out is
// either read or refused with the file's name. Runs under sanitizers as it is.
//===----------------------------------------------------------------------===//
#include "model/BuiltInFiles.h"
#include "model/ModelFile.h"

#include <gtest/gtest.h>

#include <random>

using namespace cotidy::model;

namespace {

constexpr unsigned Rounds = 3000;

/// A piece of one of the files, so that mutants are cheap and still have rows.
std::string pickPiece(std::mt19937 &Random) {
  auto Files = builtInFiles();
  std::string_view Text = Files[Random() % Files.size()].Text;
  size_t Start = Text.find("\n  - name", Random() % Text.size());
  if (Start == Text.npos)
    Start = Text.find("\n  - name");
  return "functions:" + std::string(Text.substr(Start, 400 + Random() % 1200)) + "\n";
}

std::string pickToken(std::mt19937 &Random) {
  static const std::string Tokens[] = {
      "[", "]", "{", "}", ":", ": ", "- ", "\n", "\n  ", "\t", "'", "\"", "\\", "*", "&a ", "!!", "|\n",
      ">\n", "#", "---\n", "...\n", "%YAML 1.2\n", "? ", ",", "\xc3", "\xef\xbb\xbf", std::string(1, '\0'),
      "99999999999999999999", "-1", "name: ", "unless: ", "<<: ", "~", "null", "\r", "\x80", "\"\\u12"};
  return Tokens[Random() % std::size(Tokens)];
}

void mutate(std::string &Text, std::mt19937 &Random) {
  size_t At = Random() % Text.size();
  switch (Random() % 6) {
  case 0:
    Text[At] = static_cast<char>(Random());
    return;
  case 1:
    Text.erase(At, 1 + Random() % 20);
    return;
  case 2:
    Text.insert(At, pickToken(Random));
    return;
  case 3: // the same piece once more
    Text.insert(At, Text.substr(Random() % Text.size(), Random() % 80));
    return;
  case 4:
    Text.resize(At + 1);
    return;
  default: // another indentation
    if (size_t Line = Text.find('\n', At); Line != Text.npos)
      Text.insert(Line + 1, Random() % 5, ' ');
    return;
  }
}

TEST(Mutations, AreReadOrRefused) {
  std::mt19937 Random(20210);
  unsigned Read = 0, Refused = 0;
  for (unsigned Round = 0; Round != Rounds; ++Round) {
    std::string Text = pickPiece(Random);
    for (unsigned Edits = Random() % 6; Edits && !Text.empty(); --Edits)
      mutate(Text, Random);
    llvm::Expected<ModelFile> Rows = readModelFile(Text, "mutant.yaml");
    if (Rows) {
      ++Read;
      continue;
    }
    ++Refused;
    std::string Fault = llvm::toString(Rows.takeError());
    ASSERT_EQ(Fault.rfind("mutant.yaml:", 0), 0u) << Fault;
  }
  // Both must be common, or the edits test nothing.
  EXPECT_GT(Read, Rounds / 10);
  EXPECT_GT(Refused, Rounds / 10);
}

} // namespace
