#include "program/LockWitness.h"

#include "program/Witness.h"

namespace cotidy {

using namespace facts;

std::string quotedLock(const Program::Impl &P, const UnderLock &X) {
  return P.Locks.names().quoted(P.Locks.names().classOf(X.In, X.Held.Lock));
}

std::string quotedWanted(const Program::Impl &P, const UnderLock &X) {
  return P.Locks.names().quoted(X.What.Class);
}

static std::string callOf(const Unit &U, const Step &S) {
  std::string Text = quoted(U, S.Callee);
  if (S.How == Via::Override)
    Text = "'" + std::string(U.text(U.fn(S.Callee).Qualified)) + "'";
  if (S.How == Via::Stored && S.Through != StrId::Empty) {
    std::string_view Name = U.text(S.Through);
    size_t Colons = Name.rfind("::");
    Text += " through '" + std::string(Colons == Name.npos ? Name : Name.substr(Colons + 2)) + "'";
  }
  return Text;
}

void addWay(const Program::Impl &P, const Step *Path, const std::string &End,
            std::vector<Note> &Notes) {
  const Unit &U = P.U;
  for (const Step *S = Path; S; S = S->Next) {
    if (!U.fn(S->In).is(FnUser) && S->Next)
      continue;
    bool Last = !S->Next;
    std::string Text = quoted(U, S->In);
    if (Last)
      Text += " " + End + " here";
    else
      Text += (S->How == Via::Direct && U.fn(S->Callee).is(FnDestructor) ? " runs " : " calls ") +
              callOf(U, *S) + " here";
    Notes.push_back({locationOf(U, S->At), std::move(Text)});
  }
}

void addUnderLock(const Program::Impl &P, const UnderLock &X, const std::string &What,
                  std::vector<Note> &Notes) {
  addWay(P, X.Held.Taken, "takes " + quotedLock(P, X), Notes);
  addWay(P, X.What.Path, What, Notes);
}

void addCaller(const Program::Impl &P, FnId F, std::vector<Note> &Notes) {
  for (const Function &Caller : P.U.Functions)
    for (const Block &B : Caller.Blocks)
      for (const Fact &X : B.Facts) {
        bool Calls = X.Kind == FactKind::Call || X.Kind == FactKind::VirtualCall;
        if (!Calls || X.Callee != F || !Caller.is(FnUser))
          continue;
        FnId C = FnId(&Caller - P.U.Functions.data());
        Notes.push_back({locationOf(P.U, X.At), quoted(P.U, F) + " is called by " + quoted(P.U, C)});
        return;
      }
}

} // namespace cotidy
