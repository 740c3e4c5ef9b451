#include "flow/BusyWaits.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>

namespace cotidy::flow {

using namespace facts;

namespace {

using Blocks = std::set<uint32_t>;

std::string_view calleeOf(const Unit &U, const Fact &X) {
  return X.Kind == FactKind::Call && X.Callee != FnId::None ? U.text(U.fn(X.Callee).Qualified)
                                                            : std::string_view();
}

bool isAtomicMember(std::string_view Name) {
  return Name.starts_with("std::atomic") || Name.starts_with("std::__atomic") ||
         Name.starts_with("boost::atomic") || Name.starts_with("boost::atomics::");
}

/// A read of an atomic object. A conversion's name ends in its type.
bool readsAtomic(std::string_view Name) {
  return isAtomicMember(Name) &&
         (Name.ends_with("::load") || Name.ends_with("::test") ||
          (Name.find("::operator ") != Name.npos && Name.find("operator=") == Name.npos));
}

/// An exchange that may succeed: the loop retries it, as spin locks do.
bool exchanges(std::string_view Name) {
  return isAtomicMember(Name) &&
         (Name.ends_with("::exchange") || Name.ends_with("::test_and_set") ||
          Name.find("::compare_exchange") != Name.npos || Name.find("::fetch_") != Name.npos);
}

/// What waiting loops do meanwhile.
bool passesTime(std::string_view Name) {
  static constexpr std::string_view Names[] = {
      "std::this_thread::yield", "sched_yield",      "pthread_yield", "_mm_pause",
      "__builtin_ia32_pause",    "std::atomic_thread_fence", "cpu_relax"};
  return std::ranges::find(Names, Name) != std::end(Names);
}

class Finder {
public:
  Finder(const Unit &U, const Function &F)
      : U(U), F(F), After(F.Blocks.size()), Before(F.Blocks.size()) {
    for (uint32_t B = 0; B < F.Blocks.size(); ++B)
      for (const Edge &E : F.Blocks[B].Successors)
        if (E.Kind == EdgeKind::Normal) {
          After[B].push_back(E.To);
          Before[E.To].push_back(B);
        }
  }

  std::vector<BusyWait> run() {
    Blocks All;
    for (uint32_t B = 0; B < F.Blocks.size(); ++B)
      All.insert(B);
    search(All);
    std::ranges::sort(Found, {}, &BusyWait::At);
    return std::move(Found);
  }

private:
  void search(const Blocks &Within);
  std::vector<Blocks> loopsOf(const Blocks &Within) const;
  Blocks reachOf(uint32_t First, const Blocks &Within, bool Backwards) const;
  bool exchangesIn(const Blocks &Loop) const;
  std::optional<BusyWait> waitOf(const Blocks &Loop) const;
  bool onlyReads(const Fact &X, std::vector<Place> &Read) const;
  std::string nameOf(const Place &P) const;

  const Unit &U;
  const Function &F;
  std::vector<std::vector<uint32_t>> After, Before; ///< by block, normal edges
  std::vector<BusyWait> Found;
};

/// What one gets to from `First` in at least one step; or what gets there.
Blocks Finder::reachOf(uint32_t First, const Blocks &Within, bool Backwards) const {
  Blocks Seen;
  std::vector<uint32_t> Work{First};
  while (!Work.empty()) {
    uint32_t B = Work.back();
    Work.pop_back();
    for (uint32_t To : Backwards ? Before[B] : After[B])
      if (Within.count(To) && Seen.insert(To).second)
        Work.push_back(To);
  }
  return Seen;
}

/// The largest sets of blocks of which each reaches each.
std::vector<Blocks> Finder::loopsOf(const Blocks &Within) const {
  std::vector<Blocks> Loops;
  Blocks Left = Within;
  while (!Left.empty()) {
    uint32_t First = *Left.begin();
    Blocks To = reachOf(First, Left, false), From = reachOf(First, Left, true), Loop;
    std::ranges::set_intersection(To, From, std::inserter(Loop, Loop.end()));
    Left.erase(First);
    for (uint32_t B : Loop)
      Left.erase(B);
    if (!Loop.empty())
      Loops.push_back(std::move(Loop));
  }
  return Loops;
}

bool Finder::exchangesIn(const Blocks &Loop) const {
  for (uint32_t B : Loop)
    for (const Fact &X : F.Blocks[B].Facts)
      if (exchanges(calleeOf(U, X)))
        return true;
  return false;
}

/// True if the fact only reads; `Read` collects the results of atomic reads.
bool Finder::onlyReads(const Fact &X, std::vector<Place> &Read) const {
  switch (X.Kind) {
  case FactKind::Load:
  case FactKind::Branch:
  case FactKind::Written:
  case FactKind::Allow:
    return true;
  case FactKind::Store: { // `Value = Shared.load();`
    bool OfRead = std::ranges::find(Read, X.Val.Where) != Read.end();
    if (OfRead && X.To.Root == RootKind::Local)
      Read.push_back(X.To);
    return OfRead && X.To.Root == RootKind::Local;
  }
  case FactKind::Call: {
    std::string_view Name = calleeOf(U, X);
    if (readsAtomic(Name)) {
      if (X.To)
        Read.push_back(X.To);
      Read.push_back(X.Recv.Where);
      return true;
    }
    return passesTime(Name);
  }
  default:
    return false;
  }
}

std::string Finder::nameOf(const Place &P) const {
  std::string_view Name;
  for (const PathStep &S : P.Path)
    if (S.Kind == StepKind::Field)
      Name = U.text(S.Name);
  if (Name.empty() && P.Root == RootKind::Global)
    Name = U.text(P.Name);
  if (Name.empty() && P.Root == RootKind::Param && P.Index < F.Params.size())
    Name = U.text(F.Params[P.Index].Name);
  if (Name.empty() && P.Root == RootKind::Local && P.Index < F.Locals.size())
    Name = U.text(F.Locals[P.Index].Name);
  Name = Name.substr(0, Name.find('@')); // of internal linkage: the unit
  if (size_t Colons = Name.rfind("::"); Colons != Name.npos)
    Name.remove_prefix(Colons + 2);
  return Name.empty() || Name.starts_with("_Z") ? "what it reads" : "'" + std::string(Name) + "'";
}

/// Where another thread can write: not a local or a parameter itself.
bool isShared(const Place &P) {
  return P.Root == RootKind::Global ||
         ((P.Root == RootKind::This || P.Root == RootKind::Param) && !P.Path.empty());
}

std::optional<BusyWait> Finder::waitOf(const Blocks &Loop) const {
  std::vector<Place> Read;
  for (uint32_t B : Loop)
    for (const Fact &X : F.Blocks[B].Facts)
      if (!onlyReads(X, Read))
        return std::nullopt;
  std::optional<BusyWait> Wait;
  for (uint32_t B : Loop) {
    const Block &Here = F.Blocks[B];
    bool Leaves = std::ranges::any_of(Here.Successors, [&](const Edge &E) {
      return E.Kind == EdgeKind::Normal && !Loop.count(E.To);
    });
    if (!Leaves)
      continue;
    if (Here.Facts.empty() || Here.Facts.back().Kind != FactKind::Branch)
      return std::nullopt;
    const Place &Tested = Here.Facts.back().From;
    bool OfAtomic = std::ranges::find(Read, Tested) != Read.end();
    if (!OfAtomic && !isShared(Tested))
      return std::nullopt;
    if (Wait)
      continue;
    // The read itself stands before the test; without one the test reads.
    uint32_t At = uint32_t(Here.Facts.size() - 1);
    Place Object = Tested;
    for (uint32_t I = At; I-- > 0;)
      if (readsAtomic(calleeOf(U, Here.Facts[I]))) {
        At = I;
        Object = Here.Facts[I].Recv.Where;
        break;
      }
    Wait = BusyWait{{B, At}, nameOf(Object)};
  }
  return Wait;
}

/// Loops that are no waits may have some inside, unless they retry an exchange.
void Finder::search(const Blocks &Within) {
  for (const Blocks &Loop : loopsOf(Within)) {
    if (std::optional<BusyWait> W = waitOf(Loop)) {
      Found.push_back(std::move(*W));
      continue;
    }
    if (exchangesIn(Loop))
      continue;
    // Without the blocks by which the loop is entered, inner loops remain.
    Blocks Inner = Loop;
    for (uint32_t B = 0; B < F.Blocks.size(); ++B)
      if (!Loop.count(B))
        for (const Edge &E : F.Blocks[B].Successors)
          Inner.erase(E.To);
    if (Inner.size() < Loop.size())
      search(Inner);
  }
}

} // namespace

bool isInLoop(const Function &F, uint32_t Block) {
  std::vector<bool> Seen(F.Blocks.size());
  std::vector<uint32_t> Work{Block};
  while (!Work.empty()) {
    uint32_t B = Work.back();
    Work.pop_back();
    for (const Edge &E : F.Blocks[B].Successors)
      if (E.Kind == EdgeKind::Normal && !Seen[E.To]) {
        Seen[E.To] = true;
        Work.push_back(E.To);
      }
  }
  return Seen[Block];
}

std::vector<BusyWait> busyWaits(const Unit &U, const Function &F) {
  bool Any = std::ranges::any_of(F.Blocks, [&](const Block &B) {
    uint32_t Own = uint32_t(&B - F.Blocks.data());
    return std::ranges::any_of(B.Successors, [&](const Edge &E) { return E.To <= Own; });
  });
  // Taking a lock is no wait of this kind, however it is done.
  std::string_view Name = U.text(F.Display);
  if (!Any || Name.ends_with("::lock") || Name.ends_with("::lock_shared"))
    return {};
  return Finder(U, F).run();
}

} // namespace cotidy::flow
