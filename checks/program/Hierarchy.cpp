#include "program/Hierarchy.h"

#include <algorithm>
#include <set>

namespace cotidy {

using namespace facts;

Hierarchy::Hierarchy(const Unit &U)
    : U(U), Overriders(U.Functions.size()), Derived(U.Types.size()) {
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    for (FnId Base : U.Functions[I].Overrides)
      Overriders[raw(Base)].push_back(FnId(I));
  for (uint32_t I = 0; I < U.Types.size(); ++I)
    for (TypeId Base : U.Types[I].Bases)
      Derived[raw(Base)].push_back(TypeId(I));
}

/// True if some object of the program runs `F` as its final overrider: one of
/// F's class, or of a class below it that does not override F again.
bool Hierarchy::isLive(FnId F) const {
  const Function &Fn = U.fn(F);
  if (Fn.Class == TypeId::None)
    return true;
  std::set<TypeId> Hidden;
  for (FnId O : Overriders[raw(F)])
    Hidden.insert(U.fn(O).Class);
  std::set<TypeId> Seen;
  std::vector<TypeId> Work{Fn.Class};
  while (!Work.empty()) {
    TypeId T = Work.back();
    Work.pop_back();
    if (!Seen.insert(T).second || Hidden.count(T))
      continue;
    if (U.type(T).is(TyConstructed))
      return true;
    Work.insert(Work.end(), Derived[raw(T)].begin(), Derived[raw(T)].end());
  }
  return false;
}

std::vector<FnId> Hierarchy::overridersOf(FnId F, Classes Of) const {
  std::set<FnId> Seen;
  std::vector<FnId> Work{F}, Result, Unborn;
  while (!Work.empty()) {
    FnId G = Work.back();
    Work.pop_back();
    if (!Seen.insert(G).second)
      continue;
    const Function &Fn = U.fn(G);
    if (!Fn.is(FnPure) && !Fn.is(FnTrivialBody))
      (isLive(G) ? Result : Unborn).push_back(G);
    Work.insert(Work.end(), Overriders[raw(G)].begin(), Overriders[raw(G)].end());
  }
  if (Result.empty() && Of == OrAny)
    Result = std::move(Unborn);
  std::ranges::sort(Result);
  return Result;
}

} // namespace cotidy
