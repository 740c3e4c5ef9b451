//===- Printer.cpp - facts as text ----------------------------------------===//
// Writes the text form: one statement a line, indented by what it belongs to,
// entities by their names in quotes. Everything a unit holds is written, in the
// order of its tables, so that the parser can give the same unit back; nothing
// is sorted, shortened or left out unless the options say so.
//===----------------------------------------------------------------------===//
#include "facts/Printer.h"
#include "facts/Words.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

namespace cotidy::facts {

namespace {

class TextWriter {
public:
  TextWriter(const Unit &U, llvm::raw_ostream &OS, const Function *In = nullptr)
      : U(U), OS(OS), In(In) {}

  void writeHead(const PrintOptions &O);
  void write(const Type &T);
  void write(const Function &F);
  void write(const Place &P);
  void write(const Value &V);

private:
  void writeQuoted(std::string_view S);
  void writeQuoted(StrId I) { writeQuoted(U.text(I)); }
  void writeSpot(Spot S) { OS << S.File << ':' << S.Line << ':' << S.Column; }
  void writeFlags(uint32_t Flags, llvm::ArrayRef<FlagWord> Words);
  void writeAttribute(const char *Name, StrId S);
  void writeAttribute(const char *Name, TypeId T);
  void writeAttribute(const char *Name, FnId F);
  void writeAttribute(const char *Name, Spot S);
  template <class Id>
  void writeList(const char *Name, const std::vector<Id> &Ids);
  void writeBlock(const Block &B, size_t Index);
  void writeFact(const Fact &F);
  void writeSlot(const Fact &F, Slot S);
  template <class List, class Writer>
  void separate(const List &L, Writer WriteOne);

  const Unit &U;
  llvm::raw_ostream &OS;
  const Function *In; ///< names parameters and locals, if any
};

/// Text that is not UTF-8 is written byte by byte; only what would end the
/// string or the line is escaped otherwise.
void TextWriter::writeQuoted(std::string_view S) {
  bool Readable = llvm::json::isUTF8(S);
  OS << '"';
  for (unsigned char C : S) {
    if (C == '"' || C == '\\')
      OS << '\\' << C;
    else if (C == '\n')
      OS << "\\n";
    else if (C == '\t')
      OS << "\\t";
    else if (C < 0x20 || C == 0x7f || (C >= 0x80 && !Readable))
      OS << "\\x" << llvm::hexdigit(C >> 4, true) << llvm::hexdigit(C & 15, true);
    else
      OS << C;
  }
  OS << '"';
}

template <class List, class Writer>
void TextWriter::separate(const List &L, Writer WriteOne) {
  bool First = true;
  for (const auto &Each : L) {
    if (!First)
      OS << ", ";
    First = false;
    WriteOne(Each);
  }
}

void TextWriter::writeFlags(uint32_t Flags, llvm::ArrayRef<FlagWord> Words) {
  const char *Before = " flags ";
  for (const FlagWord &W : Words) {
    if (!(Flags & W.Bit))
      continue;
    OS << Before << W.Word;
    Before = ",";
  }
}

void TextWriter::writeAttribute(const char *Name, StrId S) {
  OS << ' ' << Name << ' ';
  writeQuoted(S);
}

void TextWriter::writeAttribute(const char *Name, TypeId T) {
  if (T != TypeId::None)
    writeAttribute(Name, U.type(T).Name);
}

void TextWriter::writeAttribute(const char *Name, FnId F) {
  if (F != FnId::None)
    writeAttribute(Name, U.fn(F).Name);
}

void TextWriter::writeAttribute(const char *Name, Spot S) {
  if (S == Spot())
    return;
  OS << ' ' << Name << ' ';
  writeSpot(S);
}

template <class Id>
void TextWriter::writeList(const char *Name, const std::vector<Id> &Ids) {
  if (Ids.empty())
    return;
  OS << ' ' << Name << ' ';
  separate(Ids, [&](Id I) {
    if constexpr (std::is_same_v<Id, TypeId>)
      writeQuoted(U.type(I).Name);
    else
      writeQuoted(U.fn(I).Name);
  });
}

void TextWriter::writeHead(const PrintOptions &O) {
  OS << "unit ";
  writeQuoted(U.MainFile);
  if (!U.Target.empty()) {
    OS << " target ";
    writeQuoted(U.Target);
  }
  if (!U.Standard.empty()) {
    OS << " standard ";
    writeQuoted(U.Standard);
  }
  OS << (U.Failed ? " failed\n" : "\n");
  for (const std::string &E : U.Errors) {
    OS << "error ";
    writeQuoted(E);
    OS << '\n';
  }
  for (size_t I = 0; I < U.Files.size(); ++I) {
    const SourceFile &F = U.Files[I];
    if (O.UserOnly && !(F.Flags & FileUser))
      continue;
    OS << "file " << I << ' ';
    writeQuoted(F.Path);
    for (const FlagWord &W : fileFlags())
      if (F.Flags & W.Bit)
        OS << ' ' << W.Word;
    if (!F.Digest.empty()) {
      OS << " digest ";
      writeQuoted(F.Digest);
    }
    OS << '\n';
  }
  for (const auto &[Kind, Count] : U.UnknownNodes) {
    OS << "unknown-node ";
    writeQuoted(Kind);
    OS << ' ' << Count << '\n';
  }
}

void TextWriter::write(const Type &T) {
  OS << "type ";
  writeQuoted(T.Name);
  writeAttribute("template", T.Template);
  writeAttribute("at", T.At);
  writeFlags(T.Flags, typeFlags());
  if (T.TaskStart != Start::Unknown)
    OS << " tasks " << StartWords[unsigned(T.TaskStart)];
  writeAttribute("promise", T.Promise);
  writeAttribute("result", T.Result);
  writeAttribute("calls", T.CallOperator);
  writeAttribute("destructor", T.Destructor);
  writeList("bases", T.Bases);
  writeList("arguments", T.Arguments);
  OS << '\n';
  for (const Field &F : T.Fields) {
    OS << "  field ";
    writeQuoted(F.Name);
    OS << ' ';
    writeQuoted(F.TypeName);
    writeAttribute("type", F.Type);
    OS << '\n';
  }
}

void TextWriter::write(const Function &F) {
  OS << "function ";
  writeQuoted(F.Name);
  writeAttribute("qualified", F.Qualified);
  writeAttribute("display", F.Display);
  writeAttribute("at", F.At);
  if (F.Body != BodyState::Here)
    OS << " body " << BodyWords[unsigned(F.Body)];
  writeFlags(F.Flags, functionFlags());
  writeAttribute("class", F.Class);
  writeAttribute("returns", F.Returns);
  writeAttribute("promise", F.Promise);
  if (F.Initial != Start::Unknown)
    OS << " initial " << StartWords[unsigned(F.Initial)];
  writeAttribute("owner", F.Owner);
  writeList("overrides", F.Overrides);
  OS << '\n';
  for (size_t I = 0; I < F.Params.size(); ++I) {
    const Param &P = F.Params[I];
    OS << "  param " << I << ' ';
    writeQuoted(P.Name);
    OS << ' ';
    writeQuoted(P.TypeName);
    OS << ' ' << PassWords[unsigned(P.Mode)];
    writeAttribute("type", P.Type);
    OS << '\n';
  }
  for (size_t I = 0; I < F.Locals.size(); ++I) {
    const Local &L = F.Locals[I];
    OS << "  local " << I << ' ';
    writeQuoted(L.Name);
    OS << ' ';
    writeQuoted(L.TypeName);
    writeAttribute("type", L.Type);
    writeAttribute("at", L.At);
    OS << (L.Reference ? " reference\n" : "\n");
  }
  for (size_t I = 0; I < F.Blocks.size(); ++I)
    writeBlock(F.Blocks[I], I);
}

void TextWriter::writeBlock(const Block &B, size_t Index) {
  OS << "  block " << Index;
  if (!B.Successors.empty())
    OS << " -> ";
  separate(B.Successors, [&](const Edge &E) {
    OS << E.To << (E.Kind == EdgeKind::Exceptional ? " exceptional" : "");
  });
  OS << '\n';
  for (const Fact &F : B.Facts)
    writeFact(F);
}

void TextWriter::writeFact(const Fact &F) {
  OS << "    " << nameOf(F.Kind);
  if (F.At != Spot()) {
    OS << ' ';
    writeSpot(F.At);
  }
  for (Slot S : slotsOfKind(F.Kind))
    if (isFilled(F, S))
      writeSlot(F, S);
  OS << '\n';
}

void TextWriter::writeSlot(const Fact &F, Slot S) {
  OS << ' ' << SlotNames[unsigned(S)] << ' ';
  switch (S) {
  case Slot::Callee: return writeQuoted(U.fn(F.Callee).Name);
  case Slot::Recv:   return write(F.Recv);
  case Slot::To:     return write(F.To);
  case Slot::From:   return write(F.From);
  case Slot::Value:  return write(F.Val);
  case Slot::Word:   return writeQuoted(F.Word);
  case Slot::Type:   return writeQuoted(U.type(F.Type).Name);
  case Slot::Args:
    OS << '(';
    separate(F.Args, [&](const Value &A) { write(A); });
    OS << ')';
  }
}

void TextWriter::write(const Place &P) {
  auto NameOr = [&](StrId Name, char Letter) {
    if (In && Name != StrId::Empty)
      OS << U.text(Name);
    else
      OS << Letter << P.Index;
  };
  switch (P.Root) {
  case RootKind::None:
    OS << "none";
    break;
  case RootKind::Param:
    NameOr(In && P.Index < In->Params.size() ? In->Params[P.Index].Name : StrId::Empty, 'p');
    break;
  case RootKind::Local:
    NameOr(In && P.Index < In->Locals.size() ? In->Locals[P.Index].Name : StrId::Empty, 'l');
    break;
  case RootKind::This:
    OS << "this";
    break;
  case RootKind::Global:
    OS << "global ";
    writeQuoted(P.Name);
    break;
  case RootKind::Promise:
    OS << "promise";
    break;
  case RootKind::Unknown:
    OS << '?';
    break;
  }
  for (const PathStep &S : P.Path) {
    switch (S.Kind) {
    case StepKind::Field:
      OS << '.';
      writeQuoted(S.Name);
      break;
    case StepKind::Element:
      OS << "[]";
      break;
    case StepKind::Pointee:
      OS << '*';
      break;
    }
  }
}

void TextWriter::write(const Value &V) {
  switch (V.Kind) {
  case ValueKind::None:    OS << "none"; return;
  case ValueKind::Unknown: OS << "unknown"; return;
  case ValueKind::Null:    OS << "null"; return;
  case ValueKind::Default: OS << "default"; return;
  case ValueKind::Integer: OS << "int " << V.Int; return;
  case ValueKind::Bool:    OS << (V.Int ? "bool true" : "bool false"); return;
  case ValueKind::String:
    OS << "string ";
    return writeQuoted(V.Text);
  case ValueKind::Enumerator:
    OS << "enum ";
    writeQuoted(V.Text);
    OS << ' ' << V.Int;
    return;
  case ValueKind::Read:    OS << "read "; return write(V.Where);
  case ValueKind::Address: OS << "addr "; return write(V.Where);
  case ValueKind::Moved:   OS << "moved "; return write(V.Where);
  case ValueKind::Function:
    OS << "fn ";
    return writeQuoted(U.fn(V.Fn).Name);
  case ValueKind::Closure:
    OS << "closure ";
    if (V.Fn == FnId::None)
      OS << "none";
    else
      writeQuoted(U.fn(V.Fn).Name);
    OS << " {";
    separate(V.Captures, [&](const Capture &C) {
      writeQuoted(C.Field);
      OS << ": ";
      write(C.What);
    });
    OS << '}';
  }
}

} // namespace

void print(const Unit &U, llvm::raw_ostream &OS, const PrintOptions &O) {
  TextWriter W(U, OS);
  W.writeHead(O);
  for (const Type &T : U.Types)
    if (!O.UserOnly || T.is(TyUser))
      W.write(T);
  for (const Function &F : U.Functions)
    if (!O.UserOnly || F.is(FnUser))
      W.write(F);
}

void print(const Unit &U, const Function &F, llvm::raw_ostream &OS) {
  TextWriter(U, OS).write(F);
}

std::string toText(const Unit &U, const Place &P, const Function *In) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  TextWriter(U, OS, In).write(P);
  return Text;
}

std::string toText(const Unit &U, const Value &V, const Function *In) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  TextWriter(U, OS, In).write(V);
  return Text;
}

} // namespace cotidy::facts
