#include "program/LateTasks.h"

#include "program/Impl.h"

#include <algorithm>
#include <set>

namespace cotidy {

using namespace facts;

static bool isCall(const Fact &X) {
  return X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
}

namespace {
struct Search {
  const Program::Impl &P;
  const Unit &U;
  const Function &F;
  std::vector<LateTask> Out;

  bool beginsHandler(uint32_t B, unsigned Depth = 0) const;
  std::optional<uint32_t> handlerOf(const Block &B) const;
  const Fact *makerOf(const Block &B, size_t Return) const;
  bool othersMayThrow(uint32_t Handler, const Fact &Maker) const;
  Spot beginOf(uint32_t Handler) const;
  const Fact *lockOnlyFor(const Block &B, size_t Return, const Fact &Maker) const;
  void visit(const Block &B, size_t I);
};
} // namespace

bool Search::beginsHandler(uint32_t B, unsigned Depth) const {
  for (const Fact &X : F.Blocks[B].Facts)
    if (X.Kind == FactKind::Try)
      return U.text(X.Word) == "handler";
  return Depth < 3 && std::ranges::any_of(F.Blocks[B].Successors, [&](const Edge &E) {
           return beginsHandler(E.To, Depth + 1);
         });
}

std::optional<uint32_t> Search::handlerOf(const Block &B) const {
  for (const Edge &E : B.Successors)
    if (E.Kind == EdgeKind::Exceptional && beginsHandler(E.To))
      return E.To;
  return std::nullopt;
}

/// The call in the same block that made the lazy task that is returned.
const Fact *Search::makerOf(const Block &B, size_t Return) const {
  for (size_t I = Return; I-- > 1;) {
    const Fact &X = B.Facts[I];
    if (X.Kind == FactKind::CreateTask && X.To == B.Facts[Return].Val.Where)
      return P.Tasks.isLazy(X.Type) && isCall(B.Facts[I - 1]) &&
                     (X.Callee == FnId::None || P.Fates.makesFresh(X.Callee))
                 ? &B.Facts[I - 1]
                 : nullptr;
  }
  return nullptr;
}

/// Something else in the try block may be what the handler is for.
bool Search::othersMayThrow(uint32_t Handler, const Fact &Maker) const {
  for (const Block &B : F.Blocks) {
    if (handlerOf(B) != Handler)
      continue;
    for (const Fact &X : B.Facts) {
      if (X.Kind == FactKind::Throw)
        return true;
      if (&X == &Maker || !isCall(X))
        continue;
      bool Plain = X.Callee != FnId::None &&
                   (U.fn(X.Callee).is(FnTrivialBody) || U.fn(X.Callee).is(FnImplicit));
      if (!Plain)
        return true;
    }
  }
  return false;
}

Spot Search::beginOf(uint32_t Handler) const {
  for (const Block &B : F.Blocks)
    if (handlerOf(B) == Handler)
      for (const Fact &X : B.Facts)
        if (X.Kind == FactKind::Try && U.text(X.Word) == "begin")
          return X.At;
  return {};
}

static bool readsField(const Value &V) {
  return V.Where.Root == RootKind::This && !V.Where.Path.empty();
}

/// The lock whose guard ends with the return and guards nothing but the call.
const Fact *Search::lockOnlyFor(const Block &B, size_t Return, const Fact &Maker) const {
  const Fact *Lock = nullptr;
  for (size_t I = 0; I < Return; ++I) {
    const Fact &X = B.Facts[I];
    if (X.Kind == FactKind::Acquire && X.To)
      Lock = &X;
    else if (Lock && (X.Kind == FactKind::Store || X.Kind == FactKind::Move ||
                      X.Kind == FactKind::Release || X.Kind == FactKind::Branch ||
                      (isCall(X) && &X != &Maker)))
      return nullptr;
  }
  if (!Lock || std::ranges::any_of(Maker.Args, readsField))
    return nullptr;
  for (size_t I = Return; I < B.Facts.size(); ++I)
    if (B.Facts[I].Kind == FactKind::Destroy && B.Facts[I].From == Lock->To)
      return Lock;
  return nullptr;
}

void Search::visit(const Block &B, size_t I) {
  const Fact *Maker = makerOf(B, I);
  if (!Maker)
    return;
  LateTask T;
  T.Callee = Maker->Callee;
  T.MadeAt = Maker->At;
  if (std::optional<uint32_t> H = handlerOf(B)) {
    T.FromTry = true;
    T.ScopeAt = beginOf(*H);
    T.Sure = othersMayThrow(*H, *Maker) ? Confidence::Possible : Confidence::Likely;
    Out.push_back(T);
  } else if (const Fact *Lock = lockOnlyFor(B, I, *Maker)) {
    T.ScopeAt = Lock->At;
    T.Lock = Lock->From;
    Out.push_back(T);
  }
}

std::vector<LateTask> lateTasks(const Program::Impl &P, FnId Id) {
  const Function &F = P.U.fn(Id);
  if (F.is(FnCoroutine) || !P.Tasks.isLazy(F.Returns))
    return {};
  Search S{P, P.U, F, {}};
  for (const Block &B : F.Blocks)
    for (size_t I = 0; I < B.Facts.size(); ++I)
      if (B.Facts[I].Kind == FactKind::Return && B.Facts[I].Val.Where)
        S.visit(B, I);
  return std::move(S.Out);
}

} // namespace cotidy
