#include "program/TaskFates.h"

#include "facts/Words.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::Fate;
using flow::Holder;
using flow::TaskStates;
using flow::Touch;

TaskFates::TaskFates(const Unit &U, const ModelUse &Models, const TaskTypes &Types)
    : U(U), Models(Models), Types(Types), Fates(U.Functions.size()),
      Fresh(U.Functions.size()) {
  solveFates();
  solveFresh();
}

bool TaskFates::isRead(FnId F) const {
  return U.fn(F).Body == BodyState::Here && !Models.speaksFor(U, F) &&
         (U.fn(F).is(FnUser) || U.fn(F).Blocks.size() > 1);
}

bool TaskFates::carries(const Function &In, const Place &P) const {
  return Types.carriedBy(typeOf(U, In, P)) != TypeId::None;
}

bool TaskFates::mayBeThePart(const Function &In, const Place &P) const {
  Place Whole = P;
  Whole.Path.clear();
  const PathStep *Last = nullptr;
  for (const PathStep &S : P.Path)
    if (S.Kind == StepKind::Field)
      Last = &S;
  if (!Last || P.Root == RootKind::This || Types.isTask(typeOf(U, In, Whole)))
    return true;
  return carries(In, P) || U.text(Last->Name).starts_with("std::");
}

static Fate fateOf(Touch T) {
  switch (T) {
  case Touch::Looks:    return Fate::Looked;
  case Touch::Escapes:  return Fate::Escapes;
  case Touch::Passes:   return Fate::Consumed;
  case Touch::Consumes: return Fate::Consumed;
  default:              return Fate::Ignored;
  }
}

/// A member function moves a part of its object away.
static bool emptiesObject(const Unit &U, const Function &F, const Fact &X) {
  auto ofObject = [](const Place &P) { return P.Root == RootKind::This && !P.Path.empty(); };
  if (X.Kind == FactKind::Move)
    return ofObject(X.From);
  bool Exchanges = X.Kind == FactKind::Call && X.Callee != FnId::None &&
                   U.text(U.fn(X.Callee).Qualified) == "std::exchange";
  return std::ranges::any_of(X.Args, [&](const Value &V) {
    return ofObject(V.Where) &&
           (V.Kind == ValueKind::Moved || (Exchanges && &V == X.Args.data()));
  });
}

void TaskFates::solveFates() {
  std::vector<FnId> Asked;
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    if (!isRead(FnId(I)))
      continue;
    bool Any = F.is(FnMethod) && Types.isTask(F.Class);
    for (const Param &P : F.Params)
      Any |= Types.carriedBy(P.Type) != TypeId::None;
    if (!Any)
      continue;
    Fates[I].assign(F.Params.size() + 1, Fate::Ignored);
    Asked.push_back(FnId(I));
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (FnId Id : Asked) {
      const Function &F = U.fn(Id);
      TaskStates States(U, F, *this);
      auto raise = [&](uint32_t Which, Fate To) {
        Fate &Now = Fates[raw(Id)][Which];
        Changed |= To > Now;
        Now = std::max(Now, To);
      };
      for (const Block &B : F.Blocks)
        for (const Fact &X : B.Facts) {
          for (uint32_t P = 0; P < F.Params.size(); ++P)
            if (Types.carriedBy(F.Params[P].Type) != TypeId::None)
              raise(P, fateOf(States.touch(X, {RootKind::Param, P}).What));
          if (!F.is(FnMethod) || !Types.isTask(F.Class))
            continue;
          auto Object = uint32_t(F.Params.size());
          Touch T = States.touch(X, {RootKind::This, 0}).What;
          raise(Object, emptiesObject(U, F, X) ? Fate::Consumed
                                               : std::min(fateOf(T), Fate::Escapes));
        }
    }
  }
}

Fate TaskFates::known(FnId F, uint32_t Which) const { return Fates[raw(F)][Which]; }

/// A const member function that returns a number or a bool: it only asks.
static bool onlyAsks(const Unit &U, const Function &F, const Fact &Call) {
  return F.is(FnConst) && F.Returns == TypeId::None && Call.To;
}

Fate TaskFates::ofArgument(const Fact &Call, uint32_t Arg) const {
  FnId Id = Call.Callee;
  const Function &F = U.fn(Id);
  const Value &V = Call.Args[Arg];
  if (U.text(F.Qualified) == "std::_Swallow_assign::operator=" ||
      U.text(F.Qualified) == "std::addressof")
    return Fate::Ignored;
  const model::FunctionModel *M = Models.of(Id);
  if (M && M->Consumes == model::Actual{model::Actual::Argument, Arg})
    return Fate::Consumed;
  // A library's container keeps what it is given, whatever its body shows.
  auto carries = [&](TypeId T) { return T != TypeId::None && Types.carriedBy(T) != TypeId::None; };
  bool Makes = F.Returns != TypeId::None && // std::make_shared
               std::ranges::any_of(U.type(F.Returns).Arguments, carries);
  bool Keeps = U.text(F.Qualified).starts_with("std::") && (carries(F.Class) || Makes);
  bool Given = V.Kind == ValueKind::Moved || V.Kind == ValueKind::Read;
  if (Arg < F.Params.size() && F.Params[Arg].Mode == PassMode::RvalueReference)
    Given = true;
  Fate Assumed = Given ? Fate::Consumed : Fate::Escapes;
  if (Call.Kind != FactKind::Call || Keeps || Fates[raw(Id)].empty() || Arg >= F.Params.size())
    return Assumed;
  // A library's body is not all there: what it shows is the least that happens.
  bool Asks = U.text(F.Params[Arg].TypeName).starts_with("const ");
  return F.is(FnUser) || Asks ? known(Id, Arg) : std::max(known(Id, Arg), Assumed);
}

Fate TaskFates::ofObject(const Fact &Call) const {
  FnId Id = Call.Callee;
  const Function &F = U.fn(Id);
  const model::FunctionModel *M = Models.of(Id);
  if (M && M->Consumes && M->Consumes->Kind == model::Actual::Receiver)
    return Fate::Consumed;
  if (onlyAsks(U, F, Call))
    return Fate::Looked;
  if (Call.Kind == FactKind::Call && !Fates[raw(Id)].empty())
    return std::max(known(Id, uint32_t(F.Params.size())), Fate::Looked);
  return Fate::Escapes;
}

//===----------------------------------------------------------------------===//
// New tasks
//===----------------------------------------------------------------------===//

/// A variable of the function, or what its caller gave it for good.
static bool isOwn(const Function &F, const Place &P) {
  return P.Root == RootKind::Local ||
         (P.Root == RootKind::Param && F.Params[P.Index].Mode == PassMode::Value);
}

/// False if all that it returns comes out of places that outlive it.
bool TaskFates::returnsFresh(const Function &F) const {
  TaskStates States(U, F, *this);
  auto outlives = [](const Place &P) {
    return P.Root == RootKind::This || P.Root == RootKind::Global;
  };
  bool Any = false;
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      if (X.Kind != FactKind::Return)
        continue;
      const Place &P = X.Val.Where;
      if (!P || outlives(P))
        continue;
      if (P.Root != RootKind::Local)
        return true;
      // A local that a field was moved into, and nothing else.
      bool Taken = false, Made = false;
      for (const Block &D : F.Blocks)
        for (const Fact &Y : D.Facts) {
          Place To = Y.To ? Y.To : Y.Recv.Where;
          if (To.Root != RootKind::Local || To.Index != P.Index)
            continue;
          if (Y.Kind == FactKind::Move || Y.Kind == FactKind::Copy)
            Taken |= !isOwn(F, States.resolved(Y.From));
          else if (Y.Kind == FactKind::CreateTask && Y.Callee != FnId::None)
            (Fresh[raw(Y.Callee)] ? Made : Taken) = true;
        }
      Any |= Made || !Taken;
    }
  return Any;
}

/// Awaiting a task of tasks yields a task. Other awaiters hand back what they
/// have waited for.
static bool yieldsInner(const Unit &U, const Function &Resume) {
  if (Resume.Class == TypeId::None || Resume.Returns == TypeId::None)
    return false;
  std::string Inner = "<" + std::string(U.text(U.type(Resume.Returns).Name)) + ">";
  return U.text(U.type(Resume.Class).Name).find(Inner) != std::string_view::npos;
}

void TaskFates::solveFresh() {
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    std::string_view Name = U.text(F.Qualified), Last = lastComponent(Name);
    bool Runs = Last == "operator()" || Name == "std::invoke" || Name == "std::apply";
    bool Library = Name.starts_with("std::") && !Runs;
    Fresh[I] = F.is(FnCoroutine) || (Last == "await_resume" && yieldsInner(U, F)) ||
               (!isRead(FnId(I)) && !Library && !F.is(FnPromisePart) && !F.is(FnAwaiterPart));
  }
  // Greatest answer first: a recursion that never ends makes nothing.
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (uint32_t I = 0; I < U.Functions.size(); ++I) {
      const Function &F = U.Functions[I];
      if (Fresh[I] || !isRead(FnId(I)) || F.is(FnPromisePart) || F.is(FnAwaiterPart) ||
          !Types.isTask(F.Returns))
        continue;
      if (returnsFresh(F))
        Fresh[I] = Changed = true;
    }
  }
}

} // namespace cotidy
