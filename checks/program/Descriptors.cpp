#include "program/Descriptors.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

static std::string_view calleeOf(const Unit &U, const Fact &X) {
  bool Call = X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
  return Call && X.Callee != FnId::None ? U.text(U.fn(X.Callee).Qualified)
                                        : std::string_view();
}

/// EAGAIN, and EWOULDBLOCK which is the same, and connect's EINPROGRESS, on
/// Linux and on BSD.
static bool isAgain(const Value &V) {
  return V.Kind == ValueKind::Integer &&
         (V.Int == 11 || V.Int == 35 || V.Int == 115 || V.Int == 36);
}

/// Libraries with threads of their own have an errno of their own, too.
static bool asksWhy(std::string_view Callee) {
  return Callee.ends_with("errno_location") || Callee == "__error";
}

static bool waitsForReadiness(std::string_view Callee) {
  static constexpr std::string_view Names[] = {"poll",       "ppoll",      "select",
                                               "pselect",    "epoll_wait", "epoll_pwait",
                                               "SSL_get_error"};
  return std::ranges::find(Names, Callee) != std::end(Names);
}

static bool hasWord(std::string_view Name, std::string_view Word) {
  for (size_t At = Name.find(Word); At != Name.npos; At = Name.find(Word, At + 1))
    if (At == 0 || !llvm::isAlpha(Name[At - 1]))
      return true;
  return false;
}

/// An awaitable that tells, by its name, of readiness. `when_all_ready` is of
/// tasks.
static bool awaitsReadiness(const Unit &U, const Fact &X) {
  if (X.Callee == FnId::None)
    return false;
  const Function &F = U.fn(X.Callee);
  if (F.Returns == TypeId::None || !U.type(F.Returns).is(TyAwaitable))
    return false;
  static constexpr std::string_view Words[] = {"poll", "readable", "writable", "ready",
                                               "async_wait", "wait_read", "wait_write"};
  std::string_view Name = U.text(F.Display);
  return !hasWord(Name, "when_") &&
         std::ranges::any_of(Words, [&](std::string_view W) { return hasWord(Name, W); });
}

bool expectsWouldBlock(const Unit &U, const Function &F) {
  bool Errno = false, Again = false;
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts) {
      std::string_view Callee = calleeOf(U, X);
      if (!Callee.empty() && (waitsForReadiness(Callee) || awaitsReadiness(U, X)))
        return true;
      Errno |= asksWhy(Callee);
      Again |= X.Kind == FactKind::Branch && isAgain(X.Val);
    }
  return Errno && Again;
}

std::optional<Decision> isWakeUp(const Unit &U, const Fact &Call, const LocalDefs &Defs) {
  if (calleeOf(U, Call) != "write" || Call.Args.size() != 3)
    return std::nullopt;
  ParamGuard Few;
  Few.Test = flow::GuardTest::LessEqual;
  Few.With.Kind = ValueKind::Integer;
  Few.With.Int = 8;
  return decide(U, Few, Call.Args[2], Defs);
}

bool isTls(const Unit &U, FnId Leaf) {
  return Leaf != FnId::None && U.text(U.fn(Leaf).Qualified).starts_with("SSL_");
}

} // namespace cotidy
