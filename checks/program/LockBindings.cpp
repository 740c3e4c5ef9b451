//===- LockBindings.cpp - what names of locks stand for -------------------===//
// The part of LockNames that looks over the whole program once: fields, classes
// that are locks because they wrap one, and what reference members are bound to.
//===----------------------------------------------------------------------===//
#include "program/LockNames.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

bool refersByName(std::string_view TypeName) {
  return TypeName.find('&') != TypeName.npos || TypeName.find('*') != TypeName.npos ||
         TypeName.find("_ptr<") != TypeName.npos ||
         TypeName.find("reference_wrapper") != TypeName.npos;
}

void LockNames::collectFields() {
  for (uint32_t I = 0; I < U.Types.size(); ++I)
    for (const Field &F : U.Types[I].Fields)
      Fields[F.Name] = {F.Type, TypeId(I),
                        U.Types[I].is(TyLambda) || refersByName(U.text(F.TypeName))};
}

/// By what is called on them, and the guards that are made of them.
void LockNames::collectGlobals() {
  auto note = [&](const Value &V, TypeId T) {
    if (V.Where.Root == RootKind::Global && V.Where.Path.empty() && T != TypeId::None &&
        U.type(T).is(TyLock))
      Globals.try_emplace(V.Where.Name, T);
  };
  for (const Function &F : U.Functions)
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts) {
        if (X.Kind != FactKind::Call || X.Callee == FnId::None)
          continue;
        TypeId Class = U.fn(X.Callee).Class;
        if (Class == TypeId::None)
          continue;
        note(X.Recv, Class);
        if (U.type(Class).is(TyGuard) && !X.Args.empty() && !U.type(Class).Arguments.empty())
          note(X.Args[0], U.type(Class).Arguments[0]);
      }
}

//===----------------------------------------------------------------------===//
// Classes that are locks because they wrap one
//===----------------------------------------------------------------------===//

/// A function that is no method: its object is its first argument.
static bool isFree(const Function &F) { return F.Class == TypeId::None; }

/// `this.f`, as a method of the class itself names it; `p->f` of a function.
static StrId ownField(const Function &In, const Place &P) {
  bool Own = isFree(In) ? P.Root == RootKind::Param && P.Index == 0 : P.Root == RootKind::This;
  if (!Own)
    return StrId::Empty;
  StrId Only = StrId::Empty;
  for (const PathStep &S : P.Path) {
    if (S.Kind != StepKind::Field)
      continue;
    if (Only != StrId::Empty)
      return StrId::Empty;
    Only = S.Name;
  }
  return Only;
}

static const Place &lockObjectOf(const Unit &U, const Fact &Call) {
  static const Place Nothing;
  if (!isFree(U.fn(Call.Callee)))
    return Call.Recv.Where;
  return Call.Args.empty() ? Nothing : Call.Args[0].Where;
}

/// A small class of which one method takes a lock in a field, and no more, and
/// another releases it: mutexes with another interface, with statistics. Or two
/// functions that are given it.
void LockNames::collectWrappers() {
  static constexpr size_t MaxFields = 6;
  std::map<FnId, StrId> Takes, Gives;
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (uint32_t I = 0; I < U.Functions.size(); ++I) {
      const Function &F = U.Functions[I];
      constexpr uint32_t Special = FnConstructor | FnDestructor | FnLambda | FnCoroutine;
      if ((F.Flags & Special) || F.Body != BodyState::Here || (isFree(F) && F.Params.empty()) ||
          (!isFree(F) && U.type(F.Class).Fields.size() > MaxFields) || Takes.contains(FnId(I)) ||
          Gives.contains(FnId(I)))
        continue;
      std::set<StrId> Taken, Given;
      for (const Block &B : F.Blocks)
        for (const Fact &X : B.Facts) {
          if (X.Kind == FactKind::Acquire && !X.To)
            Taken.insert(ownField(F, X.From));
          else if (X.Kind == FactKind::Release)
            Given.insert(ownField(F, X.From));
          else if (X.Kind == FactKind::Call && Takes.contains(X.Callee))
            Taken.insert(ownField(F, lockObjectOf(U, X)));
          else if (X.Kind == FactKind::Call && Gives.contains(X.Callee))
            Given.insert(ownField(F, lockObjectOf(U, X)));
        }
      Taken.erase(StrId::Empty);
      Given.erase(StrId::Empty);
      auto isLarge = [&](StrId Field) {
        auto It = Fields.find(Field);
        return It == Fields.end() || U.type(It->second.Owner).Fields.size() > MaxFields;
      };
      std::erase_if(Taken, isLarge);
      std::erase_if(Given, isLarge);
      if (Taken.size() == 1 && Given.empty())
        Changed |= Takes.try_emplace(FnId(I), *Taken.begin()).second;
      else if (Given.size() == 1 && Taken.empty())
        Changed |= Gives.try_emplace(FnId(I), *Given.begin()).second;
    }
  }
  for (auto [F, Field] : Takes)
    for (auto [G, Same] : Gives)
      if (Field == Same && U.fn(F).Class == U.fn(G).Class)
        Wrapped.insert(Field);
  // Nobody takes it in any other way.
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    for (const Block &B : U.Functions[I].Blocks)
      for (const Fact &X : B.Facts)
        if (X.Kind == FactKind::Acquire && !X.From.Path.empty() && !Takes.contains(FnId(I)))
          Wrapped.erase(X.From.Path.back().Name);
}

//===----------------------------------------------------------------------===//
// What reference members are bound to
//===----------------------------------------------------------------------===//

/// The parameter as a whole, or what it points to.
static bool ownSource(const Place &P) {
  return std::ranges::none_of(P.Path,
                              [](const PathStep &S) { return S.Kind != StepKind::Pointee; });
}

/// By its interface, or because it wraps one that has another.
bool LockNames::isLock(TypeId T) const {
  return T != TypeId::None &&
         (U.type(T).is(TyLock) || std::ranges::any_of(U.type(T).Fields, [&](const Field &F) {
            return Wrapped.contains(F.Name);
          }));
}

void LockNames::addBinding(FnId In, const Place &To, const Place &From) {
  if (!To || !From || To.Path.empty() || To.Path.back().Kind != StepKind::Field)
    return;
  auto It = Fields.find(To.Path.back().Name);
  bool ByConstructor = U.fn(In).is(FnConstructor) && To.Root == RootKind::This &&
                       To.Path.size() == 1 && From.Root == RootKind::Param && ownSource(From);
  if (It != Fields.end() && It->second.Refers && ByConstructor)
    FromParam.try_emplace({In, To.Path[0].Name}, From.Index);
  if (It == Fields.end() || !It->second.Refers || !isLock(It->second.Type))
    return;
  Bindings[It->first].push_back({In, From});
}

void LockNames::addCaptures(FnId In, const Value &V) {
  for (const Capture &C : V.Captures) {
    Place To{RootKind::This, 0, StrId::Empty, {{StepKind::Field, C.Field}}};
    addBinding(In, To, C.What.Where);
    addCaptures(In, C.What);
  }
}

void LockNames::collectBindings() {
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    FnId In = FnId(I);
    for (const Block &B : U.Functions[I].Blocks)
      for (const Fact &X : B.Facts) {
        if (X.Kind == FactKind::Borrow || X.Kind == FactKind::Copy || X.Kind == FactKind::Move)
          addBinding(In, X.To, X.From);
        else if (X.Kind == FactKind::Store)
          addBinding(In, X.To, X.Val.Where);
        if (X.Kind == FactKind::Call && X.Callee != FnId::None)
          Callers[X.Callee].emplace_back(In, &X);
        addCaptures(In, X.Val);
        for (const Value &A : X.Args)
          addCaptures(In, A);
      }
  }
}

/// `Ready(&Mutex)`: a member whose own reference is bound to its sibling, such
/// as a condition variable that knows its mutex.
void LockNames::collectSiblings() {
  std::map<std::pair<StrId, StrId>, std::optional<std::vector<PathStep>>> Found;
  for (const auto &[Field, Sources] : Bindings)
    for (const Source &S : Sources) {
      if (!U.fn(S.In).is(FnConstructor) || S.From.Root != RootKind::Param || !ownSource(S.From))
        continue;
      for (auto [Caller, Call] : Callers[S.In]) {
        if (S.From.Index >= Call->Args.size())
          continue;
        StrId Member = ownField(U.fn(Caller), Call->Recv.Where);
        Place To = normal(Caller, Call->Args[S.From.Index]);
        if (Member == StrId::Empty || To.Root != RootKind::This || To.Path.empty())
          continue;
        auto [It, New] = Found.try_emplace({Field, Member}, To.Path);
        if (!New && It->second != To.Path)
          It->second.reset();
      }
    }
  for (auto &[Key, Path] : Found)
    if (Path)
      Siblings.emplace(Key, std::move(*Path));
}

/// What a place is, or, if it is a parameter, what everybody passes for it.
void LockNames::addPassed(FnId In, const Place &P, unsigned Depth,
                          std::set<std::pair<FnId, uint32_t>> &Seen,
                          std::set<LockClass> &Into) const {
  if (P.Root != RootKind::Param || !P.Path.empty()) {
    Into.insert(classOf(In, P, Depth));
    return;
  }
  auto Calls = Callers.find(In);
  if (Calls == Callers.end() || !Seen.insert({In, P.Index}).second)
    return;
  for (auto [Caller, Call] : Calls->second)
    if (P.Index < Call->Args.size() && Call->Args[P.Index].Kind != ValueKind::Null)
      addPassed(Caller, normal(Caller, Call->Args[P.Index]), Depth, Seen, Into);
}

/// The class that everything bound to the member belongs to, if it is one.
LockClass LockNames::bound(StrId Field, unsigned Depth) const {
  auto Known = Bound.find(Field);
  if (Known != Bound.end())
    return Known->second;
  LockClass Own{LockClass::Field, Field, FnId::None, 0};
  auto It = Bindings.find(Field);
  if (It == Bindings.end() || Depth == 0)
    return Own;
  Bound[Field] = Own; // ends recursion
  std::set<LockClass> All;
  std::set<std::pair<FnId, uint32_t>> Seen;
  for (const Source &S : It->second)
    addPassed(S.In, normal(S.In, S.From), Depth - 1, Seen, All);
  LockClass Result = All.size() == 1 && *All.begin() ? *All.begin() : Own;
  Bound[Field] = Result;
  return Result;
}

} // namespace cotidy
