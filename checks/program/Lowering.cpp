#include "program/Lowering.h"

#include "facts/Words.h"
#include "program/Conditions.h"
#include "llvm/ADT/StringSwitch.h"

namespace cotidy {

using namespace facts;
using model::Actual;

TypeId typeOf(const Unit &U, const Function &In, const Place &P) {
  TypeId T = TypeId::None;
  switch (P.Root) {
  case RootKind::Param:
    if (P.Index < In.Params.size())
      T = In.Params[P.Index].Type;
    break;
  case RootKind::Local:
    if (P.Index < In.Locals.size())
      T = In.Locals[P.Index].Type;
    break;
  case RootKind::This:
    T = In.Class;
    break;
  case RootKind::Promise:
    T = In.Promise;
    break;
  default:
    break;
  }
  for (const PathStep &S : P.Path) {
    if (S.Kind != StepKind::Field || T == TypeId::None) {
      // A pointer or an element: the table names the class behind it.
      if (S.Kind == StepKind::Field)
        T = TypeId::None;
      continue;
    }
    TypeId Next = TypeId::None;
    for (const Field &F : U.type(T).Fields)
      if (F.Name == S.Name)
        Next = F.Type;
    T = Next;
  }
  return T;
}

TypeId typeOf(const Unit &U, const Function &In, const Value &V) {
  switch (V.Kind) {
  case ValueKind::Read:
  case ValueKind::Address:
  case ValueKind::Moved:
    return typeOf(U, In, V.Where);
  case ValueKind::Closure:
    return V.Fn == FnId::None ? TypeId::None : U.fn(V.Fn).Class;
  default:
    return TypeId::None;
  }
}

namespace {
struct Lowerer {
  const model::FunctionModel &Row;
  const Fact &Call;
  const LoweringContext &C;
  std::vector<Fact> Out;

  Fact &add(FactKind K) {
    Fact X;
    X.Kind = K;
    X.At = Call.At;
    Out.push_back(std::move(X));
    return Out.back();
  }

  void runs(const model::Run &R) {
    if (R.What.Kind != Actual::AnyCallable)
      return runs(R, actualOf(Call, R.What));
    for (const Value &V : Call.Args)
      if (!isConstant(V) && V.Kind != ValueKind::Unknown)
        runs(R, V);
  }

  void runs(const model::Run &R, const Value &What) {
    if (!What)
      return;
    if (R.When == model::Run::Now) {
      Fact &X = add(FactKind::RunNow);
      X.Val = What;
      X.Word = C.Word(R.On.empty() ? "once" : R.On);
      return;
    }
    std::string On = R.On.empty() ? "later" : R.On;
    Fact &X = add(FactKind::Start);
    X.Val = What;
    if (R.Executor) {
      Value E = actualOf(Call, *R.Executor);
      X.From = E.Where;
      TypeId T = typeOf(C.U, C.In, E);
      std::string Typed = C.ExecutorWord(T);
      bool IsLambda = E.Kind == ValueKind::Closure || (T != TypeId::None && C.U.type(T).is(TyLambda));
      if (!Typed.empty())
        On = Typed;
      else if (IsLambda && E == What) // called without an executor: who runs it is not said
        On = "later";
    }
    X.To = resultOf(C.U, Call);
    X.Word = C.Word(On);
  }

  /// "adopt", "defer" or "try" of a tag's last name, else nothing. Names of
  /// files and classes around it say nothing: a lock may live in `lock.cpp`.
  static llvm::StringRef wayOfTag(std::string_view Name) {
    return llvm::StringSwitch<llvm::StringRef>(lastComponent(Name))
        .Cases({"adopt_lock", "adopt_lock_t"}, "adopt")
        .Cases({"defer_lock", "defer_lock_t"}, "defer")
        .Cases({"try_to_lock", "try_to_lock_t"}, "try")
        .Default("");
  }

  /// The way an argument names: by the object, or by its type.
  llvm::StringRef wayNamedBy(const Value &A) const {
    if (A.Where.Root == RootKind::Global && A.Where.Path.empty())
      if (llvm::StringRef Way = wayOfTag(C.U.text(A.Where.Name)); !Way.empty())
        return Way;
    TypeId T = typeOf(C.U, C.In, A);
    return T == TypeId::None ? "" : wayOfTag(C.U.text(C.U.type(T).Template));
  }

  /// "adopt", "defer" or "try" if an argument is a tag of that meaning or a
  /// time to wait no longer than.
  llvm::StringRef wayOf() const {
    for (const Value &A : Call.Args) {
      if (llvm::StringRef Way = wayNamedBy(A); !Way.empty())
        return Way;
      TypeId T = typeOf(C.U, C.In, A);
      llvm::StringRef Type = T == TypeId::None ? "" : C.U.text(C.U.type(T).Template);
      if (Type.ends_with("duration") || Type.ends_with("time_point"))
        return "try";
    }
    return "";
  }

  /// A guard's constructor may be given another guard, a tag or a time.
  bool isNoLock(const Value &What) const {
    if (!What.Where || What.Kind == ValueKind::Moved || isConstant(What))
      return true;
    TypeId T = typeOf(C.U, C.In, What);
    if (T == TypeId::None)
      return !wayNamedBy(What).empty();
    const Type &Is = C.U.type(T);
    llvm::StringRef Name = C.U.text(Is.Template);
    return Is.is(TyGuard) || Name.ends_with("_lock_t") || Name.ends_with("duration") ||
           Name.ends_with("time_point");
  }

  void locks(const model::LockOp &L) {
    Value What = actualOf(Call, L.What);
    if (!What || (L.Do == model::LockOp::Guard && isNoLock(What)))
      return;
    bool Takes = L.Do == model::LockOp::Acquire || L.Do == model::LockOp::Guard;
    std::string How = L.How.empty() ? "exclusive" : L.How;
    Fact &X = add(Takes ? FactKind::Acquire : FactKind::Release);
    X.From = What.Where;
    if (L.Do == model::LockOp::Guard) {
      X.To = resultOf(C.U, Call);
      if (llvm::StringRef Way = wayOf(); !Way.empty())
        How = llvm::StringRef(How).split(' ').first.str() + " " + Way.str();
    }
    if (L.Do == model::LockOp::Disown)
      How += " disown";
    X.Word = C.Word(How);
  }

  bool setsMode() const {
    const LocalDefs Defs(C.U, C.In);
    for (const model::Condition &If : Row.SetsModeIf)
      if (decide(C.U, Call, If, Defs).Is != Answer::Yes)
        return false;
    return true;
  }

  void onPlace(FactKind K, const std::optional<Actual> &A, llvm::StringRef Word) {
    if (!A)
      return;
    Value What = actualOf(Call, *A);
    Fact &X = add(K);
    X.From = What.Where;
    X.Word = C.Word(Word);
  }

  void mayDestroy() {
    Value What = actualOf(Call, *Row.MayDestroy);
    TypeId T = typeOf(C.U, C.In, What);
    if (T == TypeId::None)
      return;
    const Type &Owner = C.U.type(T);
    for (TypeId Held : Owner.Arguments) {
      Fact &X = add(FactKind::MayDestroy);
      X.From = What.Where;
      X.Type = Held;
      X.Word = C.Word("shared");
    }
  }

  void run() {
    for (const model::Run &R : Row.Runs)
      runs(R);
    for (const model::LockOp &L : Row.Locks)
      locks(L);
    onPlace(FactKind::Join, Row.Joins, Row.JoinsWhat.empty() ? "task" : Row.JoinsWhat);
    onPlace(FactKind::ConsumeTask, Row.Consumes, "store");
    if (Row.SetsMode && setsMode())
      onPlace(FactKind::SetMode, Row.SetsMode, Row.Mode);
    if (Row.Spawns)
      if (Value What = actualOf(Call, *Row.Spawns)) {
        Fact &X = add(FactKind::Spawn);
        X.Val = What;
        X.Word = C.Word("detached");
      }
    if (Row.MayDestroy)
      mayDestroy();
    if (Row.Forks)
      add(FactKind::Fork).Callee = Call.Callee;
    if (Row.NoReturn)
      add(FactKind::NoReturn).Callee = Call.Callee;
  }
};
} // namespace

std::vector<Fact> lower(const model::FunctionModel &Row, const Fact &Call,
                        const LoweringContext &C) {
  Lowerer L{Row, Call, C, {}};
  L.run();
  return std::move(L.Out);
}

/// The call whose result is awaited, if a row says that awaiting it moves.
static const Fact *switchingCall(const Function &F, const Place &Awaited,
                                 const LoweringContext &C) {
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts)
      if (X.Kind == FactKind::Call && X.To == Awaited && X.Callee != FnId::None)
        if (const model::FunctionModel *M = C.RowOf(X.Callee); M && M->SwitchesTo)
          return &X;
  return nullptr;
}

std::optional<Fact> lowerAwait(const Fact &Suspend, const LoweringContext &C) {
  if (Suspend.Kind != FactKind::Suspend || !Suspend.From)
    return std::nullopt;
  const Fact *Call = switchingCall(C.In, Suspend.From, C);
  if (!Call)
    return std::nullopt;
  const model::FunctionModel &Row = *C.RowOf(Call->Callee);
  Value To = actualOf(*Call, *Row.SwitchesTo);
  std::string Typed = C.ExecutorWord(typeOf(C.U, C.In, To));
  Fact Out;
  Out.Kind = FactKind::SwitchExecutor;
  Out.At = Suspend.At;
  Out.From = To.Where;
  std::string Word = !Typed.empty() ? Typed : Row.SwitchKind;
  Out.Word = C.Word(Word.empty() ? "unknown" : Word);
  return Out;
}

} // namespace cotidy
