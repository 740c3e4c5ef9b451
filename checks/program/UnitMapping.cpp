#include "program/UnitMapping.h"

namespace cotidy {

using namespace facts;

UnitMapping::UnitMapping(const facts::Unit &U, Interner &I) : Unit(&U) {
  Strings.reserve(U.Strings.size());
  StringHash.reserve(U.Strings.size());
  for (const std::string &S : U.Strings) {
    Strings.push_back(I.intern(S));
    StringHash.push_back(I.hash(Strings.back()));
  }
  FileHash.reserve(U.Files.size());
  for (const SourceFile &F : U.Files)
    FileHash.push_back(llvm::xxh3_64bits(F.Path));
}

//===----------------------------------------------------------------------===//
// Hashing by content
//===----------------------------------------------------------------------===//

namespace {
struct Hasher {
  const UnitMapping &M;
  ContentHash H;

  void add(uint64_t V) { H.add(V); }
  void add(StrId I) { H.add(M.StringHash[raw(I)]); }
  void add(FnId I) { I == FnId::None ? H.add(1) : add(M.Unit->fn(I).Name); }
  void add(TypeId I) { I == TypeId::None ? H.add(2) : add(M.Unit->type(I).Name); }
  void add(const Spot &S) {
    H.add(S.isValid() && S.File < M.FileHash.size() ? M.FileHash[S.File] : 3);
    H.add((uint64_t(S.Line) << 32) | S.Column);
  }
  void add(const Place &P) {
    H.add((uint64_t(P.Root) << 32) | P.Index);
    if (P.Root == RootKind::Global)
      add(P.Name);
    H.add(P.Path.size());
    for (const PathStep &S : P.Path) {
      H.add(uint64_t(S.Kind));
      add(S.Name);
    }
  }
  void add(const Value &V) {
    H.add(uint64_t(V.Kind));
    if (!V)
      return;
    H.add(uint64_t(V.Int));
    add(V.Text);
    add(V.Where);
    add(V.Fn);
    H.add(V.Captures.size());
    for (const Capture &C : V.Captures) {
      add(C.Field);
      add(C.What);
    }
  }
  void add(const Fact &X) {
    H.add(uint64_t(X.Kind));
    add(X.At);
    add(X.Callee);
    add(X.Recv);
    H.add(X.Args.size());
    for (const Value &V : X.Args)
      add(V);
    add(X.To);
    add(X.From);
    add(X.Val);
    add(X.Word);
    add(X.Type);
  }
};
} // namespace

uint64_t UnitMapping::hashOf(const Function &F) const {
  Hasher H{*this, {}};
  H.add(F.Display);
  H.add(F.At);
  H.add(F.Params.size());
  for (const Param &P : F.Params) {
    H.add(P.TypeName);
    H.add(P.Type);
    H.add(uint64_t(P.Mode));
  }
  H.add(F.Locals.size());
  for (const Local &L : F.Locals)
    H.add(L.Type);
  H.add(F.Blocks.size());
  for (const Block &B : F.Blocks) {
    H.add(B.Facts.size());
    for (const Fact &X : B.Facts)
      H.add(X);
    for (const Edge &E : B.Successors)
      H.add((uint64_t(E.To) << 8) | uint64_t(E.Kind));
  }
  return H.H.get();
}

uint64_t UnitMapping::hashOf(const Type &T) const {
  Hasher H{*this, {}};
  H.add(T.Template);
  for (TypeId B : T.Bases)
    H.add(B);
  for (TypeId A : T.Arguments)
    H.add(A);
  for (const Field &F : T.Fields) {
    H.add(F.Name);
    H.add(F.TypeName);
    H.add(F.Type);
  }
  return H.H.get();
}

//===----------------------------------------------------------------------===//
// Rewriting ids
//===----------------------------------------------------------------------===//

namespace {
struct Rewriter {
  const UnitMapping &M;

  void fix(StrId &I) const { I = M.map(I); }
  void fix(FnId &I) const { I = M.map(I); }
  void fix(TypeId &I) const { I = M.map(I); }
  void fix(Spot &S) const {
    if (!S.isValid() || S.File >= M.Files.size())
      S = {};
    else
      S.File = M.Files[S.File];
  }
  void fix(Place &P) const {
    fix(P.Name);
    for (PathStep &S : P.Path)
      fix(S.Name);
  }
  void fix(Value &V) const {
    if (!V)
      return;
    fix(V.Text);
    fix(V.Where);
    fix(V.Fn);
    for (Capture &C : V.Captures) {
      fix(C.Field);
      fix(C.What);
    }
  }
  void fix(Fact &X) const {
    fix(X.At);
    fix(X.Callee);
    fix(X.Recv);
    for (Value &V : X.Args)
      fix(V);
    fix(X.To);
    fix(X.From);
    fix(X.Val);
    fix(X.Word);
    fix(X.Type);
  }
};
} // namespace

Function UnitMapping::mapped(const Function &F) const {
  Function R = F;
  Rewriter W{*this};
  W.fix(R.Name);
  W.fix(R.Qualified);
  W.fix(R.Display);
  W.fix(R.At);
  W.fix(R.Class);
  W.fix(R.Returns);
  W.fix(R.Promise);
  W.fix(R.Owner);
  for (FnId &O : R.Overrides)
    W.fix(O);
  for (Param &P : R.Params) {
    W.fix(P.Name);
    W.fix(P.TypeName);
    W.fix(P.Type);
  }
  for (Local &L : R.Locals) {
    W.fix(L.Name);
    W.fix(L.TypeName);
    W.fix(L.Type);
    W.fix(L.At);
  }
  for (Block &B : R.Blocks)
    for (Fact &X : B.Facts)
      W.fix(X);
  return R;
}

Type UnitMapping::mapped(const Type &T) const {
  Type R = T;
  Rewriter W{*this};
  W.fix(R.Name);
  W.fix(R.Template);
  W.fix(R.At);
  W.fix(R.Promise);
  W.fix(R.Result);
  W.fix(R.CallOperator);
  W.fix(R.Destructor);
  for (TypeId &B : R.Bases)
    W.fix(B);
  for (TypeId &A : R.Arguments)
    W.fix(A);
  for (Field &F : R.Fields) {
    W.fix(F.Name);
    W.fix(F.TypeName);
    W.fix(F.Type);
  }
  return R;
}

} // namespace cotidy
