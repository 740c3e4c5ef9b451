//===- LockActions.cpp - what facts do to the locks of a body -------------===//
// The half of LockBuilder that feeds the flow: each fact as actions on locks
// and guards, with the summaries of callees applied. It reports nothing.
//===----------------------------------------------------------------------===//
#include "program/LockBuilder.h"
#include "program/Lowering.h"

#include "facts/Words.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::LockAction;
using flow::LockMode;
using flow::Point;

LockBuilder::LockBuilder(const LockSummaries &S, FnId F)
    : S(S), U(S.U), F(F), Fn(S.U.fn(F)), Defs(S.Targets.defsOf(F)),
      Guards(flow::guardsOnEntry(S.U, S.U.fn(F))), Changed(Fn.Params.size()) {
  Place P;
  P.Root = RootKind::Param;
  for (const Block &B : Fn.Blocks)
    for (const Fact &X : B.Facts)
      for (P.Index = 0; P.Index < Changed.size(); ++P.Index)
        if (!Changed[P.Index] && flow::mayChange(U, X, P))
          Changed[P.Index] = true;
}

const Step *LockBuilder::step(const Spot &At, FnId Callee, Via How, StrId Through,
                              const Step *Next) const {
  S.Steps.push_back({At, F, Callee, How, Through, Next, Next ? Next->Length + 1 : 1});
  return &S.Steps.back();
}

bool LockBuilder::isLockOperation(Point At) const {
  const auto &Facts = Fn.Blocks[At.Block].Facts;
  if (At.Fact + 1 >= Facts.size() || !isCall(Facts[At.Fact]))
    return false;
  const Fact &Next = Facts[At.Fact + 1];
  return (Next.Kind == FactKind::Acquire || Next.Kind == FactKind::Release) &&
         Next.At == Facts[At.Fact].At;
}

bool LockBuilder::isGuardClass(TypeId T) const {
  return T != TypeId::None && U.type(T).is(TyGuard);
}

/// A guard, or a pointer, optional or container of guards.
bool LockBuilder::holdsGuard(TypeId T, unsigned Depth) const {
  if (T == TypeId::None)
    return false;
  return isGuardClass(T) || (Depth > 0 && !U.type(T).is(TyUser) &&
                             std::ranges::any_of(U.type(T).Arguments, [&](TypeId A) {
                               return holdsGuard(A, Depth - 1);
                             }));
}

/// The parameters of a coroutine are copied into its frame; its body goes on
/// naming the parameters.
bool LockBuilder::isFrameCopy(const Fact &X) const {
  return Fn.is(FnCoroutine) && X.At == Fn.At &&
         (X.From.Root == RootKind::Param ||
          (!X.Args.empty() && X.Args[0].Where.Root == RootKind::Param));
}

flow::LockState LockBuilder::onEntry() const {
  flow::LockState State;
  for (uint32_t I = 0; I < Fn.Params.size(); ++I) {
    const Param &P = Fn.Params[I];
    bool Owned = P.Mode == PassMode::Value || P.Mode == PassMode::RvalueReference;
    if (!Owned || !isGuardClass(P.Type))
      continue;
    flow::HeldLock H;
    H.Lock.Root = H.Owner.Root = RootKind::Param;
    H.Lock.Index = H.Owner.Index = I;
    H.Must = false;
    H.Taken = step(Fn.At, FnId::None, Via::Given, P.Name, nullptr);
    State.Held.push_back(std::move(H));
  }
  return State;
}

//===----------------------------------------------------------------------===//
// Acquisitions and awaits
//===----------------------------------------------------------------------===//

static bool hasWord(std::string_view Words, std::string_view Word) {
  size_t At = Words.find(Word);
  return At != Words.npos && (At == 0 || Words[At - 1] == ' ');
}

void LockBuilder::acquireActions(Point At, std::vector<LockAction> &Out) {
  const auto &Facts = Fn.Blocks[At.Block].Facts;
  const Fact &X = Facts[At.Fact];
  std::string_view How = U.text(X.Word);
  LockAction A;
  A.What = S.Names.normal(F, X.From);
  if (X.To)
    A.To = S.Names.normal(F, X.To);
  A.Mode = How.starts_with("shared") ? LockMode::Shared : LockMode::Exclusive;
  A.Do = hasWord(How, "defer")   ? LockAction::Associate
         : hasWord(How, "adopt") ? LockAction::Adopt
                                 : LockAction::Take;
  const Fact *Call = nullptr; // that the acquisition stands behind
  for (uint32_t I = At.Fact; I-- > 0 && !Call && Facts[I].At == X.At;)
    if (isCall(Facts[I]))
      Call = &Facts[I];
  if (hasWord(How, "try")) {
    A.Must = false;
    if (A.To)
      A.Only = A.To;
    else if (Call && Call->To) {
      A.Only = Call->To;
      bool Local = Call->To.Root == RootKind::Local && Call->To.Path.empty();
      A.IfZero = Local && U.text(Fn.Locals[Call->To.Index].TypeName) != "bool";
    }
  }
  LockClass C = S.Names.classOf(F, A.What);
  A.Async = S.Async.isAsynchronous(S.Names.typeOf(C)) ||
            S.Async.isAsynchronous(cotidy::typeOf(U, Fn, X.From));
  A.Path = step(X.At, Call ? Call->Callee : FnId::None, Via::Direct, StrId::Empty, nullptr);
  Out.push_back(std::move(A));
}

LockBuilder::Awaited LockBuilder::awaitedAt(Point At) const {
  const auto &Facts = Fn.Blocks[At.Block].Facts;
  const Fact &X = Facts[At.Fact];
  Awaited Out;
  for (uint32_t I = At.Fact + 1; I < Facts.size() && !Out.Result; ++I)
    if (Facts[I].Kind == FactKind::Call && Facts[I].Recv.Where == X.Recv.Where &&
        Facts[I].Callee != FnId::None &&
        U.text(U.fn(Facts[I].Callee).Qualified).ends_with("::await_resume"))
      Out.Result = Facts[I].To;
  Place Task = X.From;
  for (unsigned Depth = 0; Depth < 3 && !Out.Made; ++Depth) {
    if (Task.Root != RootKind::Local || !Task.Path.empty() || Task.Index >= Defs.size() ||
        Defs.of(Task.Index).size() != 1)
      break;
    const Fact &Def = *Defs.of(Task.Index).front();
    if (Def.Kind == FactKind::Move)
      Task = Def.From;
    else if (isCall(Def) && Def.Callee != FnId::None)
      Out.Made = &Def;
    else
      break;
  }
  return Out;
}

void LockBuilder::awaitActions(Point At, std::vector<LockAction> &Out) {
  const Fact &X = Fn.Blocks[At.Block].Facts[At.Fact];
  Awaited A = awaitedAt(At);
  if (A.Made) {
    if (std::optional<bool> Shared = S.Async.takesShared(A.Made->Callee)) {
      LockAction Take;
      Take.What = S.Names.normal(F, A.Made->Recv);
      Take.To = A.Result ? S.Names.normal(F, A.Result) : Place();
      Take.Mode = *Shared ? LockMode::Shared : LockMode::Exclusive;
      Take.Async = true;
      Take.Path = step(X.At, A.Made->Callee, Via::Direct, StrId::Empty, nullptr);
      if (Take.To)
        Out.push_back(std::move(Take));
      return;
    }
    Invocations I = S.Targets.at(F, *A.Made, Hierarchy::OrAny);
    if (I.Known.size() + I.AnyOf.size() == 1) {
      const Invocation &Only = I.Known.empty() ? I.AnyOf[0] : I.Known[0];
      if (U.fn(Only.Fn).is(FnCoroutine))
        summaryActions(*A.Made, Only, A.Result, Out);
    }
    if (U.fn(A.Made->Callee).is(FnCoroutine))
      endMovedArguments(*A.Made, Out);
  }
  if (X.From && A.Result) {
    LockAction Move;
    Move.Do = LockAction::Move;
    Move.What = S.Names.normal(F, X.From);
    Move.To = S.Names.normal(F, A.Result);
    Out.push_back(std::move(Move));
  }
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// The lock that a guard among the parameters was given with.
bool LockBuilder::isGivenGuard(FnId Callee, const Place &Lock) const {
  const auto &Params = U.fn(Callee).Params;
  return Lock.Root == RootKind::Param && Lock.Path.empty() && Lock.Index < Params.size() &&
         isGuardClass(Params[Lock.Index].Type);
}

/// Through a member that refers to a lock it is that lock which is released.
LockAction LockBuilder::releaseOf(Place P) const {
  LockClass C = S.Names.classOf(F, P);
  LockAction A = action(LockAction::Release, std::move(P));
  A.Member = C.Is == LockClass::Field ? C.Name : StrId::Empty;
  return A;
}

/// What the callee leaves held and released.
void LockBuilder::summaryActions(const Fact &X, const Invocation &I, const Place &Result,
                                 std::vector<LockAction> &Out) {
  OnImport(I.Fn);
  const LockSummary &Sum = S.of(I.Fn);
  bool Stored = U.fn(I.Fn).is(FnLambda) && I.Self && I.Self->Where;
  for (const Place &P : Sum.Releases) {
    Place Here = Stored && P.Root == RootKind::This ? S.Names.inClosure(F, *I.Self, P)
                                                    : S.Names.atCall(F, X, I, P, true);
    Out.push_back(releaseOf(std::move(Here)));
  }
  for (const LeftHeld &L : Sum.AtEnd) {
    LockAction A = action(LockAction::Take, S.Names.atCall(F, X, I, L.Lock, true));
    if (L.InResult) {
      if (!Result)
        continue; // the guard is gone at once
      A.To = S.Names.normal(F, Result);
      A.To.Path.insert(A.To.Path.end(), L.Owner.Path.begin(), L.Owner.Path.end());
    } else if (L.Owner) {
      A.To = S.Names.atCall(F, X, I, L.Owner, true);
    }
    if (isGivenGuard(I.Fn, L.Lock)) {
      // Whatever the caller's guard owns goes on; if that is not known, nothing.
      A.Do = A.To ? LockAction::Move : LockAction::Disown;
      Out.push_back(std::move(A));
      continue;
    }
    if (L.If) {
      A.Only = X.To;
      A.IfZero = !*L.If;
    }
    A.Mode = L.Mode;
    A.Must = L.Must;
    A.Stray = !L.Must && !L.If && !L.Owner && !L.InResult;
    A.Async = L.Async;
    A.Path = step(X.At, I.Fn, I.How, I.Through, L.Taken);
    Out.push_back(std::move(A));
  }
}

/// Containers, pointers and optionals of guards.
void LockBuilder::libraryActions(const Fact &X, std::vector<LockAction> &Out) {
  const Function &Callee = U.fn(X.Callee);
  std::string_view Name = lastComponent(U.text(Callee.Qualified));
  if (Name == "swap")
    return swapActions(X, Out);
  Place Holder = X.Recv ? S.Names.normal(F, X.Recv) : Place();
  bool IsHolder = X.Recv && holdsGuard(cotidy::typeOf(U, Fn, X.Recv), 2);
  if (!IsHolder && X.To && holdsGuard(cotidy::typeOf(U, Fn, X.To), 2)) {
    Holder = S.Names.normal(F, X.To);
    IsHolder = true;
  }
  auto isTemporary = [&](const Place &P) {
    return P.Root == RootKind::Local && P.Path.empty() && !Fn.Locals[P.Index].Reference &&
           Fn.Locals[P.Index].Name == StrId::Empty;
  };
  for (const Value &A : X.Args)
    if (Holder && (A.Kind == ValueKind::Moved ||
                   (A.Kind != ValueKind::Unknown && isTemporary(A.Where)))) {
      LockAction Move = action(LockAction::Move, S.Names.normal(F, A));
      Move.To = Holder;
      Out.push_back(std::move(Move));
    }
  if (!IsHolder)
    return;
  if (Name == "reset" || Name == "clear" || Name == "pop_back" || Name == "pop_front")
    Out.push_back(action(LockAction::End, Holder));
  if (Name != "emplace" && Name != "emplace_back" && Name != "make_unique" &&
      Name != "make_shared" && Name != "make_optional" && !Callee.is(FnConstructor))
    return;
  for (const Value &A : X.Args) {
    TypeId T = A.Where ? cotidy::typeOf(U, Fn, A) : TypeId::None;
    if (A.Kind != ValueKind::Address || isGuardClass(T) || (T != TypeId::None && !U.type(T).is(TyLock)))
      continue;
    LockAction Take = action(LockAction::Take, S.Names.normal(F, A));
    Take.To = Holder;
    Take.Path = step(X.At, X.Callee, Via::Direct, StrId::Empty, nullptr);
    Out.push_back(std::move(Take));
  }
}

void LockBuilder::callActions(const Fact &X, std::vector<LockAction> &Out) {
  Invocations I = S.Targets.at(F, X, Hierarchy::OrAny);
  bool OneTarget = I.Known.size() + I.AnyOf.size() == 1 && I.Symbolic.empty();
  const Invocation *Only = !OneTarget ? nullptr : I.Known.empty() ? &I.AnyOf[0] : &I.Known[0];
  if (Only && !U.fn(Only->Fn).is(FnCoroutine))
    summaryActions(X, *Only, X.To, Out);
  if (X.Callee == FnId::None)
    return;
  if (!U.fn(X.Callee).is(FnUser)) {
    libraryActions(X, Out);
    return;
  }
  // Those moved into a coroutine that is awaited here live until then.
  if (!U.fn(X.Callee).is(FnCoroutine) || !isAwaitedHere(X.To))
    endMovedArguments(X, Out);
}

/// A guard that was moved into a parameter is gone with it.
void LockBuilder::endMovedArguments(const Fact &X, std::vector<LockAction> &Out) const {
  for (uint32_t A = 0; A < X.Args.size() && A < U.fn(X.Callee).Params.size(); ++A)
    if (X.Args[A].Kind == ValueKind::Moved &&
        U.fn(X.Callee).Params[A].Mode == PassMode::Value)
      Out.push_back(action(LockAction::End, S.Names.normal(F, X.Args[A])));
}

bool LockBuilder::isAwaitedHere(const Place &Task) const {
  return Task && std::ranges::any_of(Fn.Blocks, [&](const Block &B) {
           return std::ranges::any_of(B.Facts, [&](const Fact &X) {
             return X.Kind == FactKind::Suspend && X.From == Task;
           });
         });
}

//===----------------------------------------------------------------------===//
// All facts
//===----------------------------------------------------------------------===//

void LockBuilder::actionsAt(Point At, std::vector<LockAction> &Out) {
  const Fact &X = Fn.Blocks[At.Block].Facts[At.Fact];
  if (isFrameCopy(X))
    return;
  callableActions(X, Out);
  Place To = resultOf(U, X);
  if (To && X.Kind != FactKind::Acquire && X.Kind != FactKind::CreateTask)
    Out.push_back(action(LockAction::Redefine, To.Path.empty() ? To : S.Names.normal(F, To)));
  switch (X.Kind) {
  case FactKind::Acquire:
    return acquireActions(At, Out);
  case FactKind::Release: {
    bool Disowns = hasWord(U.text(X.Word), "disown");
    Place P = S.Names.normal(F, X.From);
    Out.push_back(Disowns ? action(LockAction::Disown, std::move(P)) : releaseOf(std::move(P)));
    return;
  }
  case FactKind::Destroy:
    if (X.Callee != FnId::None && !isGuardClass(X.Type))
      summaryActions(X, {X.Callee}, {}, Out);
    Out.push_back(action(LockAction::End, X.From.Path.empty() ? X.From : S.Names.normal(F, X.From)));
    return;
  case FactKind::Store: // a guard that an aggregate is made with
    if (X.Val.Kind != ValueKind::Read || !isGuardClass(cotidy::typeOf(U, Fn, X.Val)))
      return;
    Out.push_back(action(LockAction::Move, S.Names.normal(F, X.Val)));
    Out.back().To = S.Names.normal(F, X.To);
    return;
  case FactKind::Move: {
    LockAction A = action(LockAction::Move, S.Names.normal(F, X.From));
    A.To = X.To.Path.empty() ? X.To : S.Names.normal(F, X.To);
    Out.push_back(std::move(A));
    return;
  }
  case FactKind::Call:
  case FactKind::VirtualCall:
    if (!isLockOperation(At))
      callActions(X, Out);
    return;
  case FactKind::RunNow:
    return callActions(X, Out);
  case FactKind::Suspend:
    return awaitActions(At, Out);
  case FactKind::Return:
    // A coroutine's result moves into its promise before its locals die.
    if (Fn.is(FnCoroutine) && X.Val.Where.Root == RootKind::Local) {
      LockAction A = action(LockAction::Move, S.Names.normal(F, X.Val));
      A.To.Root = RootKind::Promise;
      Out.push_back(std::move(A));
    }
    return;
  default:
    return;
  }
}

/// What a test is of does not change while the body runs, as far as it shows.
bool LockBuilder::isSettled(const Place &P) const {
  if (P.Root == RootKind::Local)
    return P.Path.empty() && P.Index < Defs.size() && Defs.of(P.Index).size() == 1;
  if (P.Root == RootKind::Param)
    return P.Path.empty() && !Changed[P.Index];
  return P.Root == RootKind::This && std::ranges::none_of(Fn.Blocks, [&](const Block &B) {
           return std::ranges::any_of(B.Facts, [&](const Fact &X) {
             return X.To && flow::isWithin(P, X.To);
           });
         });
}

void LockBuilder::buildActions() {
  Actions.resize(Fn.Blocks.size());
  Tests = LastTests = flow::lastTests(U, Fn);
  for (uint32_t B = 0; B < Fn.Blocks.size(); ++B) {
    if (Tests[B] && !isSettled(Tests[B].Of))
      Tests[B] = {};
    Actions[B].resize(Fn.Blocks[B].Facts.size());
    for (uint32_t I = 0; I < Fn.Blocks[B].Facts.size(); ++I) {
      actionsAt({B, I}, Actions[B][I]);
      for (LockAction &A : Actions[B][I])
        A.Behind = Tests[B];
    }
  }
  Sets.emplace(U, Fn, Actions, onEntry());
}

void LockBuilder::walk(const std::function<void(Point, const flow::LockState &)> &See) {
  buildActions();
  Sets->walk(See);
}

} // namespace cotidy
