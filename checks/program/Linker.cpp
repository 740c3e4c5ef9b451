#include "program/Linker.h"

#include "program/UnitMapping.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace cotidy {

using namespace facts;

namespace {

/// One distinct definition of a function: the first unit that has it, in an
/// order of units that does not depend on how they were given.
struct Definition {
  uint64_t Hash = 0;
  uint32_t Unit = 0, Function = 0;
  std::set<std::string> Targets; ///< link targets of all units that have it
  StrId Name = StrId::Empty;     ///< in the program
  FnId Id = FnId::None;
};

struct FunctionEntry {
  StrId Name = StrId::Empty;
  FnId Id = FnId::None;
  std::vector<Definition> Definitions; ///< distinct ones that are here
  bool User = false;
  uint32_t Unit = 0, Function = 0; ///< representative if none is here
  BodyState Body = BodyState::Unknown;
  uint64_t Hash = 0;
  uint32_t Flags = 0;           ///< of all mentions, together
  uint32_t Common = ~0u;        ///< of every definition
  std::set<uint32_t> Overrides; ///< names
  Spot At;

  bool hasAlternatives() const { return Definitions.size() > 1; }
};

struct TypeEntry {
  StrId Name = StrId::Empty;
  TypeId Id = TypeId::None;
  std::vector<std::pair<uint32_t, uint32_t>> Seen; ///< unit, index in it
};

int rank(BodyState B) {
  return B == BodyState::Here ? 2 : B == BodyState::Skipped ? 1 : 0;
}

class Linking {
public:
  explicit Linking(std::vector<Unit> Units) : Units(std::move(Units)) {}
  Unit run();

private:
  void collectFunctions(uint32_t U);
  void collectTypes(uint32_t U);
  void collectFiles();
  void numberFunctions();
  void numberTypes();
  FnId resolved(uint32_t U, const Function &F) const;
  void emitFunctions(Unit &Out);
  void emitTypes(Unit &Out);
  Function forwarder(const FunctionEntry &E, const Function &Like) const;

  std::vector<Unit> Units;
  Interner Strings;
  std::vector<UnitMapping> Maps;
  std::vector<FunctionEntry> Functions;
  std::vector<TypeEntry> Types;
  std::vector<int64_t> FunctionOf, TypeOf; ///< by StrId, -1 if none
  std::vector<SourceFile> Files;
  std::vector<StrId> FunctionNames;        ///< by final id
};

template <class Entry>
Entry &entryFor(StrId Name, std::vector<int64_t> &Index, std::vector<Entry> &Table) {
  if (Index.size() <= raw(Name))
    Index.resize(raw(Name) + 1, -1);
  if (Index[raw(Name)] < 0) {
    Index[raw(Name)] = int64_t(Table.size());
    Table.emplace_back();
    Table.back().Name = Name;
  }
  return Table[size_t(Index[raw(Name)])];
}

void Linking::collectFunctions(uint32_t UI) {
  const Unit &U = Units[UI];
  const UnitMapping &M = Maps[UI];
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    FunctionEntry &E = entryFor(M.map(F.Name), FunctionOf, Functions);
    E.Flags |= F.Flags;
    for (FnId O : F.Overrides)
      E.Overrides.insert(raw(M.map(U.fn(O).Name)));
    uint64_t Hash = M.hashOf(F);
    if (F.Body == BodyState::Here) {
      E.User |= F.is(FnUser);
      E.Common &= F.Flags;
      auto It = std::ranges::find(E.Definitions, Hash, &Definition::Hash);
      if (It == E.Definitions.end()) {
        E.Definitions.push_back({Hash, UI, I, {}, E.Name, FnId::None});
        It = E.Definitions.end() - 1;
      }
      It->Targets.insert(U.Target);
    }
    bool First = E.Id == FnId::None;
    E.Id = FnId(0); // seen
    if (First || std::pair(rank(F.Body), Hash) > std::pair(rank(E.Body), E.Hash)) {
      E.Unit = UI;
      E.Function = I;
      E.Body = F.Body;
      E.Hash = Hash;
    }
  }
}

void Linking::collectTypes(uint32_t UI) {
  const Unit &U = Units[UI];
  for (uint32_t I = 0; I < U.Types.size(); ++I)
    entryFor(Maps[UI].map(U.Types[I].Name), TypeOf, Types).Seen.emplace_back(UI, I);
}

void Linking::collectFiles() {
  std::map<std::string, SourceFile> ByPath;
  for (const Unit &U : Units)
    for (const SourceFile &F : U.Files) {
      SourceFile &S = ByPath[F.Path];
      S.Path = F.Path;
      S.Flags |= F.Flags;
      S.Digest = std::max(S.Digest, F.Digest);
    }
  std::map<std::string_view, uint32_t> Ids;
  for (auto &[Path, S] : ByPath) {
    Ids.emplace(Path, uint32_t(Files.size()));
    Files.push_back(S);
  }
  for (UnitMapping &M : Maps)
    for (const SourceFile &F : M.Unit->Files)
      M.Files.push_back(Ids[F.Path]);
}

/// Library code that differs between units is no two programs: one is taken.
void Linking::numberFunctions() {
  std::vector<std::pair<StrId, Definition *>> Names;
  for (FunctionEntry &E : Functions) {
    std::ranges::sort(E.Definitions, {}, &Definition::Hash);
    if (!E.User && E.Definitions.size() > 1)
      E.Definitions.erase(E.Definitions.begin() + 1, E.Definitions.end());
    Names.emplace_back(E.Name, nullptr);
    if (E.hasAlternatives())
      for (Definition &D : E.Definitions) {
        D.Name = Strings.intern(Strings.text(E.Name) + "@" + llvm::utohexstr(D.Hash, true));
        Names.emplace_back(D.Name, &D);
      }
  }
  std::ranges::sort(Names, [&](const auto &A, const auto &B) {
    return Strings.text(A.first) < Strings.text(B.first);
  });
  FunctionNames.reserve(Names.size());
  for (auto &[Name, D] : Names) {
    auto Id = FnId(FunctionNames.size());
    FunctionNames.push_back(Name);
    if (D)
      D->Id = Id;
    else
      Functions[size_t(FunctionOf[raw(Name)])].Id = Id;
  }
}

void Linking::numberTypes() {
  std::ranges::sort(Types, [&](const TypeEntry &A, const TypeEntry &B) {
    return Strings.text(A.Name) < Strings.text(B.Name);
  });
  for (size_t I = 0; I < Types.size(); ++I) {
    Types[I].Id = TypeId(I);
    TypeOf[raw(Types[I].Name)] = int64_t(I);
  }
}

/// What a mention of `F` in unit `UI` means: its own definition, the only one
/// of its link target, or whatever there is.
FnId Linking::resolved(uint32_t UI, const Function &F) const {
  const FunctionEntry &E = Functions[size_t(FunctionOf[raw(Maps[UI].map(F.Name))])];
  if (!E.hasAlternatives())
    return E.Id;
  if (F.Body == BodyState::Here) {
    auto It = std::ranges::find(E.Definitions, Maps[UI].hashOf(F), &Definition::Hash);
    return It == E.Definitions.end() ? E.Id : It->Id;
  }
  const Definition *Only = nullptr;
  for (const Definition &D : E.Definitions)
    if (!Units[UI].Target.empty() && D.Targets.count(Units[UI].Target)) {
      if (Only)
        return E.Id;
      Only = &D;
    }
  return Only ? Only->Id : E.Id;
}

/// A body that calls every alternative with its own parameters. Not user
/// code: it has no effects of its own and witnesses show no step for it.
Function Linking::forwarder(const FunctionEntry &E, const Function &Like) const {
  Function R = Like;
  R.Flags = (E.Common & ~uint32_t(FnUser | FnTrivialBody | FnMain)) | FnImplicit;
  R.Body = BodyState::Here;
  R.Locals.clear();
  R.Blocks.assign(E.Definitions.size() + 2, {});
  auto Exit = uint32_t(R.Blocks.size() - 1);
  for (uint32_t I = 0; I < E.Definitions.size(); ++I) {
    Fact Call;
    Call.Kind = FactKind::Call;
    Call.At = R.At;
    Call.Callee = E.Definitions[I].Id;
    if (R.is(FnMethod)) {
      Call.Recv.Kind = ValueKind::Address;
      Call.Recv.Where.Root = RootKind::This;
    }
    for (uint32_t P = 0; P < R.Params.size(); ++P) {
      Value V;
      V.Kind = ValueKind::Read;
      V.Where.Root = RootKind::Param;
      V.Where.Index = P;
      Call.Args.push_back(std::move(V));
    }
    R.Blocks[0].Successors.push_back({I + 1, EdgeKind::Normal});
    R.Blocks[I + 1].Facts.push_back(std::move(Call));
    R.Blocks[I + 1].Successors.push_back({Exit, EdgeKind::Normal});
  }
  return R;
}

void Linking::emitFunctions(Unit &Out) {
  Out.Functions.resize(FunctionNames.size());
  for (const FunctionEntry &E : Functions) {
    uint32_t UI = E.Unit, FI = E.Function;
    if (!E.Definitions.empty()) {
      UI = E.Definitions[0].Unit;
      FI = E.Definitions[0].Function;
    }
    // What a declaration adds to a definition; of two different definitions
    // each keeps to itself what it is.
    constexpr uint32_t Attributes = FnBlockingAttr | FnNonblockingAttr | FnOffloadAttr |
                                    FnSpawnAttr | FnJoinsAttr | FnLogAttr | FnNodiscard;
    auto finish = [&](Function &F) {
      F.Flags |= E.Flags & (E.hasAlternatives() ? Attributes
                                                : ~uint32_t(FnTrivialBody | FnGenerated));
      F.Overrides.clear();
      for (uint32_t Name : E.Overrides)
        F.Overrides.push_back(Functions[size_t(FunctionOf[Name])].Id);
      std::ranges::sort(F.Overrides);
    };
    Function &Slot = Out.Functions[raw(E.Id)];
    Slot = Maps[UI].mapped(Units[UI].Functions[FI]);
    finish(Slot);
    if (!E.hasAlternatives())
      continue;
    Slot = forwarder(E, Slot);
    for (const Definition &D : E.Definitions) {
      Function &F = Out.Functions[raw(D.Id)];
      F = Maps[D.Unit].mapped(Units[D.Unit].Functions[D.Function]);
      finish(F);
      F.Name = D.Name;
    }
  }
}

/// Known wins over unknown; of two different answers the greater one, so that
/// the order of units does not matter.
void Linking::emitTypes(Unit &Out) {
  for (const TypeEntry &E : Types) {
    Type R;
    uint64_t Best = 0;
    size_t BestSize = 0;
    bool First = true;
    for (auto [UI, TI] : E.Seen) {
      const UnitMapping &M = Maps[UI];
      const Type &Raw = Units[UI].Types[TI];
      uint64_t Hash = M.hashOf(Raw);
      size_t Size = Raw.Fields.size() + Raw.Bases.size() + Raw.Arguments.size();
      Type T = M.mapped(Raw);
      if (First) {
        R = std::move(T);
        Best = Hash;
        BestSize = Size;
        First = false;
        continue;
      }
      R.Flags |= T.Flags;
      R.TaskStart = std::max(R.TaskStart, T.TaskStart);
      auto known = [](auto &Into, auto From) {
        using Id = std::remove_reference_t<decltype(Into)>;
        if (Into == Id::None || (From != Id::None && From > Into))
          Into = From == Id::None ? Into : From;
      };
      known(R.Promise, T.Promise);
      known(R.Result, T.Result);
      known(R.CallOperator, T.CallOperator);
      known(R.Destructor, T.Destructor);
      if (T.At.isValid() && (!R.At.isValid() || T.At < R.At))
        R.At = T.At;
      if (raw(R.Template) == 0)
        R.Template = T.Template;
      if (std::pair(Size, Hash) > std::pair(BestSize, Best)) {
        R.Bases = std::move(T.Bases);
        R.Arguments = std::move(T.Arguments);
        R.Fields = std::move(T.Fields);
        Best = Hash;
        BestSize = Size;
      }
    }
    Out.Types.push_back(std::move(R));
  }
}

Unit Linking::run() {
  for (const Unit &U : Units)
    Maps.emplace_back(U, Strings);
  for (uint32_t I = 0; I < Units.size(); ++I) {
    collectFunctions(I);
    collectTypes(I);
  }
  collectFiles();
  numberFunctions();
  numberTypes();
  for (uint32_t I = 0; I < Units.size(); ++I) {
    for (const Function &F : Units[I].Functions)
      Maps[I].Functions.push_back(resolved(I, F));
    for (const Type &T : Units[I].Types)
      Maps[I].Types.push_back(Types[size_t(TypeOf[raw(Maps[I].map(T.Name))])].Id);
  }

  Unit Out;
  std::set<std::string> Errors;
  for (const Unit &U : Units) {
    Out.Failed |= U.Failed;
    Errors.insert(U.Errors.begin(), U.Errors.end());
    Out.Standard = std::max(Out.Standard, U.Standard);
    for (const auto &[Kind, Count] : U.UnknownNodes)
      Out.UnknownNodes[Kind] += Count;
  }
  Out.Errors.assign(Errors.begin(), Errors.end());
  emitFunctions(Out);
  emitTypes(Out);
  Out.Files = std::move(Files);
  Out.Strings = Strings.take();
  return Out;
}

} // namespace

Unit mergeUnits(std::vector<Unit> Units) {
  std::ranges::sort(Units, {}, [](const Unit &U) {
    return std::tuple(std::string_view(U.MainFile), std::string_view(U.Target),
                      U.Functions.size());
  });
  return Linking(std::move(Units)).run();
}

} // namespace cotidy
