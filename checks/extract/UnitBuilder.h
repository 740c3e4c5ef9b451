//===- UnitBuilder.h - the tables of a unit under construction --*- C++ -*-===//
// Gives functions, types and strings their ids, fills what is known of them
// without their bodies, and keeps the list of bodies still to be read.
// BodyBuilder reads one body; Compact removes what nobody can ask about.
//===----------------------------------------------------------------------===//
#pragma once

#include "extract/Names.h"
#include "extract/SourceFiles.h"
#include "facts/Facts.h"

#include "clang/AST/ASTContext.h"

#include <deque>
#include <set>

namespace cotidy::extract {

inline uint32_t flagIf(bool Condition, uint32_t Flag) { return Condition ? Flag : 0; }

class UnitBuilder {
public:
  UnitBuilder(clang::ASTContext &Ctx, const ExtractOptions &O);

  /// Reads the bodies of all user functions and of what they reach.
  facts::Unit run();

  facts::FnId function(const clang::FunctionDecl *F);
  facts::TypeId type(const clang::CXXRecordDecl *R);
  /// The class type behind references, pointers and arrays; None if none.
  facts::TypeId type(clang::QualType T);
  facts::TypeId destroyedType(const clang::CXXDestructorDecl *D);
  void markConstructed(const clang::CXXRecordDecl *R);
  facts::StrId str(llvm::StringRef S) { return Strings.intern(std::string_view(S)); }
  facts::StrId typeName(clang::QualType T) { return str(N.type(T)); }
  Spot spot(clang::SourceLocation L) { return Files.spot(L); }
  void unknownNode(llvm::StringRef Kind) { ++U.UnknownNodes[Kind.str()]; }

  clang::ASTContext &Ctx;
  const ExtractOptions &O;
  facts::Unit U;
  facts::StringTable Strings;
  SourceFiles Files;
  Names N;

private:
  void collectUserFunctions();
  void readStaticInits(llvm::ArrayRef<const clang::VarDecl *> Variables);
  void readMemberInits(const clang::CXXRecordDecl *R);
  void describe(facts::FnId I, const clang::FunctionDecl *F);
  void describe(facts::TypeId I, const clang::CXXRecordDecl *R);
  void readBody(facts::FnId I, const clang::FunctionDecl *F);

  llvm::DenseMap<const clang::FunctionDecl *, facts::FnId> Functions;
  llvm::DenseMap<const clang::CXXRecordDecl *, facts::TypeId> Types;
  std::deque<std::pair<facts::FnId, const clang::FunctionDecl *>> Bodies;
  std::deque<std::pair<facts::TypeId, const clang::CXXRecordDecl *>> Undescribed;
};

/// Drops the bodies of functions outside user code that do nothing to user
/// code's values (the built-in models tell which roles count), then functions and types that nothing mentions, and puts
/// what is left in its defined order.
void compact(facts::Unit &U, const model::ModelSet &Models);

} // namespace cotidy::extract
