//===- LockLawsTest.cpp - what holds for every state of the locks ---------===//
// The verdict must not depend on the order in which ways are joined, and the
// fixed point must exist: join is commutative, associative and idempotent, it
// only goes up, and what an action makes of a state goes up with the state.
// States are drawn from a few places by a generator with a fixed seed.
//===----------------------------------------------------------------------===//
#include "flow/LockSets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace cotidy;
using namespace cotidy::facts;
using namespace cotidy::flow;

namespace {

class Draw {
public:
  explicit Draw(uint32_t Seed) : Random(Seed) {}

  uint32_t below(uint32_t N) { return uint32_t(Random() % N); }
  bool flip() { return below(2); }

  /// A lock of the caller's or one's own.
  Place lock() {
    static constexpr RootKind Roots[] = {RootKind::This, RootKind::Param, RootKind::Local};
    Place P{Roots[below(3)], 0, StrId::Empty, {}};
    if (flip())
      P.Path.push_back({StepKind::Field, StrId(1 + below(2))});
    return P;
  }
  Place guard() {
    Place P{RootKind::Local, 1 + below(2), StrId::Empty, {}};
    if (below(3) == 0)
      P.Path.push_back({StepKind::Field, StrId(3)});
    return P;
  }
  LockMode mode() { return flip() ? LockMode::Exclusive : LockMode::Shared; }

  HeldLock held() {
    HeldLock H;
    H.Lock = lock();
    if (flip())
      H.Owner = guard();
    if (below(3) == 0) {
      H.Only = flip() ? Place{RootKind::Local, 5, StrId::Empty, {}}
                      : Place{RootKind::Local, 6, StrId::Empty, {}};
      H.IfZero = flip();
    }
    H.Mode = mode();
    H.Must = !H.Only && flip();
    H.Stale = flip();
    H.Async = flip();
    H.Callers = flip();
    H.Stray = flip();
    if (flip())
      H.Behind = {{RootKind::Local, 7 + below(2), StrId::Empty, {}}, StrId::Empty, flip()};
    return H;
  }

  LockState state(const std::vector<GuardedLock> &Guards) {
    LockState S;
    S.Reached = below(10) != 0;
    if (!S.Reached)
      return S;
    for (uint32_t N = below(4); N; --N) {
      HeldLock H = held();
      if (std::ranges::none_of(S.Held, [&](const HeldLock &X) {
            return X.Lock == H.Lock && X.Owner == H.Owner && X.Mode == H.Mode;
          }))
        S.Held.push_back(H);
    }
    S.Guards = Guards;
    for (uint32_t N = below(3); N; --N)
      addOnce(S.Released, lock());
    for (uint32_t N = below(3); N; --N)
      addOnce(S.Empty, lock());
    return S;
  }

  std::vector<GuardedLock> guards() {
    std::vector<GuardedLock> Out;
    for (uint32_t N = below(3); N; --N) {
      GuardedLock G{guard(), lock(), mode()};
      if (std::ranges::find(Out, G) == Out.end())
        Out.push_back(G);
    }
    return Out;
  }

  LockAction action() {
    LockAction A;
    A.Do = LockAction::Kind(below(LockAction::Drain + 1));
    bool OfGuard = A.Do == LockAction::Move || A.Do == LockAction::Disown ||
                   (A.Do == LockAction::Release && flip()) || A.Do == LockAction::End;
    A.What = OfGuard ? guard() : lock();
    if (A.Do == LockAction::Adopt || A.Do == LockAction::Associate || A.Do == LockAction::Move ||
        (A.Do == LockAction::Take && flip()))
      A.To = guard();
    if (A.Do == LockAction::Take && below(3) == 0) {
      A.Only = {RootKind::Local, 5, StrId::Empty, {}};
      A.IfZero = flip();
    }
    A.Mode = mode();
    A.Must = below(3) != 0;
    A.Stray = A.Do == LockAction::Take && flip();
    if (flip())
      A.Behind = {{RootKind::Local, 7, StrId::Empty, {}}, StrId::Empty, flip()};
    return A;
  }

private:
  std::mt19937 Random;
};

template <class T> bool sameElements(const std::vector<T> &A, const std::vector<T> &B) {
  return A.size() == B.size() && std::ranges::is_permutation(A, B);
}

/// But for the order of what is in them.
bool same(const LockState &A, const LockState &B) {
  return A.Reached == B.Reached && sameElements(A.Held, B.Held) &&
         sameElements(A.Guards, B.Guards) && sameElements(A.Released, B.Released) &&
         sameElements(A.Empty, B.Empty);
}

LockState joined(LockState A, const LockState &B) {
  join(A, B);
  return A;
}

bool isBelow(const LockState &A, const LockState &B) { return same(joined(B, A), B); }

std::string text(const Place &P) {
  std::string Out = std::to_string(int(P.Root)) + ":" + std::to_string(P.Index);
  for (const PathStep &S : P.Path)
    Out += "." + std::to_string(unsigned(S.Name));
  return Out;
}

std::string text(const LockState &S) {
  std::string Out = S.Reached ? "held" : "unreached";
  for (const HeldLock &H : S.Held)
    Out += " [" + text(H.Lock) + " by " + text(H.Owner) + " only " + text(H.Only) +
           (H.IfZero ? " zero" : "") + (H.Mode == LockMode::Shared ? " shared" : "") +
           (H.Must ? " must" : "") + (H.Stale ? " stale" : "") + (H.Async ? " async" : "") +
           (H.Callers ? " callers" : "") + (H.Stray ? " stray" : "") +
           (H.Behind ? " behind " + text(H.Behind.Of) : "") + "]";
  Out += "; guards";
  for (const GuardedLock &G : S.Guards)
    Out += " [" + text(G.Guard) + " has " + text(G.Lock) + "]";
  Out += "; released";
  for (const Place &P : S.Released)
    Out += " " + text(P);
  Out += "; empty";
  for (const Place &P : S.Empty)
    Out += " " + text(P);
  return Out;
}

constexpr int Rounds = 20000;

TEST(LockLaws, joinIsCommutative) {
  Draw D(1);
  for (int I = 0; I < Rounds; ++I) {
    LockState A = D.state(D.guards()), B = D.state(D.guards());
    ASSERT_TRUE(same(joined(A, B), joined(B, A))) << text(A) << "\n" << text(B);
  }
}

TEST(LockLaws, joinIsAssociative) {
  Draw D(2);
  for (int I = 0; I < Rounds; ++I) {
    LockState A = D.state(D.guards()), B = D.state(D.guards()), C = D.state(D.guards());
    ASSERT_TRUE(same(joined(joined(A, B), C), joined(A, joined(B, C))))
        << text(A) << "\n" << text(B) << "\n" << text(C);
  }
}

TEST(LockLaws, joinIsIdempotentAndTellsWhatChanged) {
  Draw D(3);
  for (int I = 0; I < Rounds; ++I) {
    LockState A = D.state(D.guards()), B = D.state(D.guards());
    LockState Self = A;
    ASSERT_FALSE(join(Self, A)) << text(A);
    ASSERT_TRUE(Self == A) << text(A);
    LockState Both = A;
    bool Changed = join(Both, B);
    ASSERT_EQ(Changed, !(Both == A)) << text(A) << "\n" << text(B);
    ASSERT_FALSE(join(Both, B)) << text(A) << "\n" << text(B);
    ASSERT_FALSE(join(Both, A)) << text(A) << "\n" << text(B);
  }
}

/// More on one way never means less where the ways meet.
TEST(LockLaws, joinIsMonotone) {
  Draw D(4);
  for (int I = 0; I < Rounds; ++I) {
    LockState A = D.state(D.guards()), More = joined(A, D.state(D.guards()));
    LockState Other = D.state(D.guards());
    ASSERT_TRUE(isBelow(joined(A, Other), joined(More, Other))) << text(A) << "\n" << text(Other);
  }
}

/// Of states that agree on which guard has which lock: what a guard has is a
/// name, and an action on a name that only one way knows is another action.
TEST(LockLaws, actionsAreMonotone) {
  Draw D(5);
  for (int I = 0; I < Rounds; ++I) {
    std::vector<GuardedLock> Guards = D.guards();
    LockState A = D.state(Guards), More = joined(A, D.state(Guards));
    LockAction Do = D.action();
    if (!A.Reached)
      continue;
    LockState Less = A, After = More;
    apply(Less, Do, 0);
    apply(After, Do, 0);
    ASSERT_TRUE(isBelow(Less, After))
        << "action " << int(Do.Do) << " of " << text(Do.What) << " to " << text(Do.To)
        << "\nof    " << text(A) << "\ngives " << text(Less) << "\nof    " << text(More)
        << "\ngives " << text(After);
  }
}

} // namespace
