#include "program/Targets.h"

#include "program/Conditions.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using llvm::ArrayRef;

static constexpr unsigned MaxDepth = 8;

CallTargets::CallTargets(const Unit &U, const ModelUse &Models, const Hierarchy &Classes,
                         const HeldValues &Held)
    : U(U), Models(Models), Classes(Classes), Held(Held), Defs(U.Functions.size()) {}

const LocalDefs &CallTargets::defsOf(FnId F) const {
  auto &Slot = Defs[raw(F)];
  if (!Slot)
    Slot = std::make_unique<LocalDefs>(U, U.fn(F));
  return *Slot;
}

void CallTargets::addStored(const std::vector<FnId> &Fns, StrId Through,
                            Invocations &Out) const {
  for (FnId F : Fns)
    if (!U.fn(F).is(FnTrivialBody))
      Out.AnyOf.push_back({F, nullptr, Via::Stored, Through});
}

void CallTargets::addVirtual(FnId Callee, Invocations &Out) const {
  for (FnId O : Classes.overridersOf(Callee))
    Out.AnyOf.push_back({O, nullptr, Via::Override, StrId::Empty});
}

Invocations CallTargets::resolve(FnId In, const Value &V, ArrayRef<StrId> Captures) const {
  Invocations Out;
  resolve(In, V, Captures, MaxDepth, Out);
  return Out;
}

Invocations CallTargets::resolve(FnId In, const SymPlace &S) const {
  Invocations Out;
  if (!S.Captures.empty()) {
    addStored(Held.inField(S.Captures.back(), TokenKind::Callable), StrId::Empty, Out);
  } else if (!S.OfThis && S.Param < U.fn(In).Params.size()) {
    Place P;
    P.Root = RootKind::Param;
    P.Index = S.Param;
    addStored(Held.at(In, P, TokenKind::Callable), U.fn(In).Params[S.Param].Name, Out);
  }
  for (Invocation &I : Out.AnyOf)
    I.How = Via::Given;
  return Out;
}

void CallTargets::resolve(FnId In, const Value &V, ArrayRef<StrId> Captures, unsigned Depth,
                          Invocations &Out) const {
  switch (V.Kind) {
  case ValueKind::Closure:
    if (Captures.empty()) {
      if (V.Fn != FnId::None)
        Out.Known.push_back({V.Fn, &V, Via::Given, StrId::Empty});
      return;
    }
    for (const Capture &C : V.Captures)
      if (C.Field == Captures.front() && Depth > 0)
        resolve(In, C.What, Captures.drop_front(), Depth - 1, Out);
    return;
  case ValueKind::Function:
    if (Captures.empty() && V.Fn != FnId::None)
      Out.Known.push_back({V.Fn, nullptr, Via::Given, StrId::Empty});
    return;
  case ValueKind::Read:
  case ValueKind::Moved:
  case ValueKind::Address:
    return resolvePlace(In, V.Where, Captures, Depth, Out);
  default:
    return;
  }
}

void CallTargets::resolvePlace(FnId In, const Place &P, ArrayRef<StrId> Captures,
                               unsigned Depth, Invocations &Out) const {
  const Function &F = U.fn(In);
  std::vector<StrId> Fields;
  for (const PathStep &S : P.Path)
    if (S.Kind == StepKind::Field && !Held.isLibraryField(S.Name))
      Fields.push_back(S.Name);

  SymPlace Sym;
  Sym.Captures.append(Captures.begin(), Captures.end());
  if (P.Root == RootKind::Param && Fields.empty()) {
    Sym.Param = P.Index;
    Out.Symbolic.push_back(std::move(Sym));
    return;
  }
  // A capture of the lambda whose body this is.
  if (P.Root == RootKind::This && F.is(FnLambda) && Fields.size() <= 1) {
    Sym.OfThis = true;
    Sym.Captures.insert(Sym.Captures.begin(), Fields.begin(), Fields.end());
    if (!Sym.Captures.empty())
      Out.Symbolic.push_back(std::move(Sym));
    return;
  }
  if (P.Root == RootKind::Local && Fields.empty() && Depth > 0 &&
      resolveLocal(In, P.Index, Captures, Depth, Out))
    return;
  if (!Captures.empty())
    return addStored(Held.inField(Captures.back(), TokenKind::Callable), StrId::Empty, Out);
  StrId Through = !Fields.empty()               ? Fields.back()
                  : P.Root == RootKind::Global ? P.Name
                                               : StrId::Empty;
  addStored(Held.at(In, P, TokenKind::Callable), Through, Out);
}

/// Members of a library's containers that give an iterator to their elements.
bool CallTargets::isIteratorOf(const Function &F) const {
  if (F.is(FnUser) || !F.is(FnMethod))
    return false;
  std::string_view Name = U.text(F.Qualified);
  return Name.ends_with("::begin") || Name.ends_with("::cbegin") || Name.ends_with("::data");
}

/// A container that is given more after it was made.
static bool isFilledLater(const Unit &U, const Function &F, uint32_t Local) {
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts)
      if (X.Kind == FactKind::Call && X.Recv.Where.Root == RootKind::Local &&
          X.Recv.Where.Index == Local && !X.Args.empty() && X.Callee != FnId::None &&
          !U.fn(X.Callee).is(FnUser) && !U.fn(X.Callee).is(FnConstructor) &&
          !U.fn(X.Callee).is(FnConst) &&
          U.text(U.fn(X.Callee).Qualified).find("::operator") == std::string_view::npos)
        return true;
  return false;
}

/// Through the definitions of a local; false if they do not tell.
bool CallTargets::resolveLocal(FnId In, uint32_t Local, ArrayRef<StrId> Captures,
                               unsigned Depth, Invocations &Out) const {
  const LocalDefs &D = defsOf(In);
  if (Local >= D.size() || D.of(Local).empty())
    return false;
  if (isFilledLater(U, U.fn(In), Local))
    return false;
  Invocations Found;
  for (const Fact *X : D.of(Local)) {
    switch (X->Kind) {
    case FactKind::Store:
      resolve(In, X->Val, Captures, Depth - 1, Found);
      break;
    case FactKind::Move:
    case FactKind::Copy:
    case FactKind::Borrow:
      resolvePlace(In, X->From, Captures, Depth - 1, Found);
      break;
    case FactKind::Call:
      // A library's wrapper built around a callable is that callable.
      if (X->Callee != FnId::None && U.fn(X->Callee).is(FnConstructor) &&
          !U.fn(X->Callee).is(FnUser) && !X->Args.empty()) {
        resolve(In, X->Args.front(), Captures, Depth - 1, Found);
        break;
      }
      // An iterator stands for its container.
      if (X->Callee != FnId::None && X->Recv && isIteratorOf(U.fn(X->Callee))) {
        resolve(In, X->Recv, Captures, Depth - 1, Found);
        break;
      }
      return false;
    default:
      return false;
    }
  }
  if (Found.Known.empty() && Found.AnyOf.empty() && Found.Symbolic.empty())
    return false;
  std::ranges::move(Found.Known, std::back_inserter(Out.Known));
  std::ranges::move(Found.AnyOf, std::back_inserter(Out.AnyOf));
  std::ranges::move(Found.Symbolic, std::back_inserter(Out.Symbolic));
  return true;
}

Invocations CallTargets::at(FnId In, const Fact &X) const {
  Invocations Out;
  switch (X.Kind) {
  case FactKind::Call:
  case FactKind::VirtualCall: {
    if (X.Callee == FnId::None) {
      resolvePlace(In, X.From, {}, MaxDepth, Out);
      break;
    }
    if (const model::FunctionModel *M = Models.of(X.Callee)) {
      if (M->CallsStored)
        resolve(In, actualOf(X, *M->CallsStored), {}, MaxDepth, Out);
      break;
    }
    if (Models.speaksFor(U, X.Callee))
      break;
    if (X.Kind == FactKind::VirtualCall)
      addVirtual(X.Callee, Out);
    else
      Out.Known.push_back({X.Callee, X.Recv ? &X.Recv : nullptr, Via::Direct, StrId::Empty});
    break;
  }
  case FactKind::RunNow:
    resolve(In, X.Val, {}, MaxDepth, Out);
    break;
  case FactKind::Destroy:
    if (X.Callee == FnId::None || Models.speaksFor(U, X.Callee))
      break;
    if (U.fn(X.Callee).is(FnVirtual) && U.text(X.Word) == "delete")
      addVirtual(X.Callee, Out);
    else
      Out.Known.push_back({X.Callee, nullptr, Via::Direct, StrId::Empty});
    break;
  case FactKind::MayDestroy: {
    FnId D = X.Type == TypeId::None ? FnId::None : U.type(X.Type).Destructor;
    if (D == FnId::None || Models.speaksFor(U, D))
      break;
    if (U.fn(D).is(FnVirtual))
      addVirtual(D, Out);
    else
      Out.Known.push_back({D, nullptr, Via::Direct, StrId::Empty});
    break;
  }
  default:
    break;
  }
  return Out;
}

} // namespace cotidy
