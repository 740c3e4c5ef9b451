//===- Coroutines.h - promises, laziness, awaits ----------------*- C++ -*-===//
// Answers about coroutine types and awaits, from their parts and never from
// their names: which promise a type has, whether its coroutines start lazily,
// whether an await can suspend, which functions an await calls.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

#include <optional>

namespace cotidy::extract {

/// The promise of coroutines that return `R`, whether or not this unit
/// instantiates std::coroutine_traits; null if they cannot.
const clang::CXXRecordDecl *promiseOf(const clang::CXXRecordDecl *R);

/// By the declared type of the promise's initial_suspend.
facts::Start startOf(const clang::CXXRecordDecl *Promise);

/// What `await_ready` of the awaiter always returns, if its body says so.
std::optional<bool> constantReady(const clang::FunctionDecl *Ready);

/// A member function by name, in the class or its bases; null if none.
const clang::CXXMethodDecl *findMethod(const clang::CXXRecordDecl *R, llvm::StringRef Name);

bool isAwaiter(const clang::CXXRecordDecl *R);
/// The await_resume of the class, or of what its operator co_await returns.
const clang::CXXMethodDecl *resumeOf(const clang::CXXRecordDecl *R);
/// Has an operator co_await, or is an awaiter or a sender itself.
bool isAwaitable(const clang::CXXRecordDecl *R);
/// Its await_transform is deleted for whatever is awaited.
bool forbidsAwait(const clang::CXXRecordDecl *Promise);
/// A destructor of the class (or of a member) destroys a coroutine's frame.
bool ownsFrame(const clang::CXXRecordDecl *R);

/// The calls of one await, peeled out of clang's expressions.
struct AwaitParts {
  const clang::CallExpr *Ready = nullptr;
  const clang::CallExpr *Suspend = nullptr;
  const clang::CallExpr *Resume = nullptr;
  const clang::Expr *Awaiter = nullptr; ///< the awaiter object
  const clang::Expr *Operand = nullptr; ///< what was awaited, before transforms
};
AwaitParts partsOf(const clang::CoroutineSuspendExpr *E);

/// False if the await can never suspend.
bool maySuspend(const AwaitParts &P);

/// The coroutine body of a function, or null.
const clang::CoroutineBodyStmt *coroutineBody(const clang::FunctionDecl *F);

/// Peels what only wraps a call: temporaries, casts, parentheses.
const clang::Expr *peel(const clang::Expr *E);

} // namespace cotidy::extract
