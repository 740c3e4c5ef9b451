#include "program/OnceOnly.h"

#include "facts/Words.h"
#include "program/LocalDefs.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static bool isCall(const Fact &X) {
  return X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
}

/// The global that a place is, points to, or was read from.
static StrId globalOf(const LocalDefs &Defs, const Place &From, unsigned Depth = 4) {
  if (From.Root == RootKind::Global)
    return From.Name;
  if (From.Root != RootKind::Local || From.Index >= Defs.size() || !Depth)
    return StrId::Empty;
  for (const Fact *Def : Defs.of(From.Index)) {
    const Place &Source = !isCall(*Def)          ? Def->Val.Where
                          : Def->Recv.Where      ? Def->Recv.Where
                          : !Def->Args.empty()   ? Def->Args[0].Where
                                                 : Def->From;
    if (StrId Found = globalOf(Defs, Source, Depth - 1); Found != StrId::Empty)
      return Found;
  }
  return StrId::Empty;
}

/// An atomic's member, or a function that is given its address.
static bool isAtomicWrite(const Unit &U, const Fact &X) {
  if (!isCall(X) || X.Callee == FnId::None)
    return false;
  std::string Name = llvm::StringRef(lastComponent(U.text(U.fn(X.Callee).Qualified))).lower();
  return Name.find("store") != Name.npos || Name.find("swap") != Name.npos ||
         Name.find("exchange") != Name.npos || Name == "operator=";
}

static std::set<StrId> globalsSetBy(const Unit &U, const Function &F, const LocalDefs &Defs) {
  std::set<StrId> Out;
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      if (X.To.Root == RootKind::Global)
        Out.insert(X.To.Name);
      if (!isAtomicWrite(U, X))
        continue;
      Out.insert(globalOf(Defs, X.Recv.Where));
      if (!X.Args.empty())
        Out.insert(globalOf(Defs, X.Args[0].Where));
    }
  Out.erase(StrId::Empty);
  return Out;
}

static std::vector<bool> reachedFrom(const Function &F, uint32_t Start) {
  std::vector<bool> Seen(F.Blocks.size());
  std::vector<uint32_t> Work{Start};
  while (!Work.empty()) {
    uint32_t B = Work.back();
    Work.pop_back();
    if (Seen[B])
      continue;
    Seen[B] = true;
    for (const Edge &E : F.Blocks[B].Successors)
      Work.push_back(E.To);
  }
  return Seen;
}

/// `std::call_once` and its like, of any library.
static bool callsOnce(const Unit &U, const Fact &X) {
  std::string_view Name = isCall(X) && X.Callee != FnId::None
                              ? lastComponent(U.text(U.fn(X.Callee).Qualified))
                              : std::string_view();
  return Name == "call_once" || Name == "pthread_once";
}

const std::set<Spot> &OnceOnly::placesOf(FnId Id) {
  auto [It, New] = Places.try_emplace(Id);
  const Function &F = P.U.fn(Id);
  if (!New || F.Body != BodyState::Here)
    return It->second;
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts)
      if (callsOnce(P.U, X))
        It->second.insert(X.At);
  const LocalDefs &Defs = P.Targets.defsOf(Id);
  std::set<StrId> Set = globalsSetBy(P.U, F, Defs);
  for (uint32_t B = 0; B < F.Blocks.size() && !Set.empty(); ++B) {
    const Block &Bl = F.Blocks[B];
    if (Bl.Facts.empty() || Bl.Facts.back().Kind != FactKind::Branch ||
        Bl.Successors.size() != 2 || !Set.contains(globalOf(Defs, Bl.Facts.back().From)))
      continue;
    std::vector<bool> One = reachedFrom(F, Bl.Successors[0].To);
    std::vector<bool> Other = reachedFrom(F, Bl.Successors[1].To);
    if (One[B] || Other[B])
      continue; // a loop waits for the global
    for (uint32_t Behind = 0; Behind < F.Blocks.size(); ++Behind)
      if (One[Behind] != Other[Behind])
        for (const Fact &X : F.Blocks[Behind].Facts)
          It->second.insert(X.At);
  }
  return It->second;
}

bool OnceOnly::isOnce(FnId F, const Spot &At) { return placesOf(F).contains(At); }

bool OnceOnly::isOnce(const Step &Path) {
  for (const Step *S = &Path; S; S = S->Next)
    if (isOnce(S->In, S->At))
      return true;
  return false;
}

} // namespace cotidy
