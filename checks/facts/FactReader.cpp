//===- FactReader.cpp - places, values and slots from text ----------------===//
// The part of the text form's grammar that stands inside a statement. It knows
// the entities that the text declares, not the statement it reads for; ranges
// and words are firstFault's to check.
//===----------------------------------------------------------------------===//
#include "facts/FactReader.h"

namespace cotidy::facts {

/// Deeper nesting of closures is a slip of the hand, or an attack on the stack.
constexpr unsigned DeepestValue = 100;

bool FactReader::readText(StrId &S) {
  std::string Text;
  if (!readString(Text, "a string"))
    return false;
  S = Strings.intern(Text);
  return true;
}

bool FactReader::readName(StrId &S) { return !at(Token::String) || readText(S); }

bool FactReader::readRef(TypeId &T) {
  if (!at(Token::String))
    return expected("the name of a type in quotes");
  auto Found = TypeIds.find(peek().Text);
  if (Found == TypeIds.end())
    return fail("no type '" + peek().Text + "' in this unit: give it a line 'type \"" +
                peek().Text + "\"'");
  T = Found->second;
  take();
  return true;
}

bool FactReader::readRef(FnId &F) {
  if (!at(Token::String))
    return expected("the name of a function in quotes");
  auto Found = FunctionIds.find(peek().Text);
  if (Found == FunctionIds.end())
    return fail("no function '" + peek().Text +
                "' in this unit: give it a line 'function \"" + peek().Text + "\"'");
  F = Found->second;
  take();
  return true;
}

bool FactReader::readSpot(Spot &S) {
  SpotSeen = true;
  return readNumber(S.File, "a file's number") && wantSign(":") &&
         readNumber(S.Line, "a line") && wantSign(":") &&
         readNumber(S.Column, "a column");
}

bool FactReader::readFlags(uint32_t &Flags, llvm::ArrayRef<FlagWord> Words) {
  do {
    std::vector<std::string_view> Names;
    for (const FlagWord &W : Words)
      Names.push_back(W.Word);
    unsigned Which = 0;
    if (!readOneOf(Names, Which))
      return false;
    Flags |= Words[Which].Bit;
  } while (takeSign(","));
  return true;
}

bool FactReader::readFactSlots(Fact &F) {
  auto Callee = [&] { return readRef(F.Callee); };
  auto Recv = [&] { return readValue(F.Recv); };
  auto Args = [&] { return readArgs(F.Args); };
  auto To = [&] { return readPlace(F.To); };
  auto From = [&] { return readPlace(F.From); };
  auto Val = [&] { return readValue(F.Val); };
  auto Word = [&] { return readText(F.Word); };
  auto Type = [&] { return readRef(F.Type); };
  const llvm::function_ref<bool()> Readers[NumSlots] = {Callee, Recv, Args, To,
                                                        From,   Val,  Word, Type};
  std::vector<Attribute> Slots;
  for (Slot S : slotsOfKind(F.Kind))
    Slots.push_back({SlotNames[unsigned(S)], Readers[unsigned(S)]});
  return readAttributes(Slots);
}

bool FactReader::readArgs(std::vector<Value> &Args) {
  if (!wantSign("("))
    return false;
  if (takeSign(")"))
    return true;
  do
    if (!readValue(Args.emplace_back()))
      return false;
  while (takeSign(","));
  return takeSign(")") || expected("',' or ')'");
}

/// The number of "p12" or "l3"; nothing for any other word.
static std::optional<uint32_t> indexIn(llvm::StringRef Word, char Letter) {
  uint32_t Index = 0;
  if (Word.empty() || Word.front() != Letter || Word.drop_front().getAsInteger(10, Index))
    return std::nullopt;
  return Index;
}

bool FactReader::readPlace(Place &P) {
  if (takeSign("?")) {
    P.Root = RootKind::Unknown;
  } else if (takeWord("this")) {
    P.Root = RootKind::This;
  } else if (takeWord("promise")) {
    P.Root = RootKind::Promise;
  } else if (takeWord("global")) {
    P.Root = RootKind::Global;
    if (!readText(P.Name))
      return false;
  } else if (auto Parameter = indexIn(peek().Text, 'p'); at(Token::Word) && Parameter) {
    P.Root = RootKind::Param;
    P.Index = *Parameter;
    take();
  } else if (auto Variable = indexIn(peek().Text, 'l'); at(Token::Word) && Variable) {
    P.Root = RootKind::Local;
    P.Index = *Variable;
    take();
  } else {
    return expected("a place: 'p0', 'l0', 'this', 'global', 'promise' or '?'");
  }
  return readPath(P);
}

bool FactReader::readPath(Place &P) {
  for (;;) {
    if (takeSign("*")) {
      P.Path.push_back({StepKind::Pointee, StrId::Empty});
    } else if (takeSign("[")) {
      if (!wantSign("]"))
        return false;
      P.Path.push_back({StepKind::Element, StrId::Empty});
    } else if (takeSign(".")) {
      StrId Field{};
      if (!readText(Field))
        return false;
      P.Path.push_back({StepKind::Field, Field});
    } else {
      return true;
    }
  }
}

static constexpr std::string_view ValueWords[] = {
    "none", "unknown", "int",  "bool", "null",  "string", "enum",
    "default", "read", "addr", "moved", "closure", "fn"};

bool FactReader::readValue(Value &V) {
  if (Nesting == DeepestValue)
    return fail("values nested more than " + llvm::Twine(DeepestValue) + " deep");
  if (!readEnum(ValueWords, V.Kind))
    return false;
  switch (V.Kind) {
  case ValueKind::None:
  case ValueKind::Unknown:
  case ValueKind::Null:
  case ValueKind::Default:
    return true;
  case ValueKind::Integer:
    return readNumber(V.Int, "a number");
  case ValueKind::Bool: {
    static constexpr std::string_view Booleans[] = {"false", "true"};
    return readEnum(Booleans, V.Int);
  }
  case ValueKind::String:
    return readText(V.Text);
  case ValueKind::Enumerator:
    return readText(V.Text) && readNumber(V.Int, "the enumerator's number");
  case ValueKind::Read:
  case ValueKind::Address:
  case ValueKind::Moved:
    return readPlace(V.Where);
  case ValueKind::Function:
    return readRef(V.Fn);
  case ValueKind::Closure:
    return readClosure(V);
  }
  return false;
}

bool FactReader::readClosure(Value &V) {
  if (!takeWord("none") && !readRef(V.Fn))
    return false;
  if (!wantSign("{"))
    return false;
  if (takeSign("}"))
    return true;
  ++Nesting;
  do {
    Capture &C = V.Captures.emplace_back();
    if (!readText(C.Field) || !wantSign(":") || !readValue(C.What))
      return false;
  } while (takeSign(","));
  --Nesting;
  return takeSign("}") || expected("',' or '}'");
}

} // namespace cotidy::facts
