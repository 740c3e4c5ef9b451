//===- UnitVerdict.h - what cotidy finds in one parsed unit -----*- C++ -*-===//
// From a unit that clang-tidy or clangd has parsed to the verdict on it: the
// options as clang-tidy has merged them, extraction, models and rules, once a
// unit however many checks are on. It keeps nothing of the syntax tree and
// reports nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Finding.h"

#include <memory>
#include <string>
#include <vector>

namespace clang {
class ASTContext;
namespace tidy {
class ClangTidyContext;
} // namespace tidy
} // namespace clang

namespace cotidy::tidy {

struct UnitVerdict {
  std::string Root;              ///< absolute; findings' files are relative to it
  std::vector<Finding> Findings; ///< of all enabled checks, none that is hidden
  std::string Fault;             ///< why there are none: a wrong option or model
  bool Told = false;             ///< the fault has been reported
};

/// The verdict on the unit of `AST`. The checks of one unit, which run in one
/// thread, share it until `forgetUnit`; threads share nothing.
std::shared_ptr<UnitVerdict> verdictOn(clang::ASTContext &AST,
                                       clang::tidy::ClangTidyContext &Tidy);

/// To be called when a unit is done: another may come at the same address.
void forgetUnit();

} // namespace cotidy::tidy
