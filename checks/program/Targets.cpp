#include "program/Targets.h"

#include "program/Conditions.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using llvm::ArrayRef;

static constexpr unsigned MaxDepth = 8;

CallTargets::CallTargets(const Unit &U, const ModelUse &Models, const Hierarchy &Classes,
                         const HeldValues &Held)
    : U(U), Models(Models), Classes(Classes), Held(Held), Defs(U.Functions.size()) {
  findReassigned();
}

/// The member that a fact writes to, or calls an assignment of.
static const Place &written(const Unit &U, const Fact &X) {
  bool Assigns = X.Kind == FactKind::Call && X.Callee != FnId::None &&
                 U.text(U.fn(X.Callee).Qualified).ends_with("::operator=");
  return Assigns ? X.Recv.Where : X.To;
}

void CallTargets::findReassigned() {
  for (const Function &F : U.Functions)
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts) {
        const Place &P = written(U, X);
        // A local's own members are seen where the local is.
        bool Elsewhere = P && P.Root != RootKind::Local &&
                         !(P.Root == RootKind::This && F.is(FnConstructor));
        if (Elsewhere && !P.Path.empty() && P.Path.back().Kind == StepKind::Field)
          Reassigned.insert(P.Path.back().Name);
      }
}

const LocalDefs &CallTargets::defsOf(FnId F) const {
  auto &Slot = Defs[raw(F)];
  if (!Slot)
    Slot = std::make_unique<LocalDefs>(U, U.fn(F));
  return *Slot;
}

void CallTargets::addStored(const std::vector<FnId> &Fns, StrId Through,
                            Invocations &Out) const {
  bool Chosen = Held.operators().areChoice(Fns);
  for (FnId F : Fns)
    if (Chosen || !U.fn(F).is(FnTrivialBody))
      Out.AnyOf.push_back({F, nullptr, Via::Stored, Through, Chosen});
}

void CallTargets::addVirtual(FnId Callee, Hierarchy::Classes Of, Invocations &Out) const {
  for (FnId O : Classes.overridersOf(Callee, Of))
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
      if (V.Fn == FnId::None)
        return;
      ArrayRef<FnId> Several = Held.operators().of(U.fn(V.Fn).Class);
      for (FnId Each : Several)
        Out.AnyOf.push_back({Each, &V, Via::Given, StrId::Empty, true});
      if (Several.empty())
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

/// A capture of the lambda whose body this is, or a field of the object that
/// its constructor alone fills.
bool CallTargets::isOwnMember(const Function &F, ArrayRef<StrId> Fields,
                              ArrayRef<StrId> Captures) const {
  if (F.is(FnLambda))
    return Fields.size() <= 1;
  if (Fields.size() + Captures.size() == 0 || Fields.size() > 1 || F.is(FnConstructor) ||
      F.is(FnDestructor))
    return false;
  return !Reassigned.count(Fields.empty() ? Captures.front() : Fields.front());
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
  if (P.Root == RootKind::This && isOwnMember(F, Fields, Captures)) {
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
    return addStored(Held.inField(Captures.back(), TokenKind::Callable), Captures.back(), Out);
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
      if (resolveField(In, *X, Local, Captures, Depth, Found))
        break;
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

namespace {
/// What a constructor puts into a field: a parameter, or the same field of it
/// (to copy or move an object).
struct FilledBy {
  uint32_t Param = 0;
  bool SameField = false;
  bool operator==(const FilledBy &) const = default;
};
} // namespace

static std::optional<FilledBy> filledBy(const Function &Constructor, const Place &Field) {
  std::optional<FilledBy> Found;
  for (const Block &B : Constructor.Blocks)
    for (const Fact &X : B.Facts) {
      bool Builds = X.Kind == FactKind::Call && X.Recv.Where == Field;
      if (X.To != Field && !Builds)
        continue;
      const Value &From = Builds && !X.Args.empty() ? X.Args.front() : X.Val;
      const Place &P = X.From ? X.From : From.Where;
      FilledBy By{P.Index, P.Path == Field.Path};
      if (P.Root != RootKind::Param || (!By.SameField && !P.Path.empty()) || (Found && *Found != By))
        return std::nullopt;
      Found = By;
    }
  return Found;
}

/// True if the member function returns the object that it is called on: a
/// reference, or what was moved or copied out of it.
static bool returnsItself(const Function &F) {
  return std::ranges::any_of(F.Blocks, [](const Block &B) {
    return std::ranges::any_of(B.Facts, [](const Fact &X) {
      return X.Kind == FactKind::Return && X.Val.Where.Root == RootKind::This &&
             X.Val.Where.Path.empty();
    });
  });
}

/// The actual that the call returns, moved or copied, as an object of class
/// `T`: the receiver of a member function that returns its object, or what a
/// promise was given to make an awaiter of and is one already.
static const Value *sameObject(const Unit &U, const Function &In, const Fact &Call, TypeId T) {
  const Function &Callee = U.fn(Call.Callee);
  if (Call.Recv && returnsItself(Callee))
    return &Call.Recv;
  if (!Callee.is(FnPromisePart) || T == TypeId::None)
    return nullptr;
  auto It = std::ranges::find_if(Call.Args, [&](const Value &A) { return typeOf(U, In, A) == T; });
  return It == Call.Args.end() ? nullptr : &*It;
}

/// What a field of the local holds after `Made`, the call that made the object.
bool CallTargets::resolveField(FnId In, const Fact &Made, uint32_t Local,
                               ArrayRef<StrId> Captures, unsigned Depth,
                               Invocations &Out) const {
  if (Captures.empty() || Made.Callee == FnId::None || !defsOf(In).partsOf(Local).empty())
    return false;
  const Function &Maker = U.fn(Made.Callee);
  if (!Maker.is(FnConstructor)) {
    const Value *Same = sameObject(U, U.fn(In), Made, U.fn(In).Locals[Local].Type);
    if (!Same)
      return false;
    resolve(In, *Same, Captures, Depth - 1, Out);
    return true;
  }
  Place Field;
  Field.Root = RootKind::This;
  Field.Path.push_back({StepKind::Field, Captures.front()});
  std::optional<FilledBy> By = filledBy(Maker, Field);
  if (!By || By->Param >= Made.Args.size())
    return false;
  resolve(In, Made.Args[By->Param], By->SameField ? Captures : Captures.drop_front(), Depth - 1,
          Out);
  return true;
}

/// A temporary owner of the object itself, made by one of its methods: whoever
/// called the method keeps the object meanwhile.
bool CallTargets::ownsThisMeanwhile(FnId In, Place P) const {
  const LocalDefs &D = defsOf(In);
  for (unsigned Depth = 0; Depth < MaxDepth; ++Depth) {
    if (P.Root == RootKind::This)
      return Depth > 0 && P.Path.empty() && !U.fn(In).is(FnLambda);
    bool Temporary = P.Root == RootKind::Local && P.Path.empty() && P.Index < D.size() &&
                     U.fn(In).Locals[P.Index].Name == StrId::Empty && D.of(P.Index).size() == 1;
    if (!Temporary)
      return false;
    const Fact &Made = *D.of(P.Index).front();
    const model::FunctionModel *M =
        Made.Kind == FactKind::Call && Made.Callee != FnId::None ? Models.of(Made.Callee) : nullptr;
    bool Passes = Made.Kind == FactKind::Move || Made.Kind == FactKind::Copy;
    P = M && M->ReturnsSame ? actualOf(Made, *M->ReturnsSame).Where : Passes ? Made.From : Place();
  }
  return false;
}

Invocations CallTargets::at(FnId In, const Fact &X, Hierarchy::Classes Of) const {
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
      addVirtual(X.Callee, Of, Out);
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
      addVirtual(X.Callee, Of, Out);
    else
      Out.Known.push_back({X.Callee, nullptr, Via::Direct, StrId::Empty});
    break;
  case FactKind::MayDestroy: {
    FnId D = X.Type == TypeId::None ? FnId::None : U.type(X.Type).Destructor;
    if (D == FnId::None || Models.speaksFor(U, D) || ownsThisMeanwhile(In, X.From))
      break;
    if (U.fn(D).is(FnVirtual))
      addVirtual(D, Of, Out);
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
