//===- UnawaitedTask.cpp - tasks that nobody awaits -----------------------===//
// Says where a task is made and let go, what that means at run time, and on
// which way. What counts as a drop is decided in program/.
//===----------------------------------------------------------------------===//
#include "program/DroppedTasks.h"
#include "program/LateTasks.h"
#include "program/SwallowedTasks.h"
#include "program/TaskWords.h"
#include "program/Witness.h"
#include "rules/Rule.h"

namespace cotidy {

using namespace facts;

static std::string messageFor(const Unit &U, const Function &F, const DroppedTask &D) {
  if (D.Way == DroppedTask::Built)
    return quotedType(U, D.Type) + " does nothing: nobody awaits " +
           (D.Kept ? quotedPlace(U, F, D.Kept) : "the object");
  std::string Made = D.Callee != FnId::None ? quoted(U, D.Callee)
                     : D.Kept.Root == RootKind::Param && D.MadeAt == F.At
                         ? "the task in " + quotedPlace(U, F, D.Kept)
                         : "a callable";
  std::string Held = D.Kept ? quotedPlace(U, F, D.Kept) : std::string();
  if (D.LosesOwner)
    return Made + " protects nothing: " + (Held.empty() ? "the task is dropped" : Held + " holds the task") +
           ", not the " + resultName(U, D.Type) + " that awaiting it yields";
  std::string Effect = D.Lazy ? " never runs" : " goes on by itself";
  if (D.OnSomeWays)
    Effect = D.Lazy ? " does not run on every path" : " goes on by itself on some path";
  switch (D.Way) {
  case DroppedTask::Tested:
    return Made + Effect + ": the condition tests the task, not what awaiting it yields";
  case DroppedTask::Overwritten:
    return Made + Effect + ": the task in " + Held + " is overwritten before anybody awaits it";
  case DroppedTask::Destroyed:
    return Made + Effect + ": nobody awaits the task in " + Held;
  default:
    return Made + Effect + ": the task that it returns is dropped";
  }
}

static std::vector<Note> notesFor(const Unit &U, const Function &F, const DroppedTask &D) {
  std::vector<Note> Notes;
  if (!D.Kept || D.Way == DroppedTask::Built)
    return Notes;
  std::string Held = quotedPlace(U, F, D.Kept);
  if (D.Kept.Root == RootKind::Local && U.text(F.Locals[D.Kept.Index].Name) != "")
    Notes.push_back({locationOf(U, F.Locals[D.Kept.Index].At), "the task is kept in " + Held});
  for (const flow::Turn &T : D.Turns)
    Notes.push_back(noteOf(U, F, T));
  if (D.EndsAt.isValid())
    Notes.push_back({locationOf(U, D.EndsAt),
                     D.Way == DroppedTask::Overwritten ? Held + " gets another value here"
                                                       : Held + " is destroyed here"});
  return Notes;
}

static std::string cureFor(const Function &F, const DroppedTask &D) {
  if (D.Way == DroppedTask::Built)
    return "co_await it, in a coroutine, or do not make it";
  if (F.is(FnCoroutine) && !F.is(FnNoAwaitAllowed))
    return D.OnSomeWays ? "await it on this path too, or do not make it"
                        : "co_await it, or give it to a function that starts it";
  return "return it, await it in a coroutine, or give it to a function that starts it";
}

/// An awaiting coroutine of the same kind may await it on the spot.
static bool fits(const Unit &U, const Function &F, const DroppedTask &D) {
  return F.is(FnCoroutine) && !F.is(FnNoAwaitAllowed) && F.Returns != TypeId::None &&
         D.BeginsAt.isValid() && !D.OnSomeWays && D.Way != DroppedTask::Overwritten &&
         U.type(F.Returns).Template == U.type(D.Type).Template;
}

static Draft draftOf(FnId In, Spot At, FnId Callee) {
  Draft D;
  D.What.Check = "cotidy-unawaited-task";
  D.In = In;
  D.At = D.LeafAt = At;
  D.First = D.Leaf = Callee;
  return D;
}

static Draft dropped(const Unit &U, FnId In, const DroppedTask &T) {
  const Function &F = U.fn(In);
  Draft D = draftOf(In, T.MadeAt, T.Callee);
  D.What.Message = messageFor(U, F, T);
  D.What.Sure = T.MayBeMeant ? Confidence::Possible : Confidence::Likely;
  D.What.Witness = notesFor(U, F, T);
  D.What.Cure = cureFor(F, T);
  if (fits(U, F, T)) {
    Location At = locationOf(U, T.BeginsAt);
    D.What.Fixes.push_back({"await it", {{At, At, "co_await "}}, true});
  }
  return D;
}

static Draft late(const Unit &U, FnId In, const LateTask &T) {
  const Function &F = U.fn(In);
  Draft D = draftOf(In, T.MadeAt, T.Callee);
  std::string Lock = quotedPlace(U, F, T.Lock);
  D.What.Message =
      quoted(U, T.Callee) +
      (T.FromTry ? " runs outside of the try block: nothing that it throws is caught here"
                 : " runs without the lock of " + Lock + ": it starts after the return");
  D.What.Sure = T.Sure;
  D.What.Witness.push_back({locationOf(U, T.ScopeAt),
                            T.FromTry ? "the try block begins here" : Lock + " is locked here"});
  D.What.Witness.push_back({locationOf(U, T.MadeAt), "the task is made here, and begins to run "
                                                     "when the caller awaits it"});
  D.What.Cure = std::string("make ") + quoted(U, In) + " a coroutine: co_return co_await" +
                (T.FromTry ? "" : ", with an asynchronous lock");
  return D;
}

static Draft swallowed(const Unit &U, const SwallowedTask &S) {
  Draft D = draftOf(S.In, S.At, S.Callable);
  D.What.Message = quoted(U, S.Callable) + " never runs: " +
                   (S.By == FnId::None ? std::string("as a callable that returns nothing it drops its task")
                                       : quoted(U, S.By) + " drops the task that it returns");
  D.What.Cure = "start the task in the callable: spawn it there";
  return D;
}

void findUnawaitedTask(const Program::Impl &P, Drafts &Out) {
  for (uint32_t I = 0; I < P.U.Functions.size(); ++I) {
    const Function &F = P.U.Functions[I];
    if (!F.is(FnUser) || F.Body != BodyState::Here)
      continue;
    for (const DroppedTask &T : droppedTasks(P, FnId(I)))
      Out.push_back(dropped(P.U, FnId(I), T));
    for (const LateTask &T : lateTasks(P, FnId(I)))
      Out.push_back(late(P.U, FnId(I), T));
  }
  for (const SwallowedTask &S : swallowedTasks(P))
    Out.push_back(swallowed(P.U, S));
}

} // namespace cotidy
