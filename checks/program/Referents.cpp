#include "program/Referents.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

RefTypes::RefTypes(const Unit &U)
    : U(U), ByReference(U.Strings.size()), Fields(U.Strings.size()), Refers(U.Types.size()) {
  for (const Type &T : U.Types)
    for (const Field &F : T.Fields)
      Fields[raw(F.Name)] = &F;
  for (const Function &F : U.Functions)
    for (const Block &B : F.Blocks)
      for (const Fact &X : B.Facts) {
        noteCaptures(X.Recv);
        noteCaptures(X.Val);
        for (const Value &A : X.Args)
          noteCaptures(A);
      }
}

void RefTypes::noteCaptures(const Value &V) {
  for (const Capture &C : V.Captures) {
    // A captured 'this' is a pointer that the closure holds.
    if (C.What.Kind == ValueKind::Address && !U.text(C.Field).ends_with("::this"))
      ByReference[raw(C.Field)] = true;
    noteCaptures(C.What);
  }
}

bool RefTypes::isPointer(std::string_view TypeName) {
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (std::string_view Suffix : {"const", "volatile", " ", "&"})
      if (TypeName.ends_with(Suffix)) {
        TypeName.remove_suffix(Suffix.size());
        Changed = true;
      }
  }
  return TypeName.ends_with('*') || TypeName == "this";
}

bool RefTypes::isTask(TypeId T) const {
  return T != TypeId::None && U.type(T).is(TyHasPromise);
}

bool RefTypes::runsOnItsOwn(TypeId T) const {
  return isTask(T) && U.type(T).TaskStart == Start::Eager && !U.type(T).is(TyOwnsFrame) &&
         !U.type(T).is(TyYields);
}

static std::string_view templateName(const Unit &U, TypeId T) {
  return T == TypeId::None ? std::string_view() : U.text(U.type(T).Template);
}

/// The last part of a qualified name.
static std::string_view lastPart(std::string_view Name) {
  size_t At = Name.rfind("::");
  return At == Name.npos ? Name : Name.substr(At + 2);
}

bool RefTypes::isSharedOwner(TypeId T) const {
  std::string_view Name = lastPart(templateName(U, T));
  return Name == "shared_ptr" || Name == "lw_shared_ptr" || Name == "intrusive_ptr" ||
         Name == "com_ptr" || Name == "scoped_refptr" || Name == "__shared_ptr" || Name == "__shared_ptr_access";
}

bool RefTypes::isWeakOwner(TypeId T) const {
  std::string_view Name = lastPart(templateName(U, T));
  return Name == "weak_ptr" || Name == "weak_ref" || Name == "__weak_ptr";
}

bool RefTypes::ownsWhatItHolds(TypeId T) const {
  std::string_view Name = templateName(U, T);
  if (!Name.starts_with("std::") && !Name.starts_with("boost::") && !Name.starts_with("absl::"))
    return false;
  return llvm::StringSwitch<bool>(lastPart(Name))
      .Cases({"unique_ptr", "optional", "vector", "array", "basic_string"}, true)
      .Cases({"deque", "list", "forward_list", "map", "set", "multimap"}, true)
      .Cases({"unordered_map", "unordered_set", "unordered_multimap", "flat_map"}, true)
      .Cases({"variant", "pair", "tuple", "queue", "stack", "priority_queue"}, true)
      .Default(false);
}

bool RefTypes::isPlainValue(TypeId T) const {
  std::string_view Name = templateName(U, T);
  if (Name == "std::basic_string" || Name == "std::allocator" || Name == "std::char_traits")
    return true;
  return ownsWhatItHolds(T) && std::ranges::all_of(U.type(T).Arguments, [&](TypeId A) {
           return A == TypeId::None || !U.type(A).is(TyDtorWork) || isPlainValue(A);
         });
}

bool RefTypes::isPointerLike(std::string_view TypeName, TypeId T) const {
  if (isPointer(TypeName))
    return true;
  return T != TypeId::None && U.type(T).is(TyRefers);
}

bool RefTypes::computeRefers(TypeId Id, unsigned Depth) const {
  const Type &T = U.type(Id);
  if (T.is(TyRefers) || T.is(TyLambda) || T.is(TyHasPromise) || T.is(TyAwaitable) ||
      T.is(TyAwaiter))
    return true;
  if (isSharedOwner(Id) || isWeakOwner(Id) || Depth == 0)
    return false;
  std::string_view Name = U.text(T.Template);
  if (Name == "std::function" || Name == "std::move_only_function" || Name == "std::thread" ||
      Name == "std::jthread")
    return true;
  if (Name == "std::coroutine_handle") // of a frame, which refers to its parameters
    return !T.Arguments.empty();
  auto part = [&](TypeId P) { return P != TypeId::None && P != Id && computeRefers(P, Depth - 1); };
  if (std::ranges::any_of(T.Arguments, part) || std::ranges::any_of(T.Bases, part))
    return true;
  return std::ranges::any_of(T.Fields, [&](const Field &F) {
    std::string_view N = U.text(F.TypeName);
    return isReference(N) || isPointer(N) || part(F.Type);
  });
}

bool RefTypes::mayRefer(TypeId T) const {
  if (T == TypeId::None)
    return false;
  auto &Known = Refers[raw(T)];
  if (!Known)
    Known = computeRefers(T, 4);
  return *Known;
}

bool RefTypes::mayRefer(StrId TypeName, TypeId T) const {
  return isPointer(U.text(TypeName)) || mayRefer(T);
}

} // namespace cotidy
