//===- Owners.h - which objects may die meanwhile ---------------*- C++ -*-===//
// Evidence in the program that an object may be destroyed while work that
// refers to it goes on: its class is owned by shared pointers that it hands
// out itself, or a container of them is erased from. Whether some work holds
// it is for others to say.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Impl.h"
#include "program/Referents.h"

#include <map>

namespace cotidy {

class Owners {
public:
  Owners(const Program::Impl &P, const RefTypes &Types);

  struct Evidence {
    bool SharedFromThis = false; ///< by the class alone
    Spot At;                     ///< else: where an owner lets go
    facts::FnId In = facts::FnId::None;
    explicit operator bool() const { return SharedFromThis || At.isValid(); }
  };
  Evidence mayDie(facts::TypeId Class) const;
  /// Elements of the field are erased somewhere but in a destructor.
  Evidence isErasedFrom(facts::StrId Field) const;

  /// One is the other, or its base.
  bool related(facts::TypeId A, facts::TypeId B) const;
  /// A variable of type `T` keeps an object of the class alive.
  bool isStrong(facts::TypeId T, facts::TypeId Class) const;
  bool isWeak(facts::TypeId T, facts::TypeId Class) const;

private:
  bool derivesFrom(facts::TypeId D, facts::TypeId B, unsigned Depth = 8) const;
  bool sharesItself(facts::TypeId T, unsigned Depth = 8) const;
  void noteErased(facts::TypeId Owner, Spot At, facts::FnId In, unsigned Depth);

  const facts::Unit &U;
  const RefTypes &Types;
  std::map<facts::TypeId, Evidence> Erased;
  std::map<facts::StrId, Evidence> ErasedFields;
};

} // namespace cotidy
