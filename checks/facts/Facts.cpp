#include "facts/Facts.h"

namespace cotidy::facts {

namespace {
struct KindInfo {
  std::string_view Name, Slots, Sentence;
};
constexpr KindInfo Kinds[] = {
#define FACT(Kind, Name, Slots, Sentence) {Name, Slots, Sentence},
#include "facts/Facts.def"
};
} // namespace

std::string_view nameOf(FactKind K) { return Kinds[unsigned(K)].Name; }
std::string_view slotsOf(FactKind K) { return Kinds[unsigned(K)].Slots; }
std::string_view sentenceOf(FactKind K) { return Kinds[unsigned(K)].Sentence; }

StringTable::StringTable(Unit &U) : U(U) {
  for (uint32_t I = 0; I < U.Strings.size(); ++I)
    Ids.emplace(U.Strings[I], StrId(I));
}

StrId StringTable::intern(std::string_view S) {
  auto [It, New] = Ids.try_emplace(std::string(S), StrId(U.Strings.size()));
  if (New)
    U.Strings.emplace_back(S);
  return It->second;
}

} // namespace cotidy::facts
