#include "program/LockNames.h"

#include "flow/LockSets.h"
#include "program/Conditions.h"
#include "facts/Words.h"
#include "program/Lowering.h"
#include "program/PathTypes.h"

#include "llvm/Demangle/Demangle.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static constexpr size_t MaxPath = 6;

LockNames::LockNames(const Unit &U, const ModelUse &Models, const HeldValues &Held,
                     const CallTargets &Targets)
    : U(U), Models(Models), Held(Held), Targets(Targets) {
  collectFields();
  collectGlobals();
  collectWrappers();
  collectBindings();
  collectSiblings();
}

//===----------------------------------------------------------------------===//
// Normal form
//===----------------------------------------------------------------------===//

void LockNames::append(Place &To, const std::vector<PathStep> &Path) const {
  for (const PathStep &S : Path) {
    if (S.Kind == StepKind::Pointee || (S.Kind == StepKind::Field && Held.isLibraryField(S.Name)))
      continue;
    if (!To.Path.empty() && S.Kind == StepKind::Field) {
      if (Wrapped.contains(S.Name))
        continue; // the object before is the lock
      auto It = Siblings.find({S.Name, To.Path.back().Name});
      if (It != Siblings.end() && To.Path.back().Kind == StepKind::Field) {
        To.Path.pop_back();
        To.Path.insert(To.Path.end(), It->second.begin(), It->second.end());
        continue;
      }
    }
    To.Path.push_back(S);
  }
  if (To.Path.size() > MaxPath) { // too far away to be told from others
    To.Root = RootKind::Unknown;
    To.Index = 0;
    To.Name = StrId::Empty;
    To.Path.erase(To.Path.begin(), To.Path.end() - 1);
  }
}

bool LockNames::isPointerLike(FnId In, uint32_t Local) const {
  const facts::Local &L = U.fn(In).Locals[Local];
  std::string_view Name = U.text(L.TypeName);
  return L.Reference || refersByName(Name) || Name.find("terator") != Name.npos;
}

static bool isOwningPointer(std::string_view Qualified) {
  for (std::string_view Class : {"_ptr::", "optional::", "reference_wrapper::", "__shared_ptr_access::"})
    if (Qualified.find(Class) != Qualified.npos)
      return true;
  return false;
}

/// A container or an iterator gives one of its elements, or a way to them.
static bool givesElement(std::string_view Qualified) {
  std::string_view Name = lastComponent(Qualified);
  if (isOwningPointer(Qualified))
    return Name == "operator[]";
  if (Qualified.find("terator::operator") != Qualified.npos ||
      Qualified.find("__wrap_iter::") != Qualified.npos)
    return true;
  for (std::string_view One : {"at", "operator[]", "front", "back", "top", "find", "begin", "end",
                               "cbegin", "cend", "rbegin", "rend", "lower_bound", "upper_bound"})
    if (Name == One)
      return true;
  return false;
}

/// What a call's result refers to: through accessors, containers, pointers.
std::optional<Place> LockNames::resultOfCall(FnId In, const Fact &Call) const {
  if (Call.Callee == FnId::None)
    return std::nullopt;
  const Function &Callee = U.fn(Call.Callee);
  if (const model::FunctionModel *M = Models.of(Call.Callee); M && M->ReturnsSame) {
    Place P = normal(In, actualOf(Call, *M->ReturnsSame));
    bool Known = !P.Path.empty() && P.Path.back().Kind == StepKind::Element;
    if (P && !Known && !Callee.is(FnUser) && givesElement(U.text(Callee.Qualified)))
      append(P, {{StepKind::Element, StrId::Empty}});
    return P;
  }
  if (Callee.is(FnUser)) {
    const std::optional<Place> &Where = returned(Call.Callee);
    if (Where)
      return atCall(In, Call, {Call.Callee, Call.Recv ? &Call.Recv : nullptr}, *Where, true);
    return std::nullopt;
  }
  std::string_view Name = lastComponent(U.text(Callee.Qualified));
  if (Callee.Class != TypeId::None && U.type(Callee.Class).is(TyGuard) &&
      (Name == "release" || Name == "mutex"))
    return normal(In, Call.Recv); // whatever the guard has
  bool OfFirst = Callee.is(FnConstructor) || U.text(Callee.Qualified) == "std::get";
  Place P = Call.Recv                           ? normal(In, Call.Recv)
            : OfFirst && !Call.Args.empty() ? normal(In, Call.Args[0])
                                                : Place();
  if (!P)
    return std::nullopt;
  if (!isOwningPointer(U.text(Callee.Qualified)) && !Callee.is(FnConstructor))
    append(P, {{StepKind::Element, StrId::Empty}});
  return P;
}

static bool isEmptied(const Fact &X) {
  return X.Kind == FactKind::Store &&
         (X.Val.Kind == ValueKind::Null || X.Val.Kind == ValueKind::Default);
}

/// What a local that refers to something refers to, if it is one thing.
std::optional<Place> LockNames::behind(FnId In, uint32_t Local) const {
  const LocalDefs &Defs = Targets.defsOf(In);
  if (Local >= Defs.size() || !isPointerLike(In, Local))
    return std::nullopt;
  if (Defs.of(Local).empty() || (Defs.of(Local).size() == 1 && isEmptied(*Defs.of(Local).front())))
    return handedOut(In, Local);
  const Fact &X = *Defs.of(Local).front();
  auto isSame = [&](const Fact *Def) { return Def == &X || *Def == X; };
  if (!std::ranges::all_of(Defs.of(Local), isSame)) // of a structured binding it is told twice
    return std::nullopt;
  switch (X.Kind) {
  case FactKind::Borrow:
  case FactKind::Copy:
  case FactKind::Move:
    return normal(In, X.From);
  case FactKind::Store:
    return X.Val.Where ? std::optional(normal(In, X.Val.Where)) : std::nullopt;
  case FactKind::Call:
  case FactKind::VirtualCall:
    return resultOfCall(In, X);
  default:
    return std::nullopt;
  }
}

/// A reference member whose constructor is in sight is what it was bound to:
/// in the constructor itself, and in an object that the body made.
Place LockNames::settled(FnId In, Place P) const {
  if (P.Path.empty() || P.Path[0].Kind != StepKind::Field)
    return P;
  if (std::optional<Place> Found = captured(In, P); Found && *Found)
    return *Found;
  const Function &F = U.fn(In);
  Place Base;
  if (P.Root == RootKind::This && F.is(FnConstructor)) {
    auto It = FromParam.find({In, P.Path[0].Name});
    if (It != FromParam.end())
      Base = {RootKind::Param, It->second, StrId::Empty, {}};
  } else if (P.Root == RootKind::Local && P.Index < F.Locals.size()) {
    for (const Fact *Def : Targets.defsOf(In).of(P.Index)) {
      auto It = Def->Kind == FactKind::Call ? FromParam.find({Def->Callee, P.Path[0].Name})
                                            : FromParam.end();
      if (It != FromParam.end() && It->second < Def->Args.size())
        Base = normal(In, Def->Args[It->second]);
    }
  }
  if (!Base)
    return P;
  append(Base, {P.Path.begin() + 1, P.Path.end()});
  return Base;
}

Place LockNames::normal(FnId In, const Place &P) const {
  Place Out = P;
  Out.Path.clear();
  if (P.Root == RootKind::Local) {
    auto Key = std::pair(In, P.Index);
    auto [It, New] = Locals.try_emplace(Key);
    if (New) {
      std::optional<Place> Found = behind(In, P.Index);
      Locals[Key] = Found;
    }
    if (const std::optional<Place> &Found = Locals[Key]; Found && *Found)
      Out = *Found;
  }
  append(Out, P.Path);
  return settled(In, std::move(Out));
}

Place LockNames::normal(FnId In, const Value &V) const {
  switch (V.Kind) {
  case ValueKind::Address:
  case ValueKind::Read:
  case ValueKind::Moved:
    return normal(In, V.Where);
  default:
    return {};
  }
}

const std::optional<Place> &LockNames::returned(FnId F) const {
  auto [It, New] = Returned.try_emplace(F);
  if (!New)
    return It->second;
  std::optional<Place> Only;
  const Function &Fn = U.fn(F);
  if (Fn.Body != BodyState::Here || Fn.is(FnCoroutine))
    return It->second;
  for (const Block &B : Fn.Blocks)
    for (const Fact &X : B.Facts) {
      if (X.Kind != FactKind::Return || X.Val.Kind == ValueKind::Null)
        continue;
      Place P = normal(F, X.Val);
      bool Callers = P.Root == RootKind::This || P.Root == RootKind::Param ||
                     P.Root == RootKind::Global;
      if (!Callers || (Only && *Only != P))
        return Returned[F];
      Only = P;
    }
  return Returned[F] = Only;
}

Place LockNames::atCall(FnId Caller, const Fact &Call, const Invocation &I,
                        const Place &OfCallee, bool Direct) const {
  Place Base;
  size_t Used = 0; // steps of the path that the base stands for
  switch (OfCallee.Root) {
  case RootKind::Global:
    return OfCallee;
  case RootKind::Param:
    if (Direct && OfCallee.Index < Call.Args.size())
      Base = normal(Caller, Call.Args[OfCallee.Index]);
    break;
  case RootKind::This:
    if (I.Self && I.Self->Kind == ValueKind::Closure) {
      for (const Capture &C : I.Self->Captures)
        if (!OfCallee.Path.empty() && C.Field == OfCallee.Path[0].Name) {
          Base = normal(Caller, C.What);
          Used = 1;
        }
    } else if (I.Self && !U.fn(I.Fn).is(FnLambda)) {
      Base = normal(Caller, *I.Self);
    } else if (Call.Kind == FactKind::Destroy && I.How != Via::Stored) {
      Base = normal(Caller, Call.From);
    } else if (Direct && !U.fn(I.Fn).is(FnLambda)) {
      Base = normal(Caller, objectOf(Call));
    }
    break;
  default:
    break;
  }
  if (!Base) {
    Base.Root = RootKind::Unknown;
    Used = 0;
  }
  Place Out = Base;
  append(Out, {OfCallee.Path.begin() + long(Used), OfCallee.Path.end()});
  return settled(Caller, std::move(Out));
}

Place LockNames::inClosure(FnId Caller, const Value &Closure, const Place &OfLambda) const {
  Place Out = normal(Caller, Closure);
  append(Out, OfLambda.Path);
  return settled(Caller, std::move(Out));
}

/// What a closure, stored in a member of a local, has captured there.
std::optional<Place> LockNames::captured(FnId In, const Place &P) const {
  const LocalDefs &Defs = Targets.defsOf(In);
  if (P.Root != RootKind::Local || P.Index >= Defs.size() || P.Path.size() < 2)
    return std::nullopt;
  for (const Fact *Def : Defs.partsOf(P.Index))
    if (Def->Kind == FactKind::Store && Def->Val.Kind == ValueKind::Closure &&
        Def->To.Path.size() == 1 && Def->To.Path[0] == P.Path[0])
      for (const Capture &C : Def->Val.Captures)
        if (C.Field == P.Path[1].Name) {
          Place Out = normal(In, C.What);
          append(Out, {P.Path.begin() + 2, P.Path.end()});
          return Out;
        }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Classes
//===----------------------------------------------------------------------===//

LockClass LockNames::classOf(FnId In, const Place &Normal, unsigned Depth) const {
  for (size_t I = Normal.Path.size(); I-- > 0;)
    if (Normal.Path[I].Kind == StepKind::Field)
      return Wrapped.contains(Normal.Path[I].Name) ? LockClass()
                                                   : bound(Normal.Path[I].Name, Depth);
  switch (Normal.Root) {
  case RootKind::Global:
    return {LockClass::Global, Normal.Name, FnId::None, 0};
  case RootKind::Local:
    return {LockClass::Local, StrId::Empty, In, Normal.Index};
  case RootKind::Param:
    return {LockClass::Param, StrId::Empty, In, Normal.Index};
  default:
    return {};
  }
}

LockClass LockNames::classOf(FnId In, const Place &Normal) const {
  return classOf(In, Normal, 4);
}

TypeId LockNames::typeOf(const LockClass &C) const {
  switch (C.Is) {
  case LockClass::Field: {
    auto It = Fields.find(C.Name);
    return It == Fields.end() ? TypeId::None : It->second.Type;
  }
  case LockClass::Global: {
    auto It = Globals.find(C.Name);
    return It == Globals.end() ? TypeId::None : It->second;
  }
  case LockClass::Local:
    return U.fn(C.Fn).Locals[C.Index].Type;
  case LockClass::Param:
    return U.fn(C.Fn).Params[C.Index].Type;
  default:
    return TypeId::None;
  }
}

std::string LockNames::quoted(const LockClass &C) const {
  switch (C.Is) {
  case LockClass::Field: {
    std::string_view Name = U.text(C.Name);
    // Of a local class: without the function that it is in.
    if (size_t Inner = Name.find("::"); Name.starts_with("_Z") && Inner != Name.npos)
      Name.remove_prefix(Inner + 2);
    return "'" + std::string(Name) + "'";
  }
  case LockClass::Global: {
    std::string_view Name = U.text(C.Name);
    std::string Shown = llvm::demangle(Name.substr(0, Name.find('@')));
    if (size_t At = Name.find('@'); At != Name.npos && Name.find("::", At) != Name.npos)
      Shown = Name.substr(Name.rfind("::") + 2); // static in a function of the unit
    return "'" + Shown.substr(0, Shown.find('[')) + "'";
  }
  case LockClass::Local:
    return "'" + std::string(U.text(U.fn(C.Fn).Locals[C.Index].Name)) + "'";
  case LockClass::Param:
    return "'" + std::string(U.text(U.fn(C.Fn).Params[C.Index].Name)) + "'";
  case LockClass::None:
    break;
  }
  return "a lock";
}

bool LockNames::isOneObject(const Place &P) const {
  return P && P.Root != RootKind::Unknown &&
         std::ranges::none_of(P.Path, [](const PathStep &S) { return S.Kind == StepKind::Element; });
}

Place LockNames::within(FnId In, Place Base, const std::vector<PathStep> &Path) const {
  append(Base, Path);
  return settled(In, std::move(Base));
}

bool LockNames::isBelow(FnId In, const Place &Object, const Place &Lock) const {
  if (Lock.Path.empty() || Object.Path.size() < Lock.Path.size())
    return false;
  Place Owner = Lock;
  Owner.Path.pop_back();
  auto Own = Fields.find(Lock.Path.back().Name);
  auto Member = Fields.find(Object.Path.back().Name);
  if (Own == Fields.end() || Member == Fields.end() || !flow::isWithin(Object, Owner))
    return false;
  bool OfThis = Owner.Root == RootKind::This && Owner.Path.empty();
  TypeId Class = OfThis ? U.fn(In).Class : Own->second.Owner, Of = Member->second.Type;
  return Of != TypeId::None && Of != Class && derivesFrom(U, Class, Of);
}

bool LockNames::leadsBack(const Place &Lock) const {
  if (Lock.Path.size() < 3)
    return false;
  auto It = Fields.find(Lock.Path.back().Name);
  auto Before = Fields.find(Lock.Path[Lock.Path.size() - 2].Name);
  return It != Fields.end() && Before != Fields.end() && Before->second.Refers &&
         Before->second.Type == It->second.Owner && Before->second.Owner != It->second.Owner;
}

bool LockNames::isRelative(const Place &A, const Place &B) const {
  if (A.Root != B.Root || A.Index != B.Index || A.Name != B.Name || A.Root == RootKind::Unknown ||
      A.Path.empty() || B.Path.empty())
    return false;
  const Place &Short = A.Path.size() <= B.Path.size() ? A : B;
  const Place &Long = A.Path.size() <= B.Path.size() ? B : A;
  auto It = Fields.find(Long.Path.back().Name);
  if (It == Fields.end() || Short.Path.size() == Long.Path.size())
    return false;
  size_t Common = Short.Path.size() - 1;
  return std::equal(Short.Path.begin(), Short.Path.begin() + long(Common), Long.Path.begin()) &&
         std::ranges::all_of(Long.Path.begin() + long(Common), Long.Path.end(),
                             [&](const PathStep &S) {
                               auto F = Fields.find(S.Name);
                               return S.Kind == StepKind::Element ||
                                      (F != Fields.end() && F->second.Owner == It->second.Owner);
                             });
}

} // namespace cotidy
