#include "flow/TaskStates.h"

#include "facts/Words.h"

#include <algorithm>

namespace cotidy::flow {

using namespace facts;

static bool isAny(std::string_view Name, std::initializer_list<std::string_view> Of) {
  return std::ranges::find(Of, Name) != Of.end();
}

/// Containers' functions that put something in and show nothing of it.
static bool isAdding(std::string_view Name) {
  return isAny(Name, {"push_back", "emplace_back", "push_front", "emplace_front", "insert",
                      "emplace", "push", "insert_or_assign", "try_emplace"});
}

static bool isNeutral(std::string_view Name) {
  return isAny(Name, {"size", "empty", "reserve", "capacity", "shrink_to_fit", "max_size",
                      "has_value", "operator bool", "valid"});
}

/// What they held ends here because somebody wants it to.
static bool isEnding(std::string_view Name) { return isAny(Name, {"clear", "reset"}); }

TaskStates::TaskStates(const Unit &U, const Function &F, const TaskCallees &C)
    : U(U), F(F), C(C), Alias(F.Locals.size()) {
  // References that are bound to a slot as a whole, or to a field of one, once.
  std::vector<unsigned> Times(F.Locals.size());
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      if (X.Kind != FactKind::Borrow || X.To.Root != RootKind::Local || !X.To.Path.empty() ||
          X.To.Index >= F.Locals.size() || !F.Locals[X.To.Index].Reference)
        continue;
      bool Fields = std::ranges::all_of(X.From.Path, [](const PathStep &S) {
        return S.Kind == StepKind::Field;
      });
      bool Own = X.From.Root == RootKind::Local || X.From.Root == RootKind::Param;
      if (++Times[X.To.Index] == 1 && Fields && Own)
        Alias[X.To.Index] = X.From;
      else
        Alias[X.To.Index] = {};
    }
}

Place TaskStates::resolved(const Place &P) const {
  Place R = P;
  for (unsigned Depth = 0; Depth < 4 && R.Root == RootKind::Local &&
                           R.Index < Alias.size() && Alias[R.Index];
       ++Depth) {
    Place Base = Alias[R.Index];
    Base.Path.insert(Base.Path.end(), R.Path.begin(), R.Path.end());
    R = std::move(Base);
  }
  return R;
}

Holder TaskStates::slotOf(const Place &P) const {
  Place R = resolved(P);
  switch (R.Root) {
  case RootKind::Local:
  case RootKind::Param:
    return {R.Root, R.Index};
  case RootKind::This:
    return {R.Root, 0};
  default:
    return {};
  }
}

TypeId TaskStates::typeOf(Holder S) const {
  switch (S.Root) {
  case RootKind::Local:
    return F.Locals[S.Index].Type;
  case RootKind::Param:
    return F.Params[S.Index].Type;
  case RootKind::This:
    return F.Class;
  default:
    return TypeId::None;
  }
}

bool TaskStates::names(const Place &P, Holder S) const {
  return P && slotOf(P) == S && (P.Path.empty() || C.mayBeThePart(F, resolved(P)));
}

bool TaskStates::mentions(const Value &V, Holder S) const {
  if (names(V.Where, S))
    return true;
  return std::ranges::any_of(V.Captures,
                             [&](const Capture &C) { return mentions(C.What, S); });
}

static bool isWhole(const Place &P) { return P.Path.empty(); }

/// A copy or move constructor.
static bool isCopying(const Function &F) {
  return F.is(FnConstructor) && F.Params.size() == 1 && F.Params[0].Type == F.Class &&
         F.Params[0].Mode != PassMode::Pointer;
}

/// The reference that a container's function returned is itself put to use.
bool TaskStates::isOtherwiseUsed(const Fact &Def) const {
  Holder Result = slotOf(Def.To);
  if (Result.Root == RootKind::None)
    return false;
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts)
      if (&X != &Def && ((X.From && slotOf(X.From) == Result) || mentions(X.Recv, Result) ||
                         mentions(X.Val, Result) ||
                         std::ranges::any_of(X.Args, [&](const Value &V) {
                           return mentions(V, Result);
                         })))
        return true;
  return false;
}

bool TaskStates::isArgumentCopy(Holder S) const {
  if (S.Root != RootKind::Local || F.Locals[S.Index].Name != StrId::Empty)
    return false;
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      bool Call = X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
      bool Built = Call && X.Callee != FnId::None && U.fn(X.Callee).is(FnConstructor);
      bool Read = (X.Kind != FactKind::Destroy && names(X.From, S)) || mentions(X.Val, S) ||
                  (!Built && mentions(X.Recv, S)) ||
                  std::ranges::any_of(X.Args, [&](const Value &V) { return mentions(V, S); });
      if (Read)
        return false;
    }
  return true;
}

/// Move, Copy and Store: into the slot, or out of it (`Reads`).
Touched TaskStates::byTransfer(const Fact &X, Holder S, bool Reads) const {
  Holder Into = slotOf(X.To);
  if (Into == S)
    return {Reads ? Touch::None : Touch::Fills, {}};
  if (!Reads)
    return {};
  if (X.To.Root == RootKind::Global && U.text(X.To.Name) == "std::ignore")
    return {};
  if (isArgumentCopy(Into))
    return {};
  Place To = resolved(X.To);
  bool Kept = Into.Root == RootKind::Local ||
              (Into.Root == RootKind::Param && F.Params[To.Index].Mode == PassMode::Value);
  Place Whole = To;
  Whole.Path.clear();
  if (Kept && C.carries(F, Whole))
    return {Touch::Passes, Into};
  return {Touch::Consumes, {}};
}

Touched TaskStates::byCall(const Fact &X, Holder S) const {
  if (X.Recv.Kind == ValueKind::Closure && mentions(X.Recv, S))
    return {Touch::Escapes, {}}; // the closure that is called has it
  bool OnIt = names(X.Recv.Where, S);
  if (X.Callee == FnId::None) {
    bool Given = std::ranges::any_of(X.Args, [&](const Value &V) { return mentions(V, S); });
    bool Called = names(X.From, S);
    return {Given || OnIt || Called ? Touch::Consumes : Touch::None, {}};
  }
  const Function &Callee = U.fn(X.Callee);
  std::string_view Name = lastComponent(U.text(Callee.Qualified));
  bool Constructs = Callee.is(FnConstructor);
  // What a library's container or wrapper is given is in it afterwards.
  bool Library = !Callee.is(FnUser) && U.text(Callee.Qualified).starts_with("std::");
  Holder Into = X.Recv.Where ? slotOf(X.Recv.Where) : Holder();
  bool Takes = Library && (Constructs || isAdding(Name)) && Into.Root == RootKind::Local &&
               C.carries(F, {Into.Root, Into.Index, StrId::Empty, {}});
  Touched Result;
  auto raise = [&](Touch T) { Result.What = std::max(Result.What, T); };
  for (uint32_t I = 0; I < X.Args.size(); ++I) {
    const Value &V = X.Args[I];
    if (!mentions(V, S))
      continue;
    if (V.Kind == ValueKind::Closure)
      raise(Touch::Escapes); // its body has it now
    else if (Name == "operator=" || (isCopying(Callee) && Into.Root != RootKind::None))
      continue; // the fact behind says what goes where
    else if (Takes && !(Into == S))
      return isOtherwiseUsed(X) ? Touched{Touch::Escapes, {}} : Touched{Touch::Passes, Into};
    else
      switch (C.ofArgument(X, I)) {
      case Fate::Ignored:  break;
      case Fate::Looked:   raise(Touch::Looks); break;
      case Fate::Escapes:  raise(Touch::Escapes); break;
      case Fate::Consumed: raise(Touch::Consumes); break;
      }
  }
  if (!OnIt || Name == "operator=" || Constructs)
    return Result;
  if (Library && isAdding(Name)) {
    raise(isOtherwiseUsed(X) ? Touch::Escapes : Touch::None);
  } else if (Library && isEnding(Name)) {
    raise(Touch::Escapes);
  } else if (Library && isNeutral(Name)) {
    raise(Touch::Looks);
  } else {
    switch (C.ofObject(X)) {
    case Fate::Ignored:  break;
    case Fate::Looked:   raise(Touch::Looks); break;
    case Fate::Escapes:  raise(Touch::Escapes); break;
    case Fate::Consumed: raise(Touch::Consumes); break;
    }
  }
  return Result;
}

Touched TaskStates::touch(const Fact &X, Holder S) const {
  bool From = names(X.From, S);
  switch (X.Kind) {
  case FactKind::Load:
  case FactKind::MayDestroy:
    return {};
  case FactKind::CreateTask:
    return {slotOf(X.To) == S && isWhole(resolved(X.To)) ? Touch::Fills : Touch::None, {}};
  case FactKind::ConsumeTask:
    return {From && !U.text(X.Word).starts_with("discard") ? Touch::Consumes : Touch::None, {}};
  case FactKind::Destroy:
    return {From && isWhole(resolved(X.From)) ? Touch::Destroys : Touch::None, {}};
  case FactKind::Branch:
    return {From ? Touch::Looks : Touch::None, {}};
  case FactKind::Move:
  case FactKind::Copy:
    return byTransfer(X, S, From);
  case FactKind::Store:
    if (X.Val.Kind == ValueKind::Closure && mentions(X.Val, S))
      return {Touch::Escapes, {}};
    return byTransfer(X, S, mentions(X.Val, S));
  case FactKind::Borrow:
    // A reference that stands for the slot is looked through.
    if (From && X.To.Root == RootKind::Local && isWhole(X.To) && slotOf(X.To) == S)
      return {};
    return {From ? Touch::Escapes : Touch::None, {}};
  case FactKind::Call:
  case FactKind::VirtualCall:
    return byCall(X, S);
  case FactKind::Suspend:
    return {From || mentions(X.Recv, S) ? Touch::Consumes : Touch::None, {}};
  default:
    return {From || mentions(X.Val, S) || mentions(X.Recv, S) ? Touch::Consumes : Touch::None, {}};
  }
}

bool TaskStates::isNeverMentioned(Holder S) const {
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      if (X.Kind == FactKind::Load && slotOf(X.From) == S)
        return false;
      Touch T = touch(X, S).What;
      if (T != Touch::None && T != Touch::Fills && T != Touch::Destroys)
        return false;
    }
  return true;
}

bool TaskStates::isDestroyed(Holder S) const {
  return std::ranges::any_of(F.Blocks, [&](const Block &B) {
    return std::ranges::any_of(B.Facts, [&](const Fact &X) {
      return touch(X, S).What == Touch::Destroys;
    });
  });
}

} // namespace cotidy::flow
