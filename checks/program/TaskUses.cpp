#include "program/TaskUses.h"

#include "facts/Words.h"
#include "flow/TaskStates.h"
#include "program/Impl.h"
#include "program/Lowering.h"

#include <algorithm>

namespace cotidy {

using namespace facts;
using flow::Advance;
using flow::Fate;
using flow::Holder;
using flow::Point;
using flow::TaskStates;
using flow::Way;

namespace {
/// A fact gives away what a place holds.
struct Giving {
  Place What;
  SecondUse::How By = SecondUse::Awaited;
  FnId Callee = FnId::None;
  Spot At;
  bool Empties = false; ///< moved out of its place
};

class UseFinder {
public:
  UseFinder(const Program::Impl &P, FnId Id)
      : P(P), U(P.U), F(P.U.fn(Id)), States(U, F, P.Fates), Ways(U, F, P.Effects.doomed(Id)) {}
  std::vector<SecondUse> run();

private:
  std::vector<Giving> givingAt(const Fact &X) const;
  std::vector<Giving> givingCall(const Fact &X) const;
  std::optional<Giving> movedIntoAwaited(const Block &B, uint32_t I) const;
  bool isTracked(const Place &P) const;
  bool isAwaitedHere(const Place &Task) const;
  void judge(Point At, const Giving &First, bool IsTask);
  /// What the fact means for a place that is used up.
  enum class Next : uint8_t { On, Stop, Use };
  Next afterTask(const Fact &X, const Giving &First, Giving &Second) const;
  Next afterMove(const Fact &X, const Giving &First, Giving &Second) const;
  bool ends(const Fact &X, const Place &Of) const;
  bool mayChange(const Fact &X, const Place &Of) const;

  const Program::Impl &P;
  const Unit &U;
  const Function &F;
  TaskStates States;
  flow::Paths Ways;
  std::vector<SecondUse> Out;
};
} // namespace

static bool isPrefix(const Place &A, const Place &B) {
  return A.Root == B.Root && A.Index == B.Index && A.Name == B.Name &&
         A.Path.size() <= B.Path.size() &&
         std::equal(A.Path.begin(), A.Path.end(), B.Path.begin());
}

/// A call that is a part of awaiting its object or argument.
static bool isPartOfAwait(const Unit &U, FnId F) {
  std::string_view Name = lastComponent(U.text(U.fn(F).Qualified));
  return U.fn(F).is(FnAwaiterPart) || Name == "operator co_await" || Name == "await_transform";
}

static bool isCall(const Fact &X) {
  return X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
}

/// A variable, a parameter or a field; no element, of which there are many.
bool UseFinder::isTracked(const Place &P) const {
  bool Root = P.Root == RootKind::Local || P.Root == RootKind::Param ||
              (P.Root == RootKind::This && !P.Path.empty());
  return Root && std::ranges::none_of(P.Path, [](const PathStep &S) {
           return S.Kind == StepKind::Element;
         });
}

std::vector<Giving> UseFinder::givingCall(const Fact &X) const {
  std::vector<Giving> All;
  if (X.Callee == FnId::None)
    return All;
  const Function &Callee = U.fn(X.Callee);
  if (isPartOfAwait(U, X.Callee))
    return All;
  std::string_view Name = lastComponent(U.text(Callee.Qualified));
  for (uint32_t I = 0; I < X.Args.size(); ++I) {
    const Value &V = X.Args[I];
    bool Moves = V.Kind == ValueKind::Moved;
    if (!V.Where || (!Moves && V.Kind != ValueKind::Address) || Name == "operator=" ||
        (Callee.is(FnConstructor) && Callee.Class == typeOf(U, F, V.Where)))
      continue;
    PassMode Mode = I < Callee.Params.size() ? Callee.Params[I].Mode : PassMode::Reference;
    bool Empties = Moves && Mode == PassMode::Value;
    if (Empties || P.Fates.ofArgument(X, I) == Fate::Consumed)
      All.push_back({States.resolved(V.Where), SecondUse::Taken, X.Callee, X.At, Moves});
  }
  TypeId Object = X.Recv.Where ? typeOf(U, F, X.Recv.Where) : TypeId::None;
  if (Name != "operator=" && !Callee.is(FnConstructor) &&
      (P.Tasks.isTask(Object) || P.Tasks.isSingleUse(Object)) && P.Fates.ofObject(X) == Fate::Consumed)
    All.push_back({States.resolved(X.Recv.Where), SecondUse::Emptied, X.Callee, X.At, true});
  return All;
}

std::vector<Giving> UseFinder::givingAt(const Fact &X) const {
  if (X.Kind == FactKind::ConsumeTask) {
    std::string_view Word = U.text(X.Word);
    if (Word == "await")
      return {{States.resolved(X.From), SecondUse::Awaited, FnId::None, X.At, false}};
    if (Word == "move" || Word == "start" || Word == "store")
      return {{States.resolved(X.From), SecondUse::Moved, FnId::None, X.At, Word == "move"}};
    return {};
  }
  bool ToItself = States.resolved(X.From) == States.resolved(X.To);
  if (X.Kind == FactKind::Move && !ToItself && !States.isArgumentCopy(States.slotOf(X.To)))
    return {{States.resolved(X.From), SecondUse::Moved, FnId::None, X.At, true}};
  return isCall(X) ? givingCall(X) : std::vector<Giving>();
}

//===----------------------------------------------------------------------===//
// After that
//===----------------------------------------------------------------------===//

/// The place gets another value, or is gone.
bool UseFinder::ends(const Fact &X, const Place &Of) const {
  if (X.To && isPrefix(States.resolved(X.To), Of) && X.Kind != FactKind::Suspend)
    return true;
  return X.Kind == FactKind::Destroy && isPrefix(States.resolved(X.From), Of);
}

/// Somebody else may give it another value.
bool UseFinder::mayChange(const Fact &X, const Place &Of) const {
  auto hands = [&](const Value &V) {
    if (V.Kind == ValueKind::Closure)
      return std::ranges::any_of(V.Captures, [&](const Capture &C) {
        return C.What.Where && isPrefix(States.resolved(C.What.Where), Of);
      });
    return V.Kind == ValueKind::Address && V.Where && isPrefix(States.resolved(V.Where), Of);
  };
  if (X.Kind == FactKind::Store || X.Kind == FactKind::Borrow)
    return hands(X.Val) || (X.From && isPrefix(States.resolved(X.From), Of) &&
                            !(X.To.Root == RootKind::Local && X.To.Path.empty()));
  if (!isCall(X))
    return false;
  std::string_view Name =
      X.Callee == FnId::None ? "" : lastComponent(U.text(U.fn(X.Callee).Qualified));
  bool Asks = (X.Callee != FnId::None && U.fn(X.Callee).is(FnConst)) || Name == "operator*" ||
              Name == "operator->" || Name == "value";
  if (!Asks && hands(X.Recv))
    return true;
  for (uint32_t I = 0; I < X.Args.size(); ++I) {
    bool Known = X.Callee != FnId::None && I < U.fn(X.Callee).Params.size();
    bool ConstRef = Known && U.text(U.fn(X.Callee).Params[I].TypeName).starts_with("const ");
    if (hands(X.Args[I]) && !ConstRef)
      return true;
  }
  return false;
}

UseFinder::Next UseFinder::afterTask(const Fact &X, const Giving &First, Giving &Second) const {
  if (ends(X, First.What))
    return Next::Stop;
  for (const Giving &G : givingAt(X)) {
    if (G.What != First.What)
      continue;
    if (G.At == First.At)
      return Next::On; // the same expression
    Second = G;
    return Next::Use;
  }
  bool Awaiter = isCall(X) && X.Callee != FnId::None && isPartOfAwait(U, X.Callee);
  bool Assigns = isCall(X) && X.Callee != FnId::None &&
                 U.text(U.fn(X.Callee).Qualified).ends_with("operator=");
  return !Awaiter && !Assigns && mayChange(X, First.What) ? Next::Stop : Next::On;
}

/// Member functions that ask nothing of a moved-from object, or fill it anew.
static bool isHarmless(std::string_view Name) {
  static constexpr std::string_view Names[] = {
      "empty", "size", "has_value", "operator bool", "valid", "get",  "clear", "assign",
      "reset", "resize", "reserve", "swap",          "emplace", "operator=", "capacity"};
  return std::ranges::find(Names, Name) != std::end(Names);
}

static bool isPointerLike(std::string_view Template) {
  return Template == "std::unique_ptr" || Template == "std::shared_ptr" ||
         Template == "std::weak_ptr" || Template == "std::function" ||
         Template == "std::optional";
}

UseFinder::Next UseFinder::afterMove(const Fact &X, const Giving &First, Giving &Second) const {
  const Place &Of = First.What;
  if (ends(X, Of))
    return Next::Stop;
  TypeId T = typeOf(U, F, Of);
  bool Pointer = T != TypeId::None && isPointerLike(U.text(U.type(T).Template));
  auto reads = [&](const Value &V) {
    if (!V.Where || !isPrefix(Of, States.resolved(V.Where)))
      return false;
    bool Deeper = States.resolved(V.Where).Path.size() > Of.Path.size();
    return V.Kind == ValueKind::Moved || Deeper || (V.Kind == ValueKind::Read && !Pointer);
  };
  auto use = [&](SecondUse::How By, FnId Callee) {
    Second = {Of, By, Callee, X.At, false};
    return Next::Use;
  };
  if (isCall(X) && X.Callee != FnId::None) {
    const Function &Callee = U.fn(X.Callee);
    std::string_view Name = lastComponent(U.text(Callee.Qualified));
    bool OnIt = X.Recv.Where && States.resolved(X.Recv.Where) == Of;
    if (OnIt && isHarmless(Name))
      return Callee.is(FnConst) ? Next::On : Next::Stop;
    if (X.At == First.At)
      return Next::On;
    if (OnIt && !Pointer && !Callee.is(FnConstructor))
      return use(SecondUse::Read, X.Callee);
    for (const Value &V : X.Args)
      if (reads(V) && !Callee.is(FnConstructor))
        return use(V.Kind == ValueKind::Moved ? SecondUse::Taken : SecondUse::Read, X.Callee);
    for (uint32_t I = 0; I < X.Args.size() && I < Callee.Params.size(); ++I) {
      const Value &V = X.Args[I];
      bool ConstRef = U.text(Callee.Params[I].TypeName).starts_with("const ");
      if (V.Kind == ValueKind::Address && V.Where && States.resolved(V.Where) == Of && ConstRef &&
          !Pointer && !Callee.is(FnConstructor))
        return use(SecondUse::Read, X.Callee);
    }
  }
  bool Copies = X.Kind == FactKind::Copy || X.Kind == FactKind::Return;
  const Place From = X.Kind == FactKind::Return ? X.Val.Where : X.From;
  if (Copies && From && States.resolved(From) == Of && !Pointer)
    return use(SecondUse::Read, FnId::None);
  return mayChange(X, Of) ? Next::Stop : Next::On;
}

void UseFinder::judge(Point At, const Giving &First, bool IsTask) {
  Giving Second;
  std::vector<std::pair<Point, Giving>> Seconds;
  Ways.ContentOf = [&](uint32_t, const Place &Of) {
    bool Same = First.Empties && States.resolved(Of) == First.What;
    return Same ? flow::Paths::Content::Empty : flow::Paths::Content::Unknown;
  };
  auto visit = [&](Point Here, const Fact *X, uint32_t &State) {
    if (!X)
      return Advance::Stop;
    if (Here == At) {
      if (State == 0) {
        State = 1;
        return Advance::On;
      }
      Seconds.emplace_back(Here, First);
      return Advance::Hit;
    }
    if (State == 0)
      return Advance::On;
    switch (IsTask ? afterTask(*X, First, Second) : afterMove(*X, First, Second)) {
    case Next::On:
      return Advance::On;
    case Next::Stop:
      return Advance::Stop;
    case Next::Use:
      Seconds.emplace_back(Here, Second);
      return Advance::Hit;
    }
    return Advance::On;
  };
  for (const Way &W : Ways.explore(At, visit)) {
    auto It = std::ranges::find(Seconds, W.End, &std::pair<Point, Giving>::first);
    if (It == Seconds.end())
      continue;
    const Giving &G = It->second;
    Out.push_back({First.What, IsTask, First.By, G.By, First.Callee, G.Callee, First.At, G.At,
                   W.Turns, W.End == At});
    return; // one finding for each first use
  }
}

bool UseFinder::isAwaitedHere(const Place &Task) const {
  return std::ranges::any_of(F.Blocks, [&](const Block &B) {
    return std::ranges::any_of(B.Facts, [&](const Fact &X) {
      return X.Kind == FactKind::Suspend && X.From == Task;
    });
  });
}

/// `co_await send(std::move(buffer))`: the buffer is empty afterwards.
std::optional<Giving> UseFinder::movedIntoAwaited(const Block &B, uint32_t I) const {
  const Fact &X = B.Facts[I];
  if (!isCall(X) || X.Callee == FnId::None || X.To.Root != RootKind::Local ||
      !isAwaitedHere(X.To))
    return std::nullopt;
  const Function &Callee = U.fn(X.Callee);
  if (Callee.is(FnAwaiterPart) || Callee.is(FnPromisePart))
    return std::nullopt;
  for (uint32_t A = 0; A < X.Args.size() && A < Callee.Params.size(); ++A) {
    const Value &V = X.Args[A];
    PassMode Mode = Callee.Params[A].Mode;
    TypeId T = V.Where ? typeOf(U, F, V.Where) : TypeId::None;
    bool Takes = Mode == PassMode::Value ||
                 (Mode == PassMode::RvalueReference && Callee.is(FnCoroutine));
    if (V.Kind != ValueKind::Moved || !Takes || T == TypeId::None ||
        P.Tasks.carriedBy(T) != TypeId::None || !U.type(T).is(TyDtorWork))
      continue;
    Place What = States.resolved(V.Where);
    if (isTracked(What))
      return Giving{std::move(What), SecondUse::Taken, X.Callee, X.At, true};
  }
  return std::nullopt;
}

std::vector<SecondUse> UseFinder::run() {
  for (uint32_t B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Facts.size(); ++I) {
      const Fact &X = F.Blocks[B].Facts[I];
      for (const Giving &G : givingAt(X)) {
        if (!isTracked(G.What))
          continue;
        TypeId T = typeOf(U, F, G.What);
        if (!G.What.Path.empty() && G.What.Path.back().Kind == StepKind::Pointee &&
            !P.Tasks.isTask(T))
          T = P.Tasks.carriedBy(T); // of an optional or a pointer
        bool Counts = P.Tasks.isSingleUse(T) ||
                      (G.Empties && P.Tasks.isTask(T) && !P.Tasks.isPlainAwaitable(T) &&
                       !U.type(T).is(TyCopyable));
        if (Counts)
          judge({B, I}, G, true);
      }
      if (F.is(FnCoroutine))
        if (std::optional<Giving> G = movedIntoAwaited(F.Blocks[B], I))
          judge({B, I}, *G, false);
    }
  // The second use of the first is the first use of a third.
  std::erase_if(Out, [&](const SecondUse &S) {
    return !S.Loops && std::ranges::any_of(Out, [&](const SecondUse &O) {
             return &O != &S && O.What == S.What && O.SecondAt == S.SecondAt &&
                    O.FirstAt < S.FirstAt;
           });
  });
  return std::move(Out);
}

std::vector<SecondUse> secondUses(const Program::Impl &P, FnId F) {
  return UseFinder(P, F).run();
}

} // namespace cotidy
