//===- FaultTest.cpp - units that no text can express ---------------------===//
// findFault names the entry and the fault of units that are out of order in
// ways that the parser could not have produced. The sound unit they are made
// from has none.
//===----------------------------------------------------------------------===//
#include "facts/Facts.h"
#include "facts/Parser.h"
#include "facts/Printer.h"
#include "facts/Words.h"

#include <gtest/gtest.h>

using namespace cotidy::facts;

namespace {

Unit sound() {
  llvm::Expected<Unit> U = parse(R"(
unit "a.cpp"
type "T"
  field "T::x" "int"
function "f" display "f"
  param 0 "guard"
  local 0 "lock"
  local 1
  call 0:3:5 callee "g" recv addr l0."T::x"* args (read p0, addr l1)
  return value closure "g" {"c": read p0}
function "g"
)",
                                 "sound");
  EXPECT_TRUE(bool(U)) << llvm::toString(U.takeError());
  return std::move(*U);
}

constexpr auto FarString = StrId(1000);
constexpr auto FarFunction = FnId(1000);
constexpr auto FarType = TypeId(1000);

/// What findFault says of the sound unit after `Spoil`.
template <class Spoiler> std::string faultAfter(Spoiler Spoil) {
  Unit U = sound();
  Spoil(U);
  return findFault(U);
}

TEST(Fault, NoneInASoundUnit) { EXPECT_EQ(findFault(sound()), ""); }

TEST(Fault, Strings) {
  EXPECT_EQ(faultAfter([](Unit &U) { U.Strings.clear(); }),
            "string 0 is not the empty string");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Strings.push_back("f"); }),
            "the string 'f' has two ids");
}

TEST(Fault, IdsOutOfRange) {
  EXPECT_EQ(faultAfter([](Unit &U) { U.Types[0].Template = FarString; }),
            "type 'T': no string 1000");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Types[0].Destructor = FarFunction; }),
            "type 'T': no function 1000");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Types[0].Fields[0].Type = FarType; }),
            "type 'T': no type 1000");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Types[0].Bases.push_back(TypeId::None); }),
            "type 'T': a base or argument that is no type");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Functions[0].Name = FarString; }),
            "function : no string 1000");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Functions[0].At = {7, 1, 1}; }),
            "function 'f': no file 7");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Functions[0].Overrides = {FnId::None}; }),
            "function 'f': an overridden function that is none");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Functions[0].Params[0].Type = FarType; }),
            "function 'f': no type 1000");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Functions[0].Locals[1].Name = FarString; }),
            "function 'f': no string 1000");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Functions[0].Blocks[0].Facts[0].Callee = FarFunction; }),
            "function 'f', block 0, fact 0: no function 1000");
  EXPECT_EQ(faultAfter([](Unit &U) {
              U.Functions[0].Blocks[0].Facts[1].Val.Captures[0].What.Where.Index = 9;
            }),
            "function 'f', block 0, fact 1: no parameter 9: the function has 1");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Functions[0].Blocks[0].Successors[0].To = 2; }),
            "function 'f', block 0: no block 2 to go to");
}

TEST(Fault, NamesAreUniqueAndThere) {
  EXPECT_EQ(faultAfter([](Unit &U) { U.Functions[1].Name = U.Functions[0].Name; }),
            "function 'f': a second function of the name 'f'");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Types.push_back(U.Types[0]); }),
            "type 'T': a second type of the name 'T'");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Functions[1].Name = StrId::Empty; }),
            "function '': a function without a name");
}

TEST(Fault, Flags) {
  EXPECT_EQ(faultAfter([](Unit &U) { U.Functions[0].Flags |= 1u << 31; }),
            "function 'f': unknown flag 2147483648");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Types[0].Flags |= 1u << 31; }),
            "type 'T': unknown flag 2147483648");
  EXPECT_EQ(faultAfter([](Unit &U) { U.Files[0].Flags = 128; }), "unknown flag 128");
}

/// The fault that a fact in place of the call has.
std::string faultOf(Fact F) {
  return faultAfter([&](Unit &U) { U.Functions[0].Blocks[0].Facts[0] = F; });
}

TEST(Fault, SlotsThatTheKindHasNot) {
  constexpr const char *Where = "function 'f', block 0, fact 0: ";
  Fact F;
  F.Kind = FactKind::Load;
  F.Type = TypeId(0);
  EXPECT_EQ(faultOf(F), std::string(Where) + "'load' has no slot 'type'");
  F = Fact();
  F.Kind = FactKind::Try;
  F.To.Root = RootKind::This;
  EXPECT_EQ(faultOf(F), std::string(Where) + "'try' has no slot 'to'");
}

TEST(Fault, ValuesOutsideTheirNormalForm) {
  constexpr const char *Where = "function 'f', block 0, fact 0: ";
  Fact F;
  auto FaultOfValue = [&](ValueKind Kind, int64_t Int) {
    Value &V = F.Args.emplace_back();
    V.Kind = Kind;
    V.Int = Int;
    std::string Fault = faultOf(F);
    F.Args.clear();
    return Fault;
  };
  EXPECT_EQ(FaultOfValue(ValueKind::Null, 1),
            std::string(Where) + "a value with more than its kind holds");
  EXPECT_EQ(FaultOfValue(ValueKind::Bool, 2),
            std::string(Where) + "a bool that is neither true nor false");
  EXPECT_EQ(FaultOfValue(ValueKind::Read, 0),
            std::string(Where) + "a value that reads or addresses no place");
  EXPECT_EQ(FaultOfValue(ValueKind::Function, 0),
            std::string(Where) + "the address of no function");
  F.To.Root = RootKind::This;
  F.To.Index = 1;
  EXPECT_EQ(faultOf(F), std::string(Where) + "a place with more than its root holds");
  F.To.Index = 0;
  F.To.Path = {{StepKind::Pointee, StrId(1)}};
  EXPECT_EQ(faultOf(F), std::string(Where) + "a named step that is no field");
}

TEST(Text, NamesParametersAndLocalsForReaders) {
  Unit U = sound();
  const Function &F = U.Functions[0];
  const Fact &Call = F.Blocks[0].Facts[0];
  EXPECT_EQ(toText(U, Call.Recv), "addr l0.\"T::x\"*");
  EXPECT_EQ(toText(U, Call.Recv, &F), "addr lock.\"T::x\"*");
  EXPECT_EQ(toText(U, Call.Args[0], &F), "read guard");
  EXPECT_EQ(toText(U, Call.Args[1], &F), "addr l1");
}

TEST(Text, LeavesOutWhatIsNotUserCode) {
  Unit U = sound();
  U.Functions[1].Flags |= FnUser;
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  print(U, OS, {.UserOnly = true});
  EXPECT_EQ(Text, "unit \"a.cpp\"\nfile 0 \"a.cpp\" user\n"
                  "function \"g\" qualified \"g\" display \"g\" body unknown flags user\n");
}

/// Each bit of a flag enumeration has one word, in the order of the bits.
void expectDense(llvm::ArrayRef<FlagWord> Flags) {
  for (size_t I = 0; I < Flags.size(); ++I)
    EXPECT_EQ(Flags[I].Bit, 1u << I) << std::string(Flags[I].Word);
}

TEST(Words, EveryFlagHasOne) {
  expectDense(functionFlags());
  EXPECT_EQ(functionFlags().back().Bit, FnPromisePart);
  expectDense(typeFlags());
  EXPECT_EQ(typeFlags().back().Bit, TyRefers);
  expectDense(fileFlags());
  EXPECT_EQ(fileFlags().back().Bit, FileSystem);
}

/// Facts.def explains each word in quotes; what it explains is understood.
TEST(Words, AreThoseThatFactsDefExplains) {
  for (unsigned I = 0; I < NumFactKinds; ++I) {
    FactKind K = FactKind(I);
    Vocabulary V = vocabularyOf(K);
    if (K == FactKind::Branch || K == FactKind::Release)
      continue; // explained in Facts.h, and with 'acquire'
    for (llvm::ArrayRef<std::string_view> Words : {V.First, V.Rest})
      for (std::string_view W : Words)
        EXPECT_NE(sentenceOf(K).find(W), std::string_view::npos)
            << std::string(nameOf(K)) << " does not explain '" << std::string(W) << "'";
    bool Explains = sentenceOf(K).find("word: '") != std::string_view::npos;
    EXPECT_TRUE(!Explains || !V.First.empty()) << std::string(nameOf(K));
  }
}

} // namespace
