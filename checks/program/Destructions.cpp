// What a body's destructions do: which of them wait, and which find that nothing is
// left to wait for, because the object was emptied, joined or awaited before.
#include "facts/Words.h"
#include "program/EffectBuilder.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

/// `p.reset()`, `p = nullptr`, `p.clear()`: an owner of the library's lets go of
/// what it has and holds nothing afterwards.
static bool isLetGo(const Unit &U, const Fact &X) {
  if (X.Kind != FactKind::Call || X.Callee == FnId::None || U.fn(X.Callee).is(FnUser))
    return false;
  bool Nothing = std::ranges::all_of(X.Args, [&](const Value &A) {
    return A.Kind == ValueKind::Default || A.Kind == ValueKind::Null ||
           (A.Where.Root == RootKind::Global && U.text(A.Where.Name) == "std::nullopt");
  });
  std::string_view Name = lastComponent(U.text(U.fn(X.Callee).Qualified));
  return Nothing && (Name == "reset" || Name == "clear" || (Name == "operator=" && !X.Args.empty()));
}

/// Some fact of the body moves `P` out, whole.
static bool movesOut(const Function &F, const Place &P) {
  bool FrameCopy = F.is(FnCoroutine) && P.Root == RootKind::Param;
  auto isOut = [&](const Value &V) { return V.Kind == ValueKind::Moved && V.Where == P; };
  return std::ranges::any_of(F.Blocks, [&](const Block &B) {
    return std::ranges::any_of(B.Facts, [&](const Fact &X) {
      if (FrameCopy && X.At == F.At)
        return false; // a coroutine's frame gets its parameters
      return (X.Kind == FactKind::Move && X.From == P) || isOut(X.Val) ||
             std::ranges::any_of(X.Args, isOut);
    });
  });
}

/// A temporary that was passed to a function which takes over what it owns, or
/// may do so: its body is not known.
bool EffectBuilder::isTakenOver(const Place &P) const {
  Place Filled = P; // `f(std::move(x))` passes a temporary made of x
  if (P.Root == RootKind::Local && P.Path.empty() && P.Index < Defs.size())
    for (const Fact *Def : Defs.of(P.Index))
      if (Def->Kind == FactKind::Move)
        Filled = Def->From;
  auto takes = [&](const Fact &X, uint32_t I) {
    const Function &Callee = U.fn(X.Callee);
    const Value &A = X.Args[I];
    bool Passed = A.Where == P || (A.Kind == ValueKind::Moved && A.Where == Filled);
    if (I >= Callee.Params.size() || !Passed || X.Recv.Where == P)
      return false;
    PassMode Mode = Callee.Params[I].Mode;
    if (Mode != PassMode::Value && Mode != PassMode::RvalueReference)
      return false;
    return Callee.Body != BodyState::Here ||
           movesOut(Callee, {RootKind::Param, I, StrId::Empty, {}});
  };
  for (const Block &B : Fn.Blocks)
    for (const Fact &X : B.Facts)
      for (uint32_t I = 0; X.Callee != FnId::None && I < X.Args.size(); ++I)
        if (X.Kind == FactKind::Call && takes(X, I))
          return true;
  return false;
}

/// `p.release()` stands on every way from where `P` was filled to `At`.
static bool isReleasedBefore(const Unit &U, const Function &F, const Place &P, flow::Point At) {
  auto releases = [&](const Fact &X) {
    return X.Kind == FactKind::Call && X.Recv.Where == P && X.Callee != FnId::None &&
           !U.fn(X.Callee).is(FnUser) &&
           lastComponent(U.text(U.fn(X.Callee).Qualified)) == "release";
  };
  auto hasOne = [&](const Block &B) { return std::ranges::any_of(B.Facts, releases); };
  if (std::ranges::none_of(F.Blocks, hasOne))
    return false; // as nearly everywhere: no walk
  std::vector<bool> Seen(F.Blocks.size());
  std::vector<std::pair<uint32_t, size_t>> Open = {{At.Block, At.Fact}};
  while (!Open.empty()) {
    auto [B, End] = Open.back();
    Open.pop_back();
    const std::vector<Fact> &Facts = F.Blocks[B].Facts;
    bool Released = false;
    for (size_t I = End; I-- > 0 && !Released;) {
      Released = releases(Facts[I]);
      if (!Released && resultOf(U, Facts[I]) == P)
        return false;
    }
    if (Released)
      continue;
    if (B == 0)
      return false;
    for (uint32_t From = 0; From < F.Blocks.size(); ++From)
      for (const Edge &E : F.Blocks[From].Successors)
        if (E.To == B && !Seen[From]) {
          Seen[From] = true;
          Open.push_back({From, F.Blocks[From].Facts.size()});
        }
  }
  return true;
}

/// What is let go here was moved out somewhere in the body, or is released.
bool EffectBuilder::wasGivenAwayBefore(const Here &H) const {
  return isLetGo(U, H.X) && H.X.Recv.Where && wasGivenAway(H, H.X.Recv.Where);
}

/// A local that owns something may have given it away, whole.
bool EffectBuilder::wasGivenAway(const Here &H, const Place &P) const {
  return movesOut(Fn, P) || isReleasedBefore(U, Fn, P, H.At);
}

/// A local whose destructor waits may have been emptied or waited for before.
bool EffectBuilder::wasMovedOrJoined(const Here &H, const Place &P) const {
  if (wasGivenAway(H, P))
    return true;
  auto isP = [&](const Value &V) { return V.Where == P; };
  for (const Block &B : Fn.Blocks)
    for (const Fact &X : B.Facts) {
      if (X.Kind == FactKind::Return && isP(X.Val))
        return true;
      if (X.Kind != FactKind::Call || !isP(X.Recv) || X.Callee == FnId::None)
        continue;
      if (isLetGo(U, X))
        return true;
      const model::FunctionModel *M = S.Models.of(X.Callee);
      bool Waits = M && X.Kind == FactKind::Call && (M->Joins || !M->Blocks.empty());
      if ((Waits && !U.fn(X.Callee).is(FnDestructor)) || U.text(U.fn(X.Callee).Display) == "detach")
        return true;
    }
  return false;
}

static bool usesValue(const Value &V, const Place &P) {
  if (V.Kind != ValueKind::Address && V.Where == P)
    return true;
  return std::ranges::any_of(V.Captures, [&](const Capture &C) { return C.What.Where == P; });
}

/// A shared pointer in a local, made here and neither copied nor given away.
bool EffectBuilder::isSoleOwner(const Place &P) const {
  if (P.Root != RootKind::Local || !P.Path.empty() || P.Index >= Defs.size() ||
      Defs.of(P.Index).size() != 1 || Defs.of(P.Index).front()->Kind != FactKind::Call)
    return false;
  for (const Block &B : Fn.Blocks)
    for (const Fact &X : B.Facts) {
      if ((X.Kind == FactKind::Copy || X.Kind == FactKind::Move) && X.From == P)
        return false;
      if (usesValue(X.Val, P) ||
          std::ranges::any_of(X.Args, [&](const Value &A) { return A.Where == P || usesValue(A, P); }))
        return false;
    }
  return true;
}

/// The result of std::async, destroyed where it was made.
void EffectBuilder::joiningHandle(const Here &H) {
  const Place &P = H.X.From;
  if (!Fn.is(FnUser) || P.Root != RootKind::Local || !P.Path.empty() ||
      H.X.Callee == FnId::None || !S.Models.counts("wait") || P.Index >= Defs.size())
    return;
  for (const Fact *Def : Defs.of(P.Index)) {
    const Fact *Made = Def;
    // `auto f = std::async(...)` through a temporary.
    if ((Def->Kind == FactKind::Move) && Def->From.Root == RootKind::Local &&
        Def->From.Path.empty() && !Defs.of(Def->From.Index).empty())
      Made = Defs.of(Def->From.Index).front();
    if (Made->Kind != FactKind::Call || Made->Callee == FnId::None ||
        U.text(U.fn(Made->Callee).Qualified) != "std::async")
      continue;
    bool Deferred = !Made->Args.empty() && Made->Args[0].Kind == ValueKind::Enumerator &&
                    U.text(Made->Args[0].Text).ends_with("deferred");
    if (!Deferred && !wasMovedOrJoined(H, P))
      return addLeaf(H, H.X.Callee, "wait", {}, Confidence::Certain);
  }
}

/// The first destructor of the user's on a path that begins with `First`.
static FnId userDestructor(const Unit &U, FnId First, const Step *Path) {
  auto isOne = [&](FnId F) {
    return F != FnId::None && U.fn(F).is(FnDestructor) && U.fn(F).is(FnUser);
  };
  if (isOne(First))
    return First;
  for (; Path; Path = Path->Next)
    if (isOne(Path->Callee))
      return Path->Callee;
  return FnId::None;
}

static bool hasFact(const Function &F, auto Is) {
  return std::ranges::any_of(F.Blocks, [&](const Block &B) {
    return std::ranges::any_of(B.Facts, Is);
  });
}

static bool calls(const Function &F, FnId Callee) {
  return hasFact(F, [&](const Fact &X) { return X.Callee == Callee; });
}

/// The member function does what the destructor does: they share a member
/// function of their class, or the destructor calls it.
static bool doesTheSame(const Unit &U, FnId Member, const Function &Dtor) {
  const Function &F = U.fn(Member);
  return F.Class == Dtor.Class &&
         (calls(Dtor, Member) || hasFact(Dtor, [&](const Fact &X) {
            return X.Callee != FnId::None && U.fn(X.Callee).Class == Dtor.Class &&
                   calls(F, X.Callee);
          }));
}

/// `co_await group;` or `co_await client.shutdown();` on every way here, and
/// then the destructor that waits only if nobody did.
bool EffectBuilder::wasSettled(const Here &H, FnId Callee, const Effect &E) const {
  if (H.X.Kind != FactKind::Destroy || H.Settled.empty())
    return false;
  FnId D = userDestructor(U, Callee, E.Path);
  if (D == FnId::None)
    return false;
  const Function &Dtor = U.fn(D);
  return std::ranges::any_of(H.Settled, [&](const flow::Settlement &S) {
    const Place &P = S.Object;
    bool Within = P.Root == H.X.From.Root && P.Index == H.X.From.Index &&
                  P.Path.size() >= H.X.From.Path.size() &&
                  std::equal(H.X.From.Path.begin(), H.X.From.Path.end(), P.Path.begin());
    if (!Within)
      return false;
    if (S.By != FnId::None)
      return doesTheSame(U, S.By, Dtor);
    TypeId T = typeOf(U, Fn, P);
    bool Tests = hasFact(Dtor, [](const Fact &X) { return X.Kind == FactKind::Branch; });
    return Tests && (T == Dtor.Class || T == TypeId::None || P.Path.size() > H.X.From.Path.size());
  });
}

} // namespace cotidy
