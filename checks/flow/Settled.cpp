#include "flow/Settled.h"

#include "flow/Guards.h"
#include "flow/MustSet.h"

namespace cotidy::flow {

using namespace facts;

/// Asking an object something, and the parts of awaiting it, leave it settled.
static bool leavesAlone(const Unit &U, const Fact &X) {
  return X.Kind == FactKind::Call && X.Callee != FnId::None &&
         (U.fn(X.Callee).is(FnConst) || U.fn(X.Callee).is(FnAwaiterPart));
}

/// The call in the block, before `I`, whose result the place is.
static const Fact *madeBy(const Block &B, size_t I, const Place &P) {
  while (I-- > 0)
    if (B.Facts[I].Kind == FactKind::Call && B.Facts[I].To == P)
      return &B.Facts[I];
  return nullptr;
}

void noteSettled(const Unit &U, const Block &B, size_t I, std::vector<Settlement> &Settled) {
  const Fact &X = B.Facts[I];
  if (X.Kind != FactKind::Suspend) {
    if (!leavesAlone(U, X))
      std::erase_if(Settled, [&](const Settlement &S) { return mayChange(U, X, S.Object); });
    return;
  }
  if (!U.text(X.Word).ends_with("await"))
    return;
  using Set = MustSet<Settlement>;
  Set::add(Settled, {X.From, FnId::None});
  const Fact *Made = madeBy(B, I, X.From);
  if (Made && Made->Callee != FnId::None && Made->Recv.Where)
    Set::add(Settled, {Made->Recv.Where, Made->Callee});
}

namespace {
struct SettledProblem : MustSet<Settlement> {
  const Unit &U;
  const Function &F;

  SettledProblem(const Unit &U, const Function &F) : U(U), F(F) {}

  State transfer(uint32_t B, const State &In) const {
    State Out = In;
    if (Out)
      for (size_t I = 0; I < F.Blocks[B].Facts.size(); ++I)
        noteSettled(U, F.Blocks[B], I, *Out);
    return Out;
  }
};
} // namespace

std::vector<std::vector<Settlement>> settledOnEntry(const Unit &U, const Function &F) {
  if (!F.is(FnAwaits))
    return {};
  return mustHoldOnEntry(F, SettledProblem(U, F));
}

} // namespace cotidy::flow
