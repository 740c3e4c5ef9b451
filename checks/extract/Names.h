//===- Names.h - names of functions, variables and types --------*- C++ -*-===//
// Entity names: unique in the program and stable when a line above is edited.
// Qualified names: the keys of models, without template arguments and inline
// namespaces. Display names: what a message calls the thing.
//===----------------------------------------------------------------------===//
#pragma once

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Mangle.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

#include <string>

namespace cotidy::extract {

class Names {
public:
  /// `UnitKey` distinguishes internal entities of this unit: its main file.
  Names(clang::ASTContext &Ctx, std::string UnitKey);

  /// The entity name. Asked again for the same entity, gives the same name.
  /// Two entities never share one: the later gets a suffix (the lambdas that
  /// a pack expansion makes of one, in the order of their instantiation).
  std::string entity(const clang::FunctionDecl *F);
  std::string entity(const clang::VarDecl *V);
  std::string type(clang::QualType T);
  std::string type(const clang::CXXRecordDecl *R);
  /// "Class::field"; for captures "<closure>::variable".
  std::string field(const clang::FieldDecl *F);
  std::string capture(const clang::CXXRecordDecl *Closure, const clang::ValueDecl *V);

  static std::string qualified(const clang::NamedDecl *D);
  static std::string display(const clang::FunctionDecl *F);

private:
  std::string compute(const clang::FunctionDecl *F);
  std::string lambda(const clang::CXXRecordDecl *R);
  std::string context(const clang::DeclContext *DC);
  std::string arguments(llvm::ArrayRef<clang::TemplateArgument> Args);
  std::string computeType(clang::QualType T);
  unsigned ordinalIn(const clang::FunctionDecl *Owner, const clang::CXXRecordDecl *R);

  clang::ASTContext &Ctx;
  std::string UnitKey;
  clang::ASTNameGenerator Mangler;
  llvm::DenseMap<const clang::Decl *, std::string> Entities;
  llvm::DenseMap<const clang::Type *, std::string> Types;
  llvm::StringMap<const clang::Decl *> Owners;
  /// Of each function's pattern: the lambdas' places, in source order.
  llvm::DenseMap<const clang::FunctionDecl *, llvm::DenseMap<unsigned, unsigned>> Ordinals;
};

} // namespace cotidy::extract
