//===- Referents.h - what a reference needs to stay alive -------*- C++ -*-===//
// Names the objects that a function's references may refer to, as that
// function sees them, and answers from types what can refer to anything at
// all. It looks at declarations and captures, never at the order of things.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include <compare>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace cotidy {

/// Local: a variable or temporary, by number; numbers past the table are
///   temporaries without a place (closures, constants).
/// Param: the parameter's object: a copy, or the caller's object by reference.
/// Behind: what the parameter's value refers to (a view's text, a closure's
///   captures, a pointer's object).
/// This: the object; in a lambda, the closure.
/// BehindThis: what a capture of the closure refers to.
/// Forever: something of static storage.
enum class RefKind : uint8_t { Local, Param, Behind, This, BehindThis, Forever };

struct Referent {
  RefKind Kind = RefKind::Local;
  uint32_t Index = 0;                            ///< Local, Param, Behind
  facts::StrId Capture = facts::StrId::Empty;    ///< BehindThis
  auto operator<=>(const Referent &) const = default;
};

class RefTypes {
public:
  explicit RefTypes(const facts::Unit &U);

  /// An object of the type may refer to another: pointers, references, views,
  /// closures, tasks, and what holds such. Strong owners refer to nothing.
  bool mayRefer(facts::StrId TypeName, facts::TypeId T) const;
  bool mayRefer(facts::TypeId T) const;
  /// A pointer, or a class that is used like one (a view, an iterator).
  bool isPointerLike(std::string_view TypeName, facts::TypeId T) const;
  /// What it points to or holds is a part of it and dies with it.
  bool ownsWhatItHolds(facts::TypeId T) const;
  /// A string, or a container of plain values: no work ends when it dies.
  bool isPlainValue(facts::TypeId T) const;
  /// A task whose coroutine goes on when it is destroyed.
  bool runsOnItsOwn(facts::TypeId T) const;
  bool isTask(facts::TypeId T) const;
  bool isSharedOwner(facts::TypeId T) const;
  bool isWeakOwner(facts::TypeId T) const;

  bool isCapturedByReference(facts::StrId Field) const { return ByReference[raw(Field)]; }
  static bool isReference(std::string_view TypeName) { return TypeName.ends_with('&'); }
  static bool isPointer(std::string_view TypeName);
  /// Null if no type of the program has it.
  const facts::Field *field(facts::StrId Name) const { return Fields[raw(Name)]; }

private:
  bool computeRefers(facts::TypeId T, unsigned Depth) const;
  void noteCaptures(const facts::Value &V);

  const facts::Unit &U;
  std::vector<bool> ByReference;              ///< by StrId
  std::vector<const facts::Field *> Fields;   ///< by StrId
  mutable std::vector<std::optional<bool>> Refers;
};

} // namespace cotidy
