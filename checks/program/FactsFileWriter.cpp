//===- FactsFileWriter.cpp - a unit's facts to bytes ----------------------===//
// Lays a unit out as rows (FactsFile.fbs): every list in one common vector,
// every place and value once. Decides the order of rows, which is the order in
// which a walk over the unit meets them, so that equal units give equal bytes.
//===----------------------------------------------------------------------===//
#include "program/FactsFile.h"
#include "program/FactsFileFormat.h"

#include "base/CheckInfo.h"
#include "facts/Words.h"

#include "program/FactsFile_generated.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"

namespace cotidy {

using namespace facts;

namespace {

/// The rows of a unit, before they are bytes.
class UnitRows {
public:
  explicit UnitRows(const Unit &U);

  /// An upper bound for the bytes that `build` makes.
  uint64_t size() const;
  flatbuffers::Offset<store::Unit> build(flatbuffers::FlatBufferBuilder &B) const;

private:
  void add(const Type &T);
  void add(const Function &F);
  void add(const Block &B);
  void add(const Fact &F);
  void addOperand(const Fact &F, Slot S);
  uint32_t idOf(const Place &P);
  uint32_t idOf(const Value &V);

  const Unit &U;
  std::vector<store::TypeRow> Types;
  std::vector<uint32_t> TypeLists;
  std::vector<store::FieldRow> Fields;
  std::vector<store::FunctionRow> Functions;
  std::vector<uint32_t> Overrides;
  std::vector<store::ParamRow> Params;
  std::vector<store::LocalRow> Locals;
  std::vector<store::BlockRow> Blocks;
  std::vector<store::EdgeRow> Edges;
  std::vector<store::FactRow> Facts;
  std::vector<uint32_t> Operands;
  std::vector<store::PlaceRow> Places;
  std::vector<store::StepRow> Steps;
  std::vector<store::ValueRow> Values;
  std::vector<store::CaptureRow> Captures;
  /// By what their rows say.
  std::unordered_map<std::string, uint32_t> PlaceIds, ValueIds;
};

store::Spot rowOf(Spot S) { return {S.File, S.Line, S.Column}; }

/// What tells two rows of a pool apart, as bytes.
class RowKey {
public:
  template <class Number> RowKey &operator<<(Number N) {
    Bytes.append(reinterpret_cast<const char *>(&N), sizeof N);
    return *this;
  }
  std::string Bytes;
};

UnitRows::UnitRows(const Unit &U) : U(U) {
  for (const Type &T : U.Types)
    add(T);
  for (const Function &F : U.Functions)
    add(F);
}

void UnitRows::add(const Type &T) {
  auto Append = [&](const std::vector<TypeId> &Ids) {
    for (TypeId Each : Ids)
      TypeLists.push_back(raw(Each));
    return uint32_t(TypeLists.size());
  };
  uint32_t BasesEnd = Append(T.Bases);
  uint32_t ArgumentsEnd = Append(T.Arguments);
  for (const Field &F : T.Fields)
    Fields.emplace_back(raw(F.Name), raw(F.TypeName), raw(F.Type));
  Types.emplace_back(rowOf(T.At), raw(T.Name), raw(T.Template), T.Flags, raw(T.Promise),
                     raw(T.Result), raw(T.CallOperator), raw(T.Destructor), BasesEnd,
                     ArgumentsEnd, Fields.size(), uint8_t(T.TaskStart));
}

void UnitRows::add(const Function &F) {
  for (FnId Each : F.Overrides)
    Overrides.push_back(raw(Each));
  for (const Param &P : F.Params)
    Params.emplace_back(raw(P.Name), raw(P.TypeName), raw(P.Type), uint8_t(P.Mode));
  for (const Local &L : F.Locals)
    Locals.emplace_back(rowOf(L.At), raw(L.Name), raw(L.TypeName), raw(L.Type),
                        uint8_t(L.Reference));
  for (const Block &B : F.Blocks)
    add(B);
  Functions.emplace_back(rowOf(F.At), raw(F.Name), raw(F.Qualified), raw(F.Display),
                         F.Flags, raw(F.Class), raw(F.Returns), raw(F.Promise),
                         raw(F.Owner), Overrides.size(), Params.size(), Locals.size(),
                         Blocks.size(), uint8_t(F.Body), uint8_t(F.Initial));
}

void UnitRows::add(const Block &B) {
  for (const Fact &F : B.Facts)
    add(F);
  for (const Edge &E : B.Successors)
    Edges.emplace_back(E.To, uint8_t(E.Kind));
  Blocks.emplace_back(Facts.size(), Edges.size());
}

void UnitRows::add(const Fact &F) {
  uint8_t Filled = 0;
  for (unsigned I = 0; I < NumSlots; ++I) {
    if (!isFilled(F, Slot(I)))
      continue;
    Filled |= 1u << I;
    addOperand(F, Slot(I));
  }
  Facts.emplace_back(rowOf(F.At), uint8_t(F.Kind), Filled);
}

void UnitRows::addOperand(const Fact &F, Slot S) {
  switch (S) {
  case Slot::Callee: return Operands.push_back(raw(F.Callee));
  case Slot::Recv:   return Operands.push_back(idOf(F.Recv));
  case Slot::To:     return Operands.push_back(idOf(F.To));
  case Slot::From:   return Operands.push_back(idOf(F.From));
  case Slot::Value:  return Operands.push_back(idOf(F.Val));
  case Slot::Word:   return Operands.push_back(raw(F.Word));
  case Slot::Type:   return Operands.push_back(raw(F.Type));
  case Slot::Args:
    Operands.push_back(F.Args.size());
    for (const Value &A : F.Args)
      Operands.push_back(idOf(A));
  }
}

uint32_t UnitRows::idOf(const Place &P) {
  if (!P)
    return store::Absent;
  RowKey Key;
  Key << P.Root << P.Index << P.Name;
  for (const PathStep &S : P.Path)
    Key << S.Kind << S.Name;
  auto [It, New] = PlaceIds.try_emplace(std::move(Key.Bytes), Places.size());
  if (New) {
    for (const PathStep &S : P.Path)
      Steps.emplace_back(raw(S.Name), uint8_t(S.Kind));
    Places.emplace_back(P.Index, raw(P.Name), Steps.size(), uint8_t(P.Root));
  }
  return It->second;
}

uint32_t UnitRows::idOf(const Value &V) {
  std::vector<store::CaptureRow> Own;
  for (const Capture &C : V.Captures)
    Own.emplace_back(raw(C.Field), idOf(C.What));
  uint32_t Where = idOf(V.Where);
  RowKey Key;
  Key << V.Kind << V.Int << V.Text << Where << V.Fn;
  for (const store::CaptureRow &C : Own)
    Key << C.field() << C.what();
  auto [It, New] = ValueIds.try_emplace(std::move(Key.Bytes), Values.size());
  if (New) {
    llvm::append_range(Captures, Own);
    Values.emplace_back(V.Int, raw(V.Text), Where, raw(V.Fn), Captures.size(),
                        uint8_t(V.Kind));
  }
  return It->second;
}

uint64_t UnitRows::size() const {
  auto Bytes = [](const auto &...Vectors) {
    return ((uint64_t(Vectors.size()) * sizeof(Vectors[0]) + 16) + ...);
  };
  // Of a string: its offset, its length, the closing zero and what aligns it.
  auto Text = [](const std::string &S) { return uint64_t(S.size()) + 16; };
  uint64_t Total = 1024 + Text(U.MainFile) + Text(U.Target) + Text(U.Standard);
  for (const std::string &S : U.Strings)
    Total += Text(S);
  for (const std::string &E : U.Errors)
    Total += Text(E);
  for (const SourceFile &F : U.Files)
    Total += Text(F.Path) + Text(F.Digest) + 48;
  for (const auto &[Kind, Count] : U.UnknownNodes)
    Total += Text(Kind) + 48;
  return Total + Bytes(Types, TypeLists, Fields, Functions, Overrides, Params, Locals,
                       Blocks, Edges, Facts, Operands, Places, Steps, Values, Captures);
}

flatbuffers::Offset<store::Unit>
UnitRows::build(flatbuffers::FlatBufferBuilder &B) const {
  std::vector<flatbuffers::Offset<store::SourceFile>> Files;
  for (const SourceFile &F : U.Files) {
    auto Path = B.CreateString(F.Path), Digest = B.CreateString(F.Digest);
    Files.push_back(store::CreateSourceFile(B, Path, Digest, F.Flags));
  }
  std::vector<flatbuffers::Offset<store::NodeCount>> Nodes;
  for (const auto &[Kind, Count] : U.UnknownNodes)
    Nodes.push_back(store::CreateNodeCount(B, B.CreateString(Kind), Count));
  auto MainFile = B.CreateString(U.MainFile);
  auto Target = B.CreateString(U.Target);
  auto Standard = B.CreateString(U.Standard);
  auto Errors = B.CreateVectorOfStrings(U.Errors);
  auto Strings = B.CreateVectorOfStrings(U.Strings);
  auto FileTable = B.CreateVector(Files);
  auto NodeTable = B.CreateVector(Nodes);
  auto TypeRows = B.CreateVectorOfStructs(Types);
  auto TypeIds = B.CreateVector(TypeLists);
  auto FieldRows = B.CreateVectorOfStructs(Fields);
  auto FunctionRows = B.CreateVectorOfStructs(Functions);
  auto OverrideIds = B.CreateVector(Overrides);
  auto ParamRows = B.CreateVectorOfStructs(Params);
  auto LocalRows = B.CreateVectorOfStructs(Locals);
  auto BlockRows = B.CreateVectorOfStructs(Blocks);
  auto EdgeRows = B.CreateVectorOfStructs(Edges);
  auto FactRows = B.CreateVectorOfStructs(Facts);
  auto OperandIds = B.CreateVector(Operands);
  auto PlaceRows = B.CreateVectorOfStructs(Places);
  auto StepRows = B.CreateVectorOfStructs(Steps);
  auto ValueRows = B.CreateVectorOfStructs(Values);
  auto CaptureRows = B.CreateVectorOfStructs(Captures);
  return store::CreateUnit(B, MainFile, Target, Standard, U.Failed, Errors, FileTable,
                           NodeTable, Strings, TypeRows, TypeIds, FieldRows,
                           FunctionRows, OverrideIds, ParamRows, LocalRows, BlockRows,
                           EdgeRows, FactRows, OperandIds, PlaceRows, StepRows,
                           ValueRows, CaptureRows);
}

} // namespace

uint64_t store::languageDigest() {
  std::string All = "2"; // raised when FactsFile.fbs or an enumeration changes
  for (unsigned I = 0; I < NumFactKinds; ++I)
    (All += '\n').append(nameOf(FactKind(I))).append(":").append(slotsOf(FactKind(I)));
  for (llvm::ArrayRef<FlagWord> Flags : {functionFlags(), typeFlags(), fileFlags()})
    for (const FlagWord &W : Flags)
      (All += '\n').append(W.Word);
  return llvm::xxh3_64bits(All);
}

uint64_t store::checksumOf(llvm::ArrayRef<uint8_t> Payload) {
  return llvm::xxh3_64bits(Payload);
}

llvm::Expected<std::string> writeFacts(const Unit &U, uint64_t Limit) {
  UnitRows Rows(U);
  constexpr uint64_t Envelope = 256;
  if (Rows.size() + Envelope > Limit)
    return llvm::createStringError("the facts of '" + U.MainFile + "' would take " +
                                   llvm::Twine(Rows.size() >> 20) +
                                   " MiB, more than a facts file can hold");
  flatbuffers::FlatBufferBuilder Inner;
  Inner.Finish(Rows.build(Inner));
  llvm::ArrayRef<uint8_t> Payload(Inner.GetBufferPointer(), Inner.GetSize());

  flatbuffers::FlatBufferBuilder Outer(Payload.size() + Envelope);
  std::string_view Version = toolVersion();
  auto VersionText = Outer.CreateString(Version.data(), Version.size());
  Outer.ForceVectorAlignment(Payload.size(), 1, store::PayloadAlignment);
  auto Bytes = Outer.CreateVector(Payload.data(), Payload.size());
  store::FinishFileBuffer(Outer, store::CreateFile(Outer, VersionText,
                                                   store::languageDigest(),
                                                   store::checksumOf(Payload), Bytes));
  return std::string(reinterpret_cast<const char *>(Outer.GetBufferPointer()),
                     Outer.GetSize());
}

} // namespace cotidy
