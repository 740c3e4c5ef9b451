//===- BorrowCalls.cpp - calls and the tasks they make --------------------===//
// The part of BorrowFlow that meets other functions: what a call's result
// refers to, what it stores and keeps, which tasks it starts or runs.
//===----------------------------------------------------------------------===//
#include "facts/Words.h"
#include "program/BorrowFlow.h"
#include "program/Lowering.h"

namespace cotidy {

using namespace facts;
using Refs = BorrowFlow::Refs;

/// What a referent of the callee is, in this body.
Refs BorrowFlow::mappedReferent(const Referent &R, const Fact &X, const Function &Callee,
                                const Value *Self, const State &S) {
  switch (R.Kind) {
  case RefKind::Local:
    return {};
  case RefKind::Forever:
    return {ref(R, {}, {})};
  case RefKind::Param:
  case RefKind::Behind: {
    if (R.Index >= X.Args.size() || R.Index >= Callee.Params.size())
      return {};
    const Value &A = X.Args[R.Index];
    PassMode Mode = Callee.Params[R.Index].Mode;
    bool ByReference = Mode == PassMode::Reference || Mode == PassMode::RvalueReference;
    if (R.Kind == RefKind::Param)
      return ByReference ? boundTo(A, &A, S) : Refs();
    return ByReference && A.Where ? carried(A.Where, S) : refsOf(A, S);
  }
  case RefKind::This:
    if (!Self)
      return {};
    if (Self->Kind == ValueKind::Read && Self->Where &&
        Types.isPointerLike("", typeOf(U, F, Self->Where)))
      return carried(Self->Where, S);
    return boundTo(*Self, Self, S);
  case RefKind::BehindThis: {
    if (!Self)
      return {};
    Refs Out;
    for (Ref T : Self->Kind == ValueKind::Closure ? refsOf(*Self, S) : carried(Self->Where, S)) {
      StrId Slot = loan(T).Why.Slot;
      if (Slot == R.Capture || Slot == StrId::Empty || loan(T).Why.Via != BorrowVia::Plain)
        Out.insert(T);
    }
    return Out;
  }
  }
  return {};
}

Refs BorrowFlow::mapped(const Outflow &O, const Fact &X, const Function &Callee,
                        const Value *Self, const State &S) {
  // An eager frame has used it before the call returned, a task in it as well.
  bool Over = O.Why.AtStart && O.Why.Frame != FnId::None &&
              U.fn(O.Why.Frame).Initial == Start::Eager;
  Refs Out;
  for (Ref R : mappedReferent(O.What, X, Callee, Self, S)) {
    bool Plain = loan(R).Why.Via == BorrowVia::Plain;
    if (O.Why.Via == BorrowVia::Plain || (!Plain && !(Over && loan(R).Why.AtStart)))
      Out.insert(R);
    else if (!Plain || Over || (R & 1)) // dead already: no work's fault
      continue;
    else if (loan(R).Why.Frame == FnId::None)
      Out.insert(because(R, O.Why, X.At));
    else if (std::optional<Ref> W = asWork(R, X.At)) // a closure that the callee's work calls
      Out.insert(*W);
  }
  return Out;
}

/// `[n](this auto self)`: the frame has its own copy of the closure.
static bool holdsItsClosure(const Function &Fn) {
  return Fn.is(FnLambda) && !Fn.Params.empty() && Fn.Params.front().Type == Fn.Class &&
         Fn.Class != TypeId::None && Fn.Params.front().Mode == PassMode::Value;
}

/// What the frame of the coroutine `Callee` refers to by one of its uses.
Refs BorrowFlow::frameRefs(const FrameUse &Use, const Fact &X, FnId Callee, const Value *Self,
                           const State &S) {
  const Function &Fn = U.fn(Callee);
  bool Eager = Fn.Initial == Start::Eager;
  Borrowing Why;
  Why.Frame = Callee;
  Why.Use = Use.At;
  Why.AtStart = Use.AtStart;
  Why.Assumed = Fn.Body != BodyState::Here;
  switch (Use.What.Kind) {
  case RefKind::Param:
  case RefKind::Behind:
    if (Use.What.Index >= Fn.Params.size())
      return {};
    Why.Slot = Fn.Params[Use.What.Index].Name;
    Why.Via = Use.What.Kind == RefKind::Param &&
                      Fn.Params[Use.What.Index].Mode == PassMode::RvalueReference
                  ? BorrowVia::Moved
                  : BorrowVia::Parameter;
    break;
  case RefKind::This:
    if (holdsItsClosure(Fn))
      return {};
    Why.Via = Fn.is(FnLambda) ? BorrowVia::Closure : BorrowVia::Object;
    break;
  case RefKind::BehindThis:
    Why.Via = BorrowVia::Capture;
    Why.Slot = Use.What.Capture;
    break;
  case RefKind::Local:
  case RefKind::Forever:
    return {};
  }
  Refs Out;
  for (Ref R : mappedReferent(Use.What, X, Fn, Self, S)) {
    const Borrowing Old = loan(R).Why;
    if (Old.Via == BorrowVia::Plain) {
      // Used before the call returns; or dead already, and no work's fault. What
      // a task of the caller's uses, and when, the caller knows.
      bool Callers = loan(R).What.Kind == RefKind::Behind || loan(R).What.Kind == RefKind::BehindThis;
      if ((!(Eager && Use.AtStart) || Callers) && !(R & 1))
        Out.insert(because(R, Why, X.At));
      continue;
    }
    if (Eager && Use.AtStart && Old.AtStart)
      continue;
    Borrowing Both = Old;
    Both.AtStart &= Use.AtStart;
    Out.insert(because(R, Both, loan(R).At));
  }
  return Out;
}

/// What a callable or task refers to once it runs by itself.
Refs BorrowFlow::workRefs(const Value &V, Spot At, const State &S) {
  Value Whole = V;
  if (V.Kind == ValueKind::Address)
    Whole.Kind = ValueKind::Read;
  Refs Out;
  for (Ref R : refsOf(Whole, S))
    if (std::optional<Ref> W = asWork(R, At))
      Out.insert(*W);
  return Out;
}

/// Unseen coroutines use what they are given; that they start lazily is known.
static std::vector<FrameUse> assumedUses(const Unit &U, const Function &Fn) {
  std::vector<FrameUse> Out;
  if (Fn.Returns == TypeId::None || U.type(Fn.Returns).TaskStart != Start::Lazy ||
      !U.type(Fn.Returns).is(TyHasPromise) || !Fn.is(FnUser))
    return Out;
  for (uint32_t I = 0; I < Fn.Params.size(); ++I) {
    bool ByReference = Fn.Params[I].Mode == PassMode::Reference ||
                       Fn.Params[I].Mode == PassMode::RvalueReference;
    Out.push_back({{ByReference ? RefKind::Param : RefKind::Behind, I, StrId::Empty}, Fn.At,
                   false});
  }
  return Out;
}

void BorrowFlow::bodyCall(const Fact &X, FnId Callee, const Value *Self, State &S,
                          Refs &Result) {
  const Function &Fn = U.fn(Callee);
  if (P.Models.speaksFor(U, Callee))
    return;
  const BorrowSummary &Sum = All.of(Callee);
  if (Fn.is(FnCoroutine) && Fn.Body == BodyState::Here)
    for (const FrameUse &Use : Sum.Uses)
      Result.merge(frameRefs(Use, X, Callee, Self, S));
  else if (Fn.Body == BodyState::Unknown)
    for (const FrameUse &Use : assumedUses(U, Fn))
      Result.merge(frameRefs(Use, X, Callee, Self, S));
  for (const Outflow &O : Sum.Result)
    Result.merge(mapped(O, X, Fn, Self, S));
  for (const Into &I : Sum.Stores) {
    Refs R = mapped(I.What, X, Fn, Self, S);
    const Value *Target = I.Target.Kind == RefKind::This ? Self
                          : I.Target.Index < X.Args.size() ? &X.Args[I.Target.Index]
                                                           : nullptr;
    if (Target && Target->Where)
      put(Target->Where, R, S, false, X.At);
  }
  for (const Kept &K : Sum.Keeps) {
    Refs R = mapped(K.What, X, Fn, Self, S);
    keep(K.How, X.At, R, &X, S, {}, true);
  }
  for (const Referent &R : Sum.WaitsFor)
    for (Ref T : mappedReferent(R, X, Fn, Self, S)) {
      const Referent &W = loan(T).What;
      if (W.Kind == RefKind::Local && W.Index < F.Locals.size())
        waitedFor({RootKind::Local, W.Index, StrId::Empty, {}}, S);
      else if (Self && R.Kind == RefKind::This)
        waitedFor(Self->Where, S);
    }
}

/// An object that can be copied has none in it that cannot: an executor refers
/// to its context.
static bool leadsElsewhere(const Unit &U, TypeId From, TypeId To) {
  return To != TypeId::None && From != To && U.type(From).is(TyCopyable) && !U.type(To).is(TyCopyable);
}

/// What it returns is its own object, and no view of what it was given.
static bool assigns(const Unit &U, const Function &Fn) {
  return U.text(Fn.Qualified).ends_with("operator=");
}

/// A library's object keeps what it is given and gives it back; a view of
/// something refers to it.
void BorrowFlow::libraryCall(const Fact &X, State &S, Refs &Result) {
  const Function &Fn = U.fn(X.Callee);
  Place To = resultOf(U, X);
  TypeId T = typeOf(U, F, To);
  bool View = To && To.Root == RootKind::Local && To.Index < F.Locals.size() &&
              To.Path.empty() &&
              (F.Locals[To.Index].Reference ||
               Types.isPointerLike(U.text(F.Locals[To.Index].TypeName), T));
  auto viewed = [&](const Value &V) {
    TypeId Of = typeOf(U, F, V.Where);
    bool Pointer = Of != TypeId::None && (U.type(Of).is(TyRefers) || Types.isSharedOwner(Of) ||
                                          leadsElsewhere(U, Of, T));
    return View && !Pointer && V.Where ? borrow(V.Where, S) : Refs();
  };
  Refs Given;
  // What a body that is here does with a callable it says itself.
  bool Seen = Fn.Body == BodyState::Here && Fn.Blocks.size() > 1 && !Fn.is(FnConstructor) &&
              !P.Models.speaksFor(U, X.Callee);
  for (uint32_t I = 0; I < X.Args.size(); ++I) {
    const Value &A = X.Args[I];
    PassMode Mode = I < Fn.Params.size() ? Fn.Params[I].Mode : PassMode::Value;
    TypeId Of = A.Where ? typeOf(U, F, A.Where) : TypeId::None;
    if (Seen && (A.Kind == ValueKind::Closure || (Of != TypeId::None && U.type(Of).is(TyLambda))))
      continue;
    Given.merge(A.Where ? carried(A.Where, S) : refsOf(A, S));
    // A view owns nothing: it refers to what it is made of, be that a temporary.
    bool ByRvalue = Mode == PassMode::RvalueReference && View && T != TypeId::None &&
                    !U.type(T).is(TyDtorWork);
    if (!assigns(U, Fn) && (A.Kind == ValueKind::Address || Mode == PassMode::Reference || ByRvalue))
      Given.merge(viewed(A));
  }
  if (Fn.is(FnConstructor)) {
    put(To, Given, S, false, X.At);
    return;
  }
  if (X.Recv.Where) {
    // What a promise is told goes to the awaiter, or to who awaits the coroutine.
    if (Fn.is(FnMethod) && !Fn.is(FnConst) && !Fn.is(FnPromisePart))
      put(X.Recv.Where, Given, S, false, X.At);
    if (!Types.isSharedOwner(typeOf(U, F, X.Recv.Where)))
      Result.merge(carried(X.Recv.Where, S));
    Result.merge(viewed(X.Recv));
  }
  Result.merge(Given);
}

bool BorrowFlow::waitsForItself(FnId Callee) const {
  return All.of(Callee).WaitsFor.contains({RefKind::This, 0, {}});
}

/// A member function that waits for what its object was given.
bool BorrowFlow::runsItsTasks(FnId Callee) const {
  return Types.isTask(U.fn(Callee).Returns) || waitsForItself(Callee);
}

/// An unseen function of the user's may wait for what it can change.
static bool isUnseen(const Function &Fn) {
  return Fn.Body == BodyState::Unknown && Fn.is(FnUser) && !Fn.is(FnConst) && !Fn.is(FnImplicit);
}

/// `await_suspend` gives a callback to somebody unseen: it is there to be called
/// later, for the coroutine has been suspended.
void BorrowFlow::handsOnCallbacks(const Fact &X, State &S) {
  bool Awaiter = F.is(FnAwaiterPart) && U.text(F.Qualified).ends_with("await_suspend");
  bool Unseen = X.Callee != FnId::None && !U.fn(X.Callee).is(FnConstructor) &&
                (X.Kind == FactKind::VirtualCall || U.fn(X.Callee).Body == BodyState::Unknown);
  if (!Awaiter || !Unseen || P.Models.of(X.Callee))
    return;
  for (const Value &A : X.Args)
    if (TypeId T = typeOf(U, F, A.Where); A.Kind == ValueKind::Closure || isVoidCallable(U, T))
      keep(KeepKind::Later, X.At, workRefs(A, X.At, S), &X, S);
}

/// Its call only makes the task; what the body waits for comes later.
static bool isLazyCoroutine(const Function &Fn) {
  return Fn.is(FnCoroutine) && Fn.Initial == Start::Lazy;
}

/// A row only to say that the thread is not blocked: the coroutine may wait.
/// What the standard library has of that kind waits for nothing.
static bool saysNothing(const model::FunctionModel &Row) {
  return !Row.Name.starts_with("std::") && Row.Blocks.empty() && Row.Runs.empty() && Row.Locks.empty() && !Row.Joins &&
         !Row.Spawns && !Row.Starts && !Row.SwitchesTo && !Row.SetsMode && !Row.Consumes && !Row.CallsStored &&
         !Row.Keeps && !Row.Borrows && !Row.ReturnsSame && !Row.MayDestroy && !Row.Forks && !Row.NoReturn;
}

static bool isReset(std::string_view Name) {
  return Name == "std::unique_ptr::reset" || Name == "std::optional::reset";
}

/// `f.get()`: who has a future's result has waited for the work behind it.
static bool isForTheResult(std::string_view Qualified) {
  return Qualified.ends_with("::get") || Qualified.ends_with("::get0") ||
         Qualified.ends_with("::wait") || Qualified.ends_with("::join");
}

void BorrowFlow::call(const Fact &X, State &S) {
  LastCall = &X;
  Refs Result;
  if (X.Callee != FnId::None && U.fn(X.Callee).is(FnAwaiterPart))
    return;
  const model::FunctionModel *Row = P.Models.of(X.Callee);
  Look How = Row && saysNothing(*Row) ? Look::Once : Look::UntilDone;
  bool Blocks = Row ? !Row->Blocks.empty() || How == Look::Once
                    : X.Callee != FnId::None && !isLazyCoroutine(U.fn(X.Callee)) &&
                          (!P.Effects.of(X.Callee).Effects.empty() || isUnseen(U.fn(X.Callee)));
  if (Blocks) { // until what it was given says so
    waitedFor(X.Recv.Where, S, How);
    for (uint32_t I = 0; I < X.Args.size(); ++I) {
      const Function *Fn = X.Callee == FnId::None ? nullptr : &U.fn(X.Callee);
      bool Const = Fn && I < Fn->Params.size() &&
                   U.text(Fn->Params[I].TypeName).starts_with("const ");
      if (!Const)
        waitedFor(X.Args[I].Where, S, How);
    }
  }
  if (X.Callee != FnId::None && Types.runsOnItsOwn(typeOf(U, F, X.Recv.Where)) &&
      isForTheResult(U.text(U.fn(X.Callee).Qualified)))
    waitedFor(X.Recv.Where, S);
  // A task that refers to something dead is given to somebody who runs it.
  bool Runs = X.Callee != FnId::None && (U.fn(X.Callee).is(FnUser) || Row) &&
              !U.fn(X.Callee).is(FnConstructor);
  if (Runs)
    for (const Value &A : X.Args)
      for (Ref R : carried(A.Where, S))
        if (R & 1)
          report(Dangling::Awaited, R, {}, {}, X.At);
  bool ItsTasks = Runs && X.Recv && runsItsTasks(X.Callee);
  if (ItsTasks || (Runs && X.Recv && starts(X.Callee))) {
    Refs Work;
    for (Ref R : carried(X.Recv.Where, S)) {
      if (R & 1)
        report(Dangling::Awaited, R, {}, {}, X.At);
      if (loan(R).Why.Via != BorrowVia::Plain)
        Work.insert(R);
    }
    if (Types.isTask(U.fn(X.Callee).Returns))
      Result.merge(Work); // over when the task that the call made is
    else if (ItsTasks)
      over(Work, S);
  }
  if (X.Callee == FnId::None || X.Kind == FactKind::VirtualCall) {
    Invocations I = P.Targets.at(Id, X);
    Value Self;
    Self.Kind = ValueKind::Address;
    Self.Where = X.From;
    for (const Invocation &K : I.Known)
      bodyCall(X, K.Fn, X.Recv ? &X.Recv : &Self, S, Result);
    if (I.AnyOf.size() == 1)
      bodyCall(X, I.AnyOf.front().Fn, X.Recv ? &X.Recv : &Self, S, Result);
  } else {
    bool Library = (!U.fn(X.Callee).is(FnUser) && !U.fn(X.Callee).is(FnLambda)) ||
                   P.Models.speaksFor(U, X.Callee); // of a project that is a library
    if (Library && U.text(U.fn(X.Callee).Qualified).ends_with("::swap")) {
      swapped(X, S);
    } else {
      if (Library)
        libraryCall(X, S, Result);
      bodyCall(X, X.Callee, X.Recv ? &X.Recv : nullptr, S, Result);
    }
    if (isReset(U.text(U.fn(X.Callee).Qualified)))
      expire(X.Recv.Where, DeathKind::Reset, X.At, S);
  }
  if (Row && Row->Joins) // what it waited for is over
    std::erase_if(Result, [&](Ref R) { return loan(R).Why.Via != BorrowVia::Plain; });
  for (uint32_t I = 0; I < X.Args.size(); ++I) {
    const Place &A = X.Args[I].Where;
    if (A.Root != RootKind::Local || !A.Path.empty() || isAlias(A.Index))
      continue;
    bool Assigns = X.Callee != FnId::None && // a Move fact follows
                   (U.fn(X.Callee).is(FnConstructor) || assigns(U, U.fn(X.Callee)));
    bool ByRvalue = X.Callee != FnId::None && !Assigns && I < U.fn(X.Callee).Params.size() &&
                    U.fn(X.Callee).Params[I].Mode == PassMode::RvalueReference;
    if ((X.Args[I].Kind == ValueKind::Moved && !Assigns) || (ByRvalue && !outlivesExpression(A.Index)))
      S.Held.erase(A.Index);
  }
  if (X.Callee != FnId::None && starts(X.Callee))
    started(X.Recv.Where, S);
  if (Row && Row->Starts)
    started(actualOf(X, *Row->Starts).Where, S);
  handsOnCallbacks(X, S);
  if (Row && X.Callee != FnId::None)
    keep(KeepKind::Later, X.At, lent(X, *Row, S), &X, S);
  if (!X.To)
    return;
  // Nobody can wait for a task that is no handle of anything.
  TypeId T = typeOf(U, F, X.To);
  if (Types.runsOnItsOwn(T) && !U.type(T).is(TyAwaitable))
    return keep(KeepKind::Spawned, X.At, Result, &X, S);
  put(X.To, Result, S, true, X.At);
}

void BorrowFlow::returned(const Fact &X, State &S) {
  TypeId T = typeOf(U, F, X.Val);
  bool Task = U.text(X.Word) == "task" || Types.isTask(T);
  for (Ref R : refsOf(X.Val, S)) {
    const Loan L = loan(R);
    if (L.Why.Via != BorrowVia::Plain && Task && ((R & 1) || isOfThisCall(L.What)))
      report(Dangling::Returned, R,
             isTemporary(L.What) ? DeathKind::FullExpression : DeathKind::Return, X.At, X.At);
    else if (!isOfThisCall(L.What) && !Coroutine && !(R & 1))
      Out.Result.push_back({L.What, L.Why, L.At.isValid() ? L.At : X.At});
  }
  if (X.Val.Where.Root == RootKind::Local && X.Val.Where.Path.empty() && Task)
    S.Held.erase(X.Val.Where.Index);
}

} // namespace cotidy
