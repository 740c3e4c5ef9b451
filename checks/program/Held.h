//===- Held.h - what each place of a program may hold -----------*- C++ -*-===//
// Follows callables, tasks and coroutine handles through every place of the
// program, without regard to order or caller: parameters, locals, fields by
// name, globals, containers as one with their elements. Calls through stored
// callables are bound as they are found. Precision per call is not its job.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/CallOperators.h"
#include "program/Hierarchy.h"
#include "program/ModelUse.h"

#include <map>
#include <set>
#include <vector>

namespace cotidy {

enum class TokenKind : uint8_t {
  Callable, ///< Fn: a lambda's call operator, a function, a functor's operator()
  Task,     ///< Fn: the coroutine (or unseen function) that made it
  Handle,   ///< Fn: the await_suspend that was given this coroutine handle
  Switch,   ///< Fn: a modelled function; awaiting its result switches executor
  Joining,  ///< Fn: made a handle that waits when it is destroyed (std::async)
};

struct Token {
  TokenKind Kind = TokenKind::Callable;
  facts::FnId Fn = facts::FnId::None;
  auto operator<=>(const Token &) const = default;
};

class HeldValues {
public:
  HeldValues(const facts::Unit &U, const ModelUse &Models, const Hierarchy &Classes);

  const CallOperators &operators() const { return Operators; }

  /// A member of a library's class (a pair, a smart pointer): it is one with
  /// the object that holds it.
  bool isLibraryField(facts::StrId Field) const { return LibraryField[raw(Field)]; }

  /// Sorted. What the place may hold, of one kind.
  std::vector<facts::FnId> at(facts::FnId In, const facts::Place &P, TokenKind K) const;
  std::vector<facts::FnId> inField(facts::StrId Field, TokenKind K) const;
  /// The fields (by name) from which the place may have got what it holds.
  std::set<facts::StrId> fieldsFeeding(facts::FnId In, const facts::Place &P) const;

private:
  friend class HeldBuilder;
  using Node = uint32_t;
  static constexpr Node NoNode = ~0u;

  void findLibraryFields();
  const facts::PathStep *lastField(const facts::Place &P) const;
  Node nodeOf(facts::FnId In, const facts::Place &P) const;
  std::vector<facts::FnId> tokens(Node N, TokenKind K) const;

  const facts::Unit &U;
  CallOperators Operators;
  std::vector<bool> LibraryField;       ///< by StrId
  std::vector<Node> Base;               ///< by function; NoNode if not followed
  std::vector<Node> FieldNode, GlobalNode; ///< by StrId
  std::vector<facts::StrId> FieldOf;    ///< by node, Empty if it is no field
  std::vector<std::vector<Node>> Into;  ///< reversed edges
  std::vector<std::vector<Token>> Held; ///< sorted
};

} // namespace cotidy
