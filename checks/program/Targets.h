//===- Targets.h - what a fact may run --------------------------*- C++ -*-===//
// Resolves each call, destruction and "runs now" of a body to functions:
// direct callees, overrides, closures followed through the body's own locals,
// stored callables by what the program ever stored. A callable that the
// function was given stays symbolic, for its callers to resolve.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Held.h"
#include "program/LocalDefs.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <memory>

namespace cotidy {

/// A callable given to a function: a parameter, or the object that a member
/// function (the closure that a lambda's body) is called on, then a field
/// (a capture) of the object there, and so on.
struct SymPlace {
  bool OfThis = false;
  uint32_t Param = 0;
  llvm::SmallVector<facts::StrId, 2> Captures;
  bool operator==(const SymPlace &) const = default;
};

enum class Via : uint8_t { Direct, Override, Stored, Given };

struct Invocation {
  facts::FnId Fn = facts::FnId::None;
  const facts::Value *Self = nullptr; ///< the closure or object, if known
  Via How = Via::Direct;
  facts::StrId Through = facts::StrId::Empty; ///< Stored: field or variable
  bool Chosen = false; ///< one of a class's call operators, by the argument
};

struct Invocations {
  std::vector<Invocation> Known;    ///< each of them runs
  std::vector<Invocation> AnyOf;    ///< one of these, it is not known which
  std::vector<SymPlace> Symbolic;
};

class CallTargets {
public:
  CallTargets(const facts::Unit &U, const ModelUse &Models, const Hierarchy &Classes,
              const HeldValues &Held);

  /// What the fact `X` of the body of `In` runs before control goes on.
  Invocations at(facts::FnId In, const facts::Fact &X,
                 Hierarchy::Classes Of = Hierarchy::Constructed) const;

  /// The callable that `V` is; with captures, what the closure captured.
  Invocations resolve(facts::FnId In, const facts::Value &V,
                      llvm::ArrayRef<facts::StrId> Captures) const;

  /// By what anybody ever passed or captured.
  Invocations resolve(facts::FnId In, const SymPlace &S) const;

  const LocalDefs &defsOf(facts::FnId F) const;

private:
  void resolve(facts::FnId In, const facts::Value &V, llvm::ArrayRef<facts::StrId> Captures,
               unsigned Depth, Invocations &Out) const;
  void resolvePlace(facts::FnId In, const facts::Place &P,
                    llvm::ArrayRef<facts::StrId> Captures, unsigned Depth,
                    Invocations &Out) const;
  bool resolveLocal(facts::FnId In, uint32_t Local, llvm::ArrayRef<facts::StrId> Captures,
                    unsigned Depth, Invocations &Out) const;
  bool resolveField(facts::FnId In, const facts::Fact &Made, uint32_t Local,
                    llvm::ArrayRef<facts::StrId> Captures, unsigned Depth,
                    Invocations &Out) const;
  bool isOwnMember(const facts::Function &F, llvm::ArrayRef<facts::StrId> Fields,
                   llvm::ArrayRef<facts::StrId> Captures) const;
  void findReassigned();
  void addStored(const std::vector<facts::FnId> &Fns, facts::StrId Through,
                 Invocations &Out) const;
  void addVirtual(facts::FnId Callee, Hierarchy::Classes Of, Invocations &Out) const;
  bool ownsThisMeanwhile(facts::FnId In, facts::Place P) const;
  bool isIteratorOf(const facts::Function &F) const;

  const facts::Unit &U;
  const ModelUse &Models;
  const Hierarchy &Classes;
  const HeldValues &Held;
  std::set<facts::StrId> Reassigned; ///< fields written after construction
  mutable std::vector<std::unique_ptr<LocalDefs>> Defs;
};

} // namespace cotidy
