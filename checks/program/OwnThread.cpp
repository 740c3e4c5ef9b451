#include "program/OwnThread.h"

#include "facts/Words.h"

#include "llvm/ADT/StringRef.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static bool isCall(const Fact &X) {
  return (X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall) && X.Callee != FnId::None;
}

/// A function that says which thread runs it.
static bool tellsThread(std::string_view Qualified) {
  for (std::string_view One : {"std::this_thread::get_id", "boost::this_thread::get_id", "pthread_self",
                               "pthread_equal", "gettid", "thrd_current", "thrd_equal",
                               "GetCurrentThreadId", "QThread::currentThread"})
    if (Qualified == One)
      return true;
  return false;
}

/// `isInLoopThread`, `runningInThisThread`: of a library, whose bodies are not
/// read, by a name that says it.
static bool asksByName(const Unit &U, const Function &F) {
  llvm::StringRef Name = lastComponent(U.text(F.Qualified));
  return !F.is(FnUser) && F.is(FnMethod) && F.is(FnConst) && Name.contains_insensitive("thread") &&
         (Name.starts_with("is") || Name.starts_with("in") || Name.starts_with("running"));
}

/// A short function that compares threads, or asks one that does.
bool OwnThread::asks(FnId Id) const {
  static constexpr size_t MostCalls = 6;
  auto [It, New] = Asks.try_emplace(Id, false);
  if (!New)
    return It->second;
  const Function &F = U.fn(Id);
  size_t Calls = 0;
  bool Tells = tellsThread(U.text(F.Qualified)) || asksByName(U, F), Returns = Tells;
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      Calls += isCall(X);
      Tells |= isCall(X) && Calls <= MostCalls && asks(X.Callee);
      Returns |= X.Kind == FactKind::Return && X.Val;
    }
  return Asks[Id] = Tells && Returns && Calls <= MostCalls;
}

bool OwnThread::isIdentity(const Value &V, const LocalDefs &Defs) const {
  const Place &P = V.Where;
  return P.Root == RootKind::Local && P.Path.empty() && P.Index < Defs.size() &&
         std::ranges::any_of(Defs.of(P.Index), [&](const Fact *Def) {
           return isCall(*Def) && asks(Def->Callee);
         });
}

bool OwnThread::isAskedBy(const flow::FlagTest &Test, const LocalDefs &Defs) const {
  const Place &P = Test.Of;
  if (P.Root != RootKind::Local || !P.Path.empty() || P.Index >= Defs.size())
    return false;
  return std::ranges::any_of(Defs.of(P.Index), [&](const Fact *Def) {
    auto isId = [&](const Value &V) { return isIdentity(V, Defs); };
    return isCall(*Def) &&
           (asks(Def->Callee) || isId(Def->Recv) || std::ranges::any_of(Def->Args, isId));
  });
}

} // namespace cotidy
