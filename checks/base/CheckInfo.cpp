#include "base/CheckInfo.h"

namespace cotidy {

static constexpr CheckInfo Checks[] = {
#define CHECK(RuleName, Name, Summary) {Name, #RuleName, Summary},
#include "Checks.def"
};

static constexpr OptionInfo Options[] = {
#define OPTION(Name, Default, Summary) {#Name, Default, Summary},
#include "Checks.def"
};

std::span<const CheckInfo> allChecks() { return Checks; }
std::span<const OptionInfo> allOptions() { return Options; }

const CheckInfo *findCheck(std::string_view Name) {
  for (const CheckInfo &C : Checks)
    if (C.Name == Name)
      return &C;
  return nullptr;
}

std::string_view toolVersion() { return COTIDY_VERSION; }

} // namespace cotidy
