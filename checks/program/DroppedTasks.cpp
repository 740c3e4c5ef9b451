#include "program/DroppedTasks.h"

#include "facts/Words.h"
#include "flow/TaskStates.h"
#include "program/Impl.h"
#include "program/MustThrow.h"
#include "program/StartedWork.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::Advance;
using flow::Point;
using flow::Holder;
using flow::TaskStates;
using flow::Touch;
using flow::Touched;
using flow::Way;

namespace {
/// Where a task comes from: a fact that makes one, or a parameter.
struct Origin {
  Point At;
  Holder First;
  TypeId Type = TypeId::None;
  FnId Callee = FnId::None;
  const Fact *Made = nullptr; ///< null: a parameter
  const Fact *Call = nullptr;
};

class DropFinder {
public:
  DropFinder(const Program::Impl &P, FnId Id)
      : P(P), U(P.U), Id(Id), F(P.U.fn(Id)), States(U, F, P.Fates),
        Ways(U, F, P.Effects.doomed(Id)) {
    Ways.ContentOf = [this](uint32_t State, const Place &Of) {
      return States.slotOf(Of) == Holder::of(State) ? flow::Paths::Content::Full
                                                    : flow::Paths::Content::Unknown;
    };
  }
  std::vector<DroppedTask> run();

private:
  std::vector<Origin> origins() const;
  void findBuilt();
  bool isToldOf(uint32_t Local) const;
  void judge(const Origin &O);
  bool counts(const Origin &O, DroppedTask &D, Holder Last, const Fact *End) const;
  bool isNamed(Holder S) const;
  bool isIgnored(Holder S) const;
  bool isVoided(Holder S) const;

  const Program::Impl &P;
  const Unit &U;
  FnId Id;
  const Function &F;
  TaskStates States;
  flow::Paths Ways;
  std::vector<DroppedTask> Out;
};
} // namespace

bool DropFinder::isNamed(Holder S) const {
  return S.Root == RootKind::Param || F.Locals[S.Index].Name != StrId::Empty;
}

/// Calls of an awaiter or a promise are machinery, whatever they return.
static bool isMachinery(const Unit &U, FnId F) {
  if (F == FnId::None)
    return false;
  std::string_view Name = lastComponent(U.text(U.fn(F).Qualified));
  return U.fn(F).is(FnPromisePart) || Name == "operator co_await" || Name == "await_transform" ||
         Name == "initial_suspend" || Name == "final_suspend" || Name == "yield_value" ||
         Name == "get_return_object";
}

std::vector<Origin> DropFinder::origins() const {
  std::vector<Origin> All;
  for (uint32_t B = 0; B < F.Blocks.size(); ++B) {
    const auto &Facts = F.Blocks[B].Facts;
    for (uint32_t I = 0; I < Facts.size(); ++I) {
      const Fact &X = Facts[I];
      bool Call = X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
      Place To = States.resolved(X.To);
      if (To.Root != RootKind::Local || !To.Path.empty())
        continue;
      Origin O{{B, I}, {To.Root, To.Index}, TypeId::None, X.Callee, &X, &X};
      if (X.Kind == FactKind::CreateTask) {
        O.Type = X.Type;
        if (I > 0 && Facts[I - 1].To == X.To)
          O.Call = &Facts[I - 1];
      } else if (Call && X.Callee != FnId::None && P.Tasks.isPlainAwaitable(U.fn(X.Callee).Returns) &&
                 !F.Locals[To.Index].Reference) {
        O.Type = U.fn(X.Callee).Returns;
      } else {
        continue;
      }
      if (!P.Tasks.isTask(O.Type) || isMachinery(U, O.Callee) ||
          (O.Callee != FnId::None && !P.Fates.makesFresh(O.Callee)))
        continue;
      All.push_back(O);
    }
  }
  for (uint32_t I = 0; I < F.Params.size(); ++I)
    if (F.Params[I].Mode == PassMode::Value && F.Params[I].Name != StrId::Empty &&
        P.Tasks.isLazy(F.Params[I].Type) && !P.Tasks.isPlainAwaitable(F.Params[I].Type))
      All.push_back({{0, 0}, {RootKind::Param, I}, F.Params[I].Type, FnId::None, nullptr, nullptr});
  return All;
}

bool DropFinder::isIgnored(Holder S) const {
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts)
      if (X.Kind == FactKind::Copy && X.To.Root == RootKind::Global &&
          U.text(X.To.Name) == "std::ignore" && States.slotOf(X.From) == S)
        return true;
  return false;
}

bool DropFinder::isVoided(Holder S) const {
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts)
      if (X.Kind == FactKind::ConsumeTask && U.text(X.Word) == "discard void" &&
          States.slotOf(X.From) == S)
        return true;
  return isIgnored(S);
}

/// A destructor that the class wrote: its scope may be what the object is for.
static bool isOwnDestructor(const Unit &U, const Fact *End) {
  return End && End->Kind == FactKind::Destroy && End->Callee != FnId::None &&
         !U.fn(End->Callee).is(FnImplicit);
}

/// Which drops are mistakes depends on the type (design 6).
bool DropFinder::counts(const Origin &O, DroppedTask &D, Holder Last, const Fact *End) const {
  if (!O.Made) // a parameter that is not mentioned at all is the callers' matter
    return D.OnSomeWays;
  if (D.Lazy)
    return true;
  bool Named = isNamed(Last);
  if (!Named && (D.Way == DroppedTask::Voided || isVoided(O.First)))
    return false;
  if (D.LosesOwner)
    return true;
  if (!Named && !(Last == O.First))
    return false;
  if (!Named) // [[nodiscard]], or a condition: what it yields was wanted
    return D.Way == DroppedTask::Tested || U.type(O.Type).is(TyNodiscard) ||
           (O.Callee != FnId::None && U.fn(O.Callee).is(FnNodiscard));
  // The name says that it is not wanted.
  if (D.OnSomeWays || Last.Root != RootKind::Local || U.text(F.Locals[Last.Index].Name) == "_" ||
      P.Tasks.carriedBy(States.typeOf(Last)) != States.typeOf(Last) || !States.isNeverMentioned(Last))
    return false;
  bool Ends = P.Tasks.frameOwner(O.Type) == FrameOwner::Handle ||
              (P.Tasks.isPlainAwaitable(O.Type) && isOwnDestructor(U, End));
  D.MayBeMeant = Ends; // with its scope
  return true;
}

void DropFinder::judge(const Origin &O) {
  DroppedTask D;
  bool Plain = P.Tasks.isPlainAwaitable(O.Type);
  D.Lazy = P.Tasks.isLazy(O.Type) && !(Plain && startsWork(P, O.Callee));
  D.LosesOwner = !D.Lazy && P.Tasks.yieldsOwner(O.Type);
  D.Type = O.Type;
  D.Callee = O.Callee;
  D.MadeAt = O.Call ? O.Call->At : F.At;
  if (O.Made && O.Made->Kind == FactKind::CreateTask &&
      !U.text(O.Made->Word).ends_with("expanded"))
    D.BeginsAt = O.Made->At;

  bool WasTested = false;
  auto visit = [&](Point At, const Fact *X, uint32_t &State) {
    if (State == 0) {
      if (O.Made && At == O.At)
        State = O.First.id();
      return Advance::On;
    }
    Holder S = Holder::of(State);
    if (!X) // trivially destructible, or a parameter that the caller destroys
      return S.Root == RootKind::Param || States.typeOf(S) == TypeId::None ||
                     !U.type(States.typeOf(S)).is(TyDtorWork)
                 ? Advance::Hit
                 : Advance::Stop;
    Touched T = States.touch(*X, S);
    switch (T.What) {
    case Touch::None:
      return Advance::On;
    case Touch::Looks:
      WasTested |= !isNamed(S);
      if (D.Lazy || !isNamed(S))
        return Advance::On;
      [[fallthrough]];
    case Touch::Escapes:
    case Touch::Consumes:
      D.OnSomeWays = true;
      return Advance::Stop;
    case Touch::Passes:
      State = T.To.id();
      return Advance::On;
    case Touch::Fills:
      return States.resolved(X->To).Path.empty() ? Advance::Hit : Advance::On;
    case Touch::Destroys:
      return Advance::Hit;
    }
    return Advance::On;
  };
  std::vector<Way> Hits = Ways.explore(O.At, visit, O.Made ? 0 : O.First.id());
  if (Hits.empty())
    return;
  const Way &W = Hits.front();
  Holder Last = Holder::of(W.State);
  const auto &Facts = F.Blocks[W.End.Block].Facts;
  const Fact *End = W.End.Fact < Facts.size() ? &Facts[W.End.Fact] : nullptr;
  D.EndsAt = End ? End->At : Spot();
  D.Turns = W.Turns;
  if (isNamed(Last)) {
    D.Way = End && End->Kind != FactKind::Destroy ? DroppedTask::Overwritten : DroppedTask::Destroyed;
    D.Kept = {Last.Root, Last.Index, StrId::Empty, {}};
  } else if (WasTested) {
    D.Way = DroppedTask::Tested;
  } else if (isVoided(Last)) {
    D.Way = DroppedTask::Voided;
  }
  if (counts(O, D, Last, End))
    Out.push_back(std::move(D));
}

/// The constructor that made it may have told somebody of it.
bool DropFinder::isToldOf(uint32_t Local) const {
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      const Place &Made = X.Recv.Where;
      if (X.Kind == FactKind::Call && Made.Root == RootKind::Local && Made.Index == Local &&
          X.Callee != FnId::None && U.fn(X.Callee).is(FnConstructor) && doesMoreThanFill(P, X.Callee))
        return true;
    }
  return false;
}

/// Awaitables that no call returned: `pause{};`, and `pause p;` for nothing. An
/// end that does something may be what the object is for.
void DropFinder::findBuilt() {
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      if (X.Kind != FactKind::ConsumeTask || U.text(X.Word) != "discard built" ||
          X.From.Root != RootKind::Local || !X.From.Path.empty())
        continue;
      const Local &L = F.Locals[X.From.Index];
      if (!P.Tasks.isPlainAwaitable(L.Type) || !P.Tasks.isLazy(L.Type) ||
          U.type(L.Type).is(TyDtorWork) || U.text(L.Name).starts_with("_") ||
          isToldOf(X.From.Index))
        continue;
      DroppedTask D;
      D.Way = DroppedTask::Built;
      D.Type = L.Type;
      D.MadeAt = X.At;
      if (L.Name != StrId::Empty)
        D.Kept = X.From;
      Out.push_back(std::move(D));
    }
}

std::vector<DroppedTask> DropFinder::run() {
  for (const Origin &O : origins())
    judge(O);
  findBuilt();
  if (!Out.empty() && mustThrow(P, Id))
    Out.clear();
  return std::move(Out);
}

std::vector<DroppedTask> droppedTasks(const Program::Impl &P, FnId F) {
  return DropFinder(P, F).run();
}

} // namespace cotidy
