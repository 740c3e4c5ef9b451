#include "program/SelfKept.h"

#include "flow/Solver.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static std::string_view lastPart(std::string_view Name) {
  size_t At = Name.rfind("::");
  return At == Name.npos ? Name : Name.substr(At + 2);
}

namespace {
class Search {
public:
  explicit Search(const Borrows &All)
      : All(All), P(All.P), U(All.P.U), Owned(All.P, All.Types) {}

  std::vector<SelfFinding> run() {
    for (uint32_t I = 0; I < U.Functions.size(); ++I) {
      const Function &F = U.Functions[I];
      if (F.Body != BodyState::Here || !F.is(FnUser))
        continue;
      if (F.is(FnDestructor))
        dying(FnId(I));
      else
        detached(FnId(I));
      unregistered(FnId(I));
      unchecked(FnId(I));
    }
    return std::move(Out);
  }

private:
  void detached(FnId F);
  void dying(FnId F);
  void unregistered(FnId F);
  void unchecked(FnId F);
  TypeId classOf(FnId F) const;
  bool holdsStrong(const Function &F, TypeId Class) const;
  bool asksWeak(const Function &F, TypeId Class) const;
  bool isHeldAt(FnId In, Spot Site, TypeId Class) const;
  bool holdsStrong(const Value &V, TypeId Class) const;
  bool isHandedOn(FnId In, const Kept &K) const;
  bool closureHoldsStrong(TypeId Closure, TypeId Class, unsigned Depth = 4) const;
  bool endsWork(TypeId T, unsigned Depth = 4) const;
  bool isOnOwnPart(FnId In, Spot Site) const;

  const Borrows &All;
  const Program::Impl &P;
  const Unit &U;
  const Owners Owned;
  std::vector<SelfFinding> Out;
};
} // namespace

/// The class whose object `this` is, in a member function or a lambda in one.
TypeId Search::classOf(FnId F) const {
  while (F != FnId::None && U.fn(F).is(FnLambda))
    F = U.fn(F).Owner;
  return F == FnId::None ? TypeId::None : U.fn(F).Class;
}

/// One of its captures does, be that another closure's.
bool Search::closureHoldsStrong(TypeId Closure, TypeId Class, unsigned Depth) const {
  return Closure != TypeId::None && Depth > 0 && U.type(Closure).is(TyLambda) &&
         std::ranges::any_of(U.type(Closure).Fields, [&](const Field &F) {
           return Owned.isStrong(F.Type, Class) || closureHoldsStrong(F.Type, Class, Depth - 1);
         });
}

/// Its captures, parameters or locals keep the object alive.
bool Search::holdsStrong(const Function &F, TypeId Class) const {
  auto strong = [&](const auto &V) { return Owned.isStrong(V.Type, Class); };
  if (F.is(FnLambda) && closureHoldsStrong(F.Class, Class))
    return true;
  return std::ranges::any_of(F.Params, strong) ||
         (F.is(FnCoroutine) && std::ranges::any_of(F.Locals, [&](const Local &L) {
            return L.Name != StrId::Empty && strong(L);
          }));
}

/// It asks a weak reference whether the object is still there.
bool Search::asksWeak(const Function &F, TypeId Class) const {
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts)
      if (X.Kind == FactKind::Call && X.Callee != FnId::None &&
          lastPart(U.text(U.fn(X.Callee).Qualified)) == "lock" &&
          Owned.isWeak(typeOf(U, F, X.Recv.Where), Class))
        return true;
  return false;
}

bool Search::holdsStrong(const Value &V, TypeId Class) const {
  return std::ranges::any_of(V.Captures, [&](const Capture &C) {
    const Field *F = All.Types.field(C.Field);
    return (F && Owned.isStrong(F->Type, Class)) || holdsStrong(C.What, Class);
  });
}

/// Something else that is handed over with the work keeps the object alive.
bool Search::isHeldAt(FnId In, Spot Site, TypeId Class) const {
  const Function &F = U.fn(In);
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      if (X.At != Site || (X.Kind != FactKind::Call && X.Kind != FactKind::VirtualCall))
        continue;
      for (const Value &A : X.Args)
        if (holdsStrong(A, Class) || Owned.isStrong(typeOf(U, F, A.Where), Class))
          return true;
    }
  return false;
}

/// A callee hands on the closure that this function made; what it does with its
/// own object it says itself, and what it stores may end with the object.
bool Search::isHandedOn(FnId In, const Kept &K) const {
  return (K.How == KeepKind::Later || K.How == KeepKind::Spawned) &&
         U.fn(K.What.Why.Frame).is(FnLambda) && U.fn(K.What.Why.Frame).Owner == In;
}

void Search::detached(FnId Id) {
  TypeId Class = classOf(Id);
  Owners::Evidence Because = Owned.mayDie(Class);
  if (!Because)
    return;
  for (const Kept &K : All.of(Id).Keeps) {
    const Referent &What = K.What.What;
    bool Self = (What.Kind == RefKind::This && !U.fn(Id).is(FnLambda)) ||
                (What.Kind == RefKind::BehindThis && U.text(What.Capture).ends_with("::this"));
    FnId Frame = K.What.Why.Frame;
    if (!Self || Frame == FnId::None || K.What.Why.Assumed || (K.Inherited && !isHandedOn(Id, K)))
      continue;
    if (holdsStrong(U.fn(Frame), Class) || asksWeak(U.fn(Frame), Class) ||
        isHeldAt(Id, K.Site, Class))
      continue;
    Out.push_back({SelfFinding::Detached, Id, Frame, Class, K.What.At, K.What.Why.Use, K.How,
                   Because});
  }
}

/// What the field stands for is no part of its object.
static bool isElsewhere(const Unit &U, const Field &F) {
  return RefTypes::isReference(U.text(F.TypeName)) || RefTypes::isPointer(U.text(F.TypeName));
}

/// What dies with an object of the type runs its work first, or drops it: a
/// thread that is joined, a pool, a loop.
bool Search::endsWork(TypeId T, unsigned Depth) const {
  if (T == TypeId::None || Depth == 0)
    return false;
  const Type &Is = U.type(T);
  auto part = [&](TypeId A) { return endsWork(A, Depth - 1); };
  if (All.Types.ownsWhatItHolds(T) || All.Types.isSharedOwner(T))
    return std::ranges::any_of(Is.Arguments, part);
  if (U.text(Is.Template) == "std::jthread" || (!Is.is(TyCopyable) && P.Executors.ofClass(T)))
    return true;
  return Is.is(TyUser) &&
         (std::ranges::any_of(Is.Bases, part) ||
          std::ranges::any_of(Is.Fields, [&](const Field &F) {
            return !isElsewhere(U, F) && part(F.Type);
          }));
}

/// The work is an operation on a part of the object, a timer or a socket, which
/// calls it off when it dies.
bool Search::isOnOwnPart(FnId In, Spot Site) const {
  const Function &F = U.fn(In);
  auto own = [&](const Value &V) {
    if (V.Where.Root != RootKind::This || V.Where.Path.empty())
      return false;
    const Field *Part = All.Types.field(V.Where.Path.front().Name);
    if (!Part || isElsewhere(U, *Part))
      return false;
    TypeId T = typeOf(U, F, V.Where);
    return T != TypeId::None && U.type(T).is(TyDtorWork) && !U.type(T).is(TyCopyable);
  };
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts)
      if (X.Kind == FactKind::Call && X.At == Site &&
          (own(X.Recv) || std::ranges::any_of(X.Args, own)))
        return true;
  return false;
}

/// The object has gone before anybody runs what its destructor hands over.
void Search::dying(FnId Id) {
  TypeId Class = U.fn(Id).Class;
  if (endsWork(Class))
    return;
  for (const Kept &K : All.of(Id).Keeps) {
    FnId Frame = K.What.Why.Frame;
    if (K.What.What.Kind != RefKind::This || Frame == FnId::None || K.What.Why.Assumed ||
        K.How == KeepKind::Stored || holdsStrong(U.fn(Frame), Class) ||
        asksWeak(U.fn(Frame), Class) || isOnOwnPart(Id, K.Site))
      continue;
    Out.push_back({SelfFinding::Dying, Id, Frame, Class, K.What.At, K.What.Why.Use, K.How, {}});
  }
}

/// A coroutine whose closure lies in a container, called through it, while
/// the container's elements can be erased.
void Search::unregistered(FnId Id) {
  const Function &F = U.fn(Id);
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      if (X.Kind != FactKind::Call || !X.To)
        continue;
      Invocations I = P.Targets.at(Id, X);
      if (I.AnyOf.empty())
        continue;
      const Place &Callable = X.Callee == FnId::None ? X.From : X.Recv.Where;
      for (StrId Field : P.Held.fieldsFeeding(Id, Callable)) {
        Owners::Evidence Because = Owned.isErasedFrom(Field);
        if (!Because)
          continue;
        for (const Invocation &A : I.AnyOf) {
          const Function &Fn = U.fn(A.Fn);
          if (!Fn.is(FnLambda) || !Fn.is(FnCoroutine) || !All.Types.runsOnItsOwn(Fn.Returns))
            continue;
          for (const FrameUse &Use : All.of(A.Fn).Uses)
            if (Use.What.Kind == RefKind::This && !Use.AtStart)
              Out.push_back({SelfFinding::Unregistered, Id, A.Fn, TypeId::None, X.At, Use.At,
                             KeepKind::Later, Because});
        }
      }
    }
}

namespace {
/// Follows one member coroutine: suspended since the weak reference to the
/// object was last asked, and is there one at all.
struct WeakProblem {
  struct State {
    bool Live = false, Weak = false, Suspended = false, Held = true;
    bool operator==(const State &) const = default;
  };
  const Unit &U;
  const Function &F;
  const Owners &Owned;
  TypeId Class;

  State boundary() const { return {true, false, false, false}; }
  State unreached() const { return {}; }
  bool join(State &Into, const State &From) const {
    if (!From.Live)
      return false;
    State Before = Into;
    Into.Live = true;
    Into.Weak |= From.Weak;
    Into.Suspended |= From.Suspended;
    Into.Held = (Before.Live ? Into.Held : true) && From.Held;
    return !(Into == Before);
  }
  void step(const Fact &X, State &S) const {
    if (X.Kind == FactKind::Suspend && U.text(X.Word) == "may await" && S.Weak)
      S.Suspended = true;
    if (X.Kind != FactKind::Call || X.Callee == FnId::None)
      return;
    const Function &Callee = U.fn(X.Callee);
    if (Owned.isWeak(Callee.Returns, Class) && X.Recv.Where.Root == RootKind::This)
      S.Weak = true;
    std::string_view Name = lastPart(U.text(Callee.Qualified));
    if ((Name == "lock" || Name == "get") && Owned.isWeak(typeOf(U, F, X.Recv.Where), Class))
      S.Held = true;
  }
  State transfer(uint32_t B, const State &In) const {
    State S = In;
    for (const Fact &X : F.Blocks[B].Facts)
      step(X, S);
    return S;
  }
  State along(uint32_t, const Edge &E, unsigned, const State &Out) const {
    return E.Kind == EdgeKind::Exceptional ? State() : Out;
  }
};
} // namespace

static bool usesThis(const Fact &X) {
  auto self = [](const Place &P) { return P.Root == RootKind::This; };
  if (X.Kind == FactKind::Destroy || X.Kind == FactKind::Suspend)
    return false;
  return self(X.From) || self(X.To) || self(X.Recv.Where) ||
         std::ranges::any_of(X.Args, [&](const Value &V) { return self(V.Where); });
}

void Search::unchecked(FnId Id) {
  const Function &F = U.fn(Id);
  if (!F.is(FnCoroutine) || F.is(FnLambda) || !F.is(FnMethod) || F.Class == TypeId::None ||
      F.Blocks.size() < 4)
    return;
  WeakProblem Problem{U, F, Owned, F.Class};
  std::vector<WeakProblem::State> Entry = flow::solveForward(F, Problem);
  for (uint32_t B = 1; B + 3 < Entry.size(); ++B) {
    WeakProblem::State S = Entry[B];
    for (const Fact &X : F.Blocks[B].Facts) {
      if (S.Live && S.Weak && S.Suspended && !S.Held && usesThis(X)) {
        Out.push_back({SelfFinding::Unchecked, Id, Id, F.Class, X.At, X.At, KeepKind::Later,
                       {}});
        return;
      }
      Problem.step(X, S);
    }
  }
}

std::vector<SelfFinding> selfFindings(const Borrows &All) { return Search(All).run(); }

} // namespace cotidy
