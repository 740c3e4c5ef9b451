//===- CheckInfo.h - the manifest, as data ----------------------*- C++ -*-===//
// What Checks.def says of every check and option, for drivers and reports.
// Adding a check needs no change here.
//===----------------------------------------------------------------------===//
#pragma once

#include <span>
#include <string_view>

namespace cotidy {

struct CheckInfo {
  std::string_view Name;    ///< with prefix: "cotidy-blocking-call"
  std::string_view RuleName;///< its class and file: "BlockingCall"
  std::string_view Summary; ///< one sentence, lower case, no full stop
};

struct OptionInfo {
  std::string_view Name;    ///< without "cotidy.": "MinConfidence"
  std::string_view Default;
  std::string_view Summary;
};

std::span<const CheckInfo> allChecks();
std::span<const OptionInfo> allOptions();

/// Null if there is no such check.
const CheckInfo *findCheck(std::string_view Name);

/// The version that caches and facts files carry, e.g. "0.1.0".
std::string_view toolVersion();

} // namespace cotidy
