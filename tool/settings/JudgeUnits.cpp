#include "settings/JudgeUnits.h"

#include "program/Program.h"

namespace cotidy {

llvm::Expected<Verdict> judgeUnits(std::vector<facts::Unit> Units,
                                   const model::ModelSet &Models,
                                   const GlobalOptions &O, bool WholeDatabase,
                                   std::vector<std::string> Checks) {
  LinkOptions Link;
  Link.Models = &Models;
  Link.WholeDatabase = WholeDatabase;
  Link.CategoriesOn = O.CategoriesOn;
  Link.CategoriesOff = O.CategoriesOff;
  auto Linked = Program::link(std::move(Units), Link);
  if (!Linked)
    return Linked.takeError();
  return runRules(**Linked, {std::move(Checks), Confidence::Possible});
}

} // namespace cotidy
