//===- Pages.h - the documentation that the command carries -----*- C++ -*-===//
// The pages of docs/checks/, compiled in at build time, so that `explain`
// works without the source tree.
//===----------------------------------------------------------------------===//
#pragma once

#include <span>
#include <string_view>

namespace cotidy::cli {

struct Page {
  std::string_view Check; ///< "cotidy-blocking-call"
  std::string_view Text;  ///< Markdown
};

std::span<const Page> pages();

} // namespace cotidy::cli
