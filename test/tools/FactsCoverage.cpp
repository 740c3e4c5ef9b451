//===- FactsCoverage.cpp - what of the fact language a unit shows ---------===//
// Every notion has one name here, made in one way by what is seen and by what
// must be seen. The tables of Words.h and Facts.def say what there is; only
// values and places are counted up here, as the text form spells them.
//===----------------------------------------------------------------------===//
#include "FactsCoverage.h"

#include "facts/Printer.h"
#include "facts/Words.h"

#include "llvm/ADT/StringRef.h"

namespace cotidy {

using namespace facts;

static std::string named(const char *Notion, std::string_view Name) {
  return std::string(Notion) + " '" + std::string(Name) + "'";
}

static std::string named(const char *Notion, FactKind K, std::string_view Name) {
  return named(Notion, Name) + " of '" + std::string(nameOf(K)) + "'";
}

static std::string_view nameOf(ValueKind K) {
  static constexpr std::string_view Names[] = {
      "none", "unknown", "int",  "bool", "null",  "string", "enum",
      "default", "read", "addr", "moved", "closure", "fn"};
  return Names[unsigned(K)];
}

static std::string_view nameOf(RootKind K) {
  static constexpr std::string_view Names[] = {"none",   "parameter", "local",  "this",
                                               "global", "promise",   "unknown"};
  return Names[unsigned(K)];
}

static std::string_view nameOf(StepKind K) {
  static constexpr std::string_view Names[] = {"field", "element", "pointee"};
  return Names[unsigned(K)];
}

void FactsCoverage::add(const Place &P) {
  Seen.insert(named("root", nameOf(P.Root)));
  for (const PathStep &S : P.Path)
    Seen.insert(named("step", nameOf(S.Kind)));
}

void FactsCoverage::add(const Unit &U, const Value &V) {
  Seen.insert(named("value", nameOf(V.Kind)));
  if (V.Where)
    add(V.Where);
  for (const Capture &C : V.Captures)
    add(U, C.What);
}

void FactsCoverage::add(const Unit &U, const Fact &F) {
  Seen.insert(named("kind", nameOf(F.Kind)));
  for (unsigned I = 0; I < NumSlots; ++I)
    if (isFilled(F, Slot(I)))
      Seen.insert(named("slot", F.Kind, SlotNames[I]));
  for (const Value *V : {&F.Recv, &F.Val})
    if (*V)
      add(U, *V);
  for (const Value &A : F.Args)
    add(U, A);
  for (const Place *P : {&F.To, &F.From})
    if (*P)
      add(*P);
  if (vocabularyOf(F.Kind).First.empty())
    return;
  llvm::SmallVector<llvm::StringRef, 4> Words;
  llvm::StringRef(U.text(F.Word)).split(Words, ' ');
  for (llvm::StringRef W : Words)
    Seen.insert(named("word", F.Kind, W));
}

void FactsCoverage::add(const Unit &U) {
  for (const Type &T : U.Types) {
    Seen.insert(named("tasks", StartWords[unsigned(T.TaskStart)]));
    for (const FlagWord &W : typeFlags())
      if (T.Flags & W.Bit)
        Seen.insert(named("type flag", W.Word));
  }
  for (const SourceFile &F : U.Files)
    for (const FlagWord &W : fileFlags())
      if (F.Flags & W.Bit)
        Seen.insert(named("file flag", W.Word));
  for (const Function &F : U.Functions) {
    Seen.insert(named("body", BodyWords[unsigned(F.Body)]));
    Seen.insert(named("initial", StartWords[unsigned(F.Initial)]));
    for (const FlagWord &W : functionFlags())
      if (F.Flags & W.Bit)
        Seen.insert(named("function flag", W.Word));
    for (const Param &P : F.Params)
      Seen.insert(named("passed", PassWords[unsigned(P.Mode)]));
    for (const Block &B : F.Blocks)
      for (const Fact &Each : B.Facts)
        add(U, Each);
  }
}

std::vector<std::string> FactsCoverage::missing() const {
  std::vector<std::string> Missing;
  auto Want = [&](std::string Name) {
    if (!Seen.count(Name))
      Missing.push_back(std::move(Name));
  };
  for (unsigned I = 0; I < NumFactKinds; ++I) {
    FactKind K = FactKind(I);
    Want(named("kind", nameOf(K)));
    for (Slot S : slotsOfKind(K))
      Want(named("slot", K, SlotNames[unsigned(S)]));
    Vocabulary V = vocabularyOf(K);
    for (llvm::ArrayRef<std::string_view> Words : {V.First, V.Rest})
      for (std::string_view W : Words)
        Want(named("word", K, W));
  }
  for (const FlagWord &W : functionFlags())
    Want(named("function flag", W.Word));
  for (const FlagWord &W : typeFlags())
    Want(named("type flag", W.Word));
  for (const FlagWord &W : fileFlags())
    Want(named("file flag", W.Word));
  for (std::string_view W : BodyWords)
    Want(named("body", W));
  for (std::string_view W : PassWords)
    Want(named("passed", W));
  for (std::string_view W : StartWords) {
    Want(named("tasks", W));
    Want(named("initial", W));
  }
  for (unsigned K = 0; K <= unsigned(ValueKind::Function); ++K)
    Want(named("value", nameOf(ValueKind(K))));
  for (unsigned K = unsigned(RootKind::Param); K <= unsigned(RootKind::Unknown); ++K)
    Want(named("root", nameOf(RootKind(K))));
  for (unsigned K = 0; K <= unsigned(StepKind::Pointee); ++K)
    Want(named("step", nameOf(StepKind(K))));
  return Missing;
}

} // namespace cotidy
