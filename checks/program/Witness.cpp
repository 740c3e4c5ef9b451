#include "program/Witness.h"

#include "llvm/ADT/StringSwitch.h"

namespace cotidy {

using namespace facts;

FnId leafOf(const Step &Path) {
  const Step *S = &Path;
  while (S->Next)
    S = S->Next;
  return S->Callee;
}

/// System calls such as poll and select wait for the world, not for a thread.
static bool isSystemCall(std::string_view Qualified) {
  if (Qualified.find("::") != Qualified.npos)
    return false;
  for (std::string_view Threads : {"pthread_", "sem_", "cnd_", "mtx_", "thrd_"})
    if (Qualified.starts_with(Threads))
      return false;
  return true;
}

std::string whatHappens(const Unit &U, const Effect &E) {
  const Function &Leaf = U.fn(E.Leaf);
  if (!E.Spins.empty())
    return "loops until another thread changes " + E.Spins;
  if (Leaf.is(FnBlockingAttr))
    return "is marked as blocking";
  if (E.Category == "wait" && !Leaf.is(FnUser) && isSystemCall(U.text(Leaf.Qualified)))
    return "waits for an event";
  return llvm::StringSwitch<std::string>(E.Category)
      .Case("sleep", "sleeps")
      .Case("wait", "waits for another thread")
      .Case("file", "waits for the file system")
      .Case("socket", "waits for the network")
      .Case("process", "waits for another process")
      .Case("dns", "waits for dns")
      .Case("database", "waits for the database")
      .Case("cpu", "computes for a long time")
      .Case("lock", "waits for a lock")
      .Case("sync-wait", "waits for asynchronous work to end")
      .Case("console", "waits for the console")
      .Case("log", "writes to a log")
      .Default("may block");
}

std::string quoted(const Unit &U, FnId F) {
  if (F == FnId::None)
    return "a callable";
  const Function &Fn = U.fn(F);
  if (Fn.is(FnLambda)) {
    FnId Owner = Fn.Owner;
    while (Owner != FnId::None && U.fn(Owner).is(FnLambda))
      Owner = U.fn(Owner).Owner;
    return Owner == FnId::None ? "a lambda" : "a lambda in " + quoted(U, Owner);
  }
  std::string_view Name = U.text(Fn.Display);
  // A library's hidden base class tells the reader nothing.
  if (size_t Colons = Name.rfind("::"); Name.starts_with("__") && Colons != Name.npos)
    Name.remove_prefix(Colons + 2);
  return "'" + std::string(Name.empty() ? U.text(Fn.Qualified) : Name) + "'";
}

Location locationOf(const Unit &U, const Spot &S) {
  if (!S.isValid() || S.File >= U.Files.size())
    return {};
  return {U.Files[S.File].Path, S.Line, S.Column};
}

/// The name by which a reader knows a field or variable: its last part.
static std::string lastPart(std::string_view Name) {
  Name = Name.substr(0, Name.find('@')); // of internal linkage: the unit
  size_t Colons = Name.rfind("::");
  return std::string(Colons == std::string_view::npos ? Name : Name.substr(Colons + 2));
}

static std::string overriderName(const Unit &U, FnId F) {
  return "'" + std::string(U.text(U.fn(F).Qualified)) + "'";
}

static bool isShown(const Unit &U, const Step &S) { return U.fn(S.In).is(FnUser); }

/// What the step at `S` is said to call, with the library steps behind it up
/// to the next user function.
static std::string callOf(const Unit &U, const Step &S, const Step *NextShown) {
  std::string Text = S.How == Via::Override ? overriderName(U, S.Callee) : quoted(U, S.Callee);
  if (S.How == Via::Stored && S.Through != StrId::Empty)
    Text += " through '" + lastPart(U.text(S.Through)) + "'";
  if (NextShown && NextShown->In != S.Callee && quoted(U, NextShown->In) != quoted(U, S.Callee))
    Text += ", which runs " + quoted(U, NextShown->In);
  return Text;
}

std::vector<Note> witnessOf(const Unit &U, const Effect &E) {
  std::vector<Note> Notes;
  for (const Step *S = E.Path; S; S = S->Next) {
    if (!isShown(U, *S) && S->Next)
      continue;
    const Step *Next = S->Next;
    while (Next && !isShown(U, *Next) && Next->Next)
      Next = Next->Next;
    if (!S->Next && !E.Spins.empty()) {
      Notes.push_back({locationOf(U, S->At), quoted(U, S->In) + " " + whatHappens(U, E)});
      continue;
    }
    std::string Text = quoted(U, S->In) + " calls " + callOf(U, *S, Next);
    if (!S->Next)
      Text += ", which " + whatHappens(U, E);
    else
      Text += " here";
    Notes.push_back({locationOf(U, S->At), std::move(Text)});
  }
  if (Notes.size() == 1)
    Notes.clear();
  return Notes;
}

} // namespace cotidy
