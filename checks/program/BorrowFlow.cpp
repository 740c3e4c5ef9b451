#include "program/BorrowFlow.h"

#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using Refs = BorrowFlow::Refs;

/// Of a body whose flow grows out of hand nothing is said.
static constexpr size_t MaxLoans = 4000;

BorrowFlow::BorrowFlow(const Borrows &All, FnId Id)
    : All(All), P(All.P), U(All.P.U), Types(All.Types), Id(Id), F(All.P.U.fn(Id)),
      Defs(All.P.Targets.defsOf(Id)), Lambda(F.is(FnLambda)), Coroutine(F.is(FnCoroutine)) {
  findHeapObjects();
  findTasksPutInto();
}

struct BorrowFlow::Problem {
  BorrowFlow &B;
  using State = BorrowFlow::State;

  State boundary() const {
    State S;
    S.Live = true;
    for (uint32_t I = 0; I < B.F.Params.size(); ++I)
      if (uint32_t C = uint32_t(B.F.Locals.size()) + I; B.mayCarry(C))
        S.Held[C].insert(B.ref({RefKind::Behind, I, StrId::Empty}, {}, {}));
    if (!B.Lambda && !B.F.is(FnConstructor) && B.Types.isTask(B.F.Class)) // what its frame refers to
      S.Held[*B.carrierOf({RootKind::This, 0, StrId::Empty, {}})].insert(
          B.ref({RefKind::BehindThis, 0, StrId::Empty}, {}, {}));
    return S;
  }
  State unreached() const { return {}; }
  bool join(State &Into, const State &From) const {
    if (!From.Live)
      return false;
    State Before = Into;
    Into.Thrown = From.Thrown && (Into.Thrown || !Into.Live);
    Into.Live = true;
    Into.Suspended |= From.Suspended;
    for (const auto &[C, R] : From.Held)
      Into.Held[C].insert(R.begin(), R.end());
    Into.Running.insert(From.Running.begin(), From.Running.end());
    return !(Into == Before);
  }
  State transfer(uint32_t Block, const State &In) const {
    State S = In;
    if (S.Live && B.Loans.size() < MaxLoans)
      for (const Fact &X : B.F.Blocks[Block].Facts)
        B.step(X, S);
    return S;
  }
  /// What a handler hands over counts; nothing that rests on the throw does.
  State along(uint32_t, const Edge &E, unsigned, const State &Out) const {
    if (E.Kind != EdgeKind::Exceptional)
      return Out;
    State S;
    S.Live = S.Thrown = Out.Live;
    S.Suspended = Out.Suspended;
    return S;
  }
};

void BorrowFlow::solve() {
  if (Entry.empty() && F.Body == BodyState::Here)
    Entry = flow::solveForward(F, Problem{*this});
}

/// Everything once more, now that the states are known.
BorrowSummary BorrowFlow::summary() {
  solve();
  Now = Pass::Summary;
  Out = {};
  // What the prologue and the epilogue mention is no use of the body's.
  size_t Last = F.Blocks.size() - std::min<size_t>(F.Blocks.size(), Coroutine ? 3 : 1);
  for (uint32_t B = 0; B < Entry.size(); ++B) {
    State S = Entry[B];
    if (!S.Live)
      continue;
    for (const Fact &X : F.Blocks[B].Facts) {
      if ((Coroutine || Lambda) && !S.Thrown && B > 0 && B < Last)
        noteUses(X, S);
      step(X, S);
      if (X.Kind == FactKind::NoReturn)
        S.Running.clear();
    }
  }
  if (!Entry.empty() && Entry.back().Live)
    atExit(Entry.back());
  auto tidy = [](auto &List) {
    std::ranges::sort(List);
    List.erase(std::ranges::unique(List).begin(), List.end());
  };
  tidy(Out.Result);
  tidy(Out.Keeps);
  tidy(Out.Stores);
  return std::move(Out);
}

bool BorrowFlow::anyWork() const {
  return std::ranges::any_of(Loans,
                             [](const Loan &L) { return L.Why.Via != BorrowVia::Plain; });
}

std::vector<Dangling> BorrowFlow::findings() {
  summary();
  Found.clear();
  Now = Pass::Report;
  for (uint32_t B = 0; B < Entry.size(); ++B) {
    State S = Entry[B];
    if (S.Live)
      for (const Fact &X : F.Blocks[B].Facts)
        step(X, S);
  }
  if (!Entry.empty() && Entry.back().Live)
    atExit(Entry.back());
  return std::move(Found);
}

void BorrowFlow::report(Dangling::Outcome How, Ref R, DeathKind D, Spot DiesAt, Spot Where,
                        KeepKind K) {
  const Loan &L = loan(R);
  if (Now != Pass::Report || L.Why.Via == BorrowVia::Plain)
    return;
  // An object that a member refers to may have been copied meanwhile.
  if (L.Why.Via == BorrowVia::Member && How != Dangling::Bound)
    return;
  if (auto It = Deaths.find(R >> 1); R & 1 && It != Deaths.end()) {
    D = It->second.first;
    DiesAt = It->second.second;
  }
  Dangling X;
  X.How = How;
  X.In = Id;
  X.At = L.At.isValid() ? L.At : Where;
  X.What = L.What;
  X.Why = L.Why;
  X.Death = D;
  X.DiesAt = DiesAt;
  X.Keeping = K;
  X.Outcomes = Where;
  Found.push_back(X);
}

void BorrowFlow::use(const Referent &R, Spot At, bool AtStart) {
  for (FrameUse &Known : Out.Uses)
    if (Known.What == R) {
      if (Known.AtStart && !AtStart)
        Known = {R, At, AtStart};
      return;
    }
  Out.Uses.push_back({R, At, AtStart});
}

void BorrowFlow::noteUse(const Place &Mentioned, const State &S) {
  if (!Mentioned)
    return;
  auto note = [&](Ref R) {
    if (loan(R).What.Kind != RefKind::Local && loan(R).What.Kind != RefKind::Forever)
      use(loan(R).What, UseAt, !S.Suspended);
  };
  for (Ref R : borrow(Mentioned, S))
    note(R);
  bool Task = Types.isTask(typeOf(U, F, Mentioned));
  if (Mentioned.Root == RootKind::This) // whatever its members refer to
    use({RefKind::This, 0, StrId::Empty}, UseAt, !S.Suspended);
  if (Mentioned.Root == RootKind::This && Lambda) {
    for (Ref R : carried(Mentioned, S))
      note(R);
  } else if (!Task) {
    for (Ref R : carried(Mentioned, S))
      note(R);
  }
}

void BorrowFlow::noteUses(const Fact &X, const State &S) {
  UseAt = X.At;
  if (X.Kind == FactKind::Destroy || X.Kind == FactKind::CreateTask ||
      X.Kind == FactKind::ConsumeTask)
    return;
  if (X.Kind == FactKind::Suspend) {
    for (const Place *P : {&X.From, &X.Recv.Where})
      for (Ref R : carried(*P, S))
        if (loan(R).What.Kind != RefKind::Local) {
          bool Plain = loan(R).Why.Via == BorrowVia::Plain;
          use(loan(R).What, X.At, !S.Suspended && (Plain ? runsAtOnce(*P) : loan(R).Why.AtStart));
        }
    return;
  }
  auto value = [&](auto &&Self, const Value &V) -> void {
    noteUse(V.Where, S);
    for (const Capture &C : V.Captures)
      Self(Self, C.What);
  };
  noteUse(X.To, S);
  noteUse(X.From, S);
  value(value, X.Recv);
  value(value, X.Val);
  for (const Value &A : X.Args)
    value(value, A);
}

/// What lies in the place has died: carriers hold dead references from here
/// on, and work that goes on has lost what it uses.
void BorrowFlow::expire(const Place &Dead, DeathKind Why, Spot At, State &S) {
  Referent What;
  What.Index = Dead.Index;
  if (Dead.Root == RootKind::Param)
    What.Kind = RefKind::Param;
  else if (Dead.Root != RootKind::Local || isAlias(Dead.Index))
    return;
  auto dies = [&](Ref R) { return !(R & 1) && loan(R).What == What; };
  // What main leaves behind ends with the program.
  bool Last = F.is(FnMain);
  for (auto &[C, Held] : S.Held) {
    Refs Left;
    for (Ref R : Held) {
      if (dies(R)) {
        R |= 1;
        Deaths.try_emplace(R >> 1, std::pair(Why, At));
      }
      Left.insert(R);
    }
    Held = std::move(Left);
  }
  std::erase_if(S.Running, [&](const auto &E) {
    if (!dies(E.second))
      return false;
    if (!Last)
      report(Dangling::Kept, E.second, Why, At, Works[E.first].At, Works[E.first].How);
    return true;
  });
}

void BorrowFlow::destroyed(const Fact &X, State &S) {
  if (X.From.Root != RootKind::Local || !X.From.Path.empty())
    return;
  uint32_t L = X.From.Index;
  // An executor or scope ends its work; what runs by itself does not end with its handle.
  if (X.Callee != FnId::None && !Types.runsOnItsOwn(F.Locals[L].Type) &&
      !Types.isPlainValue(F.Locals[L].Type))
    std::erase_if(S.Running, [&](const auto &E) { return Works[E.first].Handles.contains(L); });
  bool Waits = X.Callee != FnId::None && U.fn(X.Callee).is(FnUser) &&
               waitsForItself(X.Callee) && !P.Effects.of(X.Callee).Effects.empty();
  if (Waits)
    finished(X.From, S, X.At);
  if (Types.runsOnItsOwn(F.Locals[L].Type))
    keep(KeepKind::Dropped, loanSite(held(L, S), X.At), held(L, S), nullptr, S, {}, false, X.From);
  S.Held.erase(L);
  bool Temporary = F.Locals[L].Name == StrId::Empty;
  expire(X.From, Temporary ? DeathKind::FullExpression : DeathKind::Scope, X.At, S);
}

Spot BorrowFlow::loanSite(const Refs &R, Spot Else) const {
  for (Ref T : R)
    if (loan(T).At.isValid())
      return loan(T).At;
  return Else;
}

void BorrowFlow::atExit(State &S) {
  for (auto [W, R] : S.Running) {
    const Loan L = loan(R);
    if (!isOfThisCall(L.What))
      Out.Keeps.push_back({{L.What, L.Why, L.At}, Works[W].How, Works[W].At,
                           Works[W].Inherited});
    else if (!F.is(FnMain))
      report(Dangling::Kept, R,
             isTemporary(L.What) ? DeathKind::FullExpression : DeathKind::Return, L.At,
             Works[W].At, Works[W].How);
  }
  for (const auto &[C, Held] : S.Held) {
    if (C < F.Locals.size())
      continue;
    uint32_t Number = C - uint32_t(F.Locals.size());
    bool Self = Number == F.Params.size();
    if (!Self && F.Params[Number].Mode == PassMode::Value)
      continue;
    Referent Target{Self ? RefKind::This : RefKind::Param, Self ? 0 : Number, StrId::Empty};
    for (Ref R : Held) {
      Loan L = loan(R);
      bool Own = L.What == Target || (L.What.Kind == RefKind::Behind && !Self &&
                                      L.What.Index == Number) ||
                 (L.What.Kind == RefKind::BehindThis && Self);
      if (Own)
        continue;
      if ((R & 1) || isOfThisCall(L.What))
        report(L.Why.Via == BorrowVia::Member ? Dangling::Bound : Dangling::Kept, R,
               isTemporary(L.What) ? DeathKind::FullExpression : DeathKind::Return, L.At,
               L.At, KeepKind::Stored);
      else
        Out.Stores.push_back({Target, {L.What, L.Why, L.At}});
    }
  }
}

void BorrowFlow::step(const Fact &X, State &S) {
  switch (X.Kind) {
  case FactKind::Call:
  case FactKind::VirtualCall:
    return call(X, S);
  case FactKind::Store:
  case FactKind::Borrow: {
    Refs R = X.Kind == FactKind::Store ? refsOf(X.Val, S) : borrow(X.From, S);
    if (F.is(FnConstructor) && X.Kind == FactKind::Borrow && X.To.Root == RootKind::This) {
      Refs Bound;
      Borrowing Why;
      Why.Via = BorrowVia::Member;
      Why.Slot = X.To.Path.empty() ? StrId::Empty : X.To.Path.back().Name;
      for (Ref T : R)
        Bound.insert(because(T, Why, X.At));
      R = std::move(Bound);
    }
    return put(X.To, R, S, X.Kind == FactKind::Store || X.To.Path.empty(), X.At);
  }
  case FactKind::Move:
  case FactKind::Copy: {
    Refs R = carried(X.From, S);
    // The copy that a by-value parameter is belongs to the call that follows.
    bool ForCall = X.To.Root == RootKind::Local && X.To.Index < F.Locals.size() &&
                   !outlivesExpression(X.To.Index);
    if (X.Kind == FactKind::Move && X.From.Root == RootKind::Local && X.From.Path.empty() &&
        !isAlias(X.From.Index) && !ForCall)
      S.Held.erase(X.From.Index);
    return put(X.To, R, S, true, X.At);
  }
  case FactKind::Suspend:
    return awaited(X, S);
  case FactKind::Return:
    return returned(X, S);
  case FactKind::Destroy:
    return destroyed(X, S);
  case FactKind::ConsumeTask:
    if (U.text(X.Word) == "discard" && X.From.Root == RootKind::Local) {
      if (Types.runsOnItsOwn(F.Locals[X.From.Index].Type))
        keep(KeepKind::Dropped, X.At, held(X.From.Index, S), nullptr, S);
      S.Held.erase(X.From.Index);
    }
    return;
  case FactKind::Spawn:
    // A thread's handle that lets go of it no longer ends it.
    return keep(KeepKind::Spawned, X.At, withoutBegun(workRefs(X.Val, X.At, S)),
                LastCall && LastCall->Recv.Where == X.Val.Where ? nullptr : LastCall, S, {}, false,
                X.Val.Where);
  case FactKind::Start:
    return started(X, S);
  case FactKind::Join:
    finished(X.From, S, X.At);
    waitedFor(X.From, S);
    S.Running.clear(); // whatever it waits for: what ends with it is not known
    return;
  case FactKind::Branch:
    return waitedFor(X.From, S, inLoop(X) ? Look::UntilDone : Look::Once);
  default:
    return;
  }
}

/// An executor that knows nothing of coroutines destroys the closure as soon
/// as the coroutine is first suspended.
void BorrowFlow::handedOver(const Fact &X) {
  const model::FunctionModel *Row = LastCall ? P.Models.of(LastCall->Callee) : nullptr;
  if (Row && Row->Spawns)
    return;
  Invocations I = P.Targets.resolve(Id, X.Val, {});
  if (I.Known.size() != 1)
    return;
  FnId Fn = I.Known.front().Fn;
  if (!U.fn(Fn).is(FnCoroutine) || !U.fn(Fn).is(FnLambda) || U.fn(Fn).Initial != Start::Eager)
    return;
  for (const FrameUse &Use : All.of(Fn).Uses)
    if (Use.What.Kind == RefKind::This && !Use.AtStart) {
      Borrowing Why;
      Why.Via = BorrowVia::Closure;
      Why.Frame = Fn;
      Why.Use = Use.At;
      Ref R = ref({RefKind::Local, uint32_t(F.Locals.size() + Placeless.size()), {}}, Why, X.At);
      report(Dangling::Kept, R, DeathKind::Handover, X.At, X.At, KeepKind::Later);
    }
}

/// A thread must be joined or detached: its handle carries what it refers to.
/// Other executors keep the callable, and destroy it when it has returned.
void BorrowFlow::started(const Fact &X, State &S) {
  handedOver(X);
  Refs R = withoutBegun(workRefs(X.Val, X.At, S));
  if (U.text(X.Word) == "thread") {
    if (X.To)
      put(X.To, R, S, false, X.At);
    return;
  }
  keep(KeepKind::Later, X.At, R, LastCall, S, X.To);
}

} // namespace cotidy
