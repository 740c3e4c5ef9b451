//===- Parser.cpp - facts from text ---------------------------------------===//
// Recursive descent over the statements of the text form (Parser.h has the
// grammar; FactReader reads what stands inside a fact). Entities are declared by
// a first look over the text, so that they may be named before their line. What
// a unit must guarantee beyond the grammar firstFault decides; here only the
// line is found for it.
//===----------------------------------------------------------------------===//
#include "facts/Parser.h"
#include "facts/Check.h"
#include "facts/FactReader.h"
#include "facts/Words.h"

namespace cotidy::facts {

namespace {

/// Where a function, its blocks and its facts stand in the text.
struct FunctionPositions {
  struct BlockPositions {
    TextPosition At;
    std::vector<TextPosition> Facts;
  };
  TextPosition At;
  std::vector<BlockPositions> Blocks;
};

class Parser : FactReader {
public:
  Parser(llvm::StringRef Text, llvm::StringRef Name)
      : FactReader(tokenize(Text), Name) {}

  llvm::Expected<Unit> run();

private:
  bool declareEntities();
  bool readUnit();
  bool readStatement();
  bool readFile();
  bool readUnknownNode();
  bool readType();
  bool readField();
  bool readFunction();
  bool readMember();
  bool readParam();
  bool readLocal();
  bool readBlock(TextPosition At);
  bool readFact();

  void straightLine();
  TextPosition positionOf(const Fault &F) const;

  std::vector<TextPosition> TypeAt;
  std::vector<FunctionPositions> FunctionAt;
  Type *InType = nullptr;         ///< whose fields may follow
  Function *InFunction = nullptr; ///< whose members may follow
  FunctionPositions *InFunctionAt = nullptr;
  std::vector<bool> BodyGiven; ///< for each function
  bool InStraightLine = false; ///< the function's blocks are implied
};

//===----------------------------------------------------------------------===//
// Statements of the unit
//===----------------------------------------------------------------------===//

bool Parser::declareEntities() {
  for (auto &[Keyword, Name] : statementHeads("type")) {
    if (!TypeIds.try_emplace(Name.Text, TypeId(U.Types.size())).second)
      return failAt(Name, "a second type of the name '" + Name.Text + "'");
    U.Types.emplace_back().Name = Strings.intern(Name.Text);
    TypeAt.push_back({Keyword.Line, Keyword.Column});
  }
  for (auto &[Keyword, Name] : statementHeads("function")) {
    if (!FunctionIds.try_emplace(Name.Text, FnId(U.Functions.size())).second)
      return failAt(Name, "a second function of the name '" + Name.Text + "'");
    U.Functions.emplace_back().Name = Strings.intern(Name.Text);
    FunctionAt.emplace_back().At = {Keyword.Line, Keyword.Column};
  }
  BodyGiven.resize(U.Functions.size());
  return true;
}

bool Parser::readUnit() {
  if (!takeWord("unit"))
    return expected("'unit' and the main file");
  return readString(U.MainFile, "the main file in quotes") &&
         readAttributes(
             {{"target", [&] { return readString(U.Target, "a link target"); }},
              {"standard", [&] { return readString(U.Standard, "a standard"); }},
              {"failed", [&] { return U.Failed = true; }}});
}

bool Parser::readStatement() {
  if (takeWord("error"))
    return readString(U.Errors.emplace_back(), "the error in quotes") && wantNewline();
  if (takeWord("file"))
    return readFile();
  if (takeWord("unknown-node"))
    return readUnknownNode();
  if (takeWord("type"))
    return readType();
  if (takeWord("function"))
    return readFunction();
  if (InType)
    return takeWord("field") ? readField()
                             : expected("'field', 'type' or 'function'");
  if (InFunction)
    return readMember();
  return expected("'error', 'file', 'unknown-node', 'type' or 'function'");
}

bool Parser::readFile() {
  SourceFile F;
  auto Flag = [&](FileFlag Bit) { return [&F, Bit] { return bool(F.Flags |= Bit); }; };
  auto User = Flag(FileUser), Generated = Flag(FileGenerated), System = Flag(FileSystem);
  if (!wantIndex(U.Files.size()) || !readString(F.Path, "a path in quotes") ||
      !readAttributes({{"user", User},
                       {"generated", Generated},
                       {"system", System},
                       {"digest", [&] { return readString(F.Digest, "a digest"); }}}))
    return false;
  U.Files.push_back(std::move(F));
  return true;
}

bool Parser::readUnknownNode() {
  std::string Kind;
  uint32_t Count = 0;
  if (!readString(Kind, "a kind of node in quotes"))
    return false;
  if (U.UnknownNodes.count(Kind))
    return fail("a second count of '" + Kind + "'");
  if (!readNumber(Count, "a count"))
    return false;
  U.UnknownNodes[Kind] = Count;
  return wantNewline();
}

bool Parser::readType() {
  InFunction = nullptr;
  TypeId Id{};
  if (!readRef(Id))
    return false;
  Type &T = *(InType = &U.Types[raw(Id)]);
  T.Template = Strings.intern(withoutArguments(U.text(T.Name)));
  return readAttributes(
      {{"template", [&] { return readText(T.Template); }},
       {"at", [&] { return readSpot(T.At); }},
       {"flags", [&] { return readFlags(T.Flags, typeFlags()); }},
       {"tasks", [&] { return readEnum(StartWords, T.TaskStart); }},
       {"promise", [&] { return readRef(T.Promise); }},
       {"result", [&] { return readRef(T.Result); }},
       {"calls", [&] { return readRef(T.CallOperator); }},
       {"destructor", [&] { return readRef(T.Destructor); }},
       {"bases", [&] { return readRefs(T.Bases); }},
       {"arguments", [&] { return readRefs(T.Arguments); }}});
}

bool Parser::readField() {
  Field &F = InType->Fields.emplace_back();
  return readText(F.Name) && readName(F.TypeName) &&
         readAttributes({{"type", [&] { return readRef(F.Type); }}});
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

bool Parser::readFunction() {
  InType = nullptr;
  FnId Id{};
  if (!readRef(Id))
    return false;
  Function &F = *(InFunction = &U.Functions[raw(Id)]);
  InFunctionAt = &FunctionAt[raw(Id)];
  InStraightLine = false;
  F.Qualified = F.Name;
  bool DisplayGiven = false;
  auto ReadDisplay = [&] {
    DisplayGiven = true;
    return readText(F.Display);
  };
  auto ReadBody = [&] {
    BodyGiven[raw(Id)] = true;
    return readEnum(BodyWords, F.Body);
  };
  if (!readAttributes(
          {{"qualified", [&] { return readText(F.Qualified); }},
           {"display", ReadDisplay},
           {"at", [&] { return readSpot(F.At); }},
           {"body", ReadBody},
           {"flags", [&] { return readFlags(F.Flags, functionFlags()); }},
           {"class", [&] { return readRef(F.Class); }},
           {"returns", [&] { return readRef(F.Returns); }},
           {"promise", [&] { return readRef(F.Promise); }},
           {"initial", [&] { return readEnum(StartWords, F.Initial); }},
           {"owner", [&] { return readRef(F.Owner); }},
           {"overrides", [&] { return readRefs(F.Overrides); }}}))
    return false;
  if (!DisplayGiven)
    F.Display = Strings.intern(std::string(lastComponent(U.text(F.Qualified))));
  return true;
}

bool Parser::readMember() {
  if (takeWord("param"))
    return readParam();
  if (takeWord("local"))
    return readLocal();
  if (TextPosition At = here(); takeWord("block"))
    return readBlock(At);
  return readFact();
}

bool Parser::readParam() {
  Param P;
  if (!wantIndex(InFunction->Params.size()) || !readName(P.Name) || !readName(P.TypeName))
    return false;
  auto Mode = [&](PassMode M) { return [&P, M] { return P.Mode = M, true; }; };
  auto ByValue = Mode(PassMode::Value), ByReference = Mode(PassMode::Reference),
       ByRvalue = Mode(PassMode::RvalueReference), ByPointer = Mode(PassMode::Pointer);
  if (!readAttributes({{"value", ByValue},
                       {"reference", ByReference},
                       {"rvalue-reference", ByRvalue},
                       {"pointer", ByPointer},
                       {"type", [&] { return readRef(P.Type); }}}))
    return false;
  InFunction->Params.push_back(P);
  return true;
}

bool Parser::readLocal() {
  Local L;
  if (!wantIndex(InFunction->Locals.size()) || !readName(L.Name) || !readName(L.TypeName) ||
      !readAttributes({{"type", [&] { return readRef(L.Type); }},
                       {"at", [&] { return readSpot(L.At); }},
                       {"reference", [&] { return L.Reference = true; }}}))
    return false;
  InFunction->Locals.push_back(L);
  return true;
}

bool Parser::readBlock(TextPosition At) {
  if (InStraightLine)
    return fail("a block in a function that began with facts outside of any block");
  InFunctionAt->Blocks.push_back({At, {}});
  if (!wantIndex(InFunction->Blocks.size()))
    return false;
  Block &B = InFunction->Blocks.emplace_back();
  if (!takeSign("->"))
    return wantNewline();
  do {
    Edge E;
    if (!readNumber(E.To, "the number of a block"))
      return false;
    if (takeWord("exceptional"))
      E.Kind = EdgeKind::Exceptional;
    B.Successors.push_back(E);
  } while (takeSign(","));
  return wantNewline();
}

/// Facts before any block: they are block 0, which goes to the exit.
void Parser::straightLine() {
  InFunction->Blocks.resize(2);
  InFunction->Blocks[0].Successors.push_back({1, EdgeKind::Normal});
  InFunctionAt->Blocks.resize(2, {here(), {}});
  InStraightLine = true;
}

//===----------------------------------------------------------------------===//
// Facts
//===----------------------------------------------------------------------===//

bool Parser::readFact() {
  FactKind Kind{};
  if (!at(Token::Word))
    return expected("a fact, 'param', 'local', 'block' or the next function");
  TextPosition At = here();
  unsigned Which = 0;
  while (Which < NumFactKinds && nameOf(FactKind(Which)) != peek().Text)
    ++Which;
  if (Which == NumFactKinds)
    return expected("a kind of fact, 'param', 'local', 'block' or the next function");
  take();
  if (InFunction->Blocks.empty())
    straightLine();
  size_t Index = InStraightLine ? 0 : InFunction->Blocks.size() - 1;
  Fact F;
  F.Kind = Kind = FactKind(Which);
  if (at(Token::Integer) && !readSpot(F.At))
    return false;
  if (!readFactSlots(F))
    return false;
  InFunction->Blocks[Index].Facts.push_back(std::move(F));
  InFunctionAt->Blocks[Index].Facts.push_back(At);
  return true;
}

//===----------------------------------------------------------------------===//
// The whole text
//===----------------------------------------------------------------------===//

TextPosition Parser::positionOf(const Fault &F) const {
  if (F.Type != Fault::None)
    return TypeAt[F.Type];
  if (F.Function == Fault::None)
    return {1, 1};
  const FunctionPositions &At = FunctionAt[F.Function];
  if (F.Block == Fault::None)
    return At.At;
  const FunctionPositions::BlockPositions &Block = At.Blocks[F.Block];
  return F.Fact == Fault::None ? Block.At : Block.Facts[F.Fact];
}

llvm::Expected<Unit> Parser::run() {
  bool Sound = declareEntities() && readUnit();
  while (Sound && !at(Token::End))
    Sound = readStatement();
  if (!Sound)
    return takeError();
  for (size_t I = 0; I < U.Functions.size(); ++I)
    if (!BodyGiven[I] && !U.Functions[I].Blocks.empty())
      U.Functions[I].Body = BodyState::Here;
  if (SpotSeen && U.Files.empty())
    U.Files.push_back({U.MainFile, FileUser, {}});
  renumberStrings(U);
  if (std::optional<Fault> F = firstFault(U))
    return errorAt(positionOf(*F), F->What);
  return std::move(U);
}

} // namespace

llvm::Expected<Unit> parse(llvm::StringRef Text, llvm::StringRef Name) {
  return Parser(Text, Name).run();
}

} // namespace cotidy::facts
