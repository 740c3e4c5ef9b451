//===- facts-tool.cpp - the fact language, for tests ----------------------===//
// facts-tool print FILE       the parsed text, printed
// facts-tool roundtrip FILE...   text and file form give the same unit back
// facts-tool mutate FILE      the file form, damaged everywhere, never misleads
// facts-tool linked FILE      the unit as linking leaves it, models applied
// facts-tool missing [--only NOTION]... FILE...   what of the language, e.g. of
//                             its kinds ('kind'), no file shows
// facts-tool pack FILE OUT    the file form;   facts-tool unpack FILE   its text
// FILE is in text form except for unpack; '-' is standard input.
//===----------------------------------------------------------------------===//
#include "FactsCoverage.h"
#include "FactsDamage.h"

#include "facts/Parser.h"
#include "facts/Printer.h"
#include "facts/StringWalk.h"
#include "program/FactsFile.h"
#include "program/Impl.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>

using namespace cotidy;
using llvm::StringRef;

static bool fail(const llvm::Twine &Why) {
  llvm::errs() << "facts-tool: " << Why << '\n';
  return false;
}

/// What the file holds, or nothing and a message.
static std::unique_ptr<llvm::MemoryBuffer> open(StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFileOrSTDIN(Path);
  if (Buffer)
    return std::move(*Buffer);
  fail("cannot read '" + Path + "': " + Buffer.getError().message());
  return nullptr;
}

static bool parseFile(StringRef Path, facts::Unit &U) {
  auto Buffer = open(Path);
  if (!Buffer)
    return false;
  auto Parsed = facts::parse(Buffer->getBuffer(), Path);
  if (!Parsed)
    return fail(llvm::toString(Parsed.takeError()));
  U = std::move(*Parsed);
  return true;
}

static std::string textOf(const facts::Unit &U) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  print(U, OS);
  return Text;
}

/// The same unit as another producer might have numbered its strings: backwards,
/// with one that nothing refers to.
static facts::Unit withOtherStrings(facts::Unit U) {
  uint32_t Last = U.Strings.size() - 1;
  auto Backwards = [&](facts::StrId &Id) {
    if (Id != facts::StrId::Empty)
      Id = facts::StrId(Last + 1 - raw(Id));
  };
  facts::StringWalk(Backwards).walk(U);
  std::reverse(U.Strings.begin() + 1, U.Strings.end());
  U.Strings.push_back("a string of nobody");
  return U;
}

static bool checkText(const facts::Unit &U) {
  std::string Text = textOf(U);
  auto Again = facts::parse(Text, "printed");
  if (!Again)
    return fail("the printed text does not parse: " + llvm::toString(Again.takeError()));
  facts::Unit Renumbered = U;
  renumberStrings(Renumbered);
  if (*Again != Renumbered)
    return fail("the printed text gives another unit:\n" + textOf(*Again));
  if (textOf(*Again) != Text)
    return fail("the unit prints differently the second time:\n" + textOf(*Again));
  return true;
}

static bool checkFile(const facts::Unit &U) {
  auto Bytes = writeFacts(U);
  if (!Bytes)
    return fail(llvm::toString(Bytes.takeError()));
  // One byte off, so that nothing rests on the alignment of the caller's bytes.
  std::string Shifted = "x" + *Bytes;
  auto Again = readFacts(StringRef(Shifted).drop_front(), "written");
  if (!Again)
    return fail(llvm::toString(Again.takeError()));
  if (*Again != U)
    return fail("the file gives another unit:\n" + textOf(*Again));
  auto BytesAgain = writeFacts(*Again);
  if (!BytesAgain)
    return fail(llvm::toString(BytesAgain.takeError()));
  return *BytesAgain == *Bytes || fail("equal units give unequal bytes");
}

static bool roundTrip(StringRef Path) {
  facts::Unit U;
  if (!parseFile(Path, U))
    return false;
  facts::Unit Other = withOtherStrings(U);
  if (!checkText(U) || !checkFile(U) || !checkText(Other) || !checkFile(Other))
    return false;
  llvm::outs() << "same: " << U.Types.size() << " types, " << U.Functions.size()
               << " functions\n";
  return true;
}

static bool mutate(StringRef Path) {
  facts::Unit U;
  if (!parseFile(Path, U))
    return false;
  DamageReport R = damageEverywhere(U);
  llvm::outs() << "truncated " << R.Truncated << ", flipped " << R.Flipped
               << ", overwritten " << R.Overwritten << ": " << R.Equal << " read as equal, "
               << R.Other << " sealed ones as another sound unit\n";
  return R.Fault.empty() || fail(R.Fault);
}

static bool printMissing(llvm::ArrayRef<const char *> Args) {
  std::vector<std::string> Only;
  for (; Args.size() > 1 && StringRef(Args[0]) == "--only"; Args = Args.drop_front(2))
    Only.push_back(std::string(Args[1]) + " '");
  auto Asked = [&](StringRef Missing) {
    return Only.empty() ||
           llvm::any_of(Only, [&](StringRef Notion) { return Missing.starts_with(Notion); });
  };
  FactsCoverage Coverage;
  for (StringRef Path : Args) {
    facts::Unit U;
    if (!parseFile(Path, U))
      return false;
    Coverage.add(U);
  }
  bool All = true;
  for (const std::string &Each : Coverage.missing()) {
    if (!Asked(Each))
      continue;
    llvm::outs() << Each << '\n';
    All = false;
  }
  return All;
}

/// Linking adds facts from models; what it leaves is a sound unit too.
static bool printLinked(StringRef Path) {
  facts::Unit U;
  if (!parseFile(Path, U))
    return false;
  auto P = Program::link({std::move(U)}, {});
  if (!P)
    return fail(llvm::toString(P.takeError()));
  const facts::Unit &Linked = (*P)->impl().U;
  if (std::string Why = findFault(Linked); !Why.empty())
    return fail("after linking '" + Path + "': " + Why);
  print(Linked, llvm::outs());
  return true;
}

static bool pack(StringRef Path, StringRef Out) {
  facts::Unit U;
  if (!parseFile(Path, U))
    return false;
  auto Bytes = writeFacts(U);
  if (!Bytes)
    return fail(llvm::toString(Bytes.takeError()));
  std::error_code Error;
  llvm::raw_fd_ostream OS(Out, Error);
  if (Error)
    return fail("cannot write '" + Out + "': " + Error.message());
  OS << *Bytes;
  return true;
}

static bool unpack(StringRef Path) {
  auto Buffer = open(Path);
  if (!Buffer)
    return false;
  auto U = readFacts(Buffer->getBuffer(), Path);
  if (!U)
    return fail(llvm::toString(U.takeError()));
  print(*U, llvm::outs());
  return true;
}

static bool run(StringRef Command, llvm::ArrayRef<const char *> Args) {
  facts::Unit U;
  if (Command == "missing" && !Args.empty())
    return printMissing(Args);
  if (Command == "roundtrip" && !Args.empty())
    return llvm::all_of(Args, [](StringRef Path) { return roundTrip(Path); });
  if (Command == "pack" && Args.size() == 2)
    return pack(Args[0], Args[1]);
  if (Args.size() != 1)
    return fail("see the head of facts-tool.cpp for how it is used");
  if (Command == "mutate")
    return mutate(Args[0]);
  if (Command == "linked")
    return printLinked(Args[0]);
  if (Command == "unpack")
    return unpack(Args[0]);
  if (Command != "print")
    return fail("no command '" + Command + "'");
  if (!parseFile(Args[0], U))
    return false;
  print(U, llvm::outs());
  return true;
}

int main(int Count, char **Args) {
  llvm::ArrayRef<const char *> All(Args, Count);
  return Count > 1 && run(All[1], All.drop_front(2)) ? 0 : 1;
}
