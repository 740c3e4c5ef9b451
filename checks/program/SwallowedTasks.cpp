#include "program/SwallowedTasks.h"

#include "facts/Words.h"
#include "program/DroppedTasks.h"
#include "program/Impl.h"
#include "program/Lowering.h"

#include <algorithm>
#include <set>

namespace cotidy {

using namespace facts;

static bool isCall(const Fact &X) {
  return (X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall) && X.Callee != FnId::None;
}

namespace {
class Swallowing {
public:
  explicit Swallowing(const Program::Impl &P) : P(P), U(P.U), Params(P.U.Functions.size()) {}
  std::vector<SwallowedTask> run();

private:
  bool keepsVoidCallables(const Fact &Call, const Function &In) const;
  FnId lazyCallable(const Function &In, const Value &V) const;
  std::optional<FnId> swallows(const Function &In, const Fact &X, uint32_t Arg) const;
  void findDroppingParams();
  void passOn();

  const Program::Impl &P;
  const Unit &U;
  std::vector<std::set<uint32_t>> Params; ///< by function: swallowed ones
};
} // namespace

/// The object is a void callable, or a container of them that is added to.
bool Swallowing::keepsVoidCallables(const Fact &Call, const Function &In) const {
  const Function &Callee = U.fn(Call.Callee);
  std::string_view Name = lastComponent(U.text(Callee.Qualified));
  if (isVoidCallable(U, Callee.Class))
    return Callee.is(FnConstructor) || Name == "operator=" || Name == "assign";
  bool Adds = Name.starts_with("emplace") || Name.starts_with("push") || Name == "insert";
  if (!Adds || Callee.Class == TypeId::None || Callee.is(FnUser))
    return false;
  return std::ranges::any_of(U.type(Callee.Class).Arguments,
                             [&](TypeId A) { return isVoidCallable(U, A); });
}

/// The function behind a callable that returns a lazy task, or None.
FnId Swallowing::lazyCallable(const Function &In, const Value &V) const {
  FnId Fn = V.Fn;
  if (V.Kind != ValueKind::Closure && V.Kind != ValueKind::Function) {
    TypeId T = V.Where ? typeOf(U, In, V.Where) : TypeId::None;
    Fn = T == TypeId::None || !U.type(T).is(TyLambda) ? FnId::None : U.type(T).CallOperator;
  }
  if (Fn == FnId::None)
    return FnId::None;
  TypeId R = U.fn(Fn).Returns;
  return P.Tasks.isLazy(R) && !P.Tasks.isPlainAwaitable(R) ? Fn : FnId::None;
}

/// By whom the callable in argument `Arg` is swallowed; None: by what it
/// becomes on the spot.
std::optional<FnId> Swallowing::swallows(const Function &In, const Fact &X, uint32_t Arg) const {
  if (keepsVoidCallables(X, In))
    return FnId::None;
  const model::FunctionModel *M = P.Models.of(X.Callee);
  if (M && M->DropsResult)
    return X.Callee;
  if (Params[raw(X.Callee)].contains(Arg))
    return X.Callee;
  return std::nullopt;
}

/// Library functions that call a parameter and drop what it returns. In user
/// code the finding stands at that call.
void Swallowing::findDroppingParams() {
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    bool Makes = std::ranges::any_of(F.Blocks, [](const Block &B) {
      return std::ranges::any_of(B.Facts,
                                 [](const Fact &X) { return X.Kind == FactKind::CreateTask; });
    });
    if (!Makes || F.is(FnUser) || F.is(FnCoroutine) || P.Models.speaksFor(U, FnId(I)))
      continue;
    for (const DroppedTask &T : droppedTasks(P, FnId(I))) {
      if (!T.Lazy || T.OnSomeWays || T.Kept)
        continue;
      for (const Block &B : F.Blocks)
        for (const Fact &X : B.Facts) {
          const Place &Called = X.Callee == FnId::None ? X.From : X.Recv.Where;
          if (X.At == T.MadeAt && X.Callee == T.Callee && Called.Root == RootKind::Param &&
              Called.Path.empty() &&
              (X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall))
            Params[I].insert(Called.Index);
        }
    }
  }
}

/// A function that hands its parameter to one that swallows it does so too.
void Swallowing::passOn() {
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (uint32_t I = 0; I < U.Functions.size(); ++I)
      for (const Block &B : U.Functions[I].Blocks)
        for (const Fact &X : B.Facts) {
          if (!isCall(X))
            continue;
          for (uint32_t A = 0; A < X.Args.size(); ++A) {
            const Place &W = X.Args[A].Where;
            if (W.Root != RootKind::Param || !W.Path.empty() ||
                lazyCallable(U.Functions[I], X.Args[A]) == FnId::None ||
                !swallows(U.Functions[I], X, A))
              continue;
            Changed |= Params[I].insert(W.Index).second;
          }
        }
  }
}

std::vector<SwallowedTask> Swallowing::run() {
  findDroppingParams();
  passOn();
  std::vector<SwallowedTask> Out;
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    if (!F.is(FnUser))
      continue;
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts)
        for (uint32_t A = 0; isCall(X) && A < X.Args.size(); ++A) {
          FnId Callable = lazyCallable(F, X.Args[A]);
          if (Callable == FnId::None || X.Args[A].Where.Root == RootKind::Param)
            continue;
          if (std::optional<FnId> By = swallows(F, X, A))
            Out.push_back({FnId(I), X.At, Callable, *By});
        }
  }
  return Out;
}

std::vector<SwallowedTask> swallowedTasks(const Program::Impl &P) { return Swallowing(P).run(); }

} // namespace cotidy
