#include "program/CallOperators.h"

#include "facts/Words.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

CallOperators::CallOperators(const Unit &U) : U(U) {
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    if (F.Class != TypeId::None && F.Body == BodyState::Here && (F.is(FnUser) || F.is(FnLambda)) &&
        lastComponent(U.text(F.Qualified)) == "operator()")
      Several[F.Class].push_back(FnId(I));
  }
  auto ofBases = Several;
  for (uint32_t T = 0; T < U.Types.size(); ++T) {
    std::vector<FnId> All;
    for (TypeId Base : U.Types[T].Bases)
      if (auto Of = Several.find(Base); Of != Several.end())
        All.insert(All.end(), Of->second.begin(), Of->second.end());
    if (All.size() > 1 && !Several.contains(TypeId(T)))
      ofBases[TypeId(T)] = std::move(All);
  }
  Several = std::move(ofBases);
  std::erase_if(Several, [](const auto &Of) { return Of.second.size() < 2; });
}

llvm::SmallVector<FnId, 2> CallOperators::of(const Value &V) const {
  if (V.Fn == FnId::None)
    return {};
  llvm::ArrayRef<FnId> All = of(V.Kind == ValueKind::Closure ? U.fn(V.Fn).Class : TypeId::None);
  if (All.empty())
    return {V.Fn};
  return {All.begin(), All.end()};
}

bool CallOperators::areChoice(llvm::ArrayRef<FnId> Fns) const {
  return Fns.size() > 1 && std::ranges::any_of(Several, [&](const auto &Of) {
           return std::ranges::all_of(Fns, [&](FnId F) {
             return std::ranges::find(Of.second, F) != Of.second.end();
           });
         });
}

} // namespace cotidy
