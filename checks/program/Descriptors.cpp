#include "program/Descriptors.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

/// EAGAIN, and EWOULDBLOCK which is the same, on Linux and on BSD.
static bool isAgain(const Value &V) {
  return V.Kind == ValueKind::Integer && (V.Int == 11 || V.Int == 35);
}

static bool asksForErrno(const Unit &U, const Fact &X) {
  if (X.Kind != FactKind::Call || X.Callee == FnId::None)
    return false;
  std::string_view Name = U.text(U.fn(X.Callee).Qualified);
  return Name == "__errno_location" || Name == "__error";
}

static bool mentions(const Fact &X, const Place &P) {
  auto is = [&](const Value &V) { return V.Where == P; };
  return is(X.Recv) || std::ranges::any_of(X.Args, is);
}

bool mayNotBlock(const Unit &U, const Function &F, const Fact &Call, const Value &D,
                 const ModelUse &Models) {
  bool Errno = false, Again = false;
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      Errno |= asksForErrno(U, X);
      Again |= X.Kind == FactKind::Branch && isAgain(X.Val);
      if (!D.Where)
        continue;
      if (X.Kind == FactKind::SetMode && X.From == D.Where &&
          U.text(X.Word) == "nonblocking")
        return true;
      bool Asked = (X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall) &&
                   &X != &Call && X.Callee != FnId::None && mentions(X, D.Where);
      if (!Asked)
        continue;
      TypeId Result = U.fn(X.Callee).Returns;
      if (F.is(FnCoroutine) && Result != TypeId::None && U.type(Result).is(TyAwaitable))
        return true;
    }
  return Errno && Again;
}

} // namespace cotidy
