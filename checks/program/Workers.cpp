#include "program/Workers.h"

#include "facts/Words.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static bool isThread(const Unit &U, TypeId T) {
  if (T == TypeId::None)
    return false;
  std::string_view Name = lastComponent(U.text(U.type(T).Template));
  return Name == "thread" || Name == "jthread";
}

Workers::Workers(const Unit &U, const CallTargets &Targets, const LockNames &Names)
    : U(U), Targets(Targets), Names(Names) {
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    for (const Block &B : U.Functions[I].Blocks)
      for (const Fact &X : B.Facts)
        addStart(FnId(I), X);
  for (auto &[Handle, All] : ByHandle) {
    std::ranges::sort(All);
    auto Same = std::ranges::unique(All);
    All.erase(Same.begin(), Same.end());
  }
}

const std::vector<FnId> &Workers::of(const LockClass &Handle) const {
  static const std::vector<FnId> None;
  auto It = ByHandle.find(Handle);
  return It == ByHandle.end() ? None : It->second;
}

void Workers::add(FnId In, const Place &Handle, const Value &Callable) {
  Invocations I = Targets.resolve(In, Callable, {});
  for (const auto *All : {&I.Known, &I.AnyOf})
    for (const Invocation &Run : *All)
      if (LockClass C = Names.classOf(In, Names.normal(In, Handle)))
        ByHandle[C].push_back(Run.Fn);
}

void Workers::addStart(FnId In, const Fact &X) {
  const Function &F = U.fn(In);
  if (X.Kind == FactKind::Start && X.To && U.text(X.Word) == "thread") {
    add(In, X.To, X.Val);
    // `Member = std::thread(...)`: through a temporary.
    for (const Block &B : F.Blocks)
      for (const Fact &Y : B.Facts)
        if (Y.Kind == FactKind::Move && Y.From == X.To)
          add(In, Y.To, X.Val);
        else if (Y.Kind == FactKind::Call && Y.Recv && !Y.Args.empty() &&
                 Y.Args[0].Where == X.To && !(Y.Recv.Where == X.To))
          add(In, Y.Recv.Where, X.Val); // pushed into a container
  }
  // `Threads.emplace_back([...] {...})`
  if (X.Kind != FactKind::Call || X.Callee == FnId::None || U.fn(X.Callee).is(FnUser) || !X.Recv)
    return;
  TypeId T = typeOf(U, F, X.Recv);
  if (T == TypeId::None || !std::ranges::any_of(U.type(T).Arguments, [&](TypeId A) {
        return isThread(U, A);
      }))
    return;
  for (const Value &A : X.Args)
    if (A.Kind == ValueKind::Closure || A.Kind == ValueKind::Function)
      add(In, X.Recv.Where, A);
}

} // namespace cotidy
