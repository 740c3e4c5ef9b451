//===- BorrowPlaces.cpp - what places and values refer to -----------------===//
// The part of BorrowFlow that reads places: which object a path ends in, what
// a variable carries, and what a stored reference does to its carrier.
//===----------------------------------------------------------------------===//
#include "program/BorrowFlow.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using Refs = BorrowFlow::Refs;

BorrowFlow::Ref BorrowFlow::ref(const Referent &What, const Borrowing &Why, Spot At, bool Dead) {
  Loan L{What, Why, At};
  auto [It, New] = LoanIds.try_emplace(L, uint32_t(Loans.size()));
  if (New)
    Loans.push_back(L);
  return It->second << 1 | Ref(Dead);
}

/// The same referent, for another reason.
BorrowFlow::Ref BorrowFlow::because(Ref R, const Borrowing &Why, Spot At) {
  Ref New = ref(loan(R).What, Why, At, R & 1);
  if (auto D = Deaths.find(R >> 1); R & 1 && D != Deaths.end())
    Deaths.try_emplace(New >> 1, D->second);
  return New;
}

/// A reference variable, or the reference that a call gave: not an object.
bool BorrowFlow::isAlias(uint32_t L) const {
  if (L >= F.Locals.size() || !F.Locals[L].Reference)
    return false;
  if (F.Locals[L].Name == StrId::Empty)
    return true;
  return std::ranges::any_of(Defs.of(L), [](const Fact *X) { return X->Kind == FactKind::Borrow; });
}

bool BorrowFlow::isTemporary(const Referent &R) const {
  return R.Kind == RefKind::Local &&
         (R.Index >= F.Locals.size() || F.Locals[R.Index].Name == StrId::Empty);
}

/// An object without a name that is constructed, and that nothing in the body
/// destroys, though its destructor has work to do.
void BorrowFlow::findHeapObjects() {
  OnHeap.resize(F.Locals.size());
  auto each = [&](FactKind Kind, auto &&Do) {
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts)
        if (X.Kind == Kind)
          Do(X);
  };
  auto isWhole = [&](const Place &P) {
    return P.Root == RootKind::Local && P.Path.empty() && P.Index < OnHeap.size();
  };
  each(FactKind::Call, [&](const Fact &X) {
    bool Makes = X.Callee != FnId::None && U.fn(X.Callee).is(FnConstructor);
    if (!Makes || !isWhole(X.Recv.Where))
      return;
    const Local &L = F.Locals[X.Recv.Where.Index];
    OnHeap[X.Recv.Where.Index] = L.Name == StrId::Empty && !L.Reference &&
                                 L.Type != TypeId::None && U.type(L.Type).is(TyDtorWork);
  });
  each(FactKind::Destroy, [&](const Fact &X) {
    if (isWhole(X.From))
      OnHeap[X.From.Index] = false;
  });
  each(FactKind::Return, [&](const Fact &X) {
    if (isWhole(X.Val.Where))
      OnHeap[X.Val.Where.Index] = false; // the caller's
  });
}

/// It ends with this call of the function at the latest.
bool BorrowFlow::isOfThisCall(const Referent &R) const {
  if (R.Kind == RefKind::Param)
    return R.Index < F.Params.size() && (F.Params[R.Index].Mode == PassMode::Value ||
                                         F.Params[R.Index].Mode == PassMode::Pointer);
  return R.Kind == RefKind::Local;
}

std::optional<uint32_t> BorrowFlow::carrierOf(const Place &P) const {
  auto Params = uint32_t(F.Locals.size());
  switch (P.Root) {
  case RootKind::Local:
    return P.Index;
  case RootKind::Param:
    return Params + P.Index;
  case RootKind::This:
    return Params + uint32_t(F.Params.size());
  default:
    return std::nullopt;
  }
}

bool BorrowFlow::mayCarry(uint32_t C) const {
  if (C < F.Locals.size())
    return F.Locals[C].Reference || Types.mayRefer(F.Locals[C].TypeName, F.Locals[C].Type);
  C -= uint32_t(F.Locals.size());
  if (C < F.Params.size())
    return Types.mayRefer(F.Params[C].TypeName, F.Params[C].Type);
  return true;
}

bool BorrowFlow::outlivesExpression(uint32_t C) const {
  return C >= F.Locals.size() || F.Locals[C].Name != StrId::Empty;
}

Refs BorrowFlow::held(uint32_t C, const State &S) const {
  auto It = S.Held.find(C);
  return It == S.Held.end() ? Refs() : It->second;
}

Refs BorrowFlow::carried(const Place &P, const State &S) {
  if (P.Root == RootKind::This && Lambda && !P.Path.empty()) {
    StrId Name = P.Path.front().Name;
    const Field *C = Types.field(Name);
    if (C && (Types.isCapturedByReference(Name) || Types.mayRefer(C->TypeName, C->Type)))
      return {ref({RefKind::BehindThis, 0, Name}, {}, {})};
    return {};
  }
  std::optional<uint32_t> C = carrierOf(P);
  if (!C)
    return {};
  Refs Own = held(*C, S), Out;
  if (P.Root != RootKind::Local || !isAlias(P.Index))
    return Own;
  for (Ref R : Own) { // what the object carries that the alias stands for
    const Loan &L = loan(R);
    std::optional<uint32_t> Behind = carrierOf(L.What);
    if (L.Why.Via != BorrowVia::Plain)
      Out.insert(R);
    else if (Behind && *Behind != *C)
      Out.merge(held(*Behind, S));
    else if (L.What.Kind == RefKind::Behind)
      Out.insert(R);
  }
  return Out;
}

/// The carrier whose object the referent is.
std::optional<uint32_t> BorrowFlow::carrierOf(const Referent &R) const {
  switch (R.Kind) {
  case RefKind::Local:
    return R.Index < F.Locals.size() ? std::optional(R.Index) : std::nullopt;
  case RefKind::Param:
  case RefKind::Behind:
    return uint32_t(F.Locals.size()) + R.Index;
  case RefKind::This:
    return uint32_t(F.Locals.size() + F.Params.size());
  default:
    return std::nullopt;
  }
}

/// The objects that the place may lie in.
Refs BorrowFlow::borrow(const Place &P, const State &S) {
  Refs Now;
  std::string_view Name;
  TypeId T = TypeId::None;
  bool Root = true;
  switch (P.Root) {
  case RootKind::Local:
    if (P.Index >= F.Locals.size())
      return {};
    Name = U.text(F.Locals[P.Index].TypeName);
    T = F.Locals[P.Index].Type;
    if (isAlias(P.Index))
      Now = held(P.Index, S);
    else if (OnHeap[P.Index])
      return {ref({RefKind::Forever, 0, StrId::Empty}, {}, {})};
    else
      Now = {ref({RefKind::Local, P.Index, StrId::Empty}, {}, {})};
    break;
  case RootKind::Param:
    if (P.Index >= F.Params.size())
      return {};
    Name = U.text(F.Params[P.Index].TypeName);
    T = F.Params[P.Index].Type;
    Now = {ref({RefKind::Param, P.Index, StrId::Empty}, {}, {})};
    break;
  case RootKind::This:
    Now = {ref({RefKind::This, 0, StrId::Empty}, {}, {})};
    T = F.Class;
    break;
  case RootKind::Global:
    return {ref({RefKind::Forever, 0, StrId::Empty}, {}, {})};
  default:
    return {};
  }
  for (const PathStep &Step : P.Path) {
    switch (Step.Kind) {
    case StepKind::Field: {
      const Field *Member = Types.field(Step.Name);
      Name = Member ? U.text(Member->TypeName) : std::string_view();
      T = Member ? Member->Type : TypeId::None;
      if (P.Root == RootKind::This && Lambda && Root) {
        if (Types.isCapturedByReference(Step.Name))
          Now = {ref({RefKind::BehindThis, 0, Step.Name}, {}, {})};
      } else if (RefTypes::isReference(Name)) {
        // What a reference member stands for is no part of the object.
        Now = P.Root == RootKind::This ? Refs() : carried(P, S);
      }
      break;
    }
    case StepKind::Pointee:
    case StepKind::Element:
      if (Types.isPointerLike(Name, T))
        Now = P.Root == RootKind::This && !Lambda ? Refs() : carried(P, S);
      else if (Step.Kind == StepKind::Pointee && !Types.ownsWhatItHolds(T))
        return {};
      Name = {};
      T = TypeId::None;
      break;
    }
    Root = false;
  }
  return Now;
}

Refs BorrowFlow::refsOfCapture(FnId Closure, const Capture &C, const State &S) {
  Refs Out;
  for (Ref R : refsOf(C.What, S)) {
    if (loan(R).Why.Via != BorrowVia::Plain) {
      Out.insert(R); // a task that was captured
      continue;
    }
    Borrowing Why;
    Why.Slot = C.Field;
    Why.Frame = Closure;
    Out.insert(because(R, Why, {}));
  }
  return Out;
}

/// What a copy of the value refers to.
Refs BorrowFlow::refsOf(const Value &V, const State &S) {
  Refs Out;
  switch (V.Kind) {
  case ValueKind::Address:
    return borrow(V.Where, S);
  case ValueKind::Read:
  case ValueKind::Moved:
    return carried(V.Where, S);
  case ValueKind::Closure:
    for (const Capture &C : V.Captures)
      Out.merge(refsOfCapture(V.Fn, C, S));
    return Out;
  default:
    return {};
  }
}

/// What a reference that is bound to the value refers to. A constant may be a
/// variable whose value is known: it stands for nothing.
Refs BorrowFlow::boundTo(const Value &V, const void *Where, const State &S) {
  if (V.Where)
    return borrow(V.Where, S);
  if (V.Kind != ValueKind::Closure && V.Kind != ValueKind::Default)
    return {};
  auto [It, New] = Placeless.try_emplace(Where, uint32_t(F.Locals.size() + Placeless.size()));
  return {ref({RefKind::Local, It->second, StrId::Empty}, {}, {})};
}

/// A plain reference that a closure holds, as the reference of the work that
/// the closure will do; nothing if the body does not use it.
std::optional<BorrowFlow::Ref> BorrowFlow::asWork(Ref R, Spot At) {
  const Loan L = loan(R);
  if (L.Why.Via != BorrowVia::Plain)
    return R;
  if (L.Why.Frame == FnId::None)
    return std::nullopt;
  for (const FrameUse &Use : All.of(L.Why.Frame).Uses)
    if (Use.What.Kind == RefKind::BehindThis && Use.What.Capture == L.Why.Slot) {
      Borrowing Why = L.Why;
      Why.Via = BorrowVia::Capture;
      Why.Use = Use.At;
      return because(R, Why, At);
    }
  return std::nullopt;
}

/// `To` refers to `R` from here on. What is stored in an object that outlives
/// the call is kept; a constructor's object is its caller's to judge.
void BorrowFlow::put(const Place &To, const Refs &R, State &S, bool Replace, Spot At) {
  std::set<uint32_t> Carriers;
  bool Forever = To.Root == RootKind::Global && U.text(To.Name) != "std::ignore";
  bool Through = std::ranges::any_of(
      To.Path, [](const PathStep &P) { return P.Kind == StepKind::Pointee; });
  bool Alias = To.Root == RootKind::Local && isAlias(To.Index);
  if ((Alias && !Replace) || Through) {
    for (Ref T : borrow(To, S)) {
      if (std::optional<uint32_t> C = carrierOf(loan(T).What))
        Carriers.insert(*C);
      Forever |= loan(T).What.Kind == RefKind::Forever;
    }
    Replace = false;
  } else if (std::optional<uint32_t> C = carrierOf(To)) {
    Carriers.insert(*C);
    Replace &= To.Path.empty() && To.Root == RootKind::Local;
  }
  bool Kept = Forever;
  for (uint32_t C : Carriers)
    if (isOfCaller(C) && !F.is(FnConstructor))
      Kept = true;
  if (Kept) {
    // What refers to the object and lies in a member of it ends with it.
    std::optional<uint32_t> Object = carrierOf({RootKind::This, 0, StrId::Empty, {}});
    bool InObject = !Forever && !Lambda && Carriers == std::set<uint32_t>{*Object};
    Refs Works;
    for (Ref T : R)
      if (std::optional<Ref> W = asWork(T, At);
          W && !(InObject && loan(*W).What.Kind == RefKind::This))
        Works.insert(*W);
    if (!Works.empty())
      keep(KeepKind::Stored, At, Works, LastCall && LastCall->At == At ? LastCall : nullptr, S,
           To);
  }
  for (uint32_t C : Carriers)
    putInto(C, R, S, Replace);
}

/// The carrier is an object of the caller's.
bool BorrowFlow::isOfCaller(uint32_t C) const {
  if (C < F.Locals.size())
    return false;
  uint32_t Number = C - uint32_t(F.Locals.size());
  return Number >= F.Params.size() || F.Params[Number].Mode != PassMode::Value;
}

/// A temporary has died by the time that anybody can look at a carrier that
/// outlives its full-expression.
void BorrowFlow::putInto(uint32_t C, const Refs &R, State &S, bool Replace) {
  if (C > F.Locals.size() + F.Params.size() || !mayCarry(C))
    return;
  bool Foreign = isOfCaller(C) && !F.is(FnConstructor);
  Refs New;
  for (Ref T : R) {
    const Loan &L = loan(T);
    if ((L.What.Kind == RefKind::Local && L.What.Index == C) ||
        (Foreign && (L.Why.Via != BorrowVia::Plain || L.Why.Frame != FnId::None)))
      continue;
    if (isTemporary(L.What) && outlivesExpression(C) && !(T & 1)) {
      T |= 1;
      Deaths.try_emplace(T >> 1, std::pair(DeathKind::FullExpression, loan(T).At));
    }
    New.insert(T);
  }
  if (Replace)
    S.Held.erase(C);
  if (!New.empty())
    S.Held[C].merge(New);
}

static constexpr uint32_t NameBit = 1u << 31;

/// The variables, and the fields of this and globals, that the place came
/// from: itself, and what the calls were given that made it.
std::set<uint32_t> BorrowFlow::touched(const Place &From) const {
  std::set<uint32_t> Out;
  std::vector<std::pair<Place, unsigned>> Work{{From, 5}};
  while (!Work.empty()) {
    auto [Now, Depth] = Work.back();
    Work.pop_back();
    if (Now.Root == RootKind::Global)
      Out.insert(NameBit | raw(Now.Name));
    if (Now.Root == RootKind::This)
      for (const PathStep &S : Now.Path)
        if (S.Kind == StepKind::Field) {
          Out.insert(NameBit | raw(S.Name));
          if (!Lambda || !U.text(S.Name).ends_with("::this"))
            break;
        }
    if (Now.Root == RootKind::Param)
      Out.insert(*carrierOf(Now));
    if (Now.Root != RootKind::Local || !Out.insert(Now.Index).second || Depth == 0 ||
        Now.Index >= Defs.size())
      continue;
    if (auto It = PutInto.find(Now.Index); It != PutInto.end())
      for (uint32_t L : It->second)
        Work.emplace_back(Place{RootKind::Local, L, StrId::Empty, {}}, Depth - 1);
    for (const auto *All : {&Defs.of(Now.Index), &Defs.partsOf(Now.Index)})
      for (const Fact *X : *All) {
        for (const Place *P : {&X->From, &X->Recv.Where, &X->Val.Where})
          Work.emplace_back(*P, Depth - 1);
        for (const Value &A : X->Args) {
          Work.emplace_back(A.Where, Depth - 1);
          for (const Capture &C : A.Captures)
            if (C.What.Kind == ValueKind::Address)
              Work.emplace_back(C.What.Where, Depth - 1);
        }
      }
  }
  return Out;
}

} // namespace cotidy
