//===- UseAfterAwait.cpp - tasks and objects used after they were given ---===//
// Says what was consumed first, on which way the second use is reached, and
// what that means at run time. What a second use is, is decided in program/.
//===----------------------------------------------------------------------===//
#include "program/TaskUses.h"
#include "program/TaskWords.h"
#include "program/Witness.h"
#include "rules/Rule.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static std::string howUsed(const Unit &U, SecondUse::How H, FnId By) {
  switch (H) {
  case SecondUse::Awaited:
    return "is awaited";
  case SecondUse::Moved:
    return "is given away";
  case SecondUse::Taken:
    return "is given to " + quoted(U, By);
  case SecondUse::Emptied:
    return "is consumed by " + quoted(U, By);
  case SecondUse::Read:
    return By == FnId::None ? "is used" : "is used by " + quoted(U, By);
  }
  return "is used";
}

static std::string messageFor(const Unit &U, const Function &F, const SecondUse &S) {
  std::string What = quotedPlace(U, F, S.What);
  std::string Use = What + " " + howUsed(U, S.Second, S.SecondBy);
  if (!S.IsTask)
    return Use + (S.Loops ? " again in the next round" : "") + " after it was moved into " +
           quoted(U, S.FirstBy) + ": it is empty then";
  std::string Gone = ": its result can be had once only";
  if (S.Loops)
    return Use + " again in the next round of the loop" + Gone;
  if (S.First == SecondUse::Awaited)
    return Use + (S.Second == SecondUse::Awaited ? " a second time" : " after it was awaited") + Gone;
  if (S.First == SecondUse::Taken || S.First == SecondUse::Emptied)
    return Use + " after " + quoted(U, S.FirstBy) + " took it: there is nothing left to have";
  return Use + " after it was given away: there is nothing left to have";
}

/// The same use after the same object, by a first use that says more: what a
/// callee takes is also given away.
static bool isSaidBetter(const SecondUse &S, const std::vector<SecondUse> &All) {
  return S.First == SecondUse::Moved && std::ranges::any_of(All, [&](const SecondUse &O) {
           return O.First != SecondUse::Moved && O.SecondAt == S.SecondAt && O.What == S.What;
         });
}

void findUseAfterAwait(const Program::Impl &P, Drafts &Out) {
  for (uint32_t I = 0; I < P.U.Functions.size(); ++I) {
    const Function &F = P.U.Functions[I];
    if (!F.is(FnUser) || F.Body != BodyState::Here)
      continue;
    const std::vector<SecondUse> Uses = secondUses(P, FnId(I));
    for (const SecondUse &S : Uses) {
      if (isSaidBetter(S, Uses))
        continue;
      Draft D;
      D.What.Check = "cotidy-use-after-await";
      D.What.Message = messageFor(P.U, F, S);
      std::string What = quotedPlace(P.U, F, S.What);
      D.What.Witness.push_back({locationOf(P.U, S.FirstAt),
                                What + " " + howUsed(P.U, S.First, S.FirstBy) +
                                    (S.Loops ? " here, in every round" : " here first")});
      for (const flow::Turn &T : S.Turns)
        D.What.Witness.push_back(noteOf(P.U, F, T));
      D.What.Cure = S.IsTask ? "await it once and keep the result, or make a new task"
                             : "give it a new value first, or copy what is needed later";
      D.In = FnId(I);
      D.At = S.SecondAt;
      D.First = S.SecondBy;
      D.Leaf = S.FirstBy;
      D.LeafAt = S.SecondAt;
      Out.push_back(std::move(D));
    }
  }
}

} // namespace cotidy
