#include "program/TaskTypes.h"

#include "facts/Words.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static bool isAwait(const Unit &U, const Fact &X) {
  std::string_view Word = U.text(X.Word);
  return X.Kind == FactKind::ConsumeTask ? Word == "await"
                                         : X.Kind == FactKind::Suspend && Word.ends_with("await");
}

/// Types whose objects some body awaits: a promise's await_transform takes
/// types that have no operator of their own.
static std::vector<bool> awaitedTypes(const Unit &U) {
  std::vector<bool> Awaited(U.Types.size());
  for (const Function &F : U.Functions)
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts)
        if (isAwait(U, X))
          if (TypeId T = typeOf(U, F, X.From); T != TypeId::None)
            Awaited[raw(T)] = true;
  return Awaited;
}

/// Types with the member functions of a future: it works by itself, and is
/// only looked at from outside.
static std::vector<bool> futureShapes(const Unit &U) {
  static constexpr std::string_view Names[] = {"get", "then", "wait", "wait_for", "subscribe"};
  std::vector<bool> Shapes(U.Types.size());
  for (const Function &F : U.Functions)
    if (F.Class != TypeId::None && F.is(FnMethod) &&
        std::ranges::find(Names, lastComponent(U.text(F.Qualified))) != std::end(Names))
      Shapes[raw(F.Class)] = true;
  return Shapes;
}

TaskTypes::TaskTypes(const Unit &U, const ModelUse &Models) : U(U) {
  std::vector<bool> Awaited = awaitedTypes(U), Futures = futureShapes(U);
  Entries.reserve(U.Types.size());
  for (uint32_t I = 0; I < U.Types.size(); ++I) {
    Entries.push_back(judge(TypeId(I), Models, Awaited[I]));
    if (Entries[I].Plain && Futures[I])
      Entries[I].Kind = TaskKind::Eager;
  }
  findCarriers();
}

TaskTypes::Entry TaskTypes::judge(TypeId Id, const ModelUse &Models, bool IsAwaited) const {
  const Type &T = U.type(Id);
  const model::TypeModel *M = Models.of(Id);
  Entry E;
  E.SingleUse = M && M->SingleUse.value_or(false);
  if (M && M->Task == "none")
    return E;
  bool Modelled = M && !M->Task.empty();
  bool Awaitable = T.is(TyAwaitable) || IsAwaited || Modelled;
  bool Standard = U.text(T.Template).starts_with("std::"); // with an operator of the program's
  if (!Awaitable || T.is(TyLambda) || (Standard && !Modelled && !T.is(TyHasPromise)))
    return E;
  E.Plain = !T.is(TyHasPromise) && !Modelled;
  bool Lazy = Modelled ? M->Task == "lazy" : E.Plain || T.TaskStart == Start::Lazy;
  E.Kind = Lazy ? TaskKind::Lazy : TaskKind::Eager;
  E.SingleUse = M && M->SingleUse ? *M->SingleUse : !E.Plain && T.is(TySingleUse);
  bool Owns = M && M->OwnsFrame ? *M->OwnsFrame : T.is(TyOwnsFrame);
  if (Owns)
    E.Owner = FrameOwner::Handle;
  else if (!Lazy && !E.Plain)
    E.Owner = FrameOwner::Itself;
  E.Result = T.Result;
  if (E.Result == TypeId::None && T.Arguments.size() == 1 && !E.Plain)
    E.Result = T.Arguments.front();
  return E;
}

bool TaskTypes::yieldsOwner(TypeId T) const {
  TypeId R = resultOf(T);
  if (R == TypeId::None)
    return false;
  const Type &Result = U.type(R);
  if (Result.is(TyGuard))
    return true;
  // A destructor of its own, not one that only ends its members.
  bool Implicit = Result.Destructor != FnId::None && U.fn(Result.Destructor).is(FnImplicit);
  return Result.is(TyDtorWork) && !Result.is(TyCopyable) && !Implicit &&
         Entries[raw(R)].Carries == TypeId::None &&
         !U.text(Result.Template).starts_with("std::");
}

/// Containers and wrappers of the standard library, by their arguments.
static bool holdsArguments(std::string_view Template) {
  static constexpr std::string_view Names[] = {
      "std::vector",   "std::deque", "std::list",       "std::forward_list",
      "std::array",    "std::optional", "std::pair",    "std::tuple",
      "std::unique_ptr", "std::map", "std::unordered_map", "std::multimap",
      "std::stack",    "std::queue", "std::variant"};
  return std::ranges::find(Names, Template) != std::end(Names);
}

bool isVoidCallable(const Unit &U, TypeId T) {
  if (T == TypeId::None || U.type(T).is(TyLambda))
    return false;
  std::string Begin = std::string(U.text(U.type(T).Template)) + "<void";
  std::string_view Name = U.text(U.type(T).Name);
  return Name.starts_with(Begin + "(") || Name.starts_with(Begin + " (");
}

void TaskTypes::findCarriers() {
  for (uint32_t I = 0; I < Entries.size(); ++I)
    if (Entries[I].Kind != TaskKind::None)
      Entries[I].Carries = TypeId(I);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (uint32_t I = 0; I < Entries.size(); ++I) {
      const Type &T = U.Types[I];
      if (Entries[I].Carries != TypeId::None || T.is(TyLambda))
        continue;
      auto take = [&](TypeId Inner) {
        if (Inner != TypeId::None && Entries[I].Carries == TypeId::None)
          Entries[I].Carries = Entries[raw(Inner)].Carries;
      };
      if (holdsArguments(U.text(T.Template)))
        for (TypeId A : T.Arguments)
          take(A);
      else if (T.is(TyUser) && !T.is(TyHasPromise))
        for (const Field &F : T.Fields)
          take(F.Type);
      Changed |= Entries[I].Carries != TypeId::None;
    }
  }
}

} // namespace cotidy
