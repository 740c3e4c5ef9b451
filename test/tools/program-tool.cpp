//===- program-tool.cpp - a program made of facts, for tests --------------===//
// program-tool findings [OPTIONS] FILE   what the rules report
// program-tool summaries FILE   effects that functions have on their callers
// program-tool flow FILE        guards, doomed blocks and executors, by block
// program-tool types FILE       what each class type is, as a task
// program-tool locks FILE       locks held where 'see' is called, and at the end
// program-tool merged FILE      the units as one
// program-tool laws FILE        the order and grouping of units do not matter
// program-tool without FILE     a missing unit adds only what it may add
// FILE holds units in text form, each from its line "unit ...", '-' is input.
// Options: --closed (the whole database is here) --all (possible ones too)
//   --models=YAML --on=CATEGORY --off=CATEGORY --fingerprints
//===----------------------------------------------------------------------===//
#include "base/CheckInfo.h"
#include "facts/Parser.h"
#include "facts/Printer.h"
#include "flow/Doomed.h"
#include "program/Impl.h"
#include "program/Linker.h"
#include "program/Witness.h"
#include "rules/RunRules.h"

#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>

using namespace cotidy;
using namespace cotidy::facts;
using llvm::StringRef;

namespace {

struct Options {
  LinkOptions Link;
  Confidence Least = Confidence::Likely;
  bool Fingerprints = false;
  model::ModelSet Models;
};

bool fail(const llvm::Twine &Why) {
  llvm::errs() << "program-tool: " << Why << '\n';
  return false;
}

bool parseUnits(StringRef Path, std::vector<Unit> &Units) {
  auto Buffer = llvm::MemoryBuffer::getFileOrSTDIN(Path);
  if (!Buffer)
    return fail("cannot read '" + Path + "': " + Buffer.getError().message());
  StringRef Text = (*Buffer)->getBuffer();
  size_t Begin = Text.starts_with("unit ") ? 0 : Text.find("\nunit ");
  while (Begin != StringRef::npos) {
    size_t End = Text.find("\nunit ", Begin + 1);
    auto U = parse(Text.slice(Begin, End == StringRef::npos ? End : End + 1), Path);
    if (!U)
      return fail(llvm::toString(U.takeError()));
    Units.push_back(std::move(*U));
    Begin = End;
  }
  return Units.empty() ? fail("no unit in '" + Path + "'") : true;
}

std::string textOf(const Unit &U) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  print(U, OS);
  return Text;
}

std::unique_ptr<Program> linked(std::vector<Unit> Units, const Options &O) {
  auto P = Program::link(std::move(Units), O.Link);
  if (P)
    return std::move(*P);
  fail(llvm::toString(P.takeError()));
  return nullptr;
}

Verdict judged(const Program &P, const Options &O) {
  RuleOptions R;
  for (const CheckInfo &C : allChecks())
    R.Checks.emplace_back(C.Name);
  R.MinConfidence = O.Least;
  return runRules(P, R);
}

void print(const Location &L, llvm::raw_ostream &OS) {
  OS << L.File << ':' << L.Line << ':' << L.Column << ": ";
}

std::string toText(const Finding &F, const Options &O) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  ::print(F.Primary, OS);
  OS << nameOf(F.Sure) << ": " << F.Message << " [" << F.Check << "]";
  if (F.RestsOn & UnseenBodyKeepsExecutor)
    OS << " unseen-body";
  if (F.RestsOn & UnseenCallersHoldNothing)
    OS << " unseen-callers";
  if (F.RestsOn & OtherTargetDefinesIt)
    OS << " other-target";
  OS << " group " << F.Group;
  if (O.Fingerprints)
    OS << ' ' << F.Fingerprint;
  OS << '\n';
  for (const Note &N : F.Witness) {
    OS << "  ";
    ::print(N.At, OS);
    OS << N.Text << '\n';
  }
  return Text;
}

bool findings(std::vector<Unit> Units, const Options &O) {
  auto P = linked(std::move(Units), O);
  if (!P)
    return false;
  Verdict V = judged(*P, O);
  for (const Finding &F : V.Findings)
    llvm::outs() << toText(F, O);
  llvm::outs() << V.Findings.size() << " findings, " << V.Hidden << " hidden, "
               << V.Suppressed << " suppressed\n";
  return true;
}

const char *const Tests[] = {"null", "bool", "owns",       "ready", "empty", "equals",
                             "less", "less-equal", "zero", "flag"};

void print(const Unit &U, const ParamGuard &G) {
  llvm::outs() << (G.Holds ? " if " : " if not ") << Tests[unsigned(G.Test)] << "(";
  if (G.Param == ParamGuard::OwnClosure)
    llvm::outs() << "this";
  else
    llvm::outs() << "p" << G.Param;
  for (facts::StrId C : G.Captures)
    llvm::outs() << " captured " << U.text(C);
  if (G.With)
    llvm::outs() << ", " << facts::toText(U, G.With);
  llvm::outs() << ")";
}

bool summaries(std::vector<Unit> Units, const Options &O) {
  auto P = linked(std::move(Units), O);
  if (!P)
    return false;
  const Program::Impl &I = P->impl();
  for (uint32_t F = 0; F < I.U.Functions.size(); ++F) {
    const Summary &S = I.Effects.of(FnId(F));
    for (const Effect &E : S.Effects) {
      llvm::outs() << I.U.text(I.U.Functions[F].Name) << ": " << E.Category << " by "
                   << I.U.text(I.U.fn(E.Leaf).Qualified) << " in " << E.Path->Length
                   << " steps, " << nameOf(E.Sure);
      for (const ParamGuard &G : E.Guards)
        ::print(I.U, G);
      llvm::outs() << '\n';
    }
    for (const GivenCall &G : S.Calls) {
      llvm::outs() << I.U.text(I.U.Functions[F].Name) << ": calls ";
      llvm::outs() << (G.Which.OfThis ? "this" : "p" + std::to_string(G.Which.Param));
      for (StrId C : G.Which.Captures)
        llvm::outs() << '.' << I.U.text(C);
      llvm::outs() << '\n';
    }
  }
  return true;
}

bool sameMerged(const std::string &Want, std::vector<Unit> Units, const char *How) {
  std::string Got = textOf(mergeUnits(std::move(Units)));
  if (Got == Want)
    return true;
  llvm::outs() << "differs " << How << ":\n" << Want << "--- is not\n" << Got;
  return false;
}

/// Every rotation, the reverse, and every way to merge a first part first.
bool laws(std::vector<Unit> Units, const Options &O) {
  std::string Want = textOf(mergeUnits(Units));
  bool Ok = true;
  std::vector<Unit> Turned = Units;
  for (size_t I = 0; I < Units.size(); ++I) {
    std::ranges::rotate(Turned, Turned.begin() + 1);
    Ok &= sameMerged(Want, Turned, "when rotated");
  }
  std::ranges::reverse(Turned);
  Ok &= sameMerged(Want, Turned, "when reversed");
  Ok &= sameMerged(Want, {mergeUnits(Units)}, "when merged again");
  for (size_t I = 1; I < Units.size(); ++I) {
    std::vector<Unit> Parts{Units.begin() + long(I), Units.end()};
    Parts.push_back(mergeUnits({Units.begin(), Units.begin() + long(I)}));
    Ok &= sameMerged(Want, std::move(Parts), "when merged in parts");
  }
  if (Ok)
    llvm::outs() << "laws hold for " << Units.size() << " units\n";
  return Ok;
}

/// Findings that appear when a unit is missing must rest on a named default.
bool without(std::vector<Unit> Units, Options &O) {
  O.Least = Confidence::Likely;
  auto whole = linked(Units, O);
  if (!whole)
    return false;
  std::vector<std::string> Known;
  for (const Finding &F : judged(*whole, O).Findings)
    Known.push_back(F.Fingerprint);
  O.Link.WholeDatabase = false;
  bool Ok = true;
  unsigned Added = 0;
  for (size_t I = 0; I < Units.size(); ++I) {
    std::vector<Unit> Rest = Units;
    Rest.erase(Rest.begin() + long(I));
    auto P = linked(std::move(Rest), O);
    if (!P)
      return false;
    for (const Finding &F : judged(*P, O).Findings) {
      if (std::ranges::find(Known, F.Fingerprint) != Known.end())
        continue;
      ++Added;
      if (F.RestsOn)
        continue;
      Ok = false;
      llvm::outs() << "without '" << Units[I].MainFile << "': " << toText(F, O);
    }
  }
  if (Ok)
    llvm::outs() << Added << " findings rest on defaults\n";
  return Ok;
}

bool flowFacts(std::vector<Unit> Units, const Options &O) {
  auto P = linked(std::move(Units), O);
  if (!P)
    return false;
  const Program::Impl &I = P->impl();
  for (uint32_t FI = 0; FI < I.U.Functions.size(); ++FI) {
    const Function &F = I.U.Functions[FI];
    if (F.Blocks.empty())
      continue;
    auto Guards = flow::guardsOnEntry(I.U, F);
    std::vector<bool> Doomed = I.Effects.doomed(FnId(FI));
    for (size_t B = 0; B < F.Blocks.size(); ++B) {
      llvm::outs() << I.U.text(F.Name) << " block " << B << ':';
      if (Doomed[B])
        llvm::outs() << " doomed";
      for (const flow::Guard &G : Guards[B])
        llvm::outs() << (G.Holds ? " +" : " -") << Tests[unsigned(G.Test)] << '('
                     << facts::toText(I.U, G.Where, &F) << ')';
      llvm::outs() << '\n';
    }
  }
  return true;
}

std::string toText(const Unit &U, const Function &F, const flow::HeldLock &L) {
  std::string Text = L.Must ? " must " : " may ";
  Text += facts::toText(U, L.Lock, &F);
  if (L.Mode == flow::LockMode::Shared)
    Text += " shared";
  if (L.Owner)
    Text += " by " + facts::toText(U, L.Owner, &F);
  return Text + (L.Stale ? " stale" : "");
}

/// The locks held just before each call of a function named "see", and what
/// each function does to the locks of its callers.
bool lockFacts(std::vector<Unit> Units, const Options &O) {
  auto P = linked(std::move(Units), O);
  if (!P)
    return false;
  const Program::Impl &I = P->impl();
  for (uint32_t FI = 0; FI < I.U.Functions.size(); ++FI) {
    const Function &F = I.U.Functions[FI];
    if (F.Blocks.empty())
      continue;
    std::string Name(I.U.text(F.Name));
    I.Locks.walk(FnId(FI), [&](flow::Point At, const flow::LockState &State) {
      const Fact &X = F.Blocks[At.Block].Facts[At.Fact];
      if (X.Kind != FactKind::Call || X.Callee == FnId::None ||
          I.U.text(I.U.fn(X.Callee).Name) != "see")
        return;
      llvm::outs() << Name << ':' << X.At.Line << ':';
      for (const flow::HeldLock &L : State.Held)
        llvm::outs() << ::toText(I.U, F, L);
      llvm::outs() << '\n';
    });
    const LockSummary &S = I.Locks.of(FnId(FI));
    for (const LockEvent &E : S.Events)
      if (E.Is == LockEvent::Acquire) {
        llvm::outs() << Name << " takes " << facts::toText(I.U, E.Lock, &F)
                     << (E.Mode == flow::LockMode::Shared ? " shared" : "")
                     << (E.Try ? " try" : "");
        for (const ParamGuard &G : E.Guards)
          ::print(I.U, G);
        for (const Place &R : E.Released)
          llvm::outs() << " after " << facts::toText(I.U, R, &F);
        llvm::outs() << '\n';
      }
    for (const LeftHeld &L : S.AtEnd)
      llvm::outs() << Name << " leaves " << (L.Must ? "" : "perhaps ")
                   << facts::toText(I.U, L.Lock, &F) << (L.InResult ? " in its result" : "")
                   << (L.If ? *L.If ? " if true" : " if false" : "") << '\n';
    for (const Place &R : S.Releases)
      llvm::outs() << Name << " releases " << facts::toText(I.U, R, &F) << '\n';
  }
  return true;
}

bool typeFacts(std::vector<Unit> Units, const Options &O) {
  auto P = linked(std::move(Units), O);
  if (!P)
    return false;
  const Program::Impl &I = P->impl();
  const char *const Kinds[] = {"no task", "lazy", "eager"};
  const char *const Owners[] = {"", ", handle owns the frame", ", frame owns itself"};
  for (uint32_t T = 0; T < I.U.Types.size(); ++T) {
    llvm::outs() << I.U.text(I.U.Types[T].Name) << ": " << Kinds[unsigned(I.Tasks.kindOf(TypeId(T)))]
                 << (I.Tasks.isPlainAwaitable(TypeId(T)) ? ", plain" : "")
                 << (I.Tasks.isSingleUse(TypeId(T)) ? ", single-use" : "")
                 << (I.Tasks.yieldsOwner(TypeId(T)) ? ", yields an owner" : "")
                 << Owners[unsigned(I.Tasks.frameOwner(TypeId(T)))];
    if (TypeId C = I.Tasks.carriedBy(TypeId(T)); C != TypeId::None && C != TypeId(T))
      llvm::outs() << ", carries " << I.U.text(I.U.type(C).Name);
    llvm::outs() << '\n';
  }
  return true;
}

} // namespace

int main(int Argc, char **Argv) {
  StringRef Command = Argc > 1 ? Argv[1] : "";
  Options O;
  O.Models = model::ModelSet::builtIn();
  std::vector<Unit> Units;
  for (int I = 2; I < Argc; ++I) {
    StringRef A = Argv[I];
    if (A == "--closed") {
      O.Link.WholeDatabase = true;
    } else if (A == "--all") {
      O.Least = Confidence::Possible;
    } else if (A == "--fingerprints") {
      O.Fingerprints = true;
    } else if (A.consume_front("--on=")) {
      O.Link.CategoriesOn.push_back(A.str());
    } else if (A.consume_front("--off=")) {
      O.Link.CategoriesOff.push_back(A.str());
    } else if (A.consume_front("--models=")) {
      if (llvm::Error E = O.Models.addFile(A))
        return fail(llvm::toString(std::move(E))), 1;
    } else if (!parseUnits(A, Units)) {
      return 1;
    }
  }
  O.Link.Models = &O.Models;
  bool Ok = false;
  if (Command == "findings")
    Ok = findings(std::move(Units), O);
  else if (Command == "summaries")
    Ok = summaries(std::move(Units), O);
  else if (Command == "flow")
    Ok = flowFacts(std::move(Units), O);
  else if (Command == "locks")
    Ok = lockFacts(std::move(Units), O);
  else if (Command == "types")
    Ok = typeFacts(std::move(Units), O);
  else if (Command == "merged")
    print(mergeUnits(std::move(Units)), llvm::outs()), Ok = true;
  else if (Command == "laws")
    Ok = laws(std::move(Units), O);
  else if (Command == "without")
    Ok = without(std::move(Units), O);
  else
    fail("unknown command '" + Command + "'");
  return Ok ? 0 : 1;
}
