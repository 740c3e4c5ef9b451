//===- Check.cpp - what every unit guarantees -----------------------------===//
// Decides whether a unit is one that flow, program and the file form may trust:
// ids in range, names unique, words and slots as Facts.def allows, values and
// places in their one normal form. It judges no code and mends nothing.
//===----------------------------------------------------------------------===//
#include "facts/Check.h"
#include "facts/Words.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"

namespace cotidy::facts {

namespace {

/// A literal's text in a fact is cut to this by its producer.
constexpr size_t LongestLiteral = 64;

class Checker {
public:
  explicit Checker(const Unit &U) : U(U) {}

  /// Each check answers false at the first fault, which is then in `Found`.
  bool checkUnit();
  Fault Found;

private:
  bool fault(const llvm::Twine &What) {
    Found.What = What.str();
    return false;
  }

  bool checkStrings();
  bool checkFiles();
  bool checkNames();
  bool checkType(const Type &T);
  bool checkFunction(const Function &F);
  bool checkBody(const Function &F);
  bool checkBlock(const Function &F, const Block &B);
  bool checkFact(const Function &F, const Fact &X);
  bool checkWord(const Fact &X);
  bool checkValue(const Function &F, const Value &V);
  bool checkPlace(const Function &F, const Place &P);

  bool known(StrId I) {
    return raw(I) < U.Strings.size() || fault("no string " + llvm::Twine(raw(I)));
  }
  bool known(FnId I) {
    return I == FnId::None || raw(I) < U.Functions.size() ||
           fault("no function " + llvm::Twine(raw(I)));
  }
  bool known(TypeId I) {
    return I == TypeId::None || raw(I) < U.Types.size() ||
           fault("no type " + llvm::Twine(raw(I)));
  }
  bool known(Spot S) {
    return S == Spot() || S.File < U.Files.size() ||
           fault("no file " + llvm::Twine(S.File));
  }
  bool knownFlags(uint32_t Flags, llvm::ArrayRef<FlagWord> Words);

  const Unit &U;
};

bool Checker::knownFlags(uint32_t Flags, llvm::ArrayRef<FlagWord> Words) {
  for (const FlagWord &W : Words)
    Flags &= ~W.Bit;
  return !Flags || fault("unknown flag " + llvm::Twine(Flags));
}

bool Checker::checkStrings() {
  if (U.Strings.empty() || !U.Strings.front().empty())
    return fault("string 0 is not the empty string");
  llvm::StringSet<> Seen;
  for (const std::string &S : U.Strings)
    if (!Seen.insert(S).second)
      return fault("the string '" + S + "' has two ids");
  return true;
}

bool Checker::checkFiles() {
  for (const SourceFile &F : U.Files)
    if (!knownFlags(F.Flags, fileFlags()))
      return false;
  return true;
}

bool Checker::checkNames() {
  llvm::DenseSet<uint32_t> Seen;
  for (uint32_t I = 0; I < U.Types.size(); ++I) {
    Found.Type = I;
    StrId Name = U.Types[I].Name;
    if (!known(Name))
      return false;
    if (Name == StrId::Empty)
      return fault("a type without a name");
    if (!Seen.insert(raw(Name)).second)
      return fault("a second type of the name '" + U.Strings[raw(Name)] + "'");
  }
  Found.Type = Fault::None;
  Seen.clear();
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    Found.Function = I;
    StrId Name = U.Functions[I].Name;
    if (!known(Name))
      return false;
    if (Name == StrId::Empty)
      return fault("a function without a name");
    if (!Seen.insert(raw(Name)).second)
      return fault("a second function of the name '" + U.Strings[raw(Name)] + "'");
  }
  Found.Function = Fault::None;
  return true;
}

bool Checker::checkType(const Type &T) {
  if (!known(T.Template) || !known(T.At) || !knownFlags(T.Flags, typeFlags()) ||
      !known(T.Promise) || !known(T.Result) || !known(T.CallOperator) ||
      !known(T.Destructor))
    return false;
  for (const std::vector<TypeId> *List : {&T.Bases, &T.Arguments})
    for (TypeId Each : *List) {
      if (!known(Each))
        return false;
      if (Each == TypeId::None)
        return fault("a base or argument that is no type");
    }
  return llvm::all_of(T.Fields, [&](const Field &F) {
    return known(F.Name) && known(F.TypeName) && known(F.Type);
  });
}

bool Checker::checkFunction(const Function &F) {
  if (!known(F.Qualified) || !known(F.Display) || !known(F.At) ||
      !knownFlags(F.Flags, functionFlags()) || !known(F.Class) ||
      !known(F.Returns) || !known(F.Promise) || !known(F.Owner))
    return false;
  for (FnId Each : F.Overrides) {
    if (!known(Each))
      return false;
    if (Each == FnId::None)
      return fault("an overridden function that is none");
  }
  for (const Param &P : F.Params)
    if (!known(P.Name) || !known(P.TypeName) || !known(P.Type))
      return false;
  for (const Local &L : F.Locals)
    if (!known(L.Name) || !known(L.TypeName) || !known(L.Type) || !known(L.At))
      return false;
  return checkBody(F);
}

bool Checker::checkBody(const Function &F) {
  if (F.Body != BodyState::Here)
    return F.Blocks.empty() || fault("blocks in a function whose body is not here");
  if (F.Blocks.empty())
    return fault("a body that is here without blocks");
  for (uint32_t I = 0; I < F.Blocks.size(); ++I) {
    Found.Block = I;
    if (!checkBlock(F, F.Blocks[I]))
      return false;
  }
  const Block &Exit = F.Blocks.back();
  if (!Exit.Facts.empty() || !Exit.Successors.empty())
    return fault("the last block, the exit, is not empty");
  Found.Block = Fault::None;
  return true;
}

bool Checker::checkBlock(const Function &F, const Block &B) {
  for (const Edge &E : B.Successors)
    if (E.To >= F.Blocks.size())
      return fault("no block " + llvm::Twine(E.To) + " to go to");
  for (uint32_t I = 0; I < B.Facts.size(); ++I) {
    Found.Fact = I;
    if (!checkFact(F, B.Facts[I]))
      return false;
    if (B.Facts[I].Kind != FactKind::Branch)
      continue;
    if (I + 1 != B.Facts.size())
      return fault("a branch that is not the last fact of its block");
    if (B.Successors.size() < 2)
      return fault("a branch in a block without two successors");
  }
  Found.Fact = Fault::None;
  return true;
}

bool Checker::checkFact(const Function &F, const Fact &X) {
  if (!known(X.At) || !known(X.Callee) || !known(X.Type) || !known(X.Word))
    return false;
  for (unsigned I = 0; I < NumSlots; ++I)
    if (isFilled(X, Slot(I)) && !mayFill(X.Kind, Slot(I)))
      return fault("'" + llvm::Twine(nameOf(X.Kind)) + "' has no slot '" + SlotNames[I] +
                   "'");
  for (const Value &A : X.Args)
    if (!checkValue(F, A))
      return false;
  return checkValue(F, X.Recv) && checkValue(F, X.Val) && checkPlace(F, X.To) &&
         checkPlace(F, X.From) && checkWord(X);
}

bool isAmong(llvm::ArrayRef<std::string_view> Words, llvm::StringRef Word) {
  return llvm::any_of(Words, [&](std::string_view Each) { return Word == llvm::StringRef(Each); });
}

bool Checker::checkWord(const Fact &X) {
  Vocabulary V = vocabularyOf(X.Kind);
  llvm::StringRef Text = U.text(X.Word);
  std::string Kind = "'" + std::string(nameOf(X.Kind)) + "'";
  if (Text.empty()) {
    if (!V.Required)
      return true;
    return fault(Kind + " needs a word" +
                 (V.First.empty() ? "" : ": " + alternatives(V.First)));
  }
  if (V.First.empty())
    return true;
  llvm::SmallVector<llvm::StringRef, 4> Words;
  Text.split(Words, ' ');
  if (!isAmong(V.First, Words.front()))
    return fault("the word of " + Kind + " begins with " + alternatives(V.First) +
                 ", not '" + Words.front() + "'");
  if (Words.size() == 1 && V.RestRequired)
    return fault("the word of " + Kind + " goes on after '" + Text + "' with " +
                 alternatives(V.Rest));
  for (llvm::StringRef Each : llvm::drop_begin(Words)) {
    if (V.Rest.empty())
      return fault("the word of " + Kind + " ends after '" + Words.front() + "'");
    if (!isAmong(V.Rest, Each))
      return fault("the word of " + Kind + " goes on with " + alternatives(V.Rest) +
                   ", not '" + Each + "'");
  }
  return true;
}

/// Which members a value of each kind uses; the others must be untouched, or
/// text and file form would not hold everything.
struct ValueShape {
  bool Int = false, Text = false, Where = false, Fn = false, Captures = false;
};

ValueShape shapeOf(ValueKind K) {
  switch (K) {
  case ValueKind::None:
  case ValueKind::Unknown:
  case ValueKind::Null:
  case ValueKind::Default:
    return {};
  case ValueKind::Integer:
  case ValueKind::Bool:
    return {.Int = true};
  case ValueKind::String:
    return {.Text = true};
  case ValueKind::Enumerator:
    return {.Int = true, .Text = true};
  case ValueKind::Read:
  case ValueKind::Address:
  case ValueKind::Moved:
    return {.Where = true};
  case ValueKind::Closure:
    return {.Fn = true, .Captures = true};
  case ValueKind::Function:
    return {.Fn = true};
  }
  return {};
}

bool Checker::checkValue(const Function &F, const Value &V) {
  if (!known(V.Text) || !known(V.Fn) || !checkPlace(F, V.Where))
    return false;
  ValueShape Shape = shapeOf(V.Kind);
  if ((!Shape.Int && V.Int) || (!Shape.Text && V.Text != StrId::Empty) ||
      (!Shape.Where && V.Where) || (!Shape.Fn && V.Fn != FnId::None) ||
      (!Shape.Captures && !V.Captures.empty()))
    return fault("a value with more than its kind holds");
  if (Shape.Where && !V.Where)
    return fault("a value that reads or addresses no place");
  if (V.Kind == ValueKind::Function && V.Fn == FnId::None)
    return fault("the address of no function");
  if (V.Kind == ValueKind::Bool && V.Int != 0 && V.Int != 1)
    return fault("a bool that is neither true nor false");
  if (V.Kind == ValueKind::String && U.text(V.Text).size() > LongestLiteral)
    return fault("a literal of more than " + llvm::Twine(LongestLiteral) + " bytes");
  return llvm::all_of(V.Captures, [&](const Capture &C) {
    return known(C.Field) && checkValue(F, C.What);
  });
}

bool Checker::checkPlace(const Function &F, const Place &P) {
  if (!known(P.Name))
    return false;
  bool Indexed = P.Root == RootKind::Param || P.Root == RootKind::Local;
  if ((!Indexed && P.Index) || (P.Root != RootKind::Global && P.Name != StrId::Empty) ||
      (!P && !P.Path.empty()))
    return fault("a place with more than its root holds");
  if (P.Root == RootKind::Param && P.Index >= F.Params.size())
    return fault("no parameter " + llvm::Twine(P.Index) + ": the function has " +
                 llvm::Twine(F.Params.size()));
  if (P.Root == RootKind::Local && P.Index >= F.Locals.size())
    return fault("no local " + llvm::Twine(P.Index) + ": the function has " +
                 llvm::Twine(F.Locals.size()));
  return llvm::all_of(P.Path, [&](const PathStep &S) {
    return known(S.Name) && (S.Kind == StepKind::Field || S.Name == StrId::Empty ||
                             fault("a named step that is no field"));
  });
}

bool Checker::checkUnit() {
  if (!checkStrings() || !checkFiles() || !checkNames())
    return false;
  for (uint32_t I = 0; I < U.Types.size(); ++I) {
    Found.Type = I;
    if (!checkType(U.Types[I]))
      return false;
  }
  Found.Type = Fault::None;
  for (uint32_t I = 0; I < U.Functions.size(); ++I) {
    Found.Function = I;
    if (!checkFunction(U.Functions[I]))
      return false;
  }
  return true;
}

} // namespace

std::optional<Fault> firstFault(const Unit &U) {
  Checker C(U);
  if (C.checkUnit())
    return std::nullopt;
  return std::move(C.Found);
}

std::string findFault(const Unit &U) {
  std::optional<Fault> F = firstFault(U);
  if (!F)
    return {};
  auto NameAt = [&](StrId I) {
    return raw(I) < U.Strings.size() ? "'" + U.Strings[raw(I)] + "'" : std::string();
  };
  std::string Where;
  if (F->Type != Fault::None)
    Where = "type " + NameAt(U.Types[F->Type].Name);
  if (F->Function != Fault::None)
    Where = "function " + NameAt(U.Functions[F->Function].Name);
  if (F->Block != Fault::None)
    Where += ", block " + std::to_string(F->Block);
  if (F->Fact != Fault::None)
    Where += ", fact " + std::to_string(F->Fact);
  return Where.empty() ? F->What : Where + ": " + F->What;
}

} // namespace cotidy::facts
