//===- SourceFiles.cpp - which files are user code ------------------------===//
// See SourceFiles.h. Paths are compared by their real names, so that a root
// given through a link still contains its files.
//===----------------------------------------------------------------------===//
#include "extract/SourceFiles.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

static std::string realPath(StringRef P) {
  SmallString<256> Out;
  if (P.empty() || sys::fs::real_path(P, Out))
    return P.str();
  return Out.str().str();
}

/// The part of `Path` below `Dir`, or empty.
static StringRef below(StringRef Path, StringRef Dir) {
  if (Dir.empty() || !Path.consume_front(Dir))
    return {};
  if (!Dir.ends_with("/") && !Path.consume_front("/"))
    return {};
  return Path;
}

SourceFiles::SourceFiles(const SourceManager &SM, const ExtractOptions &O,
                         facts::Unit &U)
    : SM(SM), O(O), U(U), Root(realPath(O.Root)),
      BuildDir(realPath(O.BuildDir)) {}

bool SourceFiles::isExcluded(StringRef Relative) const {
  for (StringRef Glob : O.Exclude) {
    Expected<GlobPattern> G = GlobPattern::create(Glob);
    if (!G) {
      consumeError(G.takeError());
      continue;
    }
    // A glob names a folder of any depth, or a path from the root.
    if (G->match(Relative))
      return true;
    StringRef Rest = Relative;
    for (size_t Slash; (Slash = Rest.find('/')) != StringRef::npos;
         Rest = Rest.substr(Slash + 1))
      if (G->match(Rest.take_front(Slash)) ||
          G->match(Relative.take_front(Rest.data() - Relative.data() + Slash)))
        return true;
  }
  return false;
}

static bool looksGenerated(StringRef Text) {
  StringRef Head = Text.take_front(2000);
  for (unsigned Line = 0; Line < 10 && !Head.empty(); ++Line) {
    auto [First, Rest] = Head.split('\n');
    if (First.contains("@generated") || First.contains("DO NOT EDIT"))
      return true;
    Head = Rest;
  }
  return false;
}

uint32_t SourceFiles::indexOf(FileEntryRef E, bool System) {
  std::string Real = E.getFileEntry().tryGetRealPathName().str();
  if (Real.empty())
    Real = realPath(E.getName());
  StringRef Relative = below(Real, Root);
  std::string Path = Relative.empty() ? Real : Relative.str();
  auto [It, New] = ByPath.try_emplace(Path, U.Files.size());
  if (!New)
    return It->second;
  facts::SourceFile F;
  F.Path = Path;
  bool InBuild = !BuildDir.empty() && BuildDir != Root &&
                 !below(Real, BuildDir).empty();
  if (System)
    F.Flags |= facts::FileSystem;
  else if (!Relative.empty() && !InBuild && !isExcluded(Relative))
    F.Flags |= facts::FileUser;
  FileID Id;
  if (O.ListFiles || (F.Flags & facts::FileUser))
    Id = SM.translateFile(E);
  if (std::optional<StringRef> Text =
          Id.isValid() ? SM.getBufferDataOrNone(Id) : std::nullopt) {
    F.Digest = utohexstr(xxh3_64bits(*Text), /*LowerCase=*/true);
    if ((F.Flags & facts::FileUser) && looksGenerated(*Text))
      F.Flags |= facts::FileGenerated;
  }
  U.Files.push_back(std::move(F));
  return It->second;
}

uint32_t SourceFiles::indexOf(FileID F) {
  auto [It, New] = ByFile.try_emplace(F, 0);
  if (!New)
    return It->second;
  uint32_t Index;
  if (OptionalFileEntryRef E = SM.getFileEntryRefForID(F)) {
    Index = indexOf(*E, SrcMgr::isSystem(SM.getFileCharacteristic(
                            SM.getLocForStartOfFile(F))));
  } else { // built-in and command-line buffers
    auto [P, Fresh] = ByPath.try_emplace("<built-in>", U.Files.size());
    if (Fresh)
      U.Files.push_back({"<built-in>", facts::FileSystem, ""});
    Index = P->second;
  }
  ByFile[F] = Index;
  return Index;
}

uint8_t SourceFiles::flags(SourceLocation L) {
  if (L.isInvalid())
    return facts::FileSystem;
  FileID F = SM.getFileID(SM.getExpansionLoc(L));
  return F.isValid() ? U.Files[indexOf(F)].Flags : uint8_t(facts::FileSystem);
}

Spot SourceFiles::spot(SourceLocation L) {
  if (L.isInvalid())
    return {};
  auto [F, Offset] = SM.getDecomposedExpansionLoc(L);
  if (F.isInvalid())
    return {};
  return {indexOf(F), SM.getLineNumber(F, Offset), SM.getColumnNumber(F, Offset)};
}

void SourceFiles::addAll() {
  indexOf(SM.getMainFileID());
  if (!U.Files.empty())
    U.MainFile = U.Files.front().Path;
  if (!O.ListFiles)
    return;
  std::map<std::string, FileEntryRef> Sorted;
  for (auto It = SM.fileinfo_begin(); It != SM.fileinfo_end(); ++It)
    Sorted.try_emplace(It->first.getName().str(), It->first);
  for (auto &[Name, E] : Sorted) {
    FileID Id = SM.translateFile(E);
    if (Id.isValid())
      indexOf(Id);
  }
}

static void addGlobs(std::string &To, StringRef Globs) {
  if (To == "*")
    return;
  if (Globs == "*" || To.empty())
    To = Globs.str();
  else
    (To += ",") += Globs;
}

/// The parenthesised list after a NOLINT word, without blanks; "*" if absent.
static std::string listAfter(StringRef Rest) {
  if (!Rest.starts_with("("))
    return "*";
  std::string Out;
  for (char C : Rest.substr(1).take_until([](char C) { return C == ')'; }))
    if (!isSpace(C))
      Out += C;
  return Out.empty() ? "*" : Out;
}

Suppressions readSuppressions(StringRef Text) {
  Suppressions Out;
  if (!Text.contains("NOLINT"))
    return Out;
  std::vector<std::pair<std::string, unsigned>> Open;
  unsigned Line = 0;
  for (StringRef Rest = Text; !Rest.empty();) {
    auto [Current, Next] = Rest.split('\n');
    Rest = Next;
    ++Line;
    for (auto &[Globs, From] : Open)
      addGlobs(Out[Line], Globs);
    size_t At = Current.find("NOLINT");
    if (At == StringRef::npos)
      continue;
    StringRef Word = Current.substr(At + 6);
    if (Word.consume_front("NEXTLINE")) {
      addGlobs(Out[Line + 1], listAfter(Word));
    } else if (Word.consume_front("BEGIN")) {
      Open.emplace_back(listAfter(Word), Line);
    } else if (Word.consume_front("END")) {
      std::string Globs = listAfter(Word);
      for (size_t I = Open.size(); I-- > 0;)
        if (Open[I].first == Globs) {
          Open.erase(Open.begin() + I);
          break;
        }
    } else {
      addGlobs(Out[Line], listAfter(Word));
    }
  }
  return Out;
}

const Suppressions &SourceFiles::suppressions(SourceLocation L) {
  FileID F = SM.getFileID(SM.getExpansionLoc(L));
  auto [It, New] = Comments.try_emplace(F);
  if (New)
    if (std::optional<StringRef> Text = SM.getBufferDataOrNone(F))
      It->second = readSuppressions(*Text);
  return It->second;
}

} // namespace cotidy::extract
