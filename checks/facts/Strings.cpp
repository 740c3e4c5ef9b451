//===- Strings.cpp - the order of a unit's strings ------------------------===//
// Renumbers a unit's strings in the order in which a walk over its tables meets
// them. Two units that say the same are equal afterwards, whatever order their
// producers interned strings in. It changes no other id.
//===----------------------------------------------------------------------===//
#include "facts/StringWalk.h"

namespace cotidy::facts {

void renumberStrings(Unit &U) {
  std::vector<std::string> Old = std::move(U.Strings);
  U.Strings.assign(1, std::string());
  StringTable Table(U);
  constexpr StrId NotMet{~0u};
  std::vector<StrId> New(Old.size(), NotMet);
  auto Renumber = [&](StrId &Id) {
    if (raw(Id) >= Old.size())
      return; // for findFault to name
    StrId &Known = New[raw(Id)];
    if (Known == NotMet)
      Known = Table.intern(Old[raw(Id)]);
    Id = Known;
  };
  StringWalk(Renumber).walk(U);
}

} // namespace cotidy::facts
