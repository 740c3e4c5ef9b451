#include "program/AsyncLocks.h"

#include "facts/Words.h"

#include "llvm/ADT/StringRef.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

AsyncLocks::AsyncLocks(const Unit &U, const ModelUse &Models, const LockNames &Names)
    : U(U), Models(Models) {
  findTakers();
  findCounting(Names);
}

bool AsyncLocks::isAsynchronous(TypeId T) const {
  const model::TypeModel *M = Models.of(T);
  return M && M->Lock == "asynchronous";
}

std::optional<bool> AsyncLocks::takesShared(FnId F) const {
  auto It = Takers.find(F);
  return It == Takers.end() ? std::nullopt : std::optional(It->second);
}

/// Within `Depth` calls a member function of the lock, or of a part of it.
bool AsyncLocks::callsInto(FnId F, TypeId Lock, unsigned Depth) const {
  if (F == FnId::None)
    return false;
  const Function &Fn = U.fn(F);
  if (Fn.Class == Lock ||
      std::ranges::any_of(U.type(Lock).Fields, [&](const Field &Part) {
        return Part.Type != TypeId::None && Part.Type == Fn.Class;
      }))
    return true;
  if (Depth == 0)
    return false;
  for (const Block &B : Fn.Blocks)
    for (const Fact &X : B.Facts)
      if (X.Kind == FactKind::Call && callsInto(X.Callee, Lock, Depth - 1))
        return true;
  return false;
}

static bool isNamedLock(std::string_view Template) {
  std::string Last = llvm::StringRef(lastComponent(Template)).lower();
  return Last.find("mutex") != Last.npos || Last.find("lock") != Last.npos;
}

/// What a library's guard does when it ends is not read. It is the lock's by
/// its place, by its argument, or by a member that refers to the lock.
bool AsyncLocks::belongsTo(TypeId Guard, TypeId Lock) const {
  const Type &G = U.type(Guard);
  std::string Within = std::string(U.text(U.type(Lock).Name)) + "::";
  return isNamedLock(U.text(U.type(Lock).Template)) &&
         (U.text(G.Name).starts_with(Within) || std::ranges::find(G.Arguments, Lock) != G.Arguments.end() ||
          std::ranges::any_of(G.Fields, [&](const Field &F) { return F.Type == Lock; }));
}

bool AsyncLocks::isGuardOf(TypeId Guard, TypeId Lock) const {
  const Type &G = U.type(Guard);
  if (Guard == Lock || G.is(TyCopyable) || !G.is(TyDtorWork) || G.is(TyHasPromise))
    return false;
  if (G.Destructor == FnId::None)
    return !G.is(TyUser) && belongsTo(Guard, Lock);
  return U.fn(G.Destructor).Class == Guard && callsInto(G.Destructor, Lock, 3);
}

static bool saysShared(std::string_view Name) {
  std::string Lower = llvm::StringRef(Name).lower();
  return Lower.find("shared") != Lower.npos || Lower.find("read") != Lower.npos;
}

/// What awaiting a value of the type yields.
static TypeId resultOf(const Unit &U, TypeId Awaited) {
  const Type &T = U.type(Awaited);
  if (T.Result != TypeId::None)
    return T.Result;
  // A task: what its coroutines return is its argument.
  return T.is(TyHasPromise) && T.Arguments.size() == 1 ? T.Arguments[0] : TypeId::None;
}

void AsyncLocks::findTakers() {
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    if (!F.is(FnMethod) || F.Class == TypeId::None || F.Returns == TypeId::None ||
        F.Returns == F.Class || F.is(FnAwaiterPart) || Models.of(FnId(I)))
      continue;
    const Type &R = U.type(F.Returns);
    if (!R.is(TyAwaitable) && !R.is(TyAwaiter) && !R.is(TyHasPromise))
      continue;
    TypeId Guard = resultOf(U, F.Returns);
    if (Guard != TypeId::None && isGuardOf(Guard, F.Class))
      Takers[FnId(I)] = saysShared(U.text(F.Display));
  }
}

/// Constructed with another number than one, or with one that is not known.
void AsyncLocks::findCounting(const LockNames &Names) {
  std::set<TypeId> Locks;
  for (auto [F, Shared] : Takers)
    Locks.insert(U.fn(F).Class);
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    for (const Block &B : U.Functions[I].Blocks)
      for (const Fact &X : B.Facts) {
        if (X.Kind != FactKind::Call || X.Callee == FnId::None || X.Args.empty() ||
            !U.fn(X.Callee).is(FnConstructor))
          continue;
        TypeId Made = U.fn(X.Callee).Class;
        if (!Locks.contains(Made) && !isAsynchronous(Made))
          continue;
        const Value &Count = X.Args[0];
        bool Number = Count.Kind == ValueKind::Integer ||
                      (Count.Kind == ValueKind::Read && X.Args.size() == 1);
        if (Number && (Count.Kind != ValueKind::Integer || Count.Int > 1))
          if (LockClass C = Names.classOf(FnId(I), Names.normal(FnId(I), objectOf(X))))
            Counting.insert(C);
      }
}

} // namespace cotidy
