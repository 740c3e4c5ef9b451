#include "program/ModelUse.h"

#include "program/Lowering.h"

#include <algorithm>
#include <unordered_map>

namespace cotidy {

using namespace facts;

/// A row for a C function does not speak of a C++ function of that name. The
/// names may differ: with large files 'open' is linked as "open64".
static bool fits(const Unit &U, const Function &F, const model::FunctionModel &M) {
  if (!M.OnlyC || F.Name == F.Qualified || U.text(F.Name) == U.text(F.Qualified))
    return true;
  std::string_view Name = U.text(F.Name);
  return !Name.starts_with("_Z") && Name.find_first_of("@(:#") == std::string_view::npos;
}

ModelUse::ModelUse(Unit &U, const LinkOptions &O) : On(O.CategoriesOn), Off(O.CategoriesOff) {
  std::unordered_map<uint32_t, const model::FunctionModel *> Known;
  ByFunction.reserve(U.Functions.size());
  for (const Function &F : U.Functions) {
    auto [It, New] = Known.try_emplace(raw(F.Qualified), nullptr);
    if (New)
      It->second = O.Models->function(U.text(F.Qualified));
    const model::FunctionModel *M = It->second;
    ByFunction.push_back(M && fits(U, F, *M) ? M : nullptr);
  }
  ByType.reserve(U.Types.size());
  for (const Type &T : U.Types)
    ByType.push_back(O.Models->type(U.text(T.Template)));
  // Rows speak of derived types too. Chains of bases are short.
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (uint32_t I = 0; I < U.Types.size(); ++I)
      for (TypeId B : U.Types[I].Bases)
        if (!ByType[I] && ByType[raw(B)]) {
          ByType[I] = ByType[raw(B)];
          Changed = true;
        }
  }
  lowerCalls(U);
}

bool ModelUse::isSwitchedOff(llvm::StringRef Category) const {
  return std::ranges::find(Off, Category) != Off.end();
}

bool ModelUse::counts(llvm::StringRef Category) const {
  if (Category.empty() || Category == "lock" || isSwitchedOff(Category))
    return false;
  return !model::ModelSet::isOffByDefault(Category) ||
         std::ranges::find(On, Category) != On.end();
}

bool ModelUse::speaksFor(const Unit &U, FnId F) const {
  constexpr uint32_t Spoken = FnBlockingAttr | FnOffloadAttr | FnLogAttr;
  return of(F) || (U.fn(F).Flags & Spoken);
}

static bool isCall(const Fact &X) {
  return X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
}

/// "cotidy::offload" and "cotidy::spawn" give every callable argument away.
static void lowerAttributes(const Function &Callee, const Fact &Call, std::vector<Fact> &Out,
                            const LoweringContext &C) {
  model::FunctionModel Row;
  model::Actual Any;
  Any.Kind = model::Actual::AnyCallable;
  if (Callee.is(FnOffloadAttr))
    Row.Runs.push_back({Any, model::Run::Later, "blocking-pool", {}});
  else if (Callee.is(FnSpawnAttr) && Callee.Body != BodyState::Here)
    Row.Runs.push_back({Any, model::Run::Later, "later", {}});
  else
    return;
  std::ranges::move(lower(Row, Call, C), std::back_inserter(Out));
}

/// A guard's destructor gives back what it still owns.
static bool endsGuard(const Unit &U, const Fact &X) {
  return X.Kind == FactKind::Destroy && X.Type != TypeId::None && U.type(X.Type).is(TyGuard);
}

/// A strand, or a handler bound to an executor, is as what it is made of.
std::string ModelUse::executorOf(const Unit &U, TypeId T, unsigned Depth) const {
  const model::TypeModel *M = of(T);
  if (M && !M->Executor.empty())
    return M->Executor;
  if (T == TypeId::None || Depth == 0)
    return "";
  for (TypeId A : U.type(T).Arguments)
    if (std::string Word = executorOf(U, A, Depth - 1); !Word.empty())
      return Word;
  return "";
}

void ModelUse::lowerCalls(Unit &U) {
  StringTable Words(U);
  auto executorWord = [&](TypeId T) { return executorOf(U, T, 3); };
  auto rowOf = [this](FnId F) { return of(F); };
  auto word = [&Words](llvm::StringRef S) { return Words.intern(S); };
  for (Function &F : U.Functions) {
    if (speaksFor(U, FnId(&F - U.Functions.data())))
      continue;
    for (Block &B : F.Blocks) {
      bool Any = std::ranges::any_of(B.Facts, [&](const Fact &X) {
        return (isCall(X) && X.Callee != FnId::None && speaksFor(U, X.Callee)) ||
               X.Kind == FactKind::Suspend || endsGuard(U, X);
      });
      if (!Any)
        continue;
      std::vector<Fact> Out;
      const LoweringContext Ctx{U, F, executorWord, word, rowOf};
      const model::FunctionModel *Spoken = nullptr; // of the call just before
      for (const Fact &X : B.Facts) {
        bool IsLockShape = X.Kind == FactKind::Acquire || X.Kind == FactKind::Release;
        if (IsLockShape && Spoken)
          continue; // the row says it
        Spoken = isCall(X) ? of(X.Callee) : nullptr;
        Out.push_back(X);
        if (std::optional<Fact> Switch = lowerAwait(X, Ctx))
          Out.push_back(std::move(*Switch));
        if (endsGuard(U, X)) {
          Fact &Release = Out.emplace_back();
          Release.Kind = FactKind::Release;
          Release.At = X.At;
          Release.From = X.From;
          Release.Word = word("exclusive");
        }
        if (!isCall(X) || X.Callee == FnId::None)
          continue;
        if (const model::FunctionModel *M = of(X.Callee))
          std::ranges::move(lower(*M, X, Ctx), std::back_inserter(Out));
        else
          lowerAttributes(U.fn(X.Callee), X, Out, Ctx);
      }
      B.Facts = std::move(Out);
    }
  }
}

} // namespace cotidy
