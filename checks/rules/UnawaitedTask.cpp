//===- UnawaitedTask.cpp - tasks that nobody awaits -----------------------===//
// Says where a task is made and let go, what that means at run time, and on
// which way. What counts as a drop is decided in program/.
//===----------------------------------------------------------------------===//
#include "program/DroppedTasks.h"
#include "program/TaskWords.h"
#include "program/Witness.h"
#include "rules/Rule.h"

namespace cotidy {

using namespace facts;

static std::string messageFor(const Unit &U, const Function &F, const DroppedTask &D) {
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
  if (!D.Kept)
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

void findUnawaitedTask(const Program::Impl &P, Drafts &Out) {
  for (uint32_t I = 0; I < P.U.Functions.size(); ++I) {
    const Function &F = P.U.Functions[I];
    if (!F.is(FnUser) || F.Body != BodyState::Here)
      continue;
    for (const DroppedTask &T : droppedTasks(P, FnId(I))) {
      Draft D;
      D.What.Check = "cotidy-unawaited-task";
      D.What.Message = messageFor(P.U, F, T);
      D.What.Sure = T.MayBeMeant ? Confidence::Possible : Confidence::Likely;
      D.What.Witness = notesFor(P.U, F, T);
      D.What.Cure = cureFor(F, T);
      if (fits(P.U, F, T)) {
        Location At = locationOf(P.U, T.BeginsAt);
        D.What.Fixes.push_back({"await it", {{At, At, "co_await "}}, true});
      }
      D.In = FnId(I);
      D.At = T.MadeAt;
      D.First = D.Leaf = T.Callee;
      D.LeafAt = T.MadeAt;
      Out.push_back(std::move(D));
    }
  }
}

} // namespace cotidy
