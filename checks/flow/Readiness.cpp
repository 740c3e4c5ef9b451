#include "flow/Readiness.h"

#include "flow/Guards.h"
#include "flow/MustSet.h"

namespace cotidy::flow {

using namespace facts;

static bool isNamed(const Place &P) {
  return P && P.Root != RootKind::Unknown;
}

static void add(Places &Ready, const Place &P) {
  if (isNamed(P))
    MustSet<Place>::add(Ready, P);
}

/// What is done stays done: a future, a task, a thread. A semaphore or a
/// condition can make one wait again.
static bool happensOnce(std::string_view What) {
  return What == "future" || What == "task" || What == "thread" || What == "process";
}

/// A wait with a time-out says nothing: only its result does.
static bool waitsForGood(const Unit &U, const Block &B, size_t I) {
  return B.Facts[I].Kind == FactKind::Join && happensOnce(U.text(B.Facts[I].Word)) && I > 0 &&
         B.Facts[I - 1].Kind == FactKind::Call && B.Facts[I - 1].Args.empty();
}

/// Asking what is ready whether it is changes nothing, nor does moving it on.
static bool mayMakeUnready(const Unit &U, const Fact &X, const Place &P) {
  bool Call = X.Kind == FactKind::Call && X.Callee != FnId::None;
  if (Call && (U.fn(X.Callee).is(FnConst) || U.fn(X.Callee).is(FnConstructor)))
    return X.To == P;
  if ((X.Kind == FactKind::Move && X.From == P) || X.Kind == FactKind::CreateTask)
    return false;
  return mayChange(U, X, P) &&
         std::ranges::none_of(X.Args, [&](const Value &A) {
           return A.Kind == ValueKind::Moved && A.Where == P;
         });
}

static TypeId typeOfLocal(const Function &F, const Place &P) {
  bool Whole = P.Root == RootKind::Local && P.Path.empty() && P.Index < F.Locals.size();
  return Whole ? F.Locals[P.Index].Type : TypeId::None;
}

//===----------------------------------------------------------------------===//
// What combinators hand back
//===----------------------------------------------------------------------===//

/// Stands for all that lies in the variable.
static Place contentOf(uint32_t Local) {
  Place P;
  P.Root = RootKind::Local;
  P.Index = Local;
  P.Path.push_back({StepKind::Element, StrId::Empty});
  return P;
}

static bool isContent(const Place &P) {
  return P.Root == RootKind::Local && P.Path.size() == 1 &&
         P.Path.front().Kind == StepKind::Element;
}

static bool liesInReady(const Places &Ready, const Place &P) {
  return P.Root == RootKind::Local && MustSet<Place>::contains(Ready, contentOf(P.Index));
}

static bool isLibrary(const Unit &U, FnId F) {
  return F != FnId::None && !U.fn(F).is(FnUser) && !U.fn(F).is(FnLambda);
}

/// The suspension in the block that the await_resume at `I` ends, and the call
/// that made what was awaited; null if the block does not show them.
struct Awaited {
  const Fact *Suspend = nullptr;
  const Fact *Made = nullptr;
};
static Awaited awaitedBy(const Block &B, size_t I) {
  Awaited Out;
  for (size_t J = I; J-- > 0 && !Out.Made;) {
    const Fact &X = B.Facts[J];
    if (X.Kind == FactKind::Suspend && !Out.Suspend)
      Out.Suspend = &X;
    if (Out.Suspend && X.Kind == FactKind::Call && X.To == Out.Suspend->From)
      Out.Made = &X;
  }
  return Out;
}

/// `auto done = co_await when_all(...)`: a library's combinator has waited for
/// what it hands back. What a coroutine of ours returns need not be ready.
static bool isHandedBack(const Unit &U, const Block &B, size_t I) {
  const Fact &Resume = B.Facts[I];
  if (Resume.Kind != FactKind::Call || !isLibrary(U, Resume.Callee) ||
      !U.fn(Resume.Callee).is(FnAwaiterPart) || Resume.To.Root != RootKind::Local ||
      !Resume.To.Path.empty())
    return false;
  Awaited A = awaitedBy(B, I);
  if (A.Made)
    return isLibrary(U, A.Made->Callee);
  return A.Suspend && A.Suspend->From.Root == RootKind::Local;
}

/// A library's function gives access to what it is called on or given.
static bool givesAccess(const Unit &U, const Fact &X, const Places &Ready) {
  if (X.Kind != FactKind::Call || !isLibrary(U, X.Callee) || U.fn(X.Callee).is(FnConstructor))
    return false;
  return liesInReady(Ready, X.Recv.Where) ||
         std::ranges::any_of(X.Args, [&](const Value &A) { return liesInReady(Ready, A.Where); });
}

/// Something else may have been put into what was handed back.
static bool mayRefill(const Unit &U, const Fact &X, const Places &Ready) {
  if (X.Kind == FactKind::Move || X.Kind == FactKind::Copy || X.Kind == FactKind::Store)
    return liesInReady(Ready, X.To) && !liesInReady(Ready, X.From);
  if (X.Kind == FactKind::VirtualCall || (X.Kind == FactKind::Call && !isLibrary(U, X.Callee)))
    return std::ranges::any_of(X.Args, [&](const Value &A) {
      return A.Kind == ValueKind::Address && liesInReady(Ready, A.Where);
    });
  if (X.Kind != FactKind::Call || !liesInReady(Ready, X.Recv.Where))
    return false;
  // push_back, swap, operator=
  return std::ranges::any_of(X.Args, [&](const Value &A) {
    return (A.Kind == ValueKind::Address || A.Kind == ValueKind::Moved) &&
           !liesInReady(Ready, A.Where);
  });
}

static void noteHandedBack(const Unit &U, const Block &B, size_t I, Places &Ready) {
  const Fact &X = B.Facts[I];
  if (mayRefill(U, X, Ready))
    std::erase_if(Ready, isContent);
  bool Whole = X.To.Root == RootKind::Local && X.To.Path.empty();
  if (!Whole)
    return;
  bool Goes = X.Kind == FactKind::Borrow || X.Kind == FactKind::Move || X.Kind == FactKind::Copy;
  bool Part = givesAccess(U, X, Ready) || (Goes && liesInReady(Ready, X.From));
  if (Part || isHandedBack(U, B, I))
    MustSet<Place>::add(Ready, contentOf(X.To.Index));
  if (Part)
    add(Ready, X.To);
}

/// What was handed back as a whole (a process, a connection) may be waited for.
bool isReady(const Places &Ready, const Place &P) {
  return MustSet<Place>::contains(Ready, P) || (!P.Path.empty() && liesInReady(Ready, P));
}

/// `auto done = co_await pending.resolve()`: awaiting what a member function of
/// the object returned gave back an object of its own class. It is ready.
static bool isResolved(const Unit &U, const Function &F, const Block &B, size_t I) {
  const Fact &Resume = B.Facts[I];
  TypeId T = typeOfLocal(F, Resume.To);
  if (T == TypeId::None || Resume.Kind != FactKind::Call || Resume.Callee == FnId::None ||
      !U.text(U.fn(Resume.Callee).Qualified).ends_with("::await_resume"))
    return false;
  const Fact *Made = awaitedBy(B, I).Made;
  return Made && Made->Recv && typeOfLocal(F, Made->Recv.Where) == T;
}

void noteReady(const Unit &U, const Function &F, const Block &B, size_t I, Places &Ready) {
  const Fact &X = B.Facts[I];
  if (waitsForGood(U, B, I))
    return add(Ready, X.From);
  bool Waits = I + 1 < B.Facts.size() && B.Facts[I + 1].Kind == FactKind::Join;
  if (!Waits)
    std::erase_if(Ready, [&](const Place &P) { return !isContent(P) && mayMakeUnready(U, X, P); });
  noteHandedBack(U, B, I, Ready);
  if (X.Kind == FactKind::Move && MustSet<Place>::contains(Ready, X.From))
    add(Ready, X.To);
  if (isResolved(U, F, B, I))
    add(Ready, X.To);
}

namespace {
struct ReadyProblem : MustSet<Place> {
  const Unit &U;
  const Function &F;

  ReadyProblem(const Unit &U, const Function &F) : U(U), F(F) {}

  State transfer(uint32_t B, const State &In) const {
    State Out = In;
    if (Out)
      for (size_t I = 0; I < F.Blocks[B].Facts.size(); ++I)
        noteReady(U, F, F.Blocks[B], I, *Out);
    return Out;
  }

  State along(uint32_t B, const Edge &E, unsigned Successor, const State &Out) const {
    const auto &Facts = F.Blocks[B].Facts;
    if (!Out || Facts.empty() || Facts.back().Kind != FactKind::Branch || Successor != 0 ||
        E.Kind != EdgeKind::Normal)
      return Out;
    State S = Out;
    flow::add(*S, saidReady(F.Blocks[B]));
    return S;
  }

  /// The place of which the branch at the end of the block asks: directly, or
  /// by comparing what a member function of it returned with "ready".
  Place saidReady(const Block &B) const {
    const Fact &Test = B.Facts.back();
    if (U.text(Test.Word) == "ready")
      return Test.From;
    if (U.text(Test.Word) != "equals" || !U.text(Test.Val.Text).ends_with("::ready"))
      return {};
    for (const Fact &X : B.Facts)
      if (X.Kind == FactKind::Call && X.To == Test.From)
        return X.Recv.Where;
    return {};
  }
};
} // namespace

std::vector<Places> readyOnEntry(const Unit &U, const Function &F) {
  bool Any = std::ranges::any_of(F.Blocks, [&](const Block &B) {
    return std::ranges::any_of(B.Facts,
                               [](const Fact &X) { return X.Kind == FactKind::Join; });
  });
  if (!Any && !F.is(FnCoroutine))
    return {};
  return mustHoldOnEntry(F, ReadyProblem(U, F));
}

} // namespace cotidy::flow
