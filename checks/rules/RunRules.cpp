#include "rules/RunRules.h"

#include "base/CheckInfo.h"
#include "program/Witness.h"
#include "rules/Rule.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace cotidy {

using namespace facts;

namespace {
struct RuleEntry {
  std::string_view Name;
  void (*Run)(const Program::Impl &, Drafts &);
};
constexpr RuleEntry Rules[] = {
#define CHECK(RuleName, Name, Summary) {Name, find##RuleName},
#include "Checks.def"
};
} // namespace

static void complete(const Unit &U, Draft &D) {
  const Function &F = U.fn(D.In);
  D.What.Primary = locationOf(U, D.At);
  D.What.Function = std::string(U.text(F.Qualified));
  if (D.Leaf != FnId::None)
    D.What.Leaf = std::string(U.text(U.fn(D.Leaf).Qualified));
}

/// Findings stand in user code that somebody wrote, at a real place.
static bool mayStand(const Unit &U, const Draft &D) {
  const Function &F = U.fn(D.In);
  if (!F.is(FnUser) || F.is(FnGenerated) || !D.At.isValid())
    return false;
  return D.At.File < U.Files.size() && !(U.Files[D.At.File].Flags & FileGenerated);
}

/// Report order: by place, then by what is said.
static auto orderOf(const Finding &F) {
  return std::tie(F.Primary, F.Check, F.Message, F.Leaf, F.Fingerprint);
}

/// Two instances of one template, or a header in many units, say the same
/// thing at the same place; the surest and shortest stands for all.
static void mergeSamePlace(Drafts &All) {
  auto key = [](const Draft &D) {
    return std::tie(D.What.Primary, D.What.Check, D.What.Leaf, D.What.Category);
  };
  std::ranges::sort(All, [&](const Draft &A, const Draft &B) {
    if (key(A) != key(B))
      return key(A) < key(B);
    if (A.What.Sure != B.What.Sure)
      return A.What.Sure > B.What.Sure;
    return std::tuple(A.What.Witness.size(), A.What.Function, A.What.Message, A.In) <
           std::tuple(B.What.Witness.size(), B.What.Function, B.What.Message, B.In);
  });
  auto Same = std::ranges::unique(All, [&](const Draft &A, const Draft &B) {
    return key(A) == key(B);
  });
  All.erase(Same.begin(), Same.end());
}

static std::string firstName(const Unit &U, const Draft &D) {
  return D.First == FnId::None ? std::string() : std::string(U.text(U.fn(D.First).Qualified));
}

/// Check, function, the two ends of the chain, and an ordinal: no lines.
static void fingerprint(const Unit &U, Drafts &All) {
  std::map<std::string, unsigned> Seen;
  for (Draft &D : All) {
    std::string Key = D.What.Check + '\0' + D.What.Function + '\0' + firstName(U, D) + '\0' +
                      D.What.Leaf;
    unsigned Ordinal = Seen[Key]++;
    Key += '\0' + std::to_string(Ordinal);
    D.What.Fingerprint = llvm::utohexstr(llvm::xxh3_64bits(Key), true, 16);
  }
}

static void group(Drafts &All) {
  std::map<std::tuple<std::string, Spot, FnId>, unsigned> Groups;
  for (Draft &D : All) {
    auto [It, New] = Groups.try_emplace({D.What.Check, D.LeafAt, D.Leaf},
                                        unsigned(Groups.size() + 1));
    D.What.Group = It->second;
  }
}

static std::vector<Note> unusedSuppressions(const Program::Impl &P,
                                            const std::vector<std::string> &Checks) {
  std::vector<Note> Notes;
  for (const SuppressedLines::Unused &U : P.Effects.suppressions().unused(Checks))
    Notes.push_back({locationOf(P.U, U.At), "the suppression of '" + U.Word + "' suppresses nothing"});
  return Notes;
}

Verdict runRules(const Program &Prog, const RuleOptions &O) {
  const Program::Impl &P = Prog.impl();
  Drafts All;
  for (const RuleEntry &R : Rules)
    if (std::ranges::find(O.Checks, R.Name) != O.Checks.end())
      R.Run(P, All);

  std::erase_if(All, [&](const Draft &D) { return !mayStand(P.U, D); });
  for (Draft &D : All)
    complete(P.U, D);
  mergeSamePlace(All);

  Verdict V;
  V.Suppressed = unsigned(std::erase_if(All, [&](const Draft &D) {
    return P.Effects.suppressions().atPrimary(D.In, D.At, D.What.Check, D.What.Category);
  }));
  V.UnusedSuppressions = unusedSuppressions(P, O.Checks);
  fingerprint(P.U, All);
  V.Hidden = unsigned(std::erase_if(
      All, [&](const Draft &D) { return D.What.Sure < O.MinConfidence; }));
  std::ranges::sort(All, [](const Draft &A, const Draft &B) {
    return orderOf(A.What) < orderOf(B.What);
  });
  group(All);
  for (Draft &D : All)
    V.Findings.push_back(std::move(D.What));
  return V;
}

} // namespace cotidy
