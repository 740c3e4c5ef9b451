//===- Compact.cpp - only what somebody may ask about ---------------------===//
// Library bodies count for what they do to our values. Those that only call
// one another are quiet: their facts are dropped, by a fixpoint; then what
// nothing mentions; then everything is put into its defined order.
//===----------------------------------------------------------------------===//
#include "extract/UnitBuilder.h"
#include "facts/Words.h"

#include <algorithm>
#include <numeric>

using namespace llvm;

namespace cotidy::extract {

using namespace facts;

static bool hasRole(const model::FunctionModel &M) {
  return !M.Runs.empty() || !M.Locks.empty() || M.Joins || M.Spawns || M.SwitchesTo ||
         M.CallsStored || M.Keeps || M.Borrows || M.ReturnsSame || M.MayDestroy || M.Forks;
}

namespace {
class Compactor {
public:
  Compactor(Unit &U, const model::ModelSet &Models) : U(U), Models(Models) {}
  void run();

private:
  void findLoud();
  bool isLoudItself(const Function &F) const;
  bool isCallable(const Value &V) const;
  bool mayResume(const Function &F) const;
  void reach();
  void mark(FnId I) {
    if (I != FnId::None && !KeepFn[raw(I)]) {
      KeepFn[raw(I)] = true;
      Work.push_back(raw(I));
    }
  }
  void mark(TypeId I);
  void mark(const Value &V);
  void renumber();

  Unit &U;
  const model::ModelSet &Models;
  std::vector<char> Loud, KeepFn, KeepType;
  std::vector<uint32_t> Work;
};
} // namespace

bool Compactor::isCallable(const Value &V) const {
  return V.Kind == ValueKind::Closure || V.Kind == ValueKind::Function;
}

/// It runs a coroutine on, or is a member of a task's type that was not read.
bool Compactor::mayResume(const Function &F) const {
  bool Hidden = F.Body == BodyState::Skipped && F.is(FnMethod) && !F.is(FnConst) &&
                !F.is(FnConstructor) && !F.is(FnDestructor) && F.Class != TypeId::None &&
                U.type(F.Class).is(TyHasPromise);
  return Hidden || isResume(U.text(F.Qualified));
}

/// Does the body do something to user code's values that a caller must know?
bool Compactor::isLoudItself(const Function &F) const {
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      switch (X.Kind) {
      case FactKind::Call:
        if (X.Callee == FnId::None)
          return true;
        [[fallthrough]];
      case FactKind::Destroy:
      case FactKind::Suspend:
      case FactKind::VirtualCall: {
        if (X.Callee == FnId::None)
          break;
        const Function &C = U.fn(X.Callee);
        if (C.is(FnUser) || C.is(FnLambda) || mayResume(C))
          return true;
        if (!C.is(FnSystem) && C.Body == BodyState::Unknown && !C.is(FnImplicit))
          return true; // may be defined in another unit, by us
        if (const model::FunctionModel *M = Models.function(U.text(C.Qualified));
            M && hasRole(*M))
          return true;
        break;
      }
      case FactKind::MayDestroy:
        if (X.Type != TypeId::None && U.type(X.Type).is(TyUser))
          return true;
        break;
      default:
        break;
      }
      if (isCallable(X.Val))
        return true;
      for (const Value &A : X.Args)
        if (isCallable(A))
          return true;
    }
  return false;
}

void Compactor::findLoud() {
  std::vector<std::vector<uint32_t>> Callers(U.Functions.size());
  Loud.assign(U.Functions.size(), 0);
  std::vector<uint32_t> List;
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    const Function &F = U.Functions[I];
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts)
        if (X.Callee != FnId::None)
          Callers[raw(X.Callee)].push_back(I);
    if (F.is(FnUser) || F.is(FnLambda) || isLoudItself(F)) {
      Loud[I] = 1;
      List.push_back(I);
    }
  }
  while (!List.empty()) {
    uint32_t I = List.back();
    List.pop_back();
    for (uint32_t C : Callers[I])
      if (!Loud[C]) {
        Loud[C] = 1;
        List.push_back(C);
      }
  }
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    Function &F = U.Functions[I];
    if (F.Body != BodyState::Here)
      continue;
    if (!Loud[I]) { // quiet: here, and does nothing
      F.Blocks.assign(1, Block());
      F.Locals.clear();
      continue;
    }
    if (F.is(FnUser))
      continue;
    for (Block &B : F.Blocks) // calls of quiet functions say nothing there
      llvm::erase_if(B.Facts, [&](const Fact &X) {
        if ((X.Kind != FactKind::Call && X.Kind != FactKind::Destroy) ||
            X.Callee == FnId::None || Loud[raw(X.Callee)])
          return false;
        const Function &C = U.fn(X.Callee);
        const model::FunctionModel *M = Models.function(U.text(C.Qualified));
        return C.is(FnSystem) && !(M && hasRole(*M)) && !mayResume(C);
      });
  }
}

void Compactor::mark(TypeId I) {
  if (I == TypeId::None || KeepType[raw(I)])
    return;
  KeepType[raw(I)] = true;
  const Type &T = U.type(I);
  for (TypeId B : T.Bases)
    mark(B);
  for (TypeId A : T.Arguments)
    mark(A);
  for (const Field &F : T.Fields)
    mark(F.Type);
  mark(T.Promise);
  mark(T.Result);
  mark(T.CallOperator);
  mark(T.Destructor);
}

void Compactor::mark(const Value &V) {
  mark(V.Fn);
  for (const Capture &C : V.Captures)
    mark(C.What);
}

void Compactor::reach() {
  KeepFn.assign(U.Functions.size(), 0);
  KeepType.assign(U.Types.size(), 0);
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    if (U.Functions[I].is(FnUser) && U.Functions[I].Body != BodyState::Unknown)
      mark(FnId(I));
  for (uint32_t I = 0; I < U.Types.size(); ++I)
    if (U.Types[I].is(TyUser))
      mark(TypeId(I));
  while (!Work.empty()) {
    const Function &F = U.Functions[Work.back()];
    Work.pop_back();
    mark(F.Class);
    mark(F.Returns);
    mark(F.Promise);
    mark(F.Owner);
    for (FnId O : F.Overrides)
      mark(O);
    for (const Param &P : F.Params)
      mark(P.Type);
    for (const Local &L : F.Locals)
      mark(L.Type);
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts) {
        mark(X.Callee);
        mark(X.Type);
        mark(X.Recv);
        mark(X.Val);
        for (const Value &A : X.Args)
          mark(A);
      }
  }
}

/// Drops what is not kept, orders the rest, and interns strings anew in the
/// order in which the tables mention them.
void Compactor::renumber() {
  auto Order = [&](auto &Table, const std::vector<char> &Keep, auto Less) {
    std::vector<uint32_t> Ids;
    for (uint32_t I = 0; I < Table.size(); ++I)
      if (Keep[I])
        Ids.push_back(I);
    std::sort(Ids.begin(), Ids.end(), Less);
    return Ids;
  };
  auto ByPlace = [&](auto &Table) {
    return [&](uint32_t A, uint32_t B) {
      const auto &X = Table[A], &Y = Table[B];
      if (X.At != Y.At)
        return X.At < Y.At;
      return U.text(X.Name) < U.text(Y.Name);
    };
  };
  std::vector<uint32_t> Fns = Order(U.Functions, KeepFn, ByPlace(U.Functions));
  std::vector<uint32_t> Tys = Order(U.Types, KeepType, ByPlace(U.Types));
  std::vector<FnId> NewFn(U.Functions.size(), FnId::None);
  std::vector<TypeId> NewType(U.Types.size(), TypeId::None);
  for (uint32_t I = 0; I < Fns.size(); ++I)
    NewFn[Fns[I]] = FnId(I);
  for (uint32_t I = 0; I < Tys.size(); ++I)
    NewType[Tys[I]] = TypeId(I);

  std::vector<std::string> Old = std::move(U.Strings);
  U.Strings = {std::string()};
  StringTable Table(U);
  std::vector<StrId> NewStr(Old.size(), StrId::Empty);
  std::vector<char> Known(Old.size(), 0);
  auto S = [&](StrId &I) {
    if (!Known[raw(I)]) {
      NewStr[raw(I)] = Table.intern(Old[raw(I)]);
      Known[raw(I)] = 1;
    }
    I = NewStr[raw(I)];
  };
  auto Fn = [&](FnId &I) { I = I == FnId::None ? I : NewFn[raw(I)]; };
  auto Ty = [&](TypeId &I) { I = I == TypeId::None ? I : NewType[raw(I)]; };
  auto P = [&](Place &X) {
    S(X.Name);
    for (PathStep &Step : X.Path)
      S(Step.Name);
  };
  auto V = [&](auto &&Self, Value &X) -> void {
    S(X.Text);
    P(X.Where);
    Fn(X.Fn);
    for (Capture &C : X.Captures) {
      S(C.Field);
      Self(Self, C.What);
    }
  };
  std::vector<Function> Functions;
  for (uint32_t I : Fns)
    Functions.push_back(std::move(U.Functions[I]));
  std::vector<Type> Types;
  for (uint32_t I : Tys)
    Types.push_back(std::move(U.Types[I]));
  for (Type &T : Types) {
    S(T.Name), S(T.Template);
    Ty(T.Promise), Ty(T.Result), Fn(T.CallOperator), Fn(T.Destructor);
    for (TypeId &B : T.Bases)
      Ty(B);
    for (TypeId &A : T.Arguments)
      Ty(A);
    for (Field &F : T.Fields)
      S(F.Name), S(F.TypeName), Ty(F.Type);
  }
  for (Function &F : Functions) {
    S(F.Name), S(F.Qualified), S(F.Display);
    Ty(F.Class), Ty(F.Returns), Ty(F.Promise), Fn(F.Owner);
    for (FnId &O : F.Overrides)
      Fn(O);
    for (Param &A : F.Params)
      S(A.Name), S(A.TypeName), Ty(A.Type);
    for (Local &L : F.Locals)
      S(L.Name), S(L.TypeName), Ty(L.Type);
    for (Block &B : F.Blocks)
      for (Fact &X : B.Facts) {
        Fn(X.Callee), Ty(X.Type), S(X.Word), P(X.To), P(X.From);
        V(V, X.Recv), V(V, X.Val);
        for (Value &A : X.Args)
          V(V, A);
      }
  }
  U.Functions = std::move(Functions);
  U.Types = std::move(Types);
}

void Compactor::run() {
  findLoud();
  reach();
  renumber();
}

void compact(Unit &U, const model::ModelSet &Models) { Compactor(U, Models).run(); }

} // namespace cotidy::extract
