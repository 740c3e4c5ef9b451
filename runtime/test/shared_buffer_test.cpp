// Tests of rt/shared_buffer.hpp.
// One file a header; no assertion depends on real time.
#include <rt/shared_buffer.hpp>

#include <gtest/gtest.h>
#include <rt/process_pool.hpp>

namespace {
using namespace rt;
using namespace std::chrono_literals;

shared_buffer doubled(shared_buffer b) {
  for (int& i : b.as<int>()) i *= 2;
  return b;
}

TEST(SharedBuffer, IsSeenByBothSides) {
  rt::run([]() -> task<> {
    process_pool pool(1);
    for (int round = 0; round < 50; ++round) {  // descriptors must not pile up
      shared_buffer b(sizeof(int) * 1000);
      for (int& i : b.as<int>()) i = round;
      const auto mine = b.as<int>();
      shared_buffer same = co_await pool.call<&doubled>(std::move(b));
      EXPECT_EQ(same.as<int>()[999], 2 * round);
      EXPECT_EQ(same.size(), 4000u);
      (void)mine;
    }
    shared_buffer last(16);
    EXPECT_LT(last.descriptor(), 40);
  });
}

TEST(SharedBuffer, StartsAsZeroesAndMayBeEmpty) {
  shared_buffer b(100);
  for (std::byte x : b.bytes()) EXPECT_EQ(x, std::byte{0});
  EXPECT_TRUE(shared_buffer(0).bytes().empty());
}

}  // namespace
