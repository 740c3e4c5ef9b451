//===- DanglingReference.cpp - cotidy-dangling-reference ------------------===//
// A frame, closure or handler that outlives what it refers to and uses it
// after a suspension (design 6, lifetimes). The finding stands where the
// reference was made; where the coroutine itself is at fault (a closure that
// dies, a `T&&` parameter), at the coroutine.
//===----------------------------------------------------------------------===//
#include "program/SelfKept.h"
#include "program/Witness.h"
#include "rules/Rule.h"

#include <set>

namespace cotidy {

using namespace facts;

static std::string lastName(std::string_view Name) {
  size_t At = Name.rfind("::");
  return "'" + std::string(At == Name.npos ? Name : Name.substr(At + 2)) + "'";
}

/// What dies, as its owner calls it.
static std::string nameOf(const Unit &U, const Dangling &D) {
  const Function &F = U.fn(D.In);
  switch (D.What.Kind) {
  case RefKind::Local:
    if (D.Why.Via == BorrowVia::Closure)
      break;
    if (D.What.Index < F.Locals.size() && F.Locals[D.What.Index].Name != StrId::Empty)
      return lastName(U.text(F.Locals[D.What.Index].Name));
    return "a temporary";
  case RefKind::Param:
    if (D.Why.Via == BorrowVia::Closure)
      break;
    return "the parameter " + lastName(U.text(F.Params[D.What.Index].Name));
  default:
    break;
  }
  return D.Why.Via == BorrowVia::Closure ? "the closure" : "the object";
}

static std::string whoUses(const Unit &U, const Dangling &D) {
  if (D.Why.Frame == FnId::None)
    return quoted(U, D.In);
  const Function &F = U.fn(D.Why.Frame);
  if (D.Why.Via == BorrowVia::Lent)
    return "the work of " + quoted(U, D.Why.Frame);
  if (F.is(FnCoroutine) || F.Body != BodyState::Here)
    return "the coroutine of " + quoted(U, D.Why.Frame);
  return quoted(U, D.Why.Frame);
}

static std::string byWhat(const Unit &U, const Dangling &D) {
  std::string Slot = D.Why.Slot == StrId::Empty ? std::string() : lastName(U.text(D.Why.Slot));
  switch (D.Why.Via) {
  case BorrowVia::Closure:
    return "whose captures it uses";
  case BorrowVia::Object:
    return "whose member function it is";
  case BorrowVia::Capture:
    return Slot == "'this'" ? "which its 'this' is" : "which it captured as " + Slot;
  case BorrowVia::Member:
    return "which its member " + Slot + " refers to";
  default:
    return "which its parameter " + Slot + " refers to";
  }
}

static std::string messageFor(const Unit &U, const Dangling &D) {
  if (D.How == Dangling::Bound)
    return "the object that " + quoted(U, D.In) + " makes outlives " + nameOf(U, D) + ", " +
           byWhat(U, D);
  return whoUses(U, D) + " outlives " + nameOf(U, D) + ", " + byWhat(U, D);
}

static std::string deathOf(const Unit &U, const Dangling &D) {
  std::string Name = nameOf(U, D);
  switch (D.Death) {
  case DeathKind::FullExpression:
    return Name + " is destroyed at the end of this full-expression";
  case DeathKind::Scope:
    return Name + " is destroyed here, at the end of its scope";
  case DeathKind::Return:
    return Name + " is destroyed when " + quoted(U, D.In) +
           (U.fn(D.In).is(FnCoroutine) ? " ends" : " returns");
  case DeathKind::Reset:
    return Name + " is destroyed here, by its owner";
  case DeathKind::Handover:
    return Name + " is destroyed once it has been called";
  }
  return {};
}

static std::string outcomeOf(const Unit &U, const Dangling &D) {
  switch (D.How) {
  case Dangling::Awaited:
    return "the task runs on here, after that";
  case Dangling::Returned:
    return quoted(U, D.In) + " returns the task here";
  case Dangling::Bound:
    return {};
  case Dangling::Kept:
    break;
  }
  switch (D.Keeping) {
  case KeepKind::Spawned:
    return "it is started here, and nothing in " + quoted(U, D.In) + " waits for it";
  case KeepKind::Dropped:
    return "its result is dropped, and nothing in " + quoted(U, D.In) + " waits for it";
  case KeepKind::Stored:
    return "it is stored here, where it outlives the call";
  case KeepKind::Later:
    return "it is handed over here to run later, and nothing in " + quoted(U, D.In) +
           " waits for it";
  }
  return {};
}

static std::string cureFor(const Dangling &D) {
  switch (D.Why.Via) {
  case BorrowVia::Closure:
    return "pass what the lambda needs as parameters, which live in the coroutine's frame, or "
           "keep the closure alive until the coroutine has ended";
  case BorrowVia::Moved:
    return "take the parameter by value";
  case BorrowVia::Object:
    return "keep the object alive until the coroutine has ended, or hold a strong reference in "
           "the frame";
  case BorrowVia::Capture:
    return "capture by value, or wait for the work before what it refers to dies";
  case BorrowVia::Lent:
    return "keep it alive until the work has ended, or wait for the work before it dies";
  case BorrowVia::Member:
    return "keep the object that owns it in a variable or member that lives as long";
  default:
    return "take the parameter by value, or await the task while what it refers to is alive";
  }
}

/// At the lambda or coroutine, if the caller could do nothing better.
static bool standsAtCoroutine(const Unit &U, const Dangling &D) {
  if (D.Why.Frame == FnId::None || !U.fn(D.Why.Frame).is(FnUser))
    return false;
  return D.Why.Via == BorrowVia::Closure ||
         (D.Why.Via == BorrowVia::Capture && U.fn(D.Why.Frame).is(FnLambda)) ||
         (D.Why.Via == BorrowVia::Moved && D.How != Dangling::Awaited);
}

static Draft draftOf(const Unit &U, const Dangling &D) {
  Draft Out;
  bool There = standsAtCoroutine(U, D);
  Out.In = There ? D.Why.Frame : D.In;
  Out.At = There ? U.fn(D.Why.Frame).At : D.At;
  Out.First = Out.Leaf = D.Why.Frame;
  Out.LeafAt = Out.At;
  Out.What.Check = "cotidy-dangling-reference";
  Out.What.Message = messageFor(U, D);
  Out.What.Sure = Confidence::Likely;
  if (D.Why.Assumed)
    Out.What.RestsOn = UnseenBodyKeepsExecutor;
  auto note = [&](Spot At, std::string Text) {
    if (!Text.empty() && At.isValid())
      Out.What.Witness.push_back({locationOf(U, At), std::move(Text)});
  };
  if (There)
    note(D.At, quoted(U, D.In) + (D.Why.Via == BorrowVia::Capture && D.How == Dangling::Kept
                                      ? " hands it over here"
                                      : " makes the task here"));
  bool DiesFirst = D.How == Dangling::Awaited;
  if (!DiesFirst)
    note(D.Outcomes, outcomeOf(U, D));
  note(D.DiesAt.isValid() ? D.DiesAt : D.At, deathOf(U, D));
  if (DiesFirst)
    note(D.Outcomes, outcomeOf(U, D));
  if (!D.Why.Assumed)
    note(D.Why.Use, whoUses(U, D) + " uses it here" +
                        (D.Why.Via == BorrowVia::Capture ? "" : ", after a suspension"));
  Out.What.Cure = cureFor(D);
  return Out;
}

static std::string classOf(const Unit &U, TypeId T) {
  return T == TypeId::None ? "object" : lastName(U.text(U.type(T).Template));
}

static std::string selfMessage(const Unit &U, const SelfFinding &S) {
  std::string Who = quoted(U, S.Frame);
  switch (S.What) {
  case SelfFinding::Detached:
  case SelfFinding::Dying:
    return Who + " may run after the " + classOf(U, S.Class) + " that its 'this' is has gone";
  case SelfFinding::Unregistered:
    return "the coroutine of " + Who + " may outlive the closure, whose captures it uses";
  case SelfFinding::Unchecked:
    return Who + " uses 'this' after a suspension, before it asks the weak reference whether "
                 "the object is still there";
  }
  return {};
}

static Draft draftOf(const Unit &U, const SelfFinding &S) {
  Draft Out;
  bool There = U.fn(S.Frame).is(FnLambda);
  Out.In = There ? S.Frame : S.In;
  Out.At = There ? U.fn(S.Frame).At : S.At;
  Out.First = Out.Leaf = S.Frame;
  Out.LeafAt = Out.At;
  Out.What.Check = "cotidy-dangling-reference";
  Out.What.Message = selfMessage(U, S);
  Out.What.Sure = Confidence::Likely;
  auto note = [&](Spot At, std::string Text) {
    if (At.isValid())
      Out.What.Witness.push_back({locationOf(U, At), std::move(Text)});
  };
  if (S.What == SelfFinding::Detached) {
    note(S.At, quoted(U, S.In) + " hands it over here, without a strong reference to the object");
    if (S.Because.SharedFromThis)
      note(U.type(S.Class).At, classOf(U, S.Class) + " is destroyed with its last shared owner");
    else
      note(S.Because.At, quoted(U, S.Because.In) + " may destroy the object meanwhile");
    note(S.Use, quoted(U, S.Frame) + " uses the object here");
    Out.What.Cure = "capture a strong reference beside 'this' ('self = shared_from_this()'), or "
                    "a weak one, and lock it first";
  } else if (S.What == SelfFinding::Dying) {
    Out.What.Sure = Confidence::Possible; // nothing shows that the loop still runs
    note(S.At, quoted(U, S.In) + " hands it over here, and does not wait for it");
    note(S.Use, quoted(U, S.Frame) + " uses the object here, which is gone when its destructor has returned");
    Out.What.Cure = "wait for the work in the destructor, or capture what it needs instead of 'this'";
  } else if (S.What == SelfFinding::Unregistered) {
    note(S.At, quoted(U, S.In) + " calls it through a container, and does not wait for it");
    note(S.Because.At, quoted(U, S.Because.In) + " may destroy the closure meanwhile");
    note(S.Use, quoted(U, S.Frame) + " uses a capture here, after a suspension");
    Out.What.Cure = "copy the captures into locals before the first suspension";
  } else {
    Out.What.Cure = "lock the weak reference before anything else, or hold a strong one in a "
                    "local from the start";
  }
  return Out;
}

void findDanglingReference(const Program::Impl &P, Drafts &Out) {
  const Borrows All(P);
  std::set<Spot> Sure; // what is gone comes before what may be
  for (const Dangling &D : All.dangling()) {
    Out.push_back(draftOf(P.U, D));
    Sure.insert(Out.back().At);
  }
  for (const SelfFinding &S : selfFindings(All))
    if (Draft D = draftOf(P.U, S); !Sure.contains(D.At))
      Out.push_back(std::move(D));
}

} // namespace cotidy
