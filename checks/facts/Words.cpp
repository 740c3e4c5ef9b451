//===- Words.cpp - the words of the text form -----------------------------===//
// The tables behind Words.h. A flag's word is its enumerator in kebab case
// without the prefix; the words of facts are those that Facts.def explains.
//===----------------------------------------------------------------------===//
#include "facts/Words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace cotidy::facts {

static constexpr FlagWord FunctionFlags[] = {
    {FnUser, "user"},
    {FnGenerated, "generated"},
    {FnCoroutine, "coroutine"},
    {FnLambda, "lambda"},
    {FnVirtual, "virtual"},
    {FnPure, "pure"},
    {FnStatic, "static"},
    {FnConstructor, "constructor"},
    {FnDestructor, "destructor"},
    {FnNoReturn, "no-return"},
    {FnInternal, "internal"},
    {FnMain, "main"},
    {FnAwaits, "awaits"},
    {FnYields, "yields"},
    {FnNoAwaitAllowed, "no-await-allowed"},
    {FnMethod, "method"},
    {FnSystem, "system"},
    {FnNodiscard, "nodiscard"},
    {FnConst, "const"},
    {FnImplicit, "implicit"},
    {FnTrivialBody, "trivial-body"},
    {FnBlockingAttr, "blocking-attr"},
    {FnNonblockingAttr, "nonblocking-attr"},
    {FnOffloadAttr, "offload-attr"},
    {FnSpawnAttr, "spawn-attr"},
    {FnJoinsAttr, "joins-attr"},
    {FnLogAttr, "log-attr"},
    {FnStaticInit, "static-init"},
    {FnAwaiterPart, "awaiter-part"},
    {FnPromisePart, "promise-part"},
};

static constexpr FlagWord TypeFlags[] = {
    {TyUser, "user"},
    {TyConstructed, "constructed"},
    {TyCopyable, "copyable"},
    {TyAwaitable, "awaitable"},
    {TyAwaiter, "awaiter"},
    {TyHasPromise, "has-promise"},
    {TyOwnsFrame, "owns-frame"},
    {TySingleUse, "single-use"},
    {TyAffine, "affine"},
    {TyNoAwait, "no-await"},
    {TyLock, "lock"},
    {TySharedLock, "shared-lock"},
    {TyRecursiveLock, "recursive-lock"},
    {TyGuard, "guard"},
    {TyDtorWork, "dtor-work"},
    {TyInternal, "internal"},
    {TyLambda, "lambda"},
    {TyNodiscard, "nodiscard"},
    {TyPolymorphic, "polymorphic"},
    {TyYields, "yields"},
    {TyFinal, "final"},
    {TyRefers, "refers"},
};

static constexpr FlagWord FileFlags[] = {
    {FileUser, "user"},
    {FileGenerated, "generated"},
    {FileSystem, "system"},
};

llvm::ArrayRef<FlagWord> functionFlags() { return FunctionFlags; }
llvm::ArrayRef<FlagWord> typeFlags() { return TypeFlags; }
llvm::ArrayRef<FlagWord> fileFlags() { return FileFlags; }

using SlotList = llvm::SmallVector<Slot, NumSlots>;

static SlotList slotsNamed(std::string_view Names) {
  SlotList Found;
  while (!Names.empty()) {
    size_t End = std::min(Names.find(' '), Names.size());
    const auto *It = llvm::find(SlotNames, Names.substr(0, End));
    assert(It != std::end(SlotNames) && "Facts.def names an unknown slot");
    Found.push_back(Slot(It - std::begin(SlotNames)));
    Names.remove_prefix(std::min(End + 1, Names.size()));
  }
  return Found;
}

llvm::ArrayRef<Slot> slotsOfKind(FactKind K) {
  static const std::vector<SlotList> ByKind = [] {
    std::vector<SlotList> All;
    for (unsigned I = 0; I < NumFactKinds; ++I)
      All.push_back(slotsNamed(slotsOf(FactKind(I))));
    return All;
  }();
  return ByKind[unsigned(K)];
}

bool mayFill(FactKind K, Slot S) { return llvm::is_contained(slotsOfKind(K), S); }

bool isFilled(const Fact &F, Slot S) {
  switch (S) {
  case Slot::Callee: return F.Callee != FnId::None;
  case Slot::Recv:   return bool(F.Recv);
  case Slot::Args:   return !F.Args.empty();
  case Slot::To:     return bool(F.To);
  case Slot::From:   return bool(F.From);
  case Slot::Value:  return bool(F.Val);
  case Slot::Word:   return F.Word != StrId::Empty;
  case Slot::Type:   return F.Type != TypeId::None;
  }
  return false;
}

namespace words {
using List = std::string_view[];
static constexpr List Mutability = {"mutable", "const"};
static constexpr List Results = {"place", "borrow", "task", "void"};
static constexpr List Modes = {"exclusive", "shared"};
static constexpr List Ways = {"try", "adopt", "defer"};
static constexpr List Partings = {"disown"};
static constexpr List Ends = {"scope", "temporary", "member", "base", "delete", "frame"};
static constexpr List Likelihoods = {"may", "never"};
static constexpr List Suspensions = {"initial", "final", "yield", "await"};
static constexpr List Starts = {"lazy", "eager", "unknown"};
static constexpr List Origins = {"expanded"};
static constexpr List Uses = {"await", "move", "start", "return", "store", "discard"};
static constexpr List Manners = {"void", "built"};
static constexpr List Spawns = {"detached", "joined"};
static constexpr List Runners = {"thread", "pool", "blocking-pool", "loop", "later"};
static constexpr List Times = {"once", "many", "stackful"};
static constexpr List Joined = {"thread", "task", "future", "process", "group", "condition"};
static constexpr List Executors = {"loop", "pool", "blocking-pool", "thread", "unknown"};
static constexpr List DescriptorModes = {"nonblocking", "blocking"};
static constexpr List Owners = {"shared", "closure", "element"};
static constexpr List Bounds = {"begin", "end", "handler"};
static constexpr List Spellings = {"name", "object"};
static constexpr List Throws = {"new", "rethrow"};
} // namespace words

Vocabulary vocabularyOf(FactKind K) {
  using namespace words;
  constexpr bool Needed = true, Optional = false;
  switch (K) {
  case FactKind::Borrow:         return {Optional, false, Mutability, {}};
  case FactKind::Return:         return {Optional, false, Results, {}};
  case FactKind::Branch:         return {Needed, false, Tests, {}};
  case FactKind::Acquire:        return {Needed, false, Modes, Ways};
  case FactKind::Release:        return {Optional, false, Modes, Partings};
  case FactKind::Destroy:        return {Optional, false, Ends, {}};
  case FactKind::Suspend:        return {Needed, true, Likelihoods, Suspensions};
  case FactKind::CreateTask:     return {Needed, false, words::Starts, Origins};
  case FactKind::ConsumeTask:    return {Needed, false, Uses, Manners};
  case FactKind::Spawn:          return {Optional, false, Spawns, {}};
  case FactKind::Start:          return {Needed, false, Runners, {}};
  case FactKind::RunNow:         return {Optional, false, Times, {}};
  case FactKind::Join:           return {Needed, false, Joined, {}};
  case FactKind::SwitchExecutor: return {Needed, false, Executors, {}};
  case FactKind::SetMode:        return {Needed, false, DescriptorModes, {}};
  case FactKind::MayDestroy:     return {Optional, false, Owners, {}};
  case FactKind::Try:            return {Needed, false, Bounds, {}};
  case FactKind::Throw:          return {Optional, false, Throws, {}};
  case FactKind::Written:        return {Needed, false, Spellings, {}};
  case FactKind::Allow:          return {Needed, false, {}, {}};
  case FactKind::Call:
  case FactKind::VirtualCall:
  case FactKind::Store:
  case FactKind::Load:
  case FactKind::Move:
  case FactKind::Copy:
  case FactKind::Fork:
  case FactKind::NoReturn:
    return {};
  }
  return {};
}

std::string alternatives(llvm::ArrayRef<std::string_view> Words, llvm::StringRef Last) {
  std::vector<std::string> All;
  for (std::string_view W : Words)
    All.push_back("'" + std::string(W) + "'");
  if (!Last.empty())
    All.push_back(Last.str());
  std::string Text;
  for (size_t I = 0; I < All.size(); ++I)
    Text += (I == 0 ? "" : I + 1 == All.size() ? " or " : ", ") + All[I];
  return Text;
}

std::string withoutArguments(std::string_view Name) {
  std::string Kept;
  unsigned Depth = 0;
  for (char C : Name) {
    if (C == '<')
      ++Depth;
    else if (C == '>' && Depth)
      --Depth;
    else if (!Depth)
      Kept += C;
  }
  return Kept;
}

std::string_view lastComponent(std::string_view Qualified) {
  size_t At = Qualified.rfind("::");
  return At == std::string_view::npos ? Qualified : Qualified.substr(At + 2);
}

bool isResume(std::string_view Qualified) {
  return Qualified == "std::coroutine_handle::resume" ||
         Qualified == "std::coroutine_handle::operator()";
}

} // namespace cotidy::facts
