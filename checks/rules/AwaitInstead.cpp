#include "rules/AwaitInstead.h"

#include "program/Lowering.h"
#include "program/Witness.h"

namespace cotidy {

using namespace facts;

namespace {
/// A call and the fact that tells how it is spelled.
struct Spelled {
  const Fact *Call = nullptr;
  const Fact *How = nullptr;
};
} // namespace

static Spelled spelled(const Function &F, Spot At, FnId Callee) {
  Spelled Result;
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      if (X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall)
        Result.Call = X.At == At && X.Callee == Callee ? &X : nullptr;
      if (X.Kind == FactKind::Written && Result.Call) {
        Result.How = &X;
        return Result;
      }
    }
  return {};
}

static std::string_view firstNamespace(std::string_view Qualified) {
  return Qualified.substr(0, Qualified.find("::"));
}

static StrId nameOfType(const Unit &U, TypeId T) {
  const Type &What = U.type(T);
  return What.Template != StrId::Empty ? What.Template : What.Name;
}

/// Coroutines of a library can await what the same library makes.
static bool belongTogether(const Unit &U, TypeId Coroutine, TypeId Awaited) {
  return Coroutine != TypeId::None && Awaited != TypeId::None && U.type(Awaited).is(TyAwaitable) &&
         firstNamespace(U.text(nameOfType(U, Coroutine))) ==
             firstNamespace(U.text(nameOfType(U, Awaited)));
}

static Location shifted(Location L, int64_t Columns) {
  L.Column += Columns;
  return L;
}

std::optional<Fix> awaitInstead(const Program::Impl &P, FnId Coroutine, Spot At, FnId Callee) {
  const Unit &U = P.U;
  const Function &F = U.fn(Coroutine);
  const model::FunctionModel *M = P.Models.of(Callee);
  if (!M || !F.is(FnCoroutine) || F.is(FnNoAwaitAllowed) || F.Returns == TypeId::None)
    return std::nullopt;
  Spelled Found = spelled(F, At, Callee);
  if (!Found.How)
    return std::nullopt;
  bool Name = U.text(Found.How->Word) == "name";
  Location Begin = locationOf(U, Found.How->At);
  Location Middle = shifted(Begin, Found.How->Args[0].Int);
  Location End = shifted(Begin, Found.How->Args[1].Int);

  if (M->SleepsFor && Name) {
    const model::TypeModel *Task = P.Models.of(F.Returns);
    if (!Task || Task->Sleep.empty())
      return std::nullopt;
    return Fix{"await '" + Task->Sleep + "'", {{Begin, Middle, "co_await " + Task->Sleep}}, true};
  }
  if (!M->Await)
    return std::nullopt;
  bool OfArgument = M->Await->Kind == model::Actual::Argument;
  if (OfArgument != Name || (OfArgument && Found.Call->Args.empty()))
    return std::nullopt;
  const Value &Awaited = OfArgument ? Found.Call->Args.front() : Found.Call->Recv;
  if (!belongTogether(U, F.Returns, typeOf(U, F, Awaited.Where)))
    return std::nullopt;
  if (OfArgument)
    return Fix{"await it", {{Begin, Middle, "co_await "}}, true};
  return Fix{"await it", {{Begin, Begin, "co_await "}, {Middle, End, ""}}, true};
}

} // namespace cotidy
