#include "program/Suggest.h"

#include "program/Contexts.h"
#include "program/Impl.h"
#include "program/Witness.h"

#include <algorithm>
#include <map>
#include <set>

namespace cotidy {

using namespace facts;

/// More names than somebody reads are noise.
static constexpr size_t MostUnknown = 30;

namespace {
class Suggestions {
public:
  explicit Suggestions(const Program::Impl &P) : P(P), U(P.U) {}

  std::string types() const;
  std::string functions() const;
  std::string unknown() const;

private:
  std::string rowOf(TypeId T) const;

  const Program::Impl &P;
  const Unit &U;
};

struct Use {
  unsigned Calls = 0;
  Location First;
};
} // namespace

static std::string entry(const std::string &Name, const std::string &Keys) {
  return "  - name: " + Name + "\n" + Keys;
}

static std::string key(const char *Name, std::string_view Value) {
  return std::string("    ") + Name + ": " + std::string(Value) + "\n";
}

std::string Suggestions::rowOf(TypeId T) const {
  const Type &What = U.type(T);
  std::string Keys;
  if (What.is(TyHasPromise) && P.Tasks.isTask(T)) {
    Keys += key("task", P.Tasks.isLazy(T) ? "lazy" : "eager");
    Keys += key("single-use", P.Tasks.isSingleUse(T) ? "true" : "false");
    if (What.is(TyAffine))
      Keys += key("affine", "true");
    if (P.Tasks.frameOwner(T) == FrameOwner::Handle)
      Keys += key("owns-frame", "true");
  }
  // An awaiter that resumes what it keeps is nobody's executor.
  if (auto Kind = P.Executors.ofClass(T); Kind && !What.is(TyAwaiter))
    switch (*Kind) {
    case flow::ExecutorKind::Loop:
      Keys += key("executor", "loop");
      break;
    case flow::ExecutorKind::Pool:
      Keys += key("executor", "pool");
      break;
    case flow::ExecutorKind::BlockingPool:
      Keys += key("executor", "blocking-pool");
      break;
    default:
      break;
    }
  if (What.is(TyLock) && !What.is(TyGuard))
    Keys += key("lock", What.is(TyRecursiveLock) ? "recursive"
                        : What.is(TySharedLock)  ? "shared"
                                                 : "exclusive");
  if (What.is(TyGuard))
    Keys += key("guard", "true");
  return Keys;
}

std::string Suggestions::types() const {
  std::map<std::string, std::string> Rows;
  for (uint32_t I = 0; I < U.Types.size(); ++I) {
    const Type &T = U.Types[I];
    if (!T.is(TyUser) || T.is(TyInternal) || T.is(TyLambda) || P.Models.of(TypeId(I)))
      continue;
    StrId Name = T.Template != StrId::Empty ? T.Template : T.Name;
    if (std::string Keys = rowOf(TypeId(I)); !Keys.empty())
      Rows.emplace(U.text(Name), Keys);
  }
  std::string Text;
  for (const auto &[Name, Keys] : Rows)
    Text += entry(Name, Keys);
  return Text.empty() ? Text : "types:\n" + Text;
}

/// A parameter that is given on as a whole.
static bool isParam(const Value &V) {
  return V.Where.Root == RootKind::Param && V.Where.Path.empty();
}

/// By function and parameter, the word of the start that it ends up in.
using Started = std::map<std::pair<FnId, uint32_t>, std::string>;

static Started startsOf(const Unit &U) {
  Started Result;
  for (bool Grew = true; Grew;) {
    Grew = false;
    for (uint32_t F = 0; F < U.Functions.size(); ++F)
      for (const Block &B : U.Functions[F].Blocks)
        for (const Fact &X : B.Facts) {
          if (X.Kind == FactKind::Start && isParam(X.Val))
            Grew |= Result.emplace(std::pair(FnId(F), X.Val.Where.Index), U.text(X.Word)).second;
          if (X.Kind != FactKind::Call || X.Callee == FnId::None)
            continue;
          for (uint32_t A = 0; A < X.Args.size(); ++A)
            if (auto It = Result.find({X.Callee, A}); isParam(X.Args[A]) && It != Result.end())
              Grew |= Result.emplace(std::pair(FnId(F), X.Args[A].Where.Index), It->second).second;
        }
  }
  return Result;
}

std::string Suggestions::functions() const {
  std::map<std::string, std::string> Rows;
  for (const auto &[Where, Word] : startsOf(U)) {
    const Function &F = U.fn(Where.first);
    if (!F.is(FnUser) || F.is(FnInternal) || F.is(FnLambda) || P.Models.of(Where.first))
      continue;
    Rows.emplace(U.text(F.Qualified),
                 key("runs", "{arg: " + std::to_string(Where.second) + ", when: later, on: " +
                                 Word + "}"));
  }
  std::string Text;
  for (const auto &[Name, Keys] : Rows)
    Text += entry(Name, Keys);
  return Text.empty() ? Text : "functions:\n" + Text;
}

/// What runs where nothing may block, callees that are known included.
static std::set<FnId> reachedWithoutBlocking(const Program::Impl &P) {
  std::set<FnId> Seen;
  std::vector<FnId> Open;
  auto add = [&](FnId F) {
    if (F != FnId::None && !P.Models.speaksFor(P.U, F) && Seen.insert(F).second)
      Open.push_back(F);
  };
  for (const Context &C : nonBlockingContexts(P))
    add(C.Fn);
  while (!Open.empty()) {
    FnId F = Open.back();
    Open.pop_back();
    for (const Block &B : P.U.fn(F).Blocks)
      for (const Fact &X : B.Facts)
        if (X.Kind == FactKind::Call)
          add(X.Callee);
  }
  return Seen;
}

std::string Suggestions::unknown() const {
  std::map<std::string, Use> Uses;
  for (FnId F : reachedWithoutBlocking(P))
    for (const Block &B : U.fn(F).Blocks)
      for (const Fact &X : B.Facts) {
        if (X.Kind != FactKind::Call || X.Callee == FnId::None || P.Models.of(X.Callee))
          continue;
        const Function &Callee = U.fn(X.Callee);
        std::string_view Name = U.text(Callee.Qualified);
        // What locks do is known from their types.
        if (Callee.Class != TypeId::None && U.type(Callee.Class).is(TyLock))
          continue;
        // The built-in models know the whole standard library.
        if (Callee.Body != BodyState::Unknown || Callee.is(FnImplicit) || Callee.is(FnPure) ||
            Name.starts_with("std::") || Name.starts_with("__") ||
            Name.find("operator") != Name.npos || Name.find('(') != Name.npos)
          continue;
        Use &Of = Uses[std::string(Name)];
        if (Of.Calls++ == 0)
          Of.First = locationOf(U, X.At);
      }
  std::vector<std::pair<std::string, Use>> Ranked(Uses.begin(), Uses.end());
  std::ranges::stable_sort(Ranked, [](const auto &A, const auto &B) {
    return A.second.Calls > B.second.Calls;
  });
  Ranked.resize(std::min(Ranked.size(), MostUnknown));
  std::string Text;
  for (const auto &[Name, Of] : Ranked)
    Text += "#  - name: " + Name + " # " + std::to_string(Of.Calls) +
            (Of.Calls == 1 ? " call" : " calls") + ", first at " + Of.First.File + ":" +
            std::to_string(Of.First.Line) + "\n#    blocks: database\n";
  return Text;
}

std::string suggestModels(const Program &Prog) {
  Suggestions S(Prog.impl());
  std::string Functions = S.functions(), Unknown = S.unknown();
  std::string Text = S.types();
  if (Functions.empty() && !Unknown.empty())
    Functions = "#functions:\n";
  Text += Functions;
  if (!Unknown.empty())
    Text += "# Called where nothing may block, and nothing is known of them. Remove the '#' of those\n"
            "# that block, and say what they wait for.\n" +
            Unknown;
  return Text;
}

} // namespace cotidy
