// Tests of rt/result.hpp; that try_all gives results is tested with rt/combine.hpp.
// One file a header; no assertion depends on real time.
#include <rt/result.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

namespace {
using namespace rt;

result<int> failed() { return std::make_exception_ptr(std::runtime_error("no")); }

TEST(Result, HoldsAValue) {
  result<int> r = 7;
  EXPECT_TRUE(r.has_value());
  EXPECT_TRUE(static_cast<bool>(r));
  EXPECT_EQ(r.error(), nullptr);
  r.value() = 8;
  EXPECT_EQ(std::as_const(r).value(), 8);
  EXPECT_EQ(std::move(r).value_or(0), 8);
}

TEST(Result, ThrowsWhatPreventedIt) {
  result<int> r = failed();
  EXPECT_FALSE(r);
  EXPECT_NE(r.error(), nullptr);
  EXPECT_THROW(r.value(), std::runtime_error);
  EXPECT_THROW(std::as_const(r).value(), std::runtime_error);
  EXPECT_THROW(failed().value(), std::runtime_error);
  EXPECT_THROW(r.value(), std::runtime_error);  // it is kept
  EXPECT_EQ(std::move(r).value_or(5), 5);
}

TEST(Result, MovesMoveOnlyValuesOut) {
  result<std::unique_ptr<int>> r = std::make_unique<int>(3);
  const std::unique_ptr<int> out = std::move(r).value();
  EXPECT_EQ(*out, 3);
}

}  // namespace
