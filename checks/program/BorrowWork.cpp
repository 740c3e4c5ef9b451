//===- BorrowWork.cpp - what goes on by itself, and who waits -------------===//
// The part of BorrowFlow that follows work once it is handed over: which
// handles stand for it, what waits for it, and what ends with an await.
//===----------------------------------------------------------------------===//
#include "facts/Words.h"
#include "flow/BusyWaits.h"
#include "program/BorrowFlow.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using Refs = BorrowFlow::Refs;

/// What the guards and permits come from that a task was given by value: who
/// waits until they are back waits for the task.
std::set<uint32_t> BorrowFlow::permitsOf(const Place &Task) const {
  std::set<uint32_t> Out;
  if (Task.Root != RootKind::Local || !Task.Path.empty() || Task.Index >= Defs.size())
    return Out;
  for (const Fact *X : Defs.of(Task.Index))
    for (const Value &A : X->Args) {
      TypeId T = A.Kind == ValueKind::Address ? TypeId::None : typeOf(U, F, A.Where);
      bool Guard = T != TypeId::None && U.type(T).is(TyDtorWork) && !U.type(T).is(TyCopyable) &&
                   !U.type(T).is(TyLambda) && !Types.isTask(T) &&
                   !U.text(U.type(T).Template).starts_with("std::");
      if (!Guard)
        continue;
      std::set<uint32_t> From = touched(A.Where);
      if (A.Where.Root == RootKind::Local)
        From.erase(A.Where.Index); // its end says nothing: the task has it now
      Out.merge(From);
    }
  return Out;
}

/// What a task was given once it was made, as an executor: `f().via(&e)`.
std::set<uint32_t> BorrowFlow::executorsOf(const Place &Task, unsigned Depth) const {
  std::set<uint32_t> Out;
  if (Depth == 0 || Task.Root != RootKind::Local || !Task.Path.empty() || Task.Index >= Defs.size())
    return Out;
  for (const Fact *X : Defs.of(Task.Index)) {
    if (X->Kind != FactKind::Call || !Types.isTask(typeOf(U, F, X->Recv.Where)))
      continue;
    Out.merge(executorsOf(X->Recv.Where, Depth - 1));
    for (const Value &A : X->Args) {
      Place P = A.Where;
      if (P.Root == RootKind::Local && P.Index < Defs.size())
        for (const Fact *D : Defs.of(P.Index)) // `auto *ex = &e`
          if (D->Kind == FactKind::Store && D->Val.Kind == ValueKind::Address)
            P = D->Val.Where;
      if (std::optional<uint32_t> C = carrierOf(P))
        Out.insert(*C);
    }
  }
  return Out;
}

/// `tasks.push_back(f())`: which calls on a local gave it which new tasks.
void BorrowFlow::findTasksPutInto() {
  auto isWhole = [&](const Place &P) {
    return P.Root == RootKind::Local && P.Path.empty() && P.Index < F.Locals.size();
  };
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      if (X.Kind != FactKind::Call || X.Callee == FnId::None || U.fn(X.Callee).is(FnConst) ||
          !isWhole(X.Recv.Where))
        continue;
      for (const Value &A : X.Args)
        if (isWhole(A.Where) && !outlivesExpression(A.Where.Index) &&
            Types.isTask(F.Locals[A.Where.Index].Type))
          PutInto[X.Recv.Where.Index].insert(A.Where.Index);
    }
}

/// Work goes on by itself that refers to `R`.
void BorrowFlow::keep(KeepKind How, Spot At, const Refs &R, const Fact *Call, State &S,
                      const Place &Handle, bool Inherited, const Place &Task) {
  Work W{How, At, permitsOf(Task), Inherited, executorsOf(Task)};
  std::set<uint32_t> Objects;
  for (Ref T : R)
    if (loan(T).What.Kind == RefKind::Local)
      Objects.insert(loan(T).What.Index);
  auto note = [&](const Place &P) {
    TypeId T = typeOf(U, F, P);
    if (Types.isTask(T)) {
      W.Handles.merge(permitsOf(P));
      W.On.merge(executorsOf(P));
    }
    if (!P || Types.isTask(T) || (T != TypeId::None && U.type(T).is(TyLambda)))
      return;
    for (Ref Own : carried(P, S)) // the work itself
      for (Ref T : R)
        if (loan(T).What == loan(Own).What)
          return;
    for (uint32_t H : touched(P))
      if (!Objects.contains(H))
        W.Handles.insert(H);
  };
  if (Handle)
    W.Handles.merge(touched(Handle));
  if (Call) {
    if (std::optional<uint32_t> C = carrierOf(Call->To); C && Call->To)
      W.Handles.insert(*C);
    note(Call->Recv.Where);
    for (const Value &A : Call->Args)
      note(A.Where);
  }
  std::erase_if(W.On, [&](uint32_t H) {
    return Objects.contains(H) || !outlivesExpression(H) ||
           (H < F.Locals.size() && Types.isTask(F.Locals[H].Type));
  });
  W.Handles.insert(W.On.begin(), W.On.end());
  auto [It, New] = WorkIds.try_emplace(W, uint32_t(Works.size()));
  if (New)
    Works.push_back(W);
  for (Ref T : R) {
    if (loan(T).Why.Via == BorrowVia::Plain || loan(T).What.Kind == RefKind::Forever)
      continue;
    if (T & 1)
      report(Dangling::Kept, T, {}, {}, At, How);
    else
      S.Running.emplace(It->second, T);
  }
}

/// The executor that the coroutine itself runs on: awaiting it never suspends.
bool BorrowFlow::isOwnExecutor(const Place &P) const {
  if (!Coroutine || P.Root != RootKind::Local || !P.Path.empty() || P.Index >= Defs.size())
    return false;
  auto neverSuspends = [&](const Place &Awaiter) {
    return std::ranges::any_of(F.Blocks, [&](const Block &B) {
      return std::ranges::any_of(B.Facts, [&](const Fact &X) {
        return X.Kind == FactKind::Suspend && X.Recv.Where == Awaiter &&
               U.text(X.Word) == "never await";
      });
    });
  };
  return std::ranges::any_of(Defs.of(P.Index), [&](const Fact *X) {
    return X->Kind == FactKind::Call && X->Callee != FnId::None &&
           U.fn(X->Callee).is(FnAwaiterPart) && neverSuspends(X->Recv.Where);
  });
}

/// The last call may have begun the work: what it used until it was first
/// suspended it has no more use for.
Refs BorrowFlow::withoutBegun(Refs R) const {
  const model::FunctionModel *Row = LastCall ? P.Models.of(LastCall->Callee) : nullptr;
  if (Row && Row->Dispatches && !LastCall->Args.empty() &&
      isOwnExecutor(LastCall->Args.front().Where))
    std::erase_if(R, [&](Ref T) { return loan(T).Why.AtStart; });
  return R;
}

/// What the work in the result uses until it ends, by the word of a model.
Refs BorrowFlow::lent(const Fact &X, const model::FunctionModel &Row, const State &S) {
  Refs Out;
  if (!Row.Borrows || Row.Borrows->Kind != model::Actual::Argument)
    return Out;
  const Function &Fn = U.fn(X.Callee);
  uint32_t I = Row.Borrows->Number;
  if (I >= X.Args.size() || I >= Fn.Params.size() || Fn.Params[I].Mode != PassMode::Reference)
    return Out;
  Borrowing Why;
  Why.Via = BorrowVia::Lent;
  Why.Frame = X.Callee;
  Why.Slot = Fn.Params[I].Name;
  for (Ref R : boundTo(X.Args[I], &X.Args[I], S))
    if (loan(R).Why.Via == BorrowVia::Plain && !(R & 1))
      Out.insert(because(R, Why, X.At));
  return Out;
}

/// `swap(a, b)`, `a.swap(b)`: each carries what the other one did.
void BorrowFlow::swapped(const Fact &X, State &S) {
  if (X.Args.empty())
    return;
  std::optional<uint32_t> A = carrierOf(X.Args.size() == 2 ? X.Args[0].Where : X.Recv.Where);
  std::optional<uint32_t> B = carrierOf(X.Args.back().Where);
  if (!A || !B || !mayCarry(*A) || !mayCarry(*B))
    return;
  Refs Of = held(*A, S);
  putInto(*A, held(*B, S), S, true);
  putInto(*B, Of, S, true);
}

/// A value that can be looked at without anybody having waited for it.
bool BorrowFlow::isPlainValue(uint32_t Carrier) const {
  uint32_t Param = Carrier - uint32_t(F.Locals.size());
  TypeId T = Carrier < F.Locals.size() ? F.Locals[Carrier].Type : F.Params[Param].Type;
  return T == TypeId::None || U.text(U.type(T).Template) == "std::atomic";
}

bool BorrowFlow::inLoop(const Fact &Branch) const {
  for (uint32_t B = 0; B < F.Blocks.size(); ++B)
    if (!F.Blocks[B].Facts.empty() && &F.Blocks[B].Facts.back() == &Branch)
      return flow::isInLoop(F, B);
  return false;
}

/// Control does not go on before what the place stands for says so.
void BorrowFlow::waitedFor(const Place &Waited, State &S, Look How) {
  if (!Waited)
    return;
  std::set<uint32_t> From = touched(Waited);
  std::optional<uint32_t> Self = carrierOf({RootKind::This, 0, StrId::Empty, {}});
  for (uint32_t C : From) {
    if (S.Thrown)
      break;
    bool OfCaller = C >= F.Locals.size() && C < *Self;
    if (OfCaller && !(How == Look::Once && isPlainValue(C)))
      Out.WaitsFor.insert({RefKind::Param, uint32_t(C - F.Locals.size()), StrId::Empty});
    if (C >= *Self)
      Out.WaitsFor.insert({RefKind::This, 0, StrId::Empty});
  }
  std::set<uint32_t> Ended;
  std::set<Referent> Carried; // the work may be in a container that was given to it
  for (uint32_t C : From)
    for (Ref R : held(C, S))
      Carried.insert(loan(R).What);
  for (auto [W, R] : S.Running) {
    const Referent &What = loan(R).What;
    bool Passed = What.Kind == RefKind::Local && !isTemporary(What) &&
                  !(How == Look::Once && isPlainValue(What.Index)) &&
                  (From.contains(What.Index) || Carried.contains(What));
    bool Handle = std::ranges::any_of(Works[W].Handles,
                                      [&](uint32_t H) { return From.contains(H); });
    if (Passed || Handle)
      Ended.insert(W);
  }
  // A continuation has run: so has the work that it was made on. And who waits
  // for some of the work on an executor is taken to know about the rest.
  for (bool More = true; More;) {
    More = false;
    for (auto [W, R] : S.Running)
      if (!Ended.contains(W) && std::ranges::any_of(Ended, [&](uint32_t Later) {
            return std::ranges::any_of(Works[Later].Handles, [&](uint32_t H) {
              bool Task = H < F.Locals.size() && Types.isTask(F.Locals[H].Type);
              return (Task && Works[W].Handles.contains(H)) ||
                     (Works[Later].On.contains(H) && Works[W].On.contains(H));
            });
          }))
        More = Ended.insert(W).second;
  }
  // Of a temporary only what waits in the same full-expression is in time.
  auto inTime = [&](const std::pair<uint32_t, Ref> &E) {
    return !isTemporary(loan(E.second).What) ||
           std::ranges::any_of(Works[E.first].Handles, [&](uint32_t H) {
             return From.contains(H) && H < F.Locals.size() && !outlivesExpression(H);
           });
  };
  std::erase_if(S.Running,
                [&](const auto &E) { return Ended.contains(E.first) && inTime(E); });
}

/// The task in the place is run to its end here.
void BorrowFlow::finished(const Place &P, State &S, Spot At) {
  std::optional<uint32_t> C = carrierOf(P);
  if (!C)
    return;
  Refs Ended;
  for (Ref R : held(*C, S)) {
    if (R & 1)
      report(Dangling::Awaited, R, {}, {}, At);
    if (loan(R).Why.Via != BorrowVia::Plain)
      Ended.insert(R);
  }
  S.Held.erase(*C);
  over(Ended, S); // in the awaiter, too, and in what else it was given to
}

/// Nothing refers to anything for the sake of this work any more.
void BorrowFlow::over(const Refs &Work, State &S) {
  for (auto &[Carrier, Held] : S.Held)
    std::erase_if(Held, [&](Ref R) { return Work.contains(R); });
}

/// The function runs a coroutine up to its first suspension.
bool BorrowFlow::starts(FnId Callee, unsigned Depth) const {
  const Function &Fn = U.fn(Callee);
  if (isResume(U.text(Fn.Qualified)))
    return true;
  if (Depth == 0 || Fn.is(FnCoroutine) || !Fn.is(FnMethod) || Fn.Class == TypeId::None ||
      !Types.isTask(Fn.Class))
    return false;
  if (Fn.Body == BodyState::Skipped)
    return !Fn.is(FnConst); // it may
  for (const Block &B : Fn.Blocks)
    for (const Fact &X : B.Facts)
      if (X.Kind == FactKind::Call && X.Callee != FnId::None && starts(X.Callee, Depth - 1))
        return true;
  return false;
}

/// What was used before the first suspension only is no longer of interest.
void BorrowFlow::started(const Place &Task, State &S) {
  const model::TypeModel *M = P.Models.of(typeOf(U, F, Task));
  if (M && M->Posted)
    return; // its executor does it later
  std::optional<uint32_t> C = carrierOf(Task);
  if (auto It = C ? S.Held.find(*C) : S.Held.end(); It != S.Held.end())
    std::erase_if(It->second, [&](Ref R) { return loan(R).Why.AtStart; });
}

/// Who awaits it goes on in its coroutine: what that uses at its start has been
/// used when the caller is suspended.
bool BorrowFlow::runsAtOnce(const Place &Awaited) const {
  TypeId T = typeOf(U, F, Awaited);
  if (T == TypeId::None)
    return false;
  const model::TypeModel *M = P.Models.of(T);
  bool Frame = Types.isTask(T) || (U.type(T).is(TyAwaiter) && U.type(T).is(TyOwnsFrame));
  return Frame && !(M && M->Posted);
}

void BorrowFlow::awaited(const Fact &X, State &S) {
  waitedFor(X.From, S);
  waitedFor(X.Recv.Where, S);
  for (const Place *P : {&X.From, &X.Recv.Where}) {
    TypeId T = typeOf(U, F, *P);
    if (*P && (P->Root != RootKind::Local || T == TypeId::None || Types.isTask(T) ||
               !outlivesExpression(P->Index)))
      finished(*P, S, X.At);
  }
  if (U.text(X.Word) == "may await" || U.text(X.Word) == "may yield")
    S.Suspended = true;
}

} // namespace cotidy
