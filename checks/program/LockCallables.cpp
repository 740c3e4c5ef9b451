//===- LockCallables.cpp - what becomes of callables under locks ----------===//
// The part of LockBuilder that follows wrappers of callables: filled, emptied,
// moved out of containers, overwritten, destroyed with what their closures
// captured. Which locks that needs is in the summaries of the destructors.
//===----------------------------------------------------------------------===//
#include "program/LockBuilder.h"

#include "facts/Words.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::LockAction;

LockAction action(LockAction::Kind K, Place What) {
  LockAction A;
  A.Do = K;
  A.What = std::move(What);
  return A;
}

bool isCall(const Fact &X) {
  return X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
}

bool holdsOne(const Unit &U, TypeId T) {
  if (T == TypeId::None)
    return false;
  std::string_view Name = lastComponent(U.text(U.type(T).Template));
  if (U.type(T).is(TyUser)) // a smart pointer of the user's
    return U.type(T).Arguments.size() == 1 && llvm::StringRef(Name).ends_with_insensitive("ptr");
  return Name == "function" || Name == "move_only_function" || Name == "any_invocable" ||
         Name == "AnyInvocable" || Name == "Function" || Name == "packaged_task" ||
         Name == "unique_ptr" || Name == "shared_ptr";
}

bool assigns(const Unit &U, const Fact &Call) {
  return Call.Kind == FactKind::Call && Call.Callee != FnId::None && Call.Recv &&
         U.text(U.fn(Call.Callee).Qualified).ends_with("::operator=");
}

static bool isNothing(const std::vector<Value> &Args) {
  return Args.empty() || Args[0].Kind == ValueKind::Null || Args[0].Kind == ValueKind::Default;
}

/// A method of a holder that may give it another object, or none.
static bool changesHolder(const Unit &U, const Function &In, const Fact &Call) {
  return Call.Callee != FnId::None && Call.Recv && holdsOne(U, typeOf(U, In, Call.Recv)) &&
         !U.fn(Call.Callee).is(FnConst) && !U.fn(Call.Callee).is(FnConstructor);
}

bool isOfNothing(const Unit &U, const LockNames &Names, FnId In, const Fact &X,
                 const flow::LockState &State) {
  const Function &F = U.fn(In);
  if (X.Kind == FactKind::Destroy)
    return holdsOne(U, typeOf(U, F, X.From)) && State.isEmpty(Names.normal(In, X.From));
  bool Resets = isCall(X) && changesHolder(U, F, X) &&
                lastComponent(U.text(U.fn(X.Callee).Qualified)) == "reset";
  return (assigns(U, X) || Resets) && State.isEmpty(Names.normal(In, X.Recv));
}

/// What a local holds at a point was put there by these facts of the body.
static std::vector<const Fact *> reaching(const Function &F, uint32_t Local, flow::Point At) {
  std::vector<const Fact *> Out;
  std::vector<bool> Seen(F.Blocks.size());
  std::vector<flow::Point> Open{At};
  while (!Open.empty()) {
    auto [B, End] = Open.back();
    Open.pop_back();
    const auto &Facts = F.Blocks[B].Facts;
    const Fact *Def = nullptr;
    for (uint32_t I = End; I-- > 0 && !Def;)
      if (Facts[I].To.Root == RootKind::Local && Facts[I].To.Index == Local &&
          Facts[I].To.Path.empty())
        Def = &Facts[I];
    if (Def) {
      Out.push_back(Def);
      continue;
    }
    for (uint32_t From = 0; From < F.Blocks.size(); ++From)
      for (const Edge &E : F.Blocks[From].Successors)
        if (E.To == B && !Seen[From]) {
          Seen[From] = true;
          Open.push_back({From, uint32_t(F.Blocks[From].Facts.size())});
        }
  }
  return Out;
}

/// `p = new T`: the address of a temporary, through one more as a rule.
static bool isNew(const Function &F, const LocalDefs &Defs, const Fact &Def, unsigned Depth = 2) {
  const Place &From = Def.Val.Where;
  if (Def.Kind != FactKind::Store || From.Root != RootKind::Local || !From.Path.empty() ||
      F.Locals[From.Index].Name != StrId::Empty)
    return false;
  return Def.Val.Kind == ValueKind::Address ||
         (Depth > 0 && Defs.of(From.Index).size() == 1 &&
          isNew(F, Defs, *Defs.of(From.Index).front(), Depth - 1));
}

bool isGivenUp(const Unit &U, const Function &F, const LocalDefs &Defs, flow::Point At) {
  const Fact &X = F.Blocks[At.Block].Facts[At.Fact];
  const Place &P = X.From;
  if (X.Kind != FactKind::Destroy || U.text(X.Word) != "delete" || P.Root != RootKind::Local)
    return false;
  auto isIt = [&](const Value &V) {
    return V.Kind == ValueKind::Read && V.Where.Root == P.Root && V.Where.Index == P.Index &&
           V.Where.Path.empty();
  };
  auto handsOut = [&](const Fact &Y) {
    bool Stores = Y.Kind == FactKind::Store && Y.To.Root != RootKind::Local;
    return ((Stores || Y.Kind == FactKind::Return) && isIt(Y.Val)) ||
           (isCall(Y) && std::ranges::any_of(Y.Args, isIt));
  };
  auto handsOutIn = [&](const Block &B) { return std::ranges::any_of(B.Facts, handsOut); };
  if (std::ranges::none_of(F.Blocks, handsOutIn))
    return false;
  std::vector<const Fact *> Made = reaching(F, P.Index, At);
  return !Made.empty() && std::ranges::all_of(Made, [&](const Fact *Def) {
           return isNew(F, Defs, *Def);
         });
}

/// What becomes of the callable that a place of a wrapper's type holds.
void LockBuilder::callableActions(const Fact &X, std::vector<LockAction> &Out) {
  if (X.Kind == FactKind::Move && holdsOne(U, cotidy::typeOf(U, Fn, X.From)))
    Out.push_back(action(LockAction::Drain, S.Names.normal(F, X.From)));
  if (std::optional<Place> Element = poppedBy(X))
    Out.push_back(action(LockAction::Fill, *Element));
  for (size_t I = 0; isCall(X) && I < X.Args.size(); ++I)
    if (isGivenAway(X, I))
      Out.push_back(action(LockAction::Drain, S.Names.normal(F, X.Args[I].Where)));
  Place To = resultOf(U, X);
  if (!To && X.Kind == FactKind::Call && assigns(U, X))
    To = X.Recv.Where;
  if (To && holdsOne(U, cotidy::typeOf(U, Fn, To))) {
    bool Empties = (X.Kind == FactKind::Store && (X.Val.Kind == ValueKind::Null ||
                                                  X.Val.Kind == ValueKind::Default)) ||
                   (X.Kind == FactKind::Call && isNothing(X.Args));
    Out.push_back(action(Empties ? LockAction::Drain : LockAction::Fill, S.Names.normal(F, To)));
    return;
  }
  if (isCall(X) && changesHolder(U, Fn, X)) {
    std::string_view Name = lastComponent(U.text(U.fn(X.Callee).Qualified));
    bool Empties = Name == "release" || (Name == "reset" && isNothing(X.Args));
    Out.push_back(action(Empties ? LockAction::Drain : LockAction::Fill, S.Names.normal(F, X.Recv)));
  }
  for (size_t I = 0; isCall(X) && I < X.Args.size(); ++I)
    if (X.Args[I].Kind == ValueKind::Address && holdsOne(U, cotidy::typeOf(U, Fn, X.Args[I])) &&
        !isGivenAway(X, I))
      Out.push_back(action(LockAction::Fill, S.Names.normal(F, X.Args[I].Where)));
}

/// The callee takes what the argument holds: it is moved there, or a temporary
/// that goes to a parameter for such.
bool LockBuilder::isGivenAway(const Fact &Call, size_t I) const {
  const Value &A = Call.Args[I];
  const Place &P = A.Where;
  if (!P || !holdsOne(U, cotidy::typeOf(U, Fn, A)))
    return false;
  if (A.Kind == ValueKind::Moved)
    return true;
  bool Temporary = P.Root == RootKind::Local && P.Path.empty() &&
                   Fn.Locals[P.Index].Name == StrId::Empty && !Fn.Locals[P.Index].Reference;
  return Temporary && Call.Callee != FnId::None && I < U.fn(Call.Callee).Params.size() &&
         U.fn(Call.Callee).Params[I].Mode == PassMode::RvalueReference;
}

/// Two guards, or what holds some: `a.swap(b)`, `std::swap(a, b)`.
void LockBuilder::swapActions(const Fact &X, std::vector<LockAction> &Out) const {
  std::vector<Value> Two = X.Args;
  if (X.Recv)
    Two.push_back(X.Recv);
  if (Two.size() != 2 || !holdsGuard(cotidy::typeOf(U, Fn, Two[0]), 2))
    return;
  Place A = S.Names.normal(F, Two[0]), B = S.Names.normal(F, Two[1]);
  Place Meanwhile{RootKind::Local, uint32_t(Fn.Locals.size()), StrId::Empty, {}};
  for (const auto &[From, To] : {std::pair(A, Meanwhile), std::pair(B, A), std::pair(Meanwhile, B)}) {
    Out.push_back(action(LockAction::Move, From));
    Out.back().To = To;
  }
}

/// The element that a call takes out of a container, and destroys.
std::optional<Place> LockBuilder::poppedBy(const Fact &X) const {
  if (X.Kind != FactKind::Call || X.Callee == FnId::None || !X.Recv || U.fn(X.Callee).is(FnUser))
    return std::nullopt;
  std::string_view Name = lastComponent(U.text(U.fn(X.Callee).Qualified));
  if (Name != "pop" && Name != "pop_front" && Name != "pop_back" && Name != "erase")
    return std::nullopt;
  Place P = S.Names.normal(F, X.Recv);
  P.Path.push_back({StepKind::Element, StrId::Empty});
  return P;
}

/// The destructors that run when the callable in a place is destroyed: of what
/// any closure that may be there has captured.
std::vector<FnId> LockBuilder::destroyedWith(const Place &P) const {
  std::vector<FnId> Out;
  for (FnId Callable : S.Held.at(F, P, TokenKind::Callable)) {
    TypeId Closure = U.fn(Callable).Class;
    if (Closure == TypeId::None || !U.type(Closure).is(TyLambda))
      continue;
    for (const Field &Captured : U.type(Closure).Fields) {
      std::string_view Name = U.text(Captured.TypeName);
      if (Captured.Type == TypeId::None || Name.ends_with('&') || Name.ends_with('*') ||
          Name == "this")
        continue;
      const Type &T = U.type(Captured.Type);
      std::string_view Kind = lastComponent(U.text(T.Template));
      bool Owns = Kind == "shared_ptr" || Kind == "unique_ptr";
      TypeId Object = Owns && !T.Arguments.empty() ? T.Arguments[0] : Captured.Type;
      if (FnId D = U.type(Object).Destructor; D != FnId::None && (Owns || U.type(Object).is(TyUser)))
        Out.push_back(D);
    }
  }
  std::ranges::sort(Out);
  auto Same = std::ranges::unique(Out);
  Out.erase(Same.begin(), Same.end());
  return Out;
}

/// A callable is overwritten, or dies with its scope.
void LockBuilder::callableEvents(const Here &H) {
  const Fact &X = H.X;
  Place P = X.Kind == FactKind::Destroy ? X.From
            : assigns(U, X)             ? X.Recv.Where
                                        : Place();
  if (!P || !holdsOne(U, typeOf(U, Fn, P)) ||
      H.State.isEmpty(S.Names.normal(F, P)))
    return;
  Invocations I;
  for (FnId D : destroyedWith(P))
    I.AnyOf.push_back({D, nullptr, Via::Stored, P.Path.empty() ? StrId::Empty : P.Path.back().Name});
  importAll(H, I, H.State.Held, {}, nullptr, 0, false, {});
}

} // namespace cotidy
