//===- NamePatternTest.cpp - names of rows --------------------------------===//
// Which names are globs, what they match, and which are refused.
//===----------------------------------------------------------------------===//
#include "model/NamePattern.h"

#include <gtest/gtest.h>

using namespace cotidy::model;

namespace {

TEST(NamePattern, StarsOfOperatorsAreNoWildcards) {
  EXPECT_TRUE(isGlob("a::*"));
  EXPECT_TRUE(isGlob("a::*::operator*"));
  EXPECT_TRUE(isGlob("a::operators_*"));
  EXPECT_FALSE(isGlob("a::b"));
  EXPECT_FALSE(isGlob("a::operator*"));
  EXPECT_FALSE(isGlob("a::operator->*"));
  EXPECT_FALSE(isGlob("a::operator std::shared_ptr *"));
}

TEST(NamePattern, AStarStandsForAnyCharacters) {
  EXPECT_TRUE(matches("a::*", "a::b"));
  EXPECT_TRUE(matches("a::*", "a::b::c"));
  EXPECT_TRUE(matches("a::*", "a::"));
  EXPECT_FALSE(matches("a::*", "a"));
  EXPECT_FALSE(matches("a::*", "ba::c"));
  EXPECT_TRUE(matches("*::get", "x::future::get"));
  EXPECT_FALSE(matches("*::get", "x::future::get_id"));
  EXPECT_TRUE(matches("a::*::run_*", "a::io::run_for"));
  EXPECT_FALSE(matches("a::*::run_*", "a::io::run"));
  EXPECT_TRUE(matches("a::*b*c", "a::bbbcbc"));
  EXPECT_TRUE(matches("a::b", "a::b"));
}

TEST(NamePattern, TheOperatorOfAGlobIsTakenAsItStands) {
  EXPECT_TRUE(matches("a::*::operator*", "a::ptr::operator*"));
  EXPECT_FALSE(matches("a::*::operator*", "a::ptr::operator*="));
  EXPECT_FALSE(matches("a::*::operator*", "a::ptr::operator->"));
}

TEST(NamePattern, ManyStarsAreNotSlow) {
  std::string Glob = "a", Name = "a";
  for (int I = 0; I < 2000; ++I) {
    Glob += "*a";
    Name += "aa";
  }
  EXPECT_FALSE(matches(Glob + "b", Name));
  EXPECT_TRUE(matches(Glob, Name));
}

TEST(NamePattern, AcceptsNamesOfAllKindsOfFunctions) {
  for (const char *Name : {"poll", "std::jthread::~jthread", "std::function::operator()",
                           "a::operator[]", "a::b::operator bool", "a::operator std::string",
                           "operator new", "operator delete[]", "a::operator<=>", "a::operator\"\"_s",
                           "boost::asio::*::run_*", "a::operators", "~x"})
    EXPECT_EQ(faultInName(Name), "") << Name;
}

TEST(NamePattern, RefusesWhatNoFunctionIsCalled) {
  for (const char *Name : {"", "::", "a::", "::a", "a::::b", "a b", "a<b>", "a()", "a?", "*", "*::*",
                           "a::**", "std::__1::x", "x::__cxx11::y", "a.b", "1a", "a::operator$",
                           "a-b", "a::operator "})
    EXPECT_NE(faultInName(Name), "") << Name;
}

} // namespace
