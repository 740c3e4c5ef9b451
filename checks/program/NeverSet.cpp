#include "program/NeverSet.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static const PathStep *lastField(const Place &P) {
  return !P.Path.empty() && P.Path.back().Kind == StepKind::Field ? &P.Path.back() : nullptr;
}

namespace {
/// What the program writes to its members.
class Writes {
public:
  explicit Writes(const Unit &U) : U(U) {
    for (const Type &T : U.Types)
      for (const Field &F : T.Fields)
        if (T.is(TyUser) && U.text(F.TypeName) == "bool")
          Flags.insert(F.Name);
    for (const Function &F : U.Functions)
      for (const Block &B : F.Blocks)
        for (const Fact &X : B.Facts)
          note(X);
  }
  std::map<StrId, bool> constants() const {
    std::map<StrId, bool> Out;
    for (auto [Field, Value] : Given)
      if (!Others.contains(Field))
        Out.emplace(Field, Value);
    return Out;
  }

private:
  void note(const Fact &X) {
    if (const PathStep *To = lastField(X.To); To && Flags.contains(To->Name)) {
      const PathStep *From = lastField(X.Val.Where);
      bool Same = X.Kind == FactKind::Store && X.Val.Kind == ValueKind::Read && From && *From == *To;
      if (X.Kind == FactKind::Store && X.Val.Kind == ValueKind::Bool)
        give(To->Name, X.Val.Int != 0);
      else if (!Same)
        Others.insert(To->Name);
    }
    // By reference: who knows what is done to it.
    if (const PathStep *From = lastField(X.From);
        X.Kind == FactKind::Borrow && From && U.text(X.Word) != "const")
      Others.insert(From->Name);
    handOut(X.Recv);
    handOut(X.Val);
    for (const Value &A : X.Args)
      handOut(A);
  }
  void handOut(const Value &V) {
    const PathStep *Field = V.Kind == ValueKind::Address ? lastField(V.Where) : nullptr;
    if (Field)
      Others.insert(Field->Name);
    for (const Capture &C : V.Captures)
      handOut(C.What);
  }
  void give(StrId Field, bool Value) {
    auto [It, New] = Given.try_emplace(Field, Value);
    if (!New && It->second != Value)
      Others.insert(Field);
  }
  const Unit &U;
  std::set<StrId> Flags, Others;
  std::map<StrId, bool> Given;
};
} // namespace

NeverSet::NeverSet(const Program::Impl &P) : P(P), Only(Writes(P.U).constants()) {}

/// Blocks that are reached when no test of such a member goes against its value.
static std::vector<bool> reached(const Unit &U, const Function &F,
                                 const std::map<StrId, bool> &Only) {
  std::vector<bool> Seen(F.Blocks.size());
  std::vector<uint32_t> Work{0};
  while (!Work.empty()) {
    uint32_t B = Work.back();
    Work.pop_back();
    if (Seen[B])
      continue;
    Seen[B] = true;
    const Block &Bl = F.Blocks[B];
    std::optional<bool> Holds;
    if (!Bl.Facts.empty() && Bl.Facts.back().Kind == FactKind::Branch && Bl.Successors.size() == 2 &&
        U.text(Bl.Facts.back().Word) == "bool")
      if (const PathStep *Of = lastField(Bl.Facts.back().From))
        if (auto It = Only.find(Of->Name); It != Only.end())
          Holds = It->second;
    for (unsigned I = 0; I < Bl.Successors.size(); ++I)
      if (!Holds || *Holds == (I == 0))
        Work.push_back(Bl.Successors[I].To);
  }
  return Seen;
}

const std::set<Spot> &NeverSet::placesOf(FnId Id) {
  auto [It, New] = Places.try_emplace(Id);
  const Function &F = P.U.fn(Id);
  if (!New || F.Body != BodyState::Here || Only.empty())
    return It->second;
  std::vector<bool> Reached = reached(P.U, F, Only);
  for (uint32_t B = 0; B < F.Blocks.size(); ++B)
    if (!Reached[B])
      for (const Fact &X : F.Blocks[B].Facts)
        It->second.insert(X.At);
  for (uint32_t B = 0; B < F.Blocks.size(); ++B)
    if (Reached[B])
      for (const Fact &X : F.Blocks[B].Facts)
        It->second.erase(X.At);
  return It->second;
}

bool NeverSet::isBehind(const Step &Path) {
  for (const Step *S = &Path; S; S = S->Next)
    if (placesOf(S->In).contains(S->At))
      return true;
  return false;
}

} // namespace cotidy
