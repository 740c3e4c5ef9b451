//===- FactsFileReader.cpp - a unit's facts from bytes --------------------===//
// Gives back the unit that a facts file holds, or says what is wrong with the
// file. It trusts the bytes in nothing: FlatBuffers' verifier first, then the
// checksum, then every id and enumerator against its range.
//===----------------------------------------------------------------------===//
#include "program/FactsFile.h"
#include "program/FactsFileFormat.h"

#include "base/CheckInfo.h"
#include "facts/Words.h"

#include "program/FactsFile_generated.h"

namespace cotidy {

using namespace facts;

namespace {

/// A value of more parts than this comes from no program: a few rows of a file
/// can name each other so that the value would fill the memory.
constexpr uint32_t LargestValue = 1u << 16;

/// The facts of the payload. Each `read` answers false once something is wrong.
class UnitReader {
public:
  explicit UnitReader(const store::Unit &S) : S(S) {}

  bool read();
  Unit U;
  std::string Why; ///< what is wrong, if anything

private:
  bool fault(const char *What) {
    Why = What;
    return false;
  }

  void readHead();
  bool readPlaces();
  bool readValues();
  bool readTypes();
  bool readType(const store::TypeRow &Row);
  bool readFunctions();
  bool readFunction(const store::FunctionRow &Row);
  bool readBlock(const store::BlockRow &Row, Block &B);
  bool readFact(const store::FactRow &Row, Fact &F);
  bool readSlot(Fact &F, Slot At);
  bool readPlace(uint32_t Id, Place &P);
  bool readValue(uint32_t Id, Value &V);
  bool readOperand(uint32_t &N);

  template <class Enum> bool readEnum(uint8_t Number, Enum Last, Enum &E) {
    if (Number > uint8_t(Last))
      return fault("an enumerator out of range");
    E = Enum(Number);
    return true;
  }

  /// Calls `Read` with each row from where the last stretch ended to `End`.
  template <class Rows, class Reader>
  bool readStretch(const Rows &From, uint32_t &Next, uint32_t End, Reader Read) {
    if (End < Next || End > From.size())
      return fault("a list that ends beyond its rows");
    while (Next < End)
      if (!Read(From[Next++]))
        return false;
    return true;
  }

  const store::Unit &S;
  std::vector<Place> Places;
  std::vector<Value> Values;
  std::vector<uint32_t> Sizes; ///< of values, in parts
  /// How far each common vector has been read.
  struct {
    uint32_t Steps = 0, Captures = 0, TypeLists = 0, Fields = 0, Overrides = 0,
             Params = 0, Locals = 0, Blocks = 0, Edges = 0, Facts = 0, Operands = 0;
  } Read;
};

Spot spotOf(const store::Spot &S) { return {S.file(), S.line(), S.column()}; }

void UnitReader::readHead() {
  U.MainFile = S.main_file()->str();
  U.Target = S.target()->str();
  U.Standard = S.standard()->str();
  U.Failed = S.failed();
  for (const auto *E : *S.errors())
    U.Errors.push_back(E->str());
  for (const auto *F : *S.files())
    U.Files.push_back({F->path()->str(), F->flags(), F->digest()->str()});
  for (const auto *N : *S.unknown_nodes())
    U.UnknownNodes[N->kind()->str()] = N->count();
  U.Strings.clear();
  for (const auto *Text : *S.strings())
    U.Strings.push_back(Text->str());
}

bool UnitReader::readPlaces() {
  for (const store::PlaceRow *Row : *S.places()) {
    Place &P = Places.emplace_back();
    P.Index = Row->index();
    P.Name = StrId(Row->name());
    auto ReadStep = [&](const store::StepRow *Step) {
      PathStep &Made = P.Path.emplace_back();
      Made.Name = StrId(Step->name());
      return readEnum(Step->kind(), StepKind::Pointee, Made.Kind);
    };
    if (!readEnum(Row->root(), RootKind::Unknown, P.Root) ||
        !readStretch(*S.steps(), Read.Steps, Row->steps_end(), ReadStep))
      return false;
  }
  return true;
}

bool UnitReader::readValues() {
  Values.reserve(S.values()->size());
  for (const store::ValueRow *Row : *S.values()) {
    Value V;
    uint32_t Size = 1;
    V.Int = Row->number();
    V.Text = StrId(Row->text());
    V.Fn = FnId(Row->fn());
    auto ReadCapture = [&](const store::CaptureRow *C) {
      Capture &Made = V.Captures.emplace_back();
      Made.Field = StrId(C->field());
      if (!readValue(C->what(), Made.What))
        return false;
      Size += Sizes[C->what()];
      return Size <= LargestValue || fault("a value without end");
    };
    if (!readEnum(Row->kind(), ValueKind::Function, V.Kind) ||
        !readPlace(Row->place(), V.Where) ||
        !readStretch(*S.captures(), Read.Captures, Row->captures_end(), ReadCapture))
      return false;
    Values.push_back(std::move(V));
    Sizes.push_back(Size);
  }
  return true;
}

bool UnitReader::readPlace(uint32_t Id, Place &P) {
  if (Id == store::Absent)
    return true;
  if (Id >= Places.size())
    return fault("a place out of range");
  P = Places[Id];
  return true;
}

bool UnitReader::readValue(uint32_t Id, Value &V) {
  if (Id >= Values.size())
    return fault("a value out of range");
  V = Values[Id];
  return true;
}

bool UnitReader::readTypes() {
  U.Types.reserve(S.types()->size());
  for (const store::TypeRow *Row : *S.types())
    if (!readType(*Row))
      return false;
  return true;
}

bool UnitReader::readType(const store::TypeRow &Row) {
  Type &T = U.Types.emplace_back();
  T.Name = StrId(Row.name());
  T.Template = StrId(Row.template_name());
  T.At = spotOf(Row.at());
  T.Flags = Row.flags();
  T.Promise = TypeId(Row.promise());
  T.Result = TypeId(Row.result());
  T.CallOperator = FnId(Row.call_operator());
  T.Destructor = FnId(Row.destructor());
  auto AppendTo = [](std::vector<TypeId> &Ids) {
    return [&Ids](uint32_t Id) {
      Ids.push_back(TypeId(Id));
      return true;
    };
  };
  auto ReadField = [&](const store::FieldRow *F) {
    T.Fields.push_back({StrId(F->name()), StrId(F->type_name()), TypeId(F->type())});
    return true;
  };
  return readEnum(Row.task_start(), Start::Eager, T.TaskStart) &&
         readStretch(*S.type_lists(), Read.TypeLists, Row.bases_end(),
                     AppendTo(T.Bases)) &&
         readStretch(*S.type_lists(), Read.TypeLists, Row.arguments_end(),
                     AppendTo(T.Arguments)) &&
         readStretch(*S.fields(), Read.Fields, Row.fields_end(), ReadField);
}

bool UnitReader::readFunctions() {
  U.Functions.reserve(S.functions()->size());
  for (const store::FunctionRow *Row : *S.functions())
    if (!readFunction(*Row))
      return false;
  return true;
}

bool UnitReader::readFunction(const store::FunctionRow &Row) {
  Function &F = U.Functions.emplace_back();
  F.Name = StrId(Row.name());
  F.Qualified = StrId(Row.qualified());
  F.Display = StrId(Row.display());
  F.At = spotOf(Row.at());
  F.Flags = Row.flags();
  F.Class = TypeId(Row.class_type());
  F.Returns = TypeId(Row.returns());
  F.Promise = TypeId(Row.promise());
  F.Owner = FnId(Row.owner());
  auto ReadOverride = [&](uint32_t Id) {
    F.Overrides.push_back(FnId(Id));
    return true;
  };
  auto ReadParam = [&](const store::ParamRow *P) {
    Param &Made = F.Params.emplace_back();
    Made.Name = StrId(P->name());
    Made.TypeName = StrId(P->type_name());
    Made.Type = TypeId(P->type());
    return readEnum(P->mode(), PassMode::Pointer, Made.Mode);
  };
  auto ReadLocal = [&](const store::LocalRow *L) {
    Local &Made = F.Locals.emplace_back();
    Made.Name = StrId(L->name());
    Made.TypeName = StrId(L->type_name());
    Made.Type = TypeId(L->type());
    Made.At = spotOf(L->at());
    return readEnum(L->reference(), true, Made.Reference);
  };
  auto ReadBlock = [&](const store::BlockRow *B) {
    return readBlock(*B, F.Blocks.emplace_back());
  };
  return readEnum(Row.body(), BodyState::Skipped, F.Body) &&
         readEnum(Row.initial(), Start::Eager, F.Initial) &&
         readStretch(*S.overrides(), Read.Overrides, Row.overrides_end(), ReadOverride) &&
         readStretch(*S.params(), Read.Params, Row.params_end(), ReadParam) &&
         readStretch(*S.locals(), Read.Locals, Row.locals_end(), ReadLocal) &&
         readStretch(*S.blocks(), Read.Blocks, Row.blocks_end(), ReadBlock);
}

bool UnitReader::readBlock(const store::BlockRow &Row, Block &B) {
  auto ReadEdge = [&](const store::EdgeRow *E) {
    Edge &Made = B.Successors.emplace_back();
    Made.To = E->to();
    return readEnum(E->kind(), EdgeKind::Exceptional, Made.Kind);
  };
  auto ReadFact = [&](const store::FactRow *F) {
    return readFact(*F, B.Facts.emplace_back());
  };
  return readStretch(*S.facts(), Read.Facts, Row.facts_end(), ReadFact) &&
         readStretch(*S.edges(), Read.Edges, Row.edges_end(), ReadEdge);
}

bool UnitReader::readFact(const store::FactRow &Row, Fact &F) {
  F.At = spotOf(Row.at());
  if (!readEnum(Row.kind(), FactKind(NumFactKinds - 1), F.Kind))
    return false;
  for (unsigned I = 0; I < NumSlots; ++I)
    if ((Row.slots() & (1u << I)) && !readSlot(F, Slot(I)))
      return false;
  return true;
}

bool UnitReader::readOperand(uint32_t &N) {
  if (Read.Operands == S.operands()->size())
    return fault("facts without operands");
  N = S.operands()->Get(Read.Operands++);
  return true;
}

bool UnitReader::readSlot(Fact &F, Slot At) {
  uint32_t N = 0;
  if (!readOperand(N))
    return false;
  switch (At) {
  case Slot::Callee: F.Callee = FnId(N); return true;
  case Slot::Word:   F.Word = StrId(N); return true;
  case Slot::Type:   F.Type = TypeId(N); return true;
  case Slot::Recv:   return readValue(N, F.Recv);
  case Slot::Value:  return readValue(N, F.Val);
  case Slot::To:     return readPlace(N, F.To);
  case Slot::From:   return readPlace(N, F.From);
  case Slot::Args:
    for (uint32_t I = 0; I < N; ++I) {
      uint32_t Id = 0;
      if (!readOperand(Id) || !readValue(Id, F.Args.emplace_back()))
        return false;
    }
    return true;
  }
  return false;
}

bool UnitReader::read() {
  readHead();
  if (!readPlaces() || !readValues() || !readTypes() || !readFunctions())
    return false;
  Why = findFault(U);
  return Why.empty();
}

llvm::Error damaged(llvm::StringRef Name, const llvm::Twine &Why) {
  return llvm::createStringError(Name + ": damaged facts file (" + Why +
                                 "): delete it and run again");
}

/// The payload of a sound file of this version, or an error.
llvm::Expected<llvm::ArrayRef<uint8_t>> payloadOf(llvm::ArrayRef<uint8_t> Bytes,
                                                  llvm::StringRef Name) {
  constexpr size_t Head = sizeof(flatbuffers::uoffset_t) +
                          flatbuffers::FlatBufferBuilder::kFileIdentifierLength;
  if (Bytes.size() < Head)
    return damaged(Name, "it ends after " + llvm::Twine(Bytes.size()) + " bytes");
  if (!store::FileBufferHasIdentifier(Bytes.data()))
    return llvm::createStringError(
        Name + ": not a facts file: name a file that 'cotidy extract' wrote");
  if (Bytes.size() > LargestFactsFile)
    return damaged(Name, "it is too large");
  flatbuffers::Verifier Outer(Bytes.data(), Bytes.size());
  if (!store::VerifyFileBuffer(Outer))
    return damaged(Name, "it is cut off or overwritten");
  const store::File &File = *store::GetFile(Bytes.data());
  std::string_view Version(File.version()->c_str(), File.version()->size());
  if (Version != toolVersion())
    return llvm::createStringError(Name + ": written by cotidy " +
                                   File.version()->c_str() + ", this is " +
                                   toolVersion() + ": delete it and run again");
  if (File.language() != store::languageDigest())
    return llvm::createStringError(Name + ": written by another build of cotidy " +
                                   toolVersion() + ": delete it and run again");
  llvm::ArrayRef<uint8_t> Payload(File.payload()->data(), File.payload()->size());
  if (File.checksum() != store::checksumOf(Payload))
    return damaged(Name, "its checksum is wrong");
  return Payload;
}

} // namespace

llvm::Expected<Unit> readFacts(llvm::StringRef Bytes, llvm::StringRef Name) {
  // Rows are read in place, which wants them aligned; the bytes may lie anywhere.
  std::vector<uint64_t> Aligned(Bytes.size() / sizeof(uint64_t) + 1);
  std::memcpy(Aligned.data(), Bytes.data(), Bytes.size());
  llvm::Expected<llvm::ArrayRef<uint8_t>> Payload = payloadOf(
      {reinterpret_cast<const uint8_t *>(Aligned.data()), Bytes.size()}, Name);
  if (!Payload)
    return Payload.takeError();
  if (reinterpret_cast<uintptr_t>(Payload->data()) % store::PayloadAlignment)
    return damaged(Name, "its payload is displaced");
  flatbuffers::Verifier Inner(Payload->data(), Payload->size());
  if (!Inner.VerifyBuffer<store::Unit>(nullptr))
    return damaged(Name, "its rows are overwritten");
  UnitReader Reader(*flatbuffers::GetRoot<store::Unit>(Payload->data()));
  if (!Reader.read())
    return damaged(Name, Reader.Why);
  return std::move(Reader.U);
}

} // namespace cotidy
