// Tests of rt/scope.hpp: joins, failure policies, arguments. Handles: handle_test.cpp.
// One file a header; no assertion depends on real time.
#include <rt/scope.hpp>

#include <gtest/gtest.h>
#include <rt/channel.hpp>
#include <rt/sync.hpp>
#include <rt/test.hpp>

#include "tasks.hpp"

namespace {
using namespace rt;
using namespace std::chrono_literals;

task<> fail_after(duration d, const char* what) {
  co_await sleep_for(d);
  throw std::runtime_error(what);
}
task<> append_after(duration d, std::string* to, char c) {
  co_await sleep_for(d);
  *to += c;
}

TEST(Scope, JoinsItsChildren) {
  test::run([]() -> task<> {
    std::string order;
    co_await with_scope([&](scope& s) {
      s.spawn(append_after, 2s, &order, 'b');
      s.spawn(append_after, 1s, &order, 'a');
    });
    EXPECT_EQ(order, "ab");
  });
}

TEST(Scope, RunsThemConcurrently) {
  test::run([]() -> task<> {
    const auto t0 = loop::current().now();
    co_await with_scope([&](scope& s) {
      for (int i = 0; i < 100; ++i) s.spawn([]() -> task<> { co_await sleep_for(1s); });
    });
    EXPECT_EQ(loop::current().now() - t0, 1s);
  });
}

TEST(Scope, KeepsArgumentsAndCapturesAlive) {
  test::run([]() -> task<> {
    std::string out;
    co_await with_scope([&](scope& s) {
      const std::string local = "captured ";
      s.spawn([local, &out](const std::string& arg) -> task<> {
        co_await sleep_for(1s);
        out = local + arg;
      }, std::string("argument"));
    });
    EXPECT_EQ(out, "captured argument");
  });
}

TEST(Scope, PassesMoveOnlyArguments) {
  test::run([]() -> task<> {
    int got = 0;
    co_await with_scope([&](scope& s) {
      s.spawn([&](std::unique_ptr<int> p) -> task<> {
        co_await yield();
        got = *p;
      }, std::make_unique<int>(3));
    });
    EXPECT_EQ(got, 3);
  });
}

struct witness {
  explicit witness(bool* f) : gone(f) {}
  witness(witness&& o) noexcept : gone(std::exchange(o.gone, nullptr)) {}
  ~witness() {
    if (gone) *gone = true;
  }
  bool* gone;
};

TEST(Scope, ChildFramesAreGoneWhenItReturns) {
  test::run([]() -> task<> {
    bool gone = false;
    co_await with_scope([&](scope& s) {
      s.spawn([](witness) -> task<> { co_await yield(); }, witness(&gone));
    });
    EXPECT_TRUE(gone);
  });
}

TEST(Scope, FirstFailureCancelsSiblingsAndIsRethrown) {
  test::run([]() -> task<> {
    const auto t0 = loop::current().now();
    bool sibling_ended = false;
    auto sibling = [&]() -> task<> {
      try {
        co_await forever();
      } catch (const cancelled&) {
        sibling_ended = true;
        throw;
      }
    };
    EXPECT_EQ(co_await what_of<std::runtime_error>(with_scope([&](scope& s) {
      s.spawn(sibling);
      s.spawn(fail_after, 1s, "first");
    })), "first");
    EXPECT_TRUE(sibling_ended);
    EXPECT_EQ(loop::current().now() - t0, 1s);
  });
}

TEST(Scope, SeveralFailuresAreAllKept) {
  test::run([]() -> task<> {
    std::size_t n = 0;
    try {
      co_await with_scope([&](scope& s) {
        s.spawn(fail_after, 1s, "one");
        s.spawn(fail_after, 1s, "two");
      });
    } catch (const aggregate_error& e) {
      n = e.errors().size();
      EXPECT_STREQ(e.what(), "2 tasks failed: [one] [two]");
    }
    EXPECT_EQ(n, 2u);
  });
}

TEST(Scope, ABodyThatFailsCancelsTheChildren) {
  test::run([]() -> task<> {
    EXPECT_EQ(co_await what_of<std::logic_error>(with_scope([&](scope& s) {
      s.spawn(forever);
      throw std::logic_error("body");
    })), "body");
  });
}

TEST(Scope, ABodyMayAwait) {
  test::run([]() -> task<> {
    int steps = 0;
    co_await with_scope([&](scope& s) -> task<> {
      s.spawn(forever);
      co_await sleep_for(1s);
      ++steps;
      s.cancel();
    });
    EXPECT_EQ(steps, 1);
  });
}

TEST(Scope, AChildMaySpawnSiblings) {
  test::run([]() -> task<> {
    int depth = 0;
    co_await with_scope([&](scope& s) {
      s.spawn([&](scope& same) -> task<> {
        co_await yield();
        ++depth;
        same.spawn([&]() -> task<> {
          ++depth;
          co_return;
        });
      }, std::ref(s));
    });
    EXPECT_EQ(depth, 2);
  });
}

TEST(Scope, SuperviseReportsAndGoesOn) {
  test::run([]() -> task<> {
    std::string log, order;
    co_await with_scope(
        [&](scope& s) {
          s.spawn(named{"bad"}, fail_after, 1s, "oops");
          s.spawn(append_after, 2s, &order, 'x');
        },
        supervise([&](std::string_view name, std::exception_ptr e) {
          try {
            std::rethrow_exception(e);
          } catch (const std::exception& x) {
            log = std::string(name) + ":" + x.what();
          }
        }));
    EXPECT_EQ(log, "bad:oops");
    EXPECT_EQ(order, "x");
  });
}

TEST(Scope, AHandlerOfErrorsMayStartAReplacement) {
  int failures = 0, served = 0;
  std::optional<handle<void>> unread;  // its error is found when all has been joined
  test::run([&]() -> task<> {
    scope* self = nullptr;
    auto worker = [&]() -> task<> {
      co_await sleep_for(1s);
      if (failures < 3) throw std::runtime_error("again");
      ++served;
    };
    auto restart = supervise([&](std::string_view, std::exception_ptr) {
      ++failures;
      self->spawn(worker);
    });
    auto body = [&](scope& s) {
      self = &s;
      unread.emplace(s.start(worker));
    };
    co_await with_scope(body, restart);
  });
  EXPECT_EQ(failures, 3);
  EXPECT_EQ(served, 1);
}

TEST(Regression, SpawningAfterTheLastChildEndedIsJoinedToo) {
  bool late_child_ran = false;
  test::run([&]() -> task<> {
    event inner_is_there;
    scope* inner = nullptr;
    co_await with_scope([&](scope& outer) -> task<> {
      outer.spawn([&]() -> task<> {
        co_await inner_is_there.wait();
        inner->spawn([&]() -> task<> {
          co_await sleep_for(1s);
          late_child_ran = true;
        });
      });
      co_await with_scope([&](scope& s) {
        inner = &s;
        s.spawn([&]() -> task<> {
          inner_is_there.set();  // the other strand runs between this end and the join's
          co_return;
        });
      });
      EXPECT_TRUE(late_child_ran);
    });
  });
}

TEST(Scope, OuterCancellationWinsOverInnerErrors) {
  test::run([]() -> task<> {
    auto inner = []() -> task<> {
      co_await with_scope([](scope& s) {
        s.spawn([]() -> task<> {
          try {
            co_await forever();
          } catch (const cancelled&) {
            throw std::runtime_error("while cancelled");
          }
        });
      });
    };
    EXPECT_FALSE(co_await timeout(1s, inner()));
  });
}

TEST(Scope, WaitsForShieldedChildrenWhenCancelled) {
  test::run([]() -> task<> {
    std::string log;
    auto inner = [&]() -> task<> {
      co_await with_scope([&](scope& s) {
        s.spawn([&]() -> task<> { co_await shield(1h, append_after(10s, &log, 'c')); });
      });
      log += '!';
    };
    co_await timeout(1s, inner());
    EXPECT_EQ(log, "c!");
  });
}

TEST(Scope, AValueThatIsThereIsNotTakenBackByCancellation) {
  test::run([]() -> task<> {
    int got = 0;
    auto inner = [&]() -> task<> {
      co_await with_scope([&](scope& s) {
        s.spawn([&]() -> task<> { got = co_await shield(1h, value_after(10s, 4)); });
      });
    };
    EXPECT_TRUE(co_await timeout(1s, inner()));
    EXPECT_EQ(got, 4);
  });
}

TEST(Scope, CancellingFromAChildJoinsAllIncludingItself) {
  test::run([]() -> task<> {
    int ended = 0;
    co_await with_scope([&](scope& s) {
      s.spawn([&](scope& mine) -> task<> {
        mine.cancel();
        ++ended;
        co_await forever();
      }, std::ref(s));
      s.spawn(forever);
    });
    EXPECT_EQ(ended, 1);
  });
}

TEST(Scope, AChildThatThrowsCancelledUnaskedFailsTheScope) {
  test::run([]() -> task<> {
    bool seen = false;
    try {
      co_await with_scope([](scope& s) {
        s.spawn([]() -> task<> {
          throw cancelled{};
          co_return;
        });
        s.spawn(forever);
      });
    } catch (const cancelled&) {
      seen = true;
    }
    EXPECT_TRUE(seen);
  });
}

TEST(Scope, AHandlerThatThrowsFailsTheScope) {
  test::run([]() -> task<> {
    bool sibling_cancelled = false;
    const auto handler = [](std::string_view, std::exception_ptr) {
      throw std::logic_error("handler");
    };
    const auto body = [&](scope& s) {
      s.spawn([]() -> task<> {
        co_await sleep_for(1s);
        throw 1;
      });
      s.spawn([&]() -> task<> {
        try {
          co_await forever();
        } catch (const cancelled&) {
          sibling_cancelled = true;
          throw;
        }
      });
    };
    EXPECT_EQ(co_await what_of<std::logic_error>(with_scope(body, supervise(handler))), "handler");
    EXPECT_TRUE(sibling_cancelled);
  });
}

TEST(Scope, FailsWhileItsChildrenEndInAnyOrder) {
  for (std::uint64_t seed = 1; seed < 100; ++seed)
    test::run(
        [&]() -> task<> {
          int alive = 0;
          struct guest {
            explicit guest(int& n) : count(n) { ++count; }
            ~guest() { --count; }
            int& count;
          };
          const auto child = [&](int i) -> task<> {
            guest g(alive);
            co_await sleep_for(1s);
            if (i % 3 == 0) throw std::runtime_error("at the same moment");
          };
          const auto body = [&](scope& s) -> task<> {
            for (int i = 1; i < 10; ++i) s.spawn(child, i);
            co_await sleep_for(1s);
            throw std::runtime_error("body");
          };
          EXPECT_NE(co_await what_of<std::runtime_error>(with_scope(body)), "nothing thrown");
          EXPECT_EQ(alive, 0);
        },
        seed);
}

TEST(Scope, AnArgumentThatCannotBeCopiedCancelsWhatWasStarted) {
  struct stubborn {
    stubborn() = default;
    stubborn(const stubborn&) { throw std::runtime_error("copy"); }
  };
  test::run([]() -> task<> {
    const stubborn argument;
    bool ended = false;
    const auto body = [&](scope& s) {
      s.spawn([&]() -> task<> {
        try {
          co_await forever();
        } catch (const cancelled&) {
          ended = true;
          throw;
        }
      });
      s.spawn([](const stubborn&) -> task<> { co_return; }, argument);
    };
    EXPECT_EQ(co_await what_of<std::runtime_error>(with_scope(body)), "copy");
    EXPECT_TRUE(ended);
  });
}

}  // namespace
