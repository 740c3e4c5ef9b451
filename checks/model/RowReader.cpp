//===- RowReader.cpp - values of a model row --------------------*- C++ -*-===//
// One function a kind of value. The words that stand for numbers (flags of
// system calls) are Linux's, the same on x86, Arm and RISC-V.
//===----------------------------------------------------------------------===//
#include "model/RowReader.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace cotidy::model {

namespace {

struct NamedNumber {
  llvm::StringLiteral Name;
  int64_t Value;
};
constexpr NamedNumber NamedNumbers[] = {
    {"F_SETFL", 4},           {"F_SETLKW", 7},         {"FIONBIO", 0x5421},
    {"MSG_DONTWAIT", 0x40},   {"O_NONBLOCK", 04000},   {"SOCK_NONBLOCK", 04000},
    {"EFD_NONBLOCK", 04000},  {"TFD_NONBLOCK", 04000}, {"SFD_NONBLOCK", 04000},
    {"IN_NONBLOCK", 04000},   {"IPC_NOWAIT", 04000},   {"WNOHANG", 1},
    {"LOCK_NB", 4},           {"F_LOCK", 1},           {"SPLICE_F_NONBLOCK", 2},
    {"NI_NUMERICHOST", 1},    {"GAI_NOWAIT", 1},
};

constexpr unsigned MaxArgument = 31;

} // namespace

std::string suggestion(llvm::StringRef Given, Words Known) {
  llvm::StringRef Best;
  unsigned BestDistance = std::max<size_t>(1, Given.size() / 3) + 1;
  for (llvm::StringRef Word : Known) {
    unsigned Distance = Given.edit_distance(Word, /*AllowReplacements=*/true, BestDistance);
    if (Distance < BestDistance) {
      Best = Word;
      BestDistance = Distance;
    }
  }
  return Best.empty() ? "" : ("; did you mean '" + Best + "'?").str();
}

static std::string oneOf(Words Known) {
  return "'" + llvm::join(Known, "', '") + "'";
}

void RowReader::fail(const YamlNode &At, const llvm::Twine &What) {
  if (failed())
    return;
  Line = At.Line;
  Message = What.str();
}

llvm::Error RowReader::takeError() const {
  return failed() ? faultAt(FileName, Line, Message) : llvm::Error::success();
}

void RowReader::map(const YamlNode &N, llvm::StringRef What, Words Keys,
                    llvm::function_ref<void(llvm::StringRef, const YamlNode &)> Entry) {
  if (N.Is != YamlNode::Map)
    return fail(N, What + " must be a map of keys, not " + describe(N.Is));
  for (size_t I = 0; I != N.Keys.size() && !failed(); ++I) {
    const YamlNode &Key = N.Keys[I];
    if (!llvm::is_contained(Keys, Key.Text))
      return fail(Key, "unknown key '" + Key.Text + "' in " + What + suggestion(Key.Text, Keys));
    Entry(Key.Text, N.Items[I]);
  }
}

void RowReader::oneOrMany(const YamlNode &N, llvm::function_ref<void(const YamlNode &)> Item) {
  if (N.Is != YamlNode::List)
    return Item(N);
  for (const YamlNode &I : N.Items)
    Item(I);
}

std::string RowReader::text(const YamlNode &N, llvm::StringRef Key) {
  if (N.Is != YamlNode::Scalar || N.Text.empty()) {
    fail(N, "key '" + Key + "' wants text, not " +
                (N.Is == YamlNode::Scalar ? "an empty one" : describe(N.Is)));
    return "";
  }
  return N.Text;
}

std::string RowReader::word(const YamlNode &N, llvm::StringRef Key, Words Known) {
  std::string Word = text(N, Key);
  if (!failed() && !llvm::is_contained(Known, Word))
    fail(N, "key '" + Key + "' does not know '" + Word + "'" + suggestion(Word, Known) +
                " (one of " + oneOf(Known) + ")");
  return Word;
}

std::string RowReader::phrase(const YamlNode &N, llvm::StringRef Key, Words Known) {
  std::string Text = text(N, Key);
  llvm::SmallVector<llvm::StringRef, 4> Given;
  llvm::StringRef(Text).split(Given, ' ', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Word : Given)
    if (!llvm::is_contained(Known, Word))
      fail(N, "key '" + Key + "' does not know '" + Word + "'" + suggestion(Word, Known) +
                  " (words of " + oneOf(Known) + ")");
  return llvm::join(Given, " ");
}

bool RowReader::boolean(const YamlNode &N, llvm::StringRef Key) {
  if (N.Is == YamlNode::Scalar && (N.Text == "true" || N.Text == "false"))
    return N.Text == "true";
  fail(N, "key '" + Key + "' wants true or false");
  return false;
}

int64_t RowReader::number(const YamlNode &N, llvm::StringRef Key) {
  std::string Text = text(N, Key);
  for (const NamedNumber &Named : NamedNumbers)
    if (Text == Named.Name)
      return Named.Value;
  int64_t Result = 0;
  if (!failed() && llvm::StringRef(Text).getAsInteger(0, Result))
    fail(N, "key '" + Key + "' wants a number, not '" + Text + "'");
  return Result;
}

Actual RowReader::actual(const YamlNode &N, llvm::StringRef Key) {
  static constexpr llvm::StringRef Named[] = {"receiver", "result", "callables", "last"};
  Actual Result;
  std::string Text = text(N, Key);
  if (failed())
    return Result;
  if (Text == "receiver")
    Result.Kind = Actual::Receiver;
  else if (Text == "result")
    Result.Kind = Actual::Result;
  else if (Text == "callables")
    Result.Kind = Actual::AnyCallable;
  else if (Text == "last")
    Result.Kind = Actual::Last;
  else if (llvm::StringRef(Text).getAsInteger(10, Result.Number) || Result.Number > MaxArgument)
    fail(N, "key '" + Key + "' wants the number of an argument (from 0) or one of " +
                oneOf(Named) + ", not '" + Text + "'");
  return Result;
}

namespace {
struct WordTest {
  llvm::StringLiteral Word;
  Condition::Test Test;
};
constexpr WordTest WordTests[] = {{"zero", Condition::Zero},
                                  {"null", Condition::Null},
                                  {"true", Condition::True},
                                  {"absent", Condition::Absent},
                                  {"points-to-zero", Condition::PointsToZero}};
} // namespace

/// "is: zero", "is: 4", "is-not: 4", "has: O_NONBLOCK" or "named: stderr".
void RowReader::test(const YamlNode &N, llvm::StringRef Key, Condition &Into) {
  if (Key == "named") {
    Into.Is = Condition::Named;
    Into.Name = text(N, Key);
    return;
  }
  if (Key == "is" && N.Is == YamlNode::Scalar)
    for (const WordTest &T : WordTests)
      if (N.Text == T.Word) {
        Into.Is = T.Test;
        return;
      }
  Into.Is = Key == "is"       ? Condition::Equals
            : Key == "is-not" ? Condition::NotEquals
                              : Condition::Flag;
  Into.Number = number(N, Key);
}

Condition RowReader::condition(const YamlNode &N, llvm::StringRef Key) {
  static constexpr llvm::StringRef Keys[] = {"arg", "is", "is-not", "has", "named"};
  Condition Result;
  unsigned NumTests = 0;
  bool HasArgument = false;
  map(N, ("a condition of '" + Key + "'").str(), Keys,
      [&](llvm::StringRef Entry, const YamlNode &Value) {
        if (Entry == "arg") {
          HasArgument = true;
          Result.What = actual(Value, Entry);
          return;
        }
        ++NumTests;
        test(Value, Entry, Result);
      });
  if (!HasArgument)
    fail(N, "a condition of '" + Key + "' lacks the key 'arg'");
  if (NumTests != 1)
    fail(N, "a condition of '" + Key + "' wants exactly one of 'is', 'is-not', 'has', 'named'");
  return Result;
}

} // namespace cotidy::model
