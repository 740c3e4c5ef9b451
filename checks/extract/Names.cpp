//===- Names.cpp - names of functions, variables and types ----------------===//
// External entities without a lambda in their name use the Itanium name. The
// numbering of lambdas in Itanium names depends on the order of asking, so
// everything that mentions one is named here: owner, ordinal, arguments.
//===----------------------------------------------------------------------===//
#include "extract/Names.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace clang;
using namespace llvm;

namespace cotidy::extract {

/// Longer names are cut and end in a hash of the whole.
static constexpr size_t MaxName = 600;

static std::string bounded(std::string Name) {
  if (Name.size() <= MaxName)
    return Name;
  std::string Hash = utohexstr(xxh3_64bits(Name), /*LowerCase=*/true);
  Name.resize(MaxName - Hash.size() - 1);
  return Name + "~" + Hash;
}

Names::Names(ASTContext &Ctx, std::string UnitKey)
    : Ctx(Ctx), UnitKey(std::move(UnitKey)), Mangler(Ctx) {}

static std::string simpleName(const NamedDecl *D) {
  if (const auto *C = dyn_cast<CXXConstructorDecl>(D))
    return C->getParent()->getNameAsString();
  if (const auto *C = dyn_cast<CXXDestructorDecl>(D))
    return "~" + C->getParent()->getNameAsString();
  if (const auto *C = dyn_cast<CXXConversionDecl>(D)) {
    PrintingPolicy P = D->getASTContext().getPrintingPolicy();
    P.SuppressUnwrittenScope = true;
    return "operator " + C->getConversionType().getAsString(P);
  }
  return D->getNameAsString();
}

std::string Names::qualified(const NamedDecl *D) {
  SmallVector<std::string, 6> Parts{simpleName(D)};
  for (const DeclContext *C = D->getDeclContext(); C; C = C->getParent()) {
    if (const auto *N = dyn_cast<NamespaceDecl>(C)) {
      if (!N->isInline() && !N->isAnonymousNamespace())
        Parts.push_back(N->getNameAsString());
    } else if (const auto *T = dyn_cast<TagDecl>(C)) {
      const auto *R = dyn_cast<CXXRecordDecl>(T);
      Parts.push_back(R && R->isLambda() ? "lambda" : T->getNameAsString());
    } else if (const auto *F = dyn_cast<FunctionDecl>(C)) {
      Parts.push_back(simpleName(F));
    }
  }
  std::string Out;
  for (const std::string &P : llvm::reverse(Parts))
    (Out += Out.empty() ? "" : "::") += P;
  return Out;
}

std::string Names::display(const FunctionDecl *F) {
  if (const auto *M = dyn_cast<CXXMethodDecl>(F)) {
    if (M->getParent()->isLambda())
      return "lambda";
    if (isa<CXXConstructorDecl>(M) || isa<CXXDestructorDecl>(M))
      return simpleName(M);
    return M->getParent()->getNameAsString() + "::" + simpleName(M);
  }
  return simpleName(F);
}

namespace {
/// Numbers the lambdas of one function's own body, not those in lambdas.
class LambdaCounter : public RecursiveASTVisitor<LambdaCounter> {
public:
  explicit LambdaCounter(DenseMap<unsigned, unsigned> &Out) : Out(Out) {}
  bool TraverseLambdaExpr(LambdaExpr *L) {
    Out.try_emplace(L->getBeginLoc().getRawEncoding(), Out.size() + 1);
    for (unsigned I = 0; I < L->capture_size(); ++I)
      if (Expr *Init = L->capture_init_begin()[I])
        TraverseStmt(Init);
    return true;
  }
  bool TraverseDecl(Decl *D) { // local classes have lambdas of their own
    return D && isa<CXXRecordDecl>(D)
               ? true
               : RecursiveASTVisitor<LambdaCounter>::TraverseDecl(D);
  }

private:
  DenseMap<unsigned, unsigned> &Out;
};
} // namespace

unsigned Names::ordinalIn(const FunctionDecl *Owner, const CXXRecordDecl *R) {
  const FunctionDecl *Pattern = Owner->getTemplateInstantiationPattern();
  if (!Pattern)
    Pattern = Owner;
  const FunctionDecl *Definition = nullptr;
  if (Pattern->isDefined(Definition))
    Pattern = Definition;
  auto [It, New] = Ordinals.try_emplace(Pattern);
  if (New) {
    LambdaCounter Counter(It->second);
    if (Stmt *Body = Pattern->getBody())
      Counter.TraverseStmt(Body);
    if (const auto *C = dyn_cast<CXXConstructorDecl>(Pattern))
      for (CXXCtorInitializer *I : C->inits())
        if (I->isWritten())
          Counter.TraverseStmt(I->getInit());
  }
  auto Found = It->second.find(R->getBeginLoc().getRawEncoding());
  if (Found != It->second.end())
    return Found->second;
  // Default arguments and the like: numbered behind the body's own.
  unsigned Next = It->second.size() + 1;
  It->second.try_emplace(R->getBeginLoc().getRawEncoding(), Next);
  return Next;
}

std::string Names::lambda(const CXXRecordDecl *R) {
  const DeclContext *DC = R->getDeclContext();
  if (const auto *F = dyn_cast<FunctionDecl>(DC))
    return entity(F) + "#" + utostr(ordinalIn(F, R));
  std::string Owner = context(DC);
  if (const Decl *Within = R->getLambdaContextDecl())
    if (const auto *N = dyn_cast<NamedDecl>(Within))
      Owner += (Owner.empty() ? "" : "::") + N->getNameAsString();
  // No function to count in: numbered in the order of their text.
  const SourceManager &SM = Ctx.getSourceManager();
  return bounded(Owner + "@" + UnitKey + "#" +
                 utostr(SM.getExpansionColumnNumber(R->getBeginLoc())));
}

std::string Names::context(const DeclContext *DC) {
  if (const auto *F = dyn_cast<FunctionDecl>(DC))
    return entity(F);
  if (const auto *R = dyn_cast<CXXRecordDecl>(DC))
    return type(R);
  if (const auto *N = dyn_cast<NamespaceDecl>(DC)) {
    std::string Outer = context(N->getDeclContext());
    if (N->isInline())
      return Outer;
    if (N->isAnonymousNamespace())
      return Outer + (Outer.empty() ? "" : "::") + "(anonymous)@" + UnitKey;
    return Outer + (Outer.empty() ? "" : "::") + N->getNameAsString();
  }
  if (const auto *T = dyn_cast<TagDecl>(DC))
    return qualified(T);
  return DC->getParent() ? context(DC->getParent()) : std::string();
}

std::string Names::arguments(ArrayRef<TemplateArgument> Args) {
  std::string Out = "<";
  for (const TemplateArgument &A : Args) {
    if (Out.size() > 1)
      Out += ", ";
    switch (A.getKind()) {
    case TemplateArgument::Type:
      Out += type(A.getAsType());
      break;
    case TemplateArgument::Pack:
      Out += arguments(A.pack_elements());
      break;
    case TemplateArgument::Integral:
      Out += toString(A.getAsIntegral(), 10);
      break;
    case TemplateArgument::Declaration:
      if (const auto *F = dyn_cast<FunctionDecl>(A.getAsDecl()))
        Out += "&" + entity(F);
      else if (const auto *V = dyn_cast<VarDecl>(A.getAsDecl()))
        Out += "&" + entity(V);
      else
        Out += "&" + qualified(A.getAsDecl());
      break;
    default: {
      raw_string_ostream OS(Out);
      A.print(Ctx.getPrintingPolicy(), OS, /*IncludeType=*/true);
    }
    }
  }
  return Out + ">";
}

std::string Names::computeType(QualType T) {
  std::string Qualifiers = T.isConstQualified() ? "const " : "";
  const clang::Type *P = T.getTypePtr();
  if (const auto *R = P->getAsCXXRecordDecl())
    return Qualifiers + type(R);
  if (const auto *Ptr = dyn_cast<PointerType>(P))
    return type(Ptr->getPointeeType()) + "*" + (Qualifiers.empty() ? "" : " const");
  if (const auto *Ref = dyn_cast<LValueReferenceType>(P))
    return type(Ref->getPointeeType()) + "&";
  if (const auto *Ref = dyn_cast<RValueReferenceType>(P))
    return type(Ref->getPointeeType()) + "&&";
  if (const auto *F = dyn_cast<FunctionProtoType>(P)) {
    std::string Out = type(F->getReturnType()) + "(";
    for (QualType A : F->param_types())
      (Out += Out.back() == '(' ? "" : ", ") += type(A);
    Out += F->isVariadic() ? ", ...)" : ")";
    Out += F->isConst() ? " const" : "";
    Out += F->getRefQualifier() == RQ_RValue   ? " &&"
           : F->getRefQualifier() == RQ_LValue ? " &"
                                               : "";
    return Out + (F->isNothrow() ? " noexcept" : "");
  }
  if (const auto *M = dyn_cast<MemberPointerType>(P)) {
    const auto *C = M->getMostRecentCXXRecordDecl();
    return type(M->getPointeeType()) + " " + (C ? type(C) : std::string("?")) + "::*";
  }
  if (const auto *A = dyn_cast<ConstantArrayType>(P))
    return type(A->getElementType()) + "[" + toString(A->getSize(), 10, false) + "]";
  if (const auto *A = dyn_cast<ArrayType>(P))
    return type(A->getElementType()) + "[]";
  if (const auto *E = P->getAs<EnumType>()) { // perhaps of a template's instance
    std::string Outer = context(E->getDecl()->getDeclContext());
    return Qualifiers + Outer + (Outer.empty() ? "" : "::") + E->getDecl()->getNameAsString();
  }
  PrintingPolicy Policy = Ctx.getPrintingPolicy();
  return T.getAsString(Policy);
}

std::string Names::type(QualType T) {
  if (T.isNull())
    return "?";
  T = T.getCanonicalType();
  if (T.hasLocalQualifiers())
    return bounded(computeType(T));
  auto It = Types.find(T.getTypePtr());
  if (It != Types.end())
    return It->second;
  std::string Name = bounded(computeType(T));
  Types[T.getTypePtr()] = Name;
  return Name;
}

std::string Names::type(const CXXRecordDecl *R) {
  R = R->getCanonicalDecl();
  auto It = Entities.find(R);
  if (It != Entities.end())
    return It->second;
  std::string Name;
  if (R->isLambda()) {
    Name = lambda(R);
  } else {
    Name = context(R->getDeclContext());
    Name += Name.empty() ? "" : "::";
    if (R->getIdentifier())
      Name += R->getName();
    else if (const TypedefNameDecl *Alias = R->getTypedefNameForAnonDecl())
      Name += Alias->getName();
    else
      Name += "(unnamed)";
    if (const auto *S = dyn_cast<ClassTemplateSpecializationDecl>(R))
      Name += arguments(S->getTemplateArgs().asArray());
  }
  Name = bounded(std::move(Name));
  auto [Owner, New] = Owners.try_emplace("type " + Name, R);
  for (unsigned N = 2; !New && Owner->second != R; ++N) {
    std::string Other = Name + "~" + utostr(N);
    auto Again = Owners.try_emplace("type " + Other, R);
    if (Again.second) {
      Name = Other;
      break;
    }
  }
  Entities[R] = Name;
  return Name;
}

std::string Names::field(const FieldDecl *F) {
  const auto *R = dyn_cast<CXXRecordDecl>(F->getParent());
  if (!R)
    return qualified(F->getParent()) + "::" + F->getNameAsString();
  // A field of a class template is one field, whatever the arguments, but
  // locks and callables of different instances are different classes: keep.
  if (R->isLambda() && F->getFieldIndex() < R->capture_size()) {
    const LambdaCapture *C = R->getCapture(F->getFieldIndex());
    return capture(R, C->capturesVariable() ? C->getCapturedVar() : nullptr);
  }
  if (!F->getIdentifier())
    return type(R) + "::(unnamed" + utostr(F->getFieldIndex()) + ")";
  return type(R) + "::" + F->getNameAsString();
}

std::string Names::capture(const CXXRecordDecl *Closure, const ValueDecl *V) {
  return type(Closure) + "::" + (V ? V->getNameAsString() : "this");
}

/// True for names whose numbering depends on the order of asking.
static bool mentionsLambda(StringRef Mangled) {
  if (Mangled.contains("$_"))
    return true;
  for (size_t At = Mangled.find("Ul"); At != StringRef::npos;
       At = Mangled.find("Ul", At + 2)) {
    size_t End = Mangled.find('E', At);
    if (End == StringRef::npos)
      return false;
    size_t I = End + 1;
    while (I < Mangled.size() && isDigit(Mangled[I]))
      ++I;
    if (I < Mangled.size() && Mangled[I] == '_')
      return true;
  }
  return false;
}

std::string Names::compute(const FunctionDecl *F) {
  const auto *M = dyn_cast<CXXMethodDecl>(F);
  bool IsLambda = M && M->getParent()->isLambda();
  std::string Name;
  if (!IsLambda) {
    Name = Mangler.getName(F);
    if (!Name.empty() && !mentionsLambda(Name))
      return F->isExternallyVisible() ? Name : Name + "@" + UnitKey;
    Name = context(F->getDeclContext());
    Name += (Name.empty() ? "" : "::") + simpleName(F);
  } else {
    Name = type(M->getParent());
    if (M->getOverloadedOperator() != OO_Call)
      Name += "::" + simpleName(M);
    else if (!F->getTemplateSpecializationArgs())
      return Name;
  }
  if (const TemplateArgumentList *Args = F->getTemplateSpecializationArgs())
    Name += arguments(Args->asArray());
  Name += "(";
  for (const ParmVarDecl *P : F->parameters())
    (Name += Name.back() == '(' ? "" : ", ") += type(P->getType());
  Name += ")";
  if (M && M->isConst())
    Name += " const";
  if (M && M->getRefQualifier() == RQ_RValue)
    Name += " &&";
  return Name;
}

std::string Names::entity(const FunctionDecl *F) {
  F = F->getCanonicalDecl();
  auto It = Entities.find(F);
  if (It != Entities.end())
    return It->second;
  std::string Name = bounded(compute(F));
  auto [Owner, New] = Owners.try_emplace(Name, F);
  for (unsigned N = 2; !New && Owner->second != F; ++N) {
    std::string Other = Name + "~" + utostr(N);
    if (Owners.try_emplace(Other, F).second) {
      Name = Other;
      break;
    }
  }
  Entities[F] = Name;
  return Name;
}

std::string Names::entity(const VarDecl *V) {
  V = V->getCanonicalDecl();
  auto It = Entities.find(V);
  if (It != Entities.end())
    return It->second;
  std::string Name = context(V->getDeclContext());
  Name += (Name.empty() ? "" : "::") + V->getNameAsString();
  if (const auto *S = dyn_cast<VarTemplateSpecializationDecl>(V))
    Name += arguments(S->getTemplateArgs().asArray());
  if (!V->isExternallyVisible() && !V->isStaticLocal() &&
      !StringRef(Name).contains("@"))
    Name += "@" + UnitKey;
  Name = bounded(std::move(Name));
  auto [Owner, New] = Owners.try_emplace("var " + Name, V);
  for (unsigned N = 2; !New && Owner->second != V; ++N) { // two in one function
    std::string Other = Name + "~" + utostr(N);
    if (Owners.try_emplace("var " + Other, V).second) {
      Name = Other;
      break;
    }
  }
  Entities[V] = Name;
  return Name;
}

} // namespace cotidy::extract
