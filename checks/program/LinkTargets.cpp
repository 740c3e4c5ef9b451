#include "program/LinkTargets.h"

#include <algorithm>
#include <map>
#include <set>

namespace cotidy {

using namespace facts;

static constexpr uint32_t NoExecutable = ~0u;

static bool isDefined(const Function &F) {
  return F.Body == BodyState::Here && F.is(FnUser) && !F.is(FnInternal);
}
/// Anything with a place of its own is told apart by it.
static bool isDefined(const Type &T) { return T.is(TyUser) && T.At.isValid(); }

LinkTargets::LinkTargets(std::vector<Unit> &Units) {
  noteTargets(Units);
  findExecutables(Units);
  if (Executables.size() < 2)
    return;
  separate(Units);
  noteDefinitions(Units);
}

void LinkTargets::findExecutables(const std::vector<Unit> &Units) {
  std::set<std::string> Found;
  for (const Unit &U : Units)
    if (!U.Target.empty() && std::ranges::any_of(U.Functions, [](const Function &F) {
          return F.is(FnMain) && F.Body == BodyState::Here;
        }))
      Found.insert(U.Target);
  Executables.assign(Found.begin(), Found.end());
}

uint32_t LinkTargets::executableOf(const Unit &U) const {
  auto It = std::ranges::lower_bound(Executables, U.Target);
  return It != Executables.end() && *It == U.Target ? uint32_t(It - Executables.begin())
                                                    : NoExecutable;
}

namespace {
/// Where each executable defines a name; the names defined at several places.
class Definitions {
public:
  template <class Entity> void add(const Unit &U, const Entity &E, uint32_t Executable) {
    if (!isDefined(E))
      return;
    std::string Place = U.Files[E.At.File].Path + ":" + std::to_string(E.At.Line) + ":" +
                        std::to_string(E.At.Column);
    auto &[Places, In] = ByName[std::string(U.text(E.Name))];
    Places.insert(std::move(Place));
    In.insert(Executable);
  }
  bool needsOwnName(const std::string &Name, uint32_t Executable) const {
    auto It = ByName.find(Name);
    return It != ByName.end() && It->second.first.size() > 1 &&
           It->second.second.contains(Executable);
  }

private:
  std::map<std::string, std::pair<std::set<std::string>, std::set<uint32_t>>> ByName;
};
} // namespace

void LinkTargets::separate(std::vector<Unit> &Units) {
  Definitions Functions, Types;
  for (const Unit &U : Units)
    if (uint32_t X = executableOf(U); X != NoExecutable) {
      for (const Function &F : U.Functions)
        Functions.add(U, F, X);
      for (const Type &T : U.Types)
        Types.add(U, T, X);
    }
  for (Unit &U : Units) {
    uint32_t X = executableOf(U);
    if (X == NoExecutable)
      continue;
    StringTable Strings(U);
    auto rename = [&](StrId &Name, const Definitions &In) {
      std::string Old(U.text(Name));
      if (In.needsOwnName(Old, X))
        Name = Strings.intern(Old + " of " + U.Target);
    };
    for (Function &F : U.Functions)
      rename(F.Name, Functions);
    for (Type &T : U.Types)
      rename(T.Name, Types);
  }
}

static void insert(std::vector<uint32_t> &Into, uint32_t X) {
  if (auto It = std::ranges::lower_bound(Into, X); It == Into.end() || *It != X)
    Into.insert(It, X);
}

void LinkTargets::noteTargets(const std::vector<Unit> &Units) {
  std::map<std::string, uint32_t> Numbers;
  for (const Unit &U : Units)
    if (!U.Target.empty())
      Numbers.try_emplace(U.Target, uint32_t(Numbers.size()));
  if (Numbers.size() < 2)
    return;
  for (const Unit &U : Units)
    for (const Function &F : U.Functions)
      if (!U.Target.empty() && F.Body == BodyState::Here && F.is(FnUser))
        insert(TargetsByName[std::string(U.text(F.Name))], Numbers[U.Target]);
}

void LinkTargets::noteDefinitions(const std::vector<Unit> &Units) {
  std::set<std::string> Anywhere;
  for (const Unit &U : Units) {
    uint32_t X = executableOf(U);
    for (const Function &F : U.Functions) {
      if (F.Body != BodyState::Here || !F.is(FnUser))
        continue;
      std::string Name(U.text(F.Name));
      if (X == NoExecutable) {
        Anywhere.insert(std::move(Name));
        continue;
      }
      insert(ByName[std::move(Name)], X);
    }
  }
  for (const std::string &Name : Anywhere)
    ByName.erase(Name);
}

void LinkTargets::bind(const Unit &Merged) {
  auto byFunction = [&](std::unordered_map<std::string, Set> &Names) {
    std::vector<Set> Result;
    if (Names.empty())
      return Result;
    for (const Function &F : Merged.Functions) {
      auto It = Names.find(std::string(Merged.text(F.Name)));
      Result.push_back(It == Names.end() ? Set() : It->second);
    }
    Names.clear();
    return Result;
  };
  ByFunction = byFunction(ByName);
  TargetsByFunction = byFunction(TargetsByName);
}

bool LinkTargets::crossesTargets(const std::vector<FnId> &Path) const {
  if (TargetsByFunction.empty())
    return false;
  const Set *From = nullptr;
  for (FnId F : Path) {
    if (F == FnId::None || TargetsByFunction[raw(F)].empty())
      continue;
    const Set &Here = TargetsByFunction[raw(F)];
    if (From && std::ranges::none_of(*From, [&](uint32_t T) {
          return std::ranges::binary_search(Here, T);
        }))
      return true;
    From = &Here;
  }
  return false;
}

bool LinkTargets::canRunTogether(const std::vector<FnId> &Functions) const {
  if (ByFunction.empty())
    return true;
  Set Common;
  for (FnId F : Functions) {
    if (F == FnId::None || ByFunction[raw(F)].empty())
      continue;
    const Set &In = ByFunction[raw(F)];
    if (Common.empty()) {
      Common = In;
      continue;
    }
    Set Both;
    std::ranges::set_intersection(Common, In, std::back_inserter(Both));
    if (Both.empty())
      return false;
    Common = std::move(Both);
  }
  return true;
}

} // namespace cotidy
