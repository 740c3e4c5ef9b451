#include "base/Confidence.h"

namespace cotidy {

static constexpr std::string_view Names[] = {"possible", "likely", "certain"};

std::string_view nameOf(Confidence C) {
  return Names[static_cast<unsigned>(C)];
}

std::optional<Confidence> confidenceNamed(std::string_view Name) {
  for (unsigned I = 0; I < 3; ++I)
    if (Names[I] == Name)
      return static_cast<Confidence>(I);
  return std::nullopt;
}

} // namespace cotidy
