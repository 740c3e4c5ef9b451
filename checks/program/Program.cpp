#include "program/Program.h"

#include "program/Impl.h"
#include "program/Linker.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

llvm::Expected<std::unique_ptr<Program>> Program::link(std::vector<Unit> Units,
                                                       const LinkOptions &O) {
  for (const Unit &U : Units)
    if (std::string Fault = findFault(U); !Fault.empty())
      return llvm::createStringError(U.MainFile + ": facts are not consistent: " + Fault +
                                     ": extract this unit again");
  LinkTargets Together(Units);
  auto I = std::make_unique<Impl>(mergeUnits(std::move(Units)), O);
  Together.bind(I->U);
  I->Together = std::move(Together);
  bool HasMain = std::ranges::any_of(I->U.Functions, [](const Function &F) {
    return F.is(FnMain) && F.Body == BodyState::Here;
  });
  I->ClosedWorld = O.WholeDatabase && !I->U.Failed && HasMain;
  return std::unique_ptr<Program>(new Program(std::move(I)));
}

Program::Program(std::unique_ptr<Impl> I) : I(std::move(I)) {}
Program::~Program() = default;

} // namespace cotidy
