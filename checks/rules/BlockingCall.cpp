//===- BlockingCall.cpp - cotidy-blocking-call ----------------------------===//
// A call that may block the thread of a non-blocking context (design 5): code
// of a coroutine, of an awaiter, of a callback on an event loop. It stands at
// the innermost call in that context.
//===----------------------------------------------------------------------===//
#include "program/Contexts.h"
#include "program/Witness.h"
#include "rules/AwaitInstead.h"
#include "rules/Rule.h"

namespace cotidy {

using namespace facts;

static std::string messageFor(const Unit &U, const Context &C, const Judgement &J,
                              const Effect &E) {
  bool Itself = E.Leaf == C.Fn; // a loop of its own
  std::string End = ": " + (Itself ? "it" : quoted(U, E.Leaf)) + " " + whatHappens(U, E);
  if (J.Stuck == Judgement::OnPool)
    return quoted(U, C.Fn) + " may deadlock the pool it runs on" + End +
           ", and the work needs a thread of the same pool";
  if (J.Stuck == Judgement::OnLoop)
    return quoted(U, C.Fn) + " may deadlock the event loop it runs on" + End +
           ", and the work needs that loop's thread";
  return quoted(U, C.Fn) + " blocks the thread " + C.whose() + End;
}

static std::string cureFor(const Program::Impl &P, const Effect &E) {
  const model::FunctionModel *M = P.Models.of(E.Leaf);
  if (M && M->Instead.find("instead") != std::string::npos)
    return M->Instead;
  if (M && !M->Instead.empty())
    return "instead: " + M->Instead;
  if (!E.Spins.empty())
    return "instead: await an event that the other thread sets";
  return "await an asynchronous operation instead, or run the call on a thread that may block";
}

/// Every function that a path goes through.
static std::vector<FnId> functionsOn(FnId From, const Step *Path) {
  std::vector<FnId> Out{From};
  for (; Path; Path = Path->Next) {
    Out.push_back(Path->In);
    Out.push_back(Path->Callee);
  }
  return Out;
}

void findBlockingCall(const Program::Impl &P, Drafts &Out) {
  for (const Context &C : nonBlockingContexts(P))
    for (const EffectAt &At : P.Effects.within(C.Fn)) {
      std::optional<Judgement> J = judge(P, C, At);
      if (!J)
        continue;
      const std::vector<FnId> Path = functionsOn(C.Fn, At.What.Path);
      if (!P.Together.canRunTogether(Path))
        continue;
      if (!P.ClosedWorld && P.Together.crossesTargets(Path))
        J->RestsOn |= OtherTargetDefinesIt;
      const Step *Last = At.What.Path;
      while (Last->Next)
        Last = Last->Next;
      Draft D;
      D.What.Check = "cotidy-blocking-call";
      D.What.Message = messageFor(P.U, C, *J, At.What);
      D.What.Sure = J->Sure;
      D.What.RestsOn = J->RestsOn;
      D.What.Category = At.What.Category.str();
      D.What.Witness = witnessOf(P.U, At.What);
      D.What.Cure = cureFor(P, At.What);
      if (!At.What.Path->Next)
        if (auto Fix = awaitInstead(P, C.Fn, At.What.Path->At, At.What.Leaf))
          D.What.Fixes.push_back(std::move(*Fix));
      D.In = C.Fn;
      D.At = At.What.Path->At;
      D.First = At.What.Path->Callee;
      D.Leaf = At.What.Leaf;
      D.LeafAt = Last->At;
      Out.push_back(std::move(D));
    }
  addBlockingLocks(P, Out);
}

} // namespace cotidy
